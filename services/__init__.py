"""Entry points: command line, API, workers, and the wiring of every part."""
