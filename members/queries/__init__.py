"""Reads of people and schools."""
