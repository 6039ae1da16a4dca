"""Notices and safety advisories."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Advisories of the foreign ministry, and who they concern."""

    name = "notices"
    verbose_name = _("Notices and advisories")

    def ready(self) -> None:
        """Fill the registries; the models are loaded by now."""
        import_module("notices.registered")
