"""Communities of doctors (CPTS) that the place de marché asks, as the territory declares them."""
