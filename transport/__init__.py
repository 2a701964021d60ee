"""How the patient gets there and home: fleet, journeys, solvers."""
