"""Services, fees, applications, itineraries."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """Services, fee tables, applications, stays."""

    name = "applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        """Fill the registries; the models are loaded by now."""
        import_module("applications.registered")
