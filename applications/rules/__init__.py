"""What holds for applications, fees and itineraries. Pure: no database, no clock."""

from applications.rules.fees import Price, price

__all__ = ["Price", "price"]
