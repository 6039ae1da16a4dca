"""A stand-in for the payment provider: speaks its wire protocol on a port of its own.

A separate program on the standard library alone. It shares no code with the adapter it is
used to test, so that a mistake made on one side is not made on both.
"""
