"""How a place, an hour and a way there are chosen: today's search, one step at a time, jointly."""
