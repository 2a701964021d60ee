"""le.taxi: free taxis around a place and taxi ranks; a sign of density, never a booking."""
