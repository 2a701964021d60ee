"""Territories, demand, mock information systems and the simulated world."""
