"""Nationalities to choose from: the ministry's countries, and Japan, which is none of its destinations."""

from django.utils.translation import gettext as _

from ossma.core.models import Country

JAPAN = "JP"
OTHER = "XX"


def nationalities() -> list[tuple[str, str]]:
    """ISO codes with names, Japan first; a country that the ministry counts twice (Hawaii) stands once, under its main row."""
    names: dict[str, str] = {}
    for country in Country.objects.exclude(iso2=None).order_by("pk"):
        names.setdefault(str(country.iso2), country.label)
    rest = sorted(names.items(), key=lambda pair: pair[1])
    return [(JAPAN, _("Japan")), *rest, (OTHER, _("Other or none"))]


def nationality_name(code: str) -> str:
    """The name of one of them in the reader's language."""
    return dict(nationalities()).get(code, code)
