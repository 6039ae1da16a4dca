"""One item of an itinerary as typed: times as they stand on the ticket, each by the clock of its place."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.itinerary import Entry
from applications.forms.places import PlaceForm
from applications.models import Application, Stay
from applications.queries.itinerary import span_of
from applications.queries.places import Place
from applications.rules.itinerary import refusal_of_item
from applications.states import TRANSPORT, StayKind
from members.forms.fields import LongTextField, TextField
from ossma.core.countries import HOME
from ossma.core.countries import queries as countries
from ossma.core.forms import LongSelect
from ossma.core.phones import e164, shown
from ossma.core.time_fields import ClockForm, LocalTimeField, clock_initial

# Field, and its label for a stay and for a journey.
WORDS = (
    ("from_country", gettext_lazy("Departure: country or region"), gettext_lazy("Departure: country or region")),
    ("from_city", gettext_lazy("Departure: city"), gettext_lazy("Departure: city")),
    ("starts", gettext_lazy("From (local time)"), gettext_lazy("Departure (local time of the place of departure)")),
    ("country", gettext_lazy("Country or region"), gettext_lazy("Arrival: country or region")),
    ("city", gettext_lazy("City"), gettext_lazy("Arrival: city")),
    ("ends", gettext_lazy("Until (local time)"), gettext_lazy("Arrival (local time of the place of arrival)")),
)
MISSING = {"required": gettext_lazy("Enter where it departs.")}
TEXTS = ("place", "address", "phone", "local_contact", "booking", "note")


class StayForm(ClockForm, PlaceForm):
    """One leg or stay (member-portal.md M5). A flight or train has two places, each with its own clock; either may be Japan."""

    places = ("", "from_")
    clocks = ("starts", "ends")

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StayKind.choices)
    from_country = forms.ChoiceField(widget=LongSelect, required=False, error_messages=MISSING)
    from_city = TextField(max_length=100, required=False, error_messages=MISSING)
    from_zone = forms.CharField(label=gettext_lazy("Departure: local time"), max_length=64, required=False, widget=forms.HiddenInput)
    starts = LocalTimeField()
    starts_turn = forms.ChoiceField(label=gettext_lazy("Which of the two times (from)"), required=False, widget=forms.HiddenInput)
    ends = LocalTimeField()
    ends_turn = forms.ChoiceField(label=gettext_lazy("Which of the two times (until)"), required=False, widget=forms.HiddenInput)
    place = TextField(label=gettext_lazy("Place (hotel, flight number, host)"), max_length=160, required=False)
    address = TextField(label=gettext_lazy("Address"), max_length=300, required=False)
    phone = forms.CharField(label=gettext_lazy("Local phone"), max_length=32, required=False, widget=forms.TextInput({"type": "tel"}))
    local_contact = TextField(label=gettext_lazy("Local emergency contact"), max_length=160, required=False)
    booking = TextField(label=gettext_lazy("Booking reference"), max_length=60, required=False)
    note = LongTextField(label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}))

    field_order = (
        "kind", "from_country", "from_city", "from_zone", "starts", "starts_turn", "country", "city", "zone", "ends", "ends_turn", *TEXTS
    )  # fmt: skip

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        choices = [("", _("Choose a country")), *countries.choices_with_home()]
        super().__init__(*args, choices=choices, **kwargs)
        self.application = application

    def name_fields(self) -> None:
        """Say which end and which clock is meant. What is shown after another choice of kind stands in attributes, for the script."""
        kind = self.data.get(self.add_prefix("kind")) if self.is_bound else self.initial.get("kind")
        for name, of_stay, of_journey in WORDS:
            self.fields[name].label = of_journey if kind in TRANSPORT else of_stay
            self.fields[name].widget.attrs.update({"data-stay-label": of_stay, "data-journey-label": of_journey})
        for name in ("from_country", "from_city"):
            self.fields[name].required = kind in TRANSPORT
        self.fields["starts"].help_text = _("Of a flight or train: departure, by the clock of the place of departure.")
        self.fields["ends"].help_text = _("Of a flight or train: arrival, by the clock of the place of arrival.")
        self.fields["from_country"].help_text = _("Only for a flight or train. Japan is at the top.")

    def clean(self) -> dict[str, Any]:
        """Read each clock at its own place, then ask the rules of the itinerary."""
        cleaned = super().clean()
        transport = cleaned.get("kind") in TRANSPORT
        departure = self._departure() if transport else None
        location = cleaned.get("location")
        if location is None or (transport and departure is None):
            return cleaned
        self._read_phone(location.country_id)
        if location.country_id == HOME and not transport:
            self.add_error("country", ValidationError(_("Enter your time abroad here. Japan can only be an end of a flight or train."), code="home"))
            return cleaned
        clocks = {"starts": ZoneInfo((departure or location).zone), "ends": ZoneInfo(location.zone)}
        moments = [self.read_moment(name, zone) for name, zone in clocks.items()]
        if all(moments):
            self._check(moments, transport=transport)
        return cleaned

    def _read_phone(self, country_id: str) -> None:
        """A local number is one of the place's country, unless it says another."""
        typed = str(self.cleaned_data.get("phone") or "").strip()
        country = self.gazetteer.countries.get(country_id)
        number = e164(typed, country.iso2 if country else None) if typed else ""
        if number is None:
            text = _("This is no telephone number of that country. Write it with the country code, for example +33 6 12 34 56 78.")
            self.add_error("phone", ValidationError(text, code="phone"))
        else:
            self.cleaned_data["phone"] = number

    def _departure(self) -> Place | None:
        """Where a journey begins; what is missing or open goes back to the person."""
        # What is missing has its error already: for a journey both fields are required.
        given = self.cleaned_data.get("from_country") and self.cleaned_data.get("from_city")
        place = self.read_place("from_") if given else None
        self.cleaned_data["departure"] = place
        return place

    def _check(self, moments: list[datetime | None], *, transport: bool) -> None:
        starts_at, ends_at = moments
        assert starts_at and ends_at  # noqa: S101 - asked just before
        self.cleaned_data |= {"starts_at": starts_at, "ends_at": ends_at}
        if refused := refusal_of_item(starts_at, ends_at, span_of(self.application), transport=transport):
            self.add_error(refused.field, ValidationError(refused.message, code=refused.code))

    def entry(self) -> Entry:
        """The item of a valid form."""
        cleaned = self.cleaned_data
        return Entry(
            kind=cleaned["kind"],
            location=self.location,
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            departure=cleaned.get("departure"),
            **{name: cleaned[name] for name in TEXTS},
        )


def first_values(application: Application) -> dict[str, Any]:
    """A new item begins at the first stop of the journey."""
    stop = application.destinations.all()[0]
    return {"kind": StayKind.STAY, "country": stop.country_id, "city": stop.city_label}


def initial_of(stay: Stay) -> dict[str, Any]:
    """A stored item as the first values of the form, each time in the clock of its place."""
    clocks = {"starts": (stay.starts_at, ZoneInfo(stay.starts_zone)), "ends": (stay.ends_at, ZoneInfo(stay.zone))}
    departure = stay.from_country
    return {
        "kind": stay.kind,
        "country": stay.country_id,
        "city": stay.city_label,
        "zone": stay.zone if len(stay.country.zones) > 1 else "",
        "from_country": stay.from_country_id or "",
        "from_city": stay.from_city_label,
        "from_zone": stay.from_zone if departure is not None and len(departure.zones) > 1 else "",
        **{key: value for name, (moment, zone) in clocks.items() for key, value in clock_initial(name, moment, zone).items()},
        **{name: getattr(stay, name) for name in TEXTS},
        "phone": shown(stay.phone),
    }
