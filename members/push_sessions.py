"""Which login session a device for push messages belongs to: it takes messages as long as the session lives (member-portal.md M9).

The mark stands in the session itself, so it stays the same when the session gets a new key.
"""

from collections.abc import Iterable
from importlib import import_module
from secrets import token_urlsafe

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

KEY = "push_mark"


def mark_of(session: SessionBase) -> str:
    """The session's mark, made when first asked for."""
    if KEY not in session:
        session[KEY] = token_urlsafe(12)
    return str(session[KEY])


def known_mark(session: SessionBase) -> str:
    """The session's mark; empty where no device was put on the list in it."""
    return str(session.get(KEY, ""))


def marks_of(sessions: Iterable[UserSession]) -> list[str]:
    """The marks of sessions of other browsers, read where they are kept."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return [known_mark(store(one.session_key)) for one in sessions]
