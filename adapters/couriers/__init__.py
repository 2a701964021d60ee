"""Takes messages to recipients that receive JSON by HTTP: transporters, effecteurs, gateways."""
