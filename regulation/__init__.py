"""What should happen to this call: cases, mobility, eligibility, decisions."""
