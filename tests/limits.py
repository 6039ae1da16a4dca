"""Limits as tests need them."""

from dataclasses import replace

from ossma.core import limits


def lower(monkeypatch, name: str, most: int) -> None:
    """Give the limit `limits.<name>` a number that a test can reach."""
    monkeypatch.setattr(limits, name, replace(getattr(limits, name), most=most))
