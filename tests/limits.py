"""Limits as tests need them."""

from dataclasses import replace

from django.utils import timezone

from ossma.core import limits

REAL_NOW = timezone.now


def lower(monkeypatch, name: str, most: int) -> None:
    """Give the limit `limits.<name>` a number that a test can reach. The clock stands, if no fixture moves it: no window ends between two uses."""
    monkeypatch.setattr(limits, name, replace(getattr(limits, name), most=most))
    if timezone.now is REAL_NOW:
        moment = REAL_NOW()
        monkeypatch.setattr(timezone, "now", lambda: moment)
