"""The national directory of health offers (ROR): places, hours, duties, accessibility, beds."""
