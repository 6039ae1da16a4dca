"""Django's admin in the house's style: the app config that settings name. It is read before any model, so it imports none."""

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class HouseAdminConfig(AdminConfig):
    """The admin on our own site object."""

    default_site = "members.admin.house.HouseAdminSite"

    def ready(self) -> None:
        """Besides every app's `admin`, load the classes of members, whose `admin` package is imported too early to hold them."""
        super().ready()
        autodiscover_modules("admin.tables")
