"""What destinations and stays share: a place with its clock."""

from functools import cache

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ossma.core.countries.files import cities
from ossma.core.formats import is_japanese


@cache
def _english_names() -> dict[tuple[str, str], str]:
    return {(city.mofa_cd, city.name_ja): city.name_en for city in cities()}


def city_label(country_id: str, city: str) -> str:
    """A stored city in the reader's language, where it is known in both."""
    if is_japanese(get_language() or "ja"):
        return city
    return _english_names().get((country_id, city), city)


def place_label(city: str, country: str) -> str:
    """パリ（フランス） or Paris (France), from names in the reader's language; the country alone where no city is known."""
    if not city:
        return country
    return f"{city}（{country}）" if is_japanese(get_language() or "ja") else f"{city} ({country})"


class Located(models.Model):
    """A city. A known one is stored by its Japanese name, so that the same place is one place however it was typed."""

    country = models.ForeignKey("core.Country", models.PROTECT, related_name="+", verbose_name=_("country"))
    city = models.CharField(_("city"), max_length=100)
    zone = models.CharField(_("time zone"), max_length=64)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def city_label(self) -> str:
        """The city in the reader's language where it is known in both."""
        return city_label(self.country_id, self.city)

    @property
    def label(self) -> str:
        """City and country in the reader's language; the country has to be loaded."""
        return place_label(self.city_label, self.country.label)
