"""Stripe Checkout, card and konbini, through the official library."""
