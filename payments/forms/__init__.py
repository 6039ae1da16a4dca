"""Outside words to clean values."""
