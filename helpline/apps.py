"""Helpline."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelplineConfig(AppConfig):
    """Helpline."""

    name = "helpline"
    verbose_name = _("Helpline")

    def ready(self) -> None:
        """Fill the registries; the models are loaded by now."""
        import_module("helpline.registered")
