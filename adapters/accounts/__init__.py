"""The accounts of a service: who is known to which territory, in which role."""
