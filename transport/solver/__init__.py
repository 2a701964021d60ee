"""The only room that knows OR-Tools and compiled kernels."""
