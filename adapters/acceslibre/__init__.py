"""Acceslibre: what is known of the premises, place by place, from its file or its API."""
