"""The floor of the house: what every room stands on and what knows no room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Audit, outbox, issued documents, countries, viewer, calendar, money, uploads, registries."""

    name = "ossma.core"
    label = "core"
    verbose_name = _("Foundations")
