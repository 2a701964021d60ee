"""Services of transport on demand, as GOFS-lite describes them."""
