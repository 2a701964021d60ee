"""Duty rotas (MMG, pharmacies, ambulances, mobile units), as calendars and as tables."""
