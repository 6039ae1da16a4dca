"""The main job."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SafetyConfig(AppConfig):
    """Checks, recipients, answers, cases."""

    name = "safety"
    verbose_name = _("Safety checks")

    def ready(self) -> None:
        """Fill the registries; the models are loaded by now."""
        import_module("safety.registered")
        import_module("safety.channels.phones.checks")
