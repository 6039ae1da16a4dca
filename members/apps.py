"""People and schools."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Users, schools, contracts, roles, groups, members, legal acceptances."""

    name = "members"
    verbose_name = _("Members and schools")

    def ready(self) -> None:
        """Fill the registries; the module needs the models, which exist only now."""
        import_module("members.registered")
        post_migrate.connect(import_module("members.search_keys").fill_search_keys, sender=self, dispatch_uid="search_keys")
