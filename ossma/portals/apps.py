"""The roof: composition only."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalsConfig(AppConfig):
    """URLs, home page, school Today, office start page."""

    name = "ossma.portals"
    label = "portals"
    verbose_name = _("Portals")

    def ready(self) -> None:
        """The checks for production."""
        import_module("ossma.portals.checks")
