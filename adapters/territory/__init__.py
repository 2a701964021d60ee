"""Reads a territory folder: communes, effecteurs, pharmacies, fleet, parameters."""
