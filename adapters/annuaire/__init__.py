"""Annuaire Santé: structures, practitioners and where they practise."""
