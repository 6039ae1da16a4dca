"""Every address of the product (interface.md, "Addresses"), composed from the rooms' own lists."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from members.views.language import set_language
from ossma.portals.views import public, shell


def room(prefix: str, module: str) -> list:
    return [path(prefix, include(module))] if find_spec(module) else []


public_patterns = [
    *room("", "members.urls.public"),
    *room("", "safety.urls.public"),
    *room("", "payments.urls.public"),
    *room("helpline/", "helpline.urls.public"),
    *room("", "helpline.urls.faq"),
]
member_patterns = [
    *room("me/", "members.urls.member"),
    *room("applications/", "applications.urls.member"),
    *room("payments/", "payments.urls.member"),
    *room("safety/", "safety.urls.member"),
    *room("notices/", "notices.urls.member"),
]
school_patterns = [
    *room("", "ossma.portals.urls.school"),
    *room("", "members.urls.school"),
    *room("applications/", "applications.urls.school"),
    *room("safety/", "safety.urls.school"),
    *room("advisories/", "notices.urls.school"),
]
office_patterns = [
    *room("safety/", "safety.urls.office"),
    *room("advisories/", "notices.urls.office"),
]

urlpatterns = [
    path("", public.home, name="home"),
    *room("", "members.urls.accounts"),
    path("healthz", shell.healthz, name="healthz"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("i18n/", set_language, name="set_language"),
    path("", include((public_patterns, "public"))),
    path("", include((member_patterns, "member"))),
    path("school/", include((school_patterns, "school"))),
    path("admin/desk/", include((office_patterns, "office"))),
    path("admin/", admin.site.urls),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns += room("dev/", "ossma.portals.urls.dev")
