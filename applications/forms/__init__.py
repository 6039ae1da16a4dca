"""The boundary where what was typed about stays abroad becomes clean values."""
