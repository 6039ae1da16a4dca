"""Forms of people: the boundary where what was typed becomes clean values."""
