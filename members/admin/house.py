"""The office's admin site: Django's admin behind the product's login, second factor and table of duties."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ossma.core import registries
from ossma.core.office_admin import OfficeAdmin
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.viewer import Face

# Addresses, second factors, sessions, permission groups: changed by audited actions only, never as rows of a library's table.
OF_LIBRARIES = {"account", "auth", "mfa", "usersessions"}


class HouseAdminSite(AdminSite):
    """The admin for viewers with the office's face. The gate of members.middleware has asked for the second factor before."""

    site_header = _("OSSMA Office")
    site_title = _("OSSMA Office")
    index_title = _("Work list")
    site_url = None
    index_template = "office/portals/start.html"
    # The start page leads to every table; lists need the width.
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take tables whose permissions come from the duties. What libraries bring is left out; anything else is a mistake of ours."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple | set) else [model_or_iterable]
        ours = [model for model in models if model._meta.app_label not in OF_LIBRARIES]
        if ours and not (admin_class and issubclass(admin_class, OfficeAdmin)):
            raise TypeError(f"{admin_class} of {ours} is no OfficeAdmin: it would ask Django's permissions instead of the office's duties")
        super().register(ours, admin_class, **options)

    def has_permission(self, request: Request) -> bool:
        """Office staff only."""
        return request.user.is_active and request.viewer.face is Face.OFFICE

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Who lacks the duty finds nothing, as everywhere: not that there is something (product.md, "Rules that hold everywhere")."""

        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as error:
                raise NotFound from error

        return super().admin_view(guarded, cacheable)

    def index(self, request: Request, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page is a work list, not a list of tables (office.md O1): of what waits, what this reader can act on."""
        at, viewer = timezone.now(), request.viewer
        found = (item for _key, items in registries.work_list for item in items(viewer, at))
        work = sorted((item for item in found if viewer.may(*item.duties)), key=lambda item: not item.urgent)
        return super().index(request, {"work": work, "now": at, **(extra_context or {})})

    def password_change(self, request: Request, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The account's own page, with its mail and its line; the library's form has neither."""
        return redirect("account_change_password")

    def login(self, request: Request, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one login of the product, with its limits and its second factor; the admin has none of its own."""
        return redirect_to_login(request.GET.get("next", "/admin/"))
