"""A territory's desks: what every decision rests on, put together from the other adapters."""
