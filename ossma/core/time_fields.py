"""Fields for days and times: one reader, errors with an example, and the two hours of the year in which a clock says nothing or two things."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ossma.core import typed_times
from ossma.core.clocks import offset_label, read_clock

YEARS = range(2000, 2100)
TURN = "_turn"


class TypedInput(forms.widgets.DateTimeBaseInput):
    """The browser's own picker. What it could not show, of a browser that has none, stands in a plain field: nothing typed is lost."""

    layout: str
    read: Callable[[str], date | time]

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format=self.layout)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Text that can be read is shown in the picker, other text as it is."""
        plain = False
        if isinstance(value, str) and value:
            try:
                value = type(self).read(value)
            except ValueError:
                plain = True
        context = super().get_context(name, value, attrs)
        if plain:
            context["widget"]["type"] = "text"
        return context


class DayInput(TypedInput):
    """A day."""

    input_type, layout, format_key = "date", "%Y-%m-%d", "DATE_INPUT_FORMATS"
    read = staticmethod(typed_times.read_day)


class HourInput(TypedInput):
    """A time of the day."""

    input_type, layout, format_key = "time", "%H:%M", "TIME_INPUT_FORMATS"
    read = staticmethod(typed_times.read_hour)


class LocalTimeInput(TypedInput):
    """A day and a wall clock time."""

    input_type, layout, format_key = "datetime-local", "%Y-%m-%dT%H:%M", "DATETIME_INPUT_FORMATS"
    read = staticmethod(typed_times.read_wall)


def _not_in_calendar(words: str) -> ValidationError:
    return ValidationError(_("%(words)s does not exist. Please look at it again."), code="impossible", params={"words": words})


class DayField(forms.DateField):
    """A day, typed in any of the usual ways."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """Raise ValidationError, with an example, for what is no day."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        try:
            return typed_times.read_day(value)
        except typed_times.NotInCalendar as wrong:
            raise _not_in_calendar(wrong.words) from wrong
        except typed_times.Unreadable as wrong:
            raise ValidationError(_("Please enter the day as year, month and day, for example 2026-11-21."), code="invalid") from wrong


class HourField(forms.TimeField):
    """A time of the day."""

    widget = HourInput

    def to_python(self, value: Any) -> time | None:
        """Raise ValidationError, with an example, for what is no time."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        try:
            return typed_times.read_hour(value)
        except typed_times.NotInCalendar as wrong:
            raise _not_in_calendar(wrong.words) from wrong
        except typed_times.Unreadable as wrong:
            raise ValidationError(_("Enter the time, for example 09:30."), code="invalid") from wrong


class LocalTimeField(forms.Field):
    """A wall clock time without a zone (cleans to a naive datetime, None where it may be left out); the form says which clock it is."""

    widget = LocalTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Raise ValidationError, with an example, for anything but a time."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            wall = typed_times.read_wall(text)
        except typed_times.NotInCalendar as wrong:
            raise _not_in_calendar(wrong.words) from wrong
        except typed_times.Unreadable:
            wall = None
        if wall is None or wall.year not in YEARS:
            raise ValidationError(_("Enter the day and the time, for example 2026-11-21 09:30."), code="invalid")
        return wall


class ClockForm(forms.Form):
    """A form with wall clock times. `clocks` names them; beside each stands `<name>_turn`, hidden until a time comes twice.

    A time that does not exist, or exists twice, goes back to the person who typed it: nobody knows better which one was meant.
    """

    clocks: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.clocks:
            turn = self.fields.get(name + TURN) or forms.ChoiceField(required=False, widget=forms.HiddenInput)
            turn.label = turn.label or format_lazy(gettext_lazy("{field}: which of the two times"), field=self.fields[name].label)
            cast("forms.ChoiceField", turn).choices = [("0", "0"), ("1", "1")]
            self.fields[name + TURN] = turn

    def read_moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """The moment behind a wall clock time; None, with an error at its field, where there is none or one has to be chosen."""
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
        return self.choose_turn(name, reading.moments, zone)

    def choose_turn(self, name: str, moments: tuple[datetime, ...], zone: ZoneInfo) -> datetime | None:
        """Which of two moments is meant; asked for where nothing was chosen yet."""
        labels = (_("the first time (%(offset)s)"), _("the second time (%(offset)s)"))
        choices = [(str(n), label % {"offset": offset_label(moments[n], zone)}) for n, label in enumerate(labels)]
        field = self.fields[name + TURN]
        field.widget = forms.RadioSelect(choices=choices)
        field.required = True
        chosen = self.cleaned_data.get(name + TURN)
        if chosen:
            return moments[int(chosen)]
        text = _("That night the clocks there are put back: this time comes twice. Please choose which one.")
        self.add_error(name + TURN, ValidationError(text, code="twice"))
        return None


def clock_initial(name: str, moment: datetime | None, zone: ZoneInfo) -> dict[str, Any]:
    """A stored moment as the first values of its two fields, by the clock of its place."""
    if moment is None:
        return {}
    local = moment.astimezone(zone)
    wall = local.replace(tzinfo=None, fold=0)
    # Empty where there is only one, so that a changed time is asked about afresh.
    turn = str(local.fold) if read_clock(wall, zone).is_ambiguous else ""
    return {name: wall, name + TURN: turn}
