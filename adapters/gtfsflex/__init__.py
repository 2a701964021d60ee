"""Services of transport on demand, as GTFS-Flex describes them."""
