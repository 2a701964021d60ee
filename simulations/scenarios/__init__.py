"""What is compared: a territory, a period, and ways of working as ordered changes of what is."""
