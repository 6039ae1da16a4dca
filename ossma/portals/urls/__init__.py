"""Every address of the product (interface.md, "Addresses"), composed from the rooms' own lists."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from members.views.language import set_language
from ossma.portals.views import app, post, public, shell

public_patterns = [
    # First of all: a whole crowd comes here within minutes, and every address before this one would be tried each time.
    path("", include("safety.urls.public")),
    path("", include("ossma.portals.urls.offline")),
    path("", include("members.urls.public")),
    path("", include("payments.urls.public")),
    path("helpline/", include("helpline.urls.public")),
    path("", include("helpline.urls.faq")),
]
member_patterns = [
    path("", include("ossma.portals.urls.member")),
    path("me/", include("members.urls.member")),
    path("applications/", include("applications.urls.member")),
    path("payments/", include("payments.urls.member")),
    path("safety/", include("safety.urls.member")),
    path("notices/", include("notices.urls.member")),
]
school_patterns = [
    path("", include("ossma.portals.urls.school")),
    path("", include("members.urls.school")),
    path("applications/", include("applications.urls.school")),
    path("safety/", include("safety.urls.school")),
    path("advisories/", include("notices.urls.school")),
]
office_patterns = [
    path("", include("ossma.portals.urls.office")),
    path("", include("members.urls.office")),
    path("safety/", include("safety.urls.office")),
    path("advisories/", include("notices.urls.office")),
]

handler404 = "ossma.portals.views.links.not_found"
urlpatterns = [
    path("", include((public_patterns, "public"))),
    path("", public.home, name="home"),
    path("", include("members.urls.accounts")),
    path("favicon.ico", shell.favicon, name="favicon"),
    path("healthz", shell.healthz, name="healthz"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("mail/bounces/", post.bounces, name="bounces"),
    path("sw.js", app.worker, name="worker"),
    path("install/", app.install, name="install"),
    path("i18n/", set_language, name="set_language"),
    path("", include((member_patterns, "member"))),
    path("school/", include((school_patterns, "school"))),
    path("admin/desk/", include((office_patterns, "office"))),
    path("admin/", admin.site.urls),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("dev/", include("ossma.portals.urls.dev"))]
