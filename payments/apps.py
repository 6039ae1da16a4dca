"""Money."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Owed, attempts, gateway notices, refunds, receipts."""

    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        """Fill the registries; the models are loaded by now."""
        import_module("payments.registered")
