"""Invented data for the demo: marked as demo, made by code, the same every time for the same numbers."""
