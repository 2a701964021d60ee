"""The national register of establishments (FINESS), from its open-data file."""
