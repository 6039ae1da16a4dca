"""Tables of services, fees, applications and itineraries."""

from applications.models.application import Application, ApplicationDraft, Destination, Stay
from applications.models.cancelling import Cancellation, CancellationRow, CancellationTable, GiveBack
from applications.models.fees import FeeRow, FeeTable, HandlingRate, Quote
from applications.models.period import PeriodChange

__all__ = [
    "Application",
    "ApplicationDraft",
    "Cancellation",
    "CancellationRow",
    "CancellationTable",
    "Destination",
    "FeeRow",
    "FeeTable",
    "GiveBack",
    "HandlingRate",
    "PeriodChange",
    "Quote",
    "Stay",
]
