"""The main job."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SafetyConfig(AppConfig):
    """Checks, recipients, answers, cases."""

    name = "safety"
    verbose_name = _("Safety checks")
