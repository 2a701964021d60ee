"""What regulation and transport share: ids, places, time, observations, journeys."""
