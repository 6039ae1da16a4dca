"""Writes of people and schools."""
