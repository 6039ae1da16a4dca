"""The office's admin site: Django's admin behind the house's login and second factor."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from ossma.core.requests import Request
from ossma.core.viewer import Face


class HouseAdminSite(AdminSite):
    """The admin for viewers with the office's face. The gate of members.middleware has asked for the second factor before."""

    site_header = _("OSSMA Office")
    site_title = _("OSSMA Office")
    index_title = _("Work list")
    site_url = None

    def has_permission(self, request: Request) -> bool:
        """Office staff only."""
        return request.user.is_active and request.viewer.face is Face.OFFICE

    def login(self, request: Request, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one login of the product, with its limits and its second factor; the admin has none of its own."""
        return redirect_to_login(request.GET.get("next", "/admin/"))
