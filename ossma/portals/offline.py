"""What the service worker keeps for bad times: which files and pages, under a version that changes with any of them."""

import json
from hashlib import sha256

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

STYLES = ("css/tokens.css", "css/house.css", "css/components.css", "img/favicon.svg", "img/icon-192.png", "js/shell.js", "js/answer.js")
# Imported by other scripts, under their plain names.
IMPORTED = ("js/forms.js", "js/copy.js", "js/clocks.js", "js/menus.js", "js/app.js", "js/kept.js", "js/push.js", "js/hand.js")
SCRIPTS = ("js/kept.js", "js/sw.js")
PAGES = ("public:portals:offline", "public:portals:offline_helpline", "public:portals:offline_report")


def worker(language: str) -> str:
    """The text of /sw.js: what the worker has to know, then its scripts. A byte changed anywhere makes browsers fetch all of it anew."""
    named = [static(name) for name in (*STYLES, *IMPORTED, *SCRIPTS)]
    files = [static(name) for name in STYLES] + [f"/{settings.STATIC_URL.lstrip('/')}{name}" for name in IMPORTED]
    pages = [reverse(name) for name in PAGES]
    facts = {
        "version": f"{sha256(json.dumps([named, pages]).encode()).hexdigest()[:12]}-{language}",
        "language": language,
        "files": files,
        "pages": pages,
        "words": _words(),
        "icon": static("img/icon-192.png"),
        "badge": static("img/icon-192.png"),
    }
    scripts = ", ".join(json.dumps(static(name)) for name in SCRIPTS)
    return f"self.OSSMA = {json.dumps(facts, ensure_ascii=False)};\nimportScripts({scripts});\n"


def _words() -> dict[str, tuple[str, str]]:
    """What the worker says when somebody has answered on the notification itself: title and text."""
    return {
        "safe": (_("Received: you are safe."), _("If you can, also tell us where you are.")),
        "kept": (
            _("Kept on this device"),
            _("There is no network. Your answer will be sent with its true time once the network is back, at the latest when you open OSSMA again."),
        ),
        "open_app": (_("Please open OSSMA"), _("There is a message for you. Press to see it.")),
        "open": (_("Please open the page"), _("Your answer could not be sent from here. Press to answer on the page.")),
    }
