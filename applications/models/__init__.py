"""Tables of services, fees, applications and itineraries."""

from applications.models.application import Application, ApplicationDraft, Destination, Stay
from applications.models.fees import FeeRow, FeeTable, HandlingRate, Quote

__all__ = ["Application", "ApplicationDraft", "Destination", "FeeRow", "FeeTable", "HandlingRate", "Quote", "Stay"]
