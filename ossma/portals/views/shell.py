"""What browsers and monitors ask of the product itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ossma.core import registries


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """One entry per part; 503 when any is not well (interface.md). Says nothing that a stranger may not know."""
    parts = probes()
    ok = all(part.ok for part in parts.values())
    body = {"ok": ok, "parts": {name: {"ok": part.ok, "detail": part.detail} for name, part in parts.items()}}
    return JsonResponse(body, status=200 if ok else 503)


def probes() -> dict[str, registries.Health]:
    """The state of every part, by its name."""
    return {name: _probed(probe) for name, probe in registries.health}


def _probed(probe: Callable[[], registries.Health]) -> registries.Health:
    try:
        return probe()
    except Exception as error:  # noqa: BLE001 - whatever is broken, the page must say so instead of breaking too
        return registries.Health(False, type(error).__name__)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that name no icon of their own, such as Django's admin."""
    return redirect(static("img/favicon.svg"))


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest: the portal can be put on the home screen (member-portal.md M9)."""
    icons = [
        {"src": static("img/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("img/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": static("img/icon-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    return JsonResponse(
        {
            "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "lang": request.LANGUAGE_CODE,
            "name": _("OSSMA, looking after you abroad"), "short_name": "OSSMA",
            "theme_color": "#004c59", "background_color": "#f7f4ee", "icons": icons,
        },
        content_type="application/manifest+json",
    )  # fmt: skip
