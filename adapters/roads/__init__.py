"""Travel times: a road model of the territory, or contraction hierarchies over an OSM extract."""
