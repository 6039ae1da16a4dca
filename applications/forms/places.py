"""Asking for a place: country, city and, only where nothing else settles it, the clock."""

from typing import Any, cast

from babel import Locale
from babel.dates import get_timezone_location
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from applications.queries.places import Gazetteer, Place
from members.forms.fields import TextField
from ossma.core.countries import queries as countries
from ossma.core.forms import LongSelect

Choices = list[tuple[str, Any]]


def country_choices() -> Choices:
    """All countries by region, in the reader's language: read once per page."""
    return [("", _("Choose a country")), *countries.choices_by_region()]


def offer(form: forms.Form, name: str, choices: Choices) -> None:
    """Set the choices of a field once they are known."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def check_city(gazetteer: Gazetteer, country_id: str, city: str) -> None:
    """Raise ValidationError for a known city of another country. A place of the same name can be entered with its region."""
    other = gazetteer.other_country(country_id, city)
    if other is None:
        return
    text = _(
        "%(city)s is in %(country)s. Please choose that country."
        " If you mean another place of this name, add its state or region: “%(city)s (name of the region)”."
    )
    raise ValidationError(text, code="country", params={"city": city, "country": other.label})


class PlaceForm(forms.Form):
    """A country, a city, and the time zone once the city leaves it open. Cleans to `location`.

    A form that asks for more than one place names the prefixes of its fields in `places` and reads the others by `read_place`.
    """

    places: tuple[str, ...] = ("",)

    country = forms.ChoiceField(label=gettext_lazy("Country or region"), widget=LongSelect)
    city = TextField(label=gettext_lazy("City"), max_length=100)
    # Free text behind a select: a clock of another country, left from an earlier choice, is forgotten and not an error.
    zone = forms.CharField(label=gettext_lazy("Local time"), max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Choices | None = None, gazetteer: Gazetteer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_fields()
        typed = [(self[f"{prefix}country"].value() or "", self[f"{prefix}city"].value() or "") for prefix in self.places]
        self.gazetteer = gazetteer or Gazetteer(typed)
        offered = choices or country_choices()
        for prefix in self.places:
            offer(self, f"{prefix}country", offered)
            self.fields[f"{prefix}city"].widget.attrs.update({"data-city": "", "autocomplete": "off"})
            self.fields[f"{prefix}country"].widget.attrs["data-country"] = ""
            # A clock chosen before stays visible and can be changed.
            if self[f"{prefix}zone"].value():
                self._ask_for_zone(prefix)

    def name_fields(self) -> None:
        """Labels that depend on what was chosen: set before a field is first looked at, which settles its label."""

    def _ask_for_zone(self, prefix: str) -> None:
        country = self.gazetteer.countries.get(self[f"{prefix}country"].value() or "")
        if country is not None and len(country.zones) > 1:
            choices = [("", _("Choose the local time")), *((zone, zone_label(zone)) for zone in country.zones)]
            self.fields[f"{prefix}zone"].widget = forms.Select(choices=choices)
            self.fields[f"{prefix}zone"].required = True

    def clean(self) -> dict[str, Any]:
        """Find the place."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("country") and cleaned.get("city"):
            cleaned["location"] = self.read_place("")
        return cleaned

    def read_place(self, prefix: str) -> Place | None:
        """The place of one set of fields that are filled in. None leaves its question at the field: another country, or which clock."""
        country, zone = self.cleaned_data[f"{prefix}country"], self.cleaned_data.get(f"{prefix}zone", "")
        # Without the space around it, full-width ones included.
        city = " ".join(self.cleaned_data[f"{prefix}city"].split())
        try:
            check_city(self.gazetteer, country, city)
        except ValidationError as error:
            self.add_error(f"{prefix}city", error)
            return None
        place = self.gazetteer.find(country, city, zone)
        if place is None:
            self._ask_for_zone(prefix)
            text = _("This country has several local times. Please choose the one of the city.")
            self.add_error(f"{prefix}zone", ValidationError(text, code="zone"))
        return place

    @property
    def location(self) -> Place:
        """The place of a valid form."""
        return self.cleaned_data["location"]


def zone_label(zone: str) -> str:
    """A clock as people know it: アメリカ合衆国（ニューヨーク）時間."""
    language = "en" if get_language() == "en" else "ja"
    return get_timezone_location(zone, locale=Locale(language))
