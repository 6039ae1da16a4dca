"""Applications in the office: read, and effective-dated fees (office.md O3)."""

from applications.admin.applications import ApplicationAdmin
from applications.admin.fees import FeeTableAdmin, HandlingRateAdmin

__all__ = ["ApplicationAdmin", "FeeTableAdmin", "HandlingRateAdmin"]
