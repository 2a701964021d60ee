"""The rules as data, and the pure compiler and evaluator beside them."""
