"""The floor of the house: what every room stands on and what knows no room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from ossma.core import registries


class CoreConfig(AppConfig):
    """Audit, outbox, issued documents, countries, viewer, calendar, money, uploads, registries."""

    name = "ossma.core"
    label = "core"
    verbose_name = _("Foundations")

    def ready(self) -> None:
        """Hang in the probes of the floor's own parts."""
        health = import_module("ossma.core.health")
        for name in ("database", "broker", "background", "outbox", "push"):
            registries.health.register(name, getattr(health, name))
        registries.health.register("time zones", import_module("ossma.core.zone_check").health)
        drafts = import_module("ossma.core.drafts")
        registries.health.register("files", drafts.health)
        registries.work_list.register("core.files", drafts.work_items)
        import_module("ossma.core.push.checks")
        registries.retention.register("core.push_devices", import_module("ossma.core.push.devices").forget_expired)
        registries.retention.register("core.files", import_module("ossma.core.stored_files").sweep)
        registries.retention.register("core.rates", import_module("ossma.core.ratelimit").forget_old)
        registries.retention.register("core.sessions", import_module("ossma.core.sessions").forget_ended)
        noting = import_module("ossma.core.bounces.noting")
        registries.came_back.register("outbox", noting.outbox_came_back)
        registries.retention.register("core.returned", noting.forget_old)
        import_module("ossma.core.retention").hang_in()
