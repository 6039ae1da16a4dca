"""Where people go: the foreign ministry's countries and regions, and the cities in them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ossma.core.formats import is_japanese


class Region(models.TextChoices):
    """The ministry's seven areas (feeds-and-ui.md 1.4); the values are its codes."""

    ASIA = "10", pgettext_lazy("region", "Asia")
    OCEANIA = "20", pgettext_lazy("region", "Oceania")
    NORTH_AMERICA = "30", pgettext_lazy("region", "North America")
    LATIN_AMERICA = "33", pgettext_lazy("region", "Latin America and the Caribbean")
    EUROPE = "42", pgettext_lazy("region", "Europe")
    MIDDLE_EAST = "50", pgettext_lazy("region", "Middle East")
    AFRICA = "60", pgettext_lazy("region", "Africa")


class Country(models.Model):
    """A destination as the ministry counts them: the USA and Hawaii are two, Hong Kong is its own. Japan is no destination: `active` is False."""

    mofa_cd = models.CharField(_("ministry code"), max_length=4, primary_key=True)
    iso2 = models.CharField(_("ISO code"), max_length=2, null=True, blank=True, db_index=True)  # noqa: DJ001 -- no code is not an empty code
    name_ja = models.CharField(_("Japanese name (ministry)"), max_length=80)
    short_ja = models.CharField(_("Japanese name (short)"), max_length=40)
    name_kana = models.CharField(_("reading"), max_length=80, help_text=_("Hiragana; lists are sorted by it."))
    name_en = models.CharField(_("English name"), max_length=80)
    region = models.CharField(_("region"), max_length=2, choices=Region.choices)
    zones = ArrayField(models.CharField(max_length=40), verbose_name=_("time zones"), help_text=_("IANA names, the principal zone first."))
    latitude = models.DecimalField(_("latitude"), max_digits=5, decimal_places=2)
    longitude = models.DecimalField(_("longitude"), max_digits=5, decimal_places=2)
    dial_code = models.CharField(_("calling code"), max_length=4, help_text=_("Without +."))
    search_key = models.TextField(editable=False)
    active = models.BooleanField(_("offered as a destination"), default=True)

    class Meta:
        verbose_name = _("country or region")
        verbose_name_plural = _("countries and regions")
        ordering = ["name_kana"]
        constraints = [models.CheckConstraint(condition=models.Q(mofa_cd__regex=r"^\d{4}$"), name="country_mofa_cd_four_digits")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The short name in the reader's language."""
        return self.short_ja if is_japanese(get_language() or "ja") else self.name_en


class City(models.Model):
    """A city people stay in: it settles the clock and the dot on the map."""

    country = models.ForeignKey(Country, models.PROTECT, related_name="cities", verbose_name=_("country or region"))
    zone = models.CharField(_("time zone"), max_length=40)
    name_ja = models.CharField(_("Japanese name"), max_length=80)
    name_kana = models.CharField(_("reading"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    latitude = models.DecimalField(_("latitude"), max_digits=5, decimal_places=2)
    longitude = models.DecimalField(_("longitude"), max_digits=5, decimal_places=2)
    major = models.BooleanField(_("well known"), default=True, help_text=_("Others are in the list only for their clock."))
    search_key = models.TextField(editable=False)

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["-major", "name_kana"]
        constraints = [models.UniqueConstraint(fields=["country", "name_en"], name="city_country_name")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_ja if is_japanese(get_language() or "ja") else self.name_en
