"""Services, fees, applications, itineraries."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """Services, fee tables, applications, stays."""

    name = "applications"
    verbose_name = _("Applications")
