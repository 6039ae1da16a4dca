"""Applications in the office: read, and effective-dated fees (office.md O3)."""

from applications.admin.applications import ApplicationAdmin
from applications.admin.cancelling import CancellationTableAdmin, GiveBackAdmin
from applications.admin.fees import FeeTableAdmin, HandlingRateAdmin

__all__ = ["ApplicationAdmin", "CancellationTableAdmin", "FeeTableAdmin", "GiveBackAdmin", "HandlingRateAdmin"]
