"""What comes in from other software: kept once, answered, turned into cases and news of rides."""
