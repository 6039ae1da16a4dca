"""One item of an itinerary as typed: times as they stand on the ticket, in the clock of the place."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.itinerary import Entry
from applications.forms.places import PlaceForm, offer
from applications.models import Application, Stay
from applications.rules.clocks import offset_label, read_clock
from applications.rules.itinerary import refusal_of_item
from applications.states import StayKind

YEARS = range(2000, 2100)
TURNS = {"starts": "starts_turn", "ends": "ends_turn"}
TEXTS = ("place", "address", "phone", "local_contact", "booking", "note")


class LocalTimeInput(forms.DateTimeInput):
    """A day and a wall clock time by the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LocalTimeField(forms.CharField):
    """A wall clock time without a zone; the place says which clock it is."""

    widget = LocalTimeInput
    formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")

    def clean(self, value: Any) -> datetime:
        """Raise ValidationError for anything but a time."""
        text = super().clean(value)
        for layout in self.formats:
            try:
                wall = datetime.strptime(text, layout)  # noqa: DTZ007 - the place's zone is put to it in StayForm.clean
            except ValueError:
                continue
            if wall.year in YEARS:
                return wall
        raise ValidationError(_("Enter the day and the time, for example 2026-11-21 09:30."), code="invalid")


class StayForm(PlaceForm):
    """One leg or stay (member-portal.md M5)."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=StayKind.choices)
    starts = LocalTimeField(label=gettext_lazy("From (local time)"))
    starts_turn = forms.ChoiceField(label=gettext_lazy("Which of the two times (from)"), required=False, widget=forms.HiddenInput)
    ends = LocalTimeField(label=gettext_lazy("Until (local time)"))
    ends_turn = forms.ChoiceField(label=gettext_lazy("Which of the two times (until)"), required=False, widget=forms.HiddenInput)
    place = forms.CharField(label=gettext_lazy("Place (hotel, flight number, host)"), max_length=160, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    phone = forms.CharField(label=gettext_lazy("Local phone"), max_length=32, required=False, widget=forms.TextInput({"type": "tel"}))
    local_contact = forms.CharField(label=gettext_lazy("Local emergency contact"), max_length=160, required=False)
    booking = forms.CharField(label=gettext_lazy("Booking reference"), max_length=60, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}))

    field_order = ("kind", "country", "city", "zone", "starts", "starts_turn", "ends", "ends_turn", *TEXTS)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        for name in TURNS.values():
            offer(self, name, [("0", "0"), ("1", "1")])

    def clean(self) -> dict[str, Any]:
        """Read both clocks at the place, then ask the rules of the itinerary."""
        cleaned = super().clean()
        location = cleaned.get("location")
        if location is None:
            return cleaned
        zone = ZoneInfo(location.zone)
        moments = [self._moment(name, zone) for name in TURNS]
        if all(moments):
            self._check(moments, zone)
        return cleaned

    def _check(self, moments: list[datetime | None], zone: ZoneInfo) -> None:
        starts_at, ends_at = moments
        assert starts_at and ends_at  # noqa: S101 - asked just before
        self.cleaned_data |= {"starts_at": starts_at, "ends_at": ends_at}
        if refused := refusal_of_item(starts_at, ends_at, self.application.first_day, self.application.last_day, zone):
            self.add_error(refused.field, ValidationError(refused.message, code=refused.code))

    def _moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """The moment behind a wall clock time; a time that does not exist, or exists twice, goes back to the person."""
        wall = self.cleaned_data.get(name)
        if wall is None:
            return None
        reading = read_clock(wall, zone)
        if reading.resumes_at:
            text = _("That night the clocks there are put forward: this time does not exist. The next one is %(time)s.")
            self.add_error(name, ValidationError(text, code="gap", params={"time": reading.resumes_at.strftime("%H:%M")}))
            return None
        if not reading.is_ambiguous:
            return reading.moments[0]
        return self._turn(name, reading.moments, zone)

    def _turn(self, name: str, moments: tuple[datetime, ...], zone: ZoneInfo) -> datetime | None:
        labels = (_("the first time (%(offset)s)"), _("the second time (%(offset)s)"))
        choices = [(str(n), label % {"offset": offset_label(moments[n], zone)}) for n, label in enumerate(labels)]
        self.fields[TURNS[name]].widget = forms.RadioSelect(choices=choices)
        self.fields[TURNS[name]].required = True
        chosen = self.cleaned_data.get(TURNS[name])
        if chosen:
            return moments[int(chosen)]
        text = _("That night the clocks there are put back: this time comes twice. Please choose which one.")
        self.add_error(TURNS[name], ValidationError(text, code="twice"))
        return None

    def entry(self) -> Entry:
        """The item of a valid form."""
        cleaned = self.cleaned_data
        return Entry(
            kind=cleaned["kind"],
            location=self.location,
            starts_at=cleaned["starts_at"],
            ends_at=cleaned["ends_at"],
            **{name: cleaned[name] for name in TEXTS},
        )


def first_values(application: Application) -> dict[str, Any]:
    """A new item begins at the first stop of the journey."""
    stop = application.destinations.all()[0]
    return {"kind": StayKind.STAY, "country": stop.country_id, "city": stop.city_label}


def initial_of(stay: Stay) -> dict[str, Any]:
    """A stored item as the first values of the form, in the clock of its place."""
    zone = ZoneInfo(stay.zone)
    starts, ends = (moment.astimezone(zone).replace(tzinfo=None) for moment in (stay.starts_at, stay.ends_at))
    return {
        "kind": stay.kind,
        "country": stay.country_id,
        "city": stay.city_label,
        "zone": stay.zone if len(stay.country.zones) > 1 else "",
        "starts": starts,
        "ends": ends,
        "starts_turn": _turn_of(stay.starts_at, zone),
        "ends_turn": _turn_of(stay.ends_at, zone),
        **{name: getattr(stay, name) for name in TEXTS},
    }


def _turn_of(moment: datetime, zone: ZoneInfo) -> str:
    """Which of two equal wall clock times it was; empty where there is only one, so that a changed time is asked about afresh."""
    local = moment.astimezone(zone)
    return str(local.fold) if read_clock(local.replace(tzinfo=None, fold=0), zone).is_ambiguous else ""
