"""The office's admin site: Django's admin behind the house's login and second factor."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ossma.core import registries
from ossma.core.requests import Request
from ossma.core.viewer import Face

# Second factors and sessions: everybody keeps their own in the pages of the account.
OF_LIBRARIES = {"mfa", "usersessions"}


class HouseAdminSite(AdminSite):
    """The admin for viewers with the office's face. The gate of members.middleware has asked for the second factor before."""

    site_header = _("OSSMA Office")
    site_title = _("OSSMA Office")
    index_title = _("Work list")
    site_url = None
    index_template = "office/portals/start.html"
    # The start page leads to every table; lists need the width.
    enable_nav_sidebar = False

    def get_app_list(self, request: Request, app_label: str | None = None) -> list[dict[str, Any]]:
        """The tables people work in; those that libraries keep for themselves are reached by their address only."""
        return [app for app in super().get_app_list(request, app_label) if app["app_label"] not in OF_LIBRARIES]

    def has_permission(self, request: Request) -> bool:
        """Office staff only."""
        return request.user.is_active and request.viewer.face is Face.OFFICE

    def index(self, request: Request, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page is a work list, not a list of tables (office.md O1): the rooms hang in what waits."""
        at = timezone.now()
        work = [item for _key, items in registries.work_list for item in items(request.viewer, at)]
        return super().index(request, {"work": sorted(work, key=lambda item: not item.urgent), "now": at, **(extra_context or {})})

    def login(self, request: Request, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one login of the product, with its limits and its second factor; the admin has none of its own."""
        return redirect_to_login(request.GET.get("next", "/admin/"))
