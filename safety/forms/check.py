"""The form of a safety check, and the small forms of its preview."""

import re
from datetime import datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms.fields import TextField
from ossma.core.calendar import OFFICE_ZONE as HOME_ZONE
from ossma.core.refusals import Refused
from ossma.core.time_fields import ClockForm, LocalTimeField, clock_initial
from ossma.core.viewer import Viewer
from safety import rules
from safety.forms.audience import AudienceForm, audience_initial
from safety.forms.words import WordsForm, words_initial
from safety.models import SafetyCheck
from safety.queries import choices
from safety.rules import DEFAULT_REMINDERS

USUAL, NONE, OWN = "usual", "none", "own"
MINUTES_AN_HOUR = 60
MORNING = time(9)
SEPARATORS = re.compile(r"[\s,、，]+")


class RemindersForm(forms.Form):
    """When those without an answer are reminded."""

    reminder_plan = forms.ChoiceField(label=gettext_lazy("Reminders"), widget=forms.RadioSelect, initial=USUAL)
    reminder_hours = forms.CharField(
        label=gettext_lazy("Hours after sending"), required=False, max_length=60,
        help_text=gettext_lazy("For example 1, 6, 24. Only if you set them yourself."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = [
            (USUAL, _("The usual ones (ad hoc: 1, 6 and 24 hours; regular: 24 and 72 hours)")),
            (NONE, _("None")),
            (OWN, _("Set them myself")),
        ]
        cast("forms.ChoiceField", self.fields["reminder_plan"]).choices = plans

    def clean_reminder_hours(self) -> list[int]:
        """Hours as minutes; halves are fine."""
        words = [word for word in SEPARATORS.split(self.cleaned_data["reminder_hours"]) if word]
        try:
            return [round(float(word) * MINUTES_AN_HOUR) for word in words]
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("Write hours as numbers, for example 1, 6, 24.")) from error

    def clean(self) -> dict[str, Any]:
        """Own reminders need their hours."""
        cleaned = super().clean() or {}
        if cleaned.get("reminder_plan") == OWN and not cleaned.get("reminder_hours") and "reminder_hours" not in self.errors:
            self.add_error("reminder_hours", _("Write after how many hours."))
        return cleaned

    def reminders(self) -> list[int] | None:
        """Minutes; None: the usual ones of the kind. Valid forms only."""
        plans: dict[str, list[int] | None] = {USUAL: None, NONE: [], OWN: self.cleaned_data["reminder_hours"]}
        return plans[self.cleaned_data["reminder_plan"]]


def reminders_initial(row: Any) -> dict[str, Any]:
    """What the fields show of a check or a schedule."""
    plan = USUAL if tuple(row.reminders) == DEFAULT_REMINDERS[row.kind] else OWN
    hours = [f"{minutes / MINUTES_AN_HOUR:g}" for minutes in row.reminders]
    return {"reminder_plan": plan if row.reminders else NONE, "reminder_hours": ", ".join(hours) if plan == OWN else ""}


class CheckForm(ClockForm, WordsForm, RemindersForm, AudienceForm):
    """A whole check; `content()` gives what the engine's actions take."""

    clocks = ("event_at", "deadline_at")

    place_ja = TextField(label=gettext_lazy("Place (Japanese)"), max_length=120, required=False)
    place_en = TextField(label=gettext_lazy("Place (English)"), max_length=120, required=False)
    event_at = LocalTimeField(label=gettext_lazy("When it happened"), required=False, help_text=gettext_lazy("By the clock of the zone below."))
    event_zone = forms.ChoiceField(label=gettext_lazy("Time zone of the event"), initial=choices.HOME_ZONE)
    deadline_at = LocalTimeField(
        label=gettext_lazy("Answer by"), required=False, help_text=gettext_lazy("Japan time. Answers after it count and are marked late.")
    )  # fmt: skip
    incident = forms.TypedChoiceField(
        label=gettext_lazy("About which event"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("Checks about the same event belong together: nobody is asked twice about it."),
    )  # fmt: skip
    ask_again = forms.BooleanField(label=gettext_lazy("Ask those again who have already answered about this event"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["event_zone"]).choices = choices.zones()
        known = choices.incidents(self.viewer)
        cast("forms.ChoiceField", self.fields["incident"]).choices = [("", _("Something new")), *known]

    def clean(self) -> dict[str, Any]:
        """Each time by its clock; the moments behind them go into `event_moment` and `deadline_moment`."""
        cleaned = super().clean()
        if zone := cleaned.get("event_zone"):
            cleaned["event_moment"] = self.read_moment("event_at", ZoneInfo(zone))
        cleaned["deadline_moment"] = self.read_moment("deadline_at", HOME_ZONE)
        try:
            rules.require_times(event_at=cleaned.get("event_moment"), deadline_at=cleaned["deadline_moment"], at=self.at)
        except Refused as refused:
            self.add_error(refused.field, refused.message)
        return cleaned

    def content(self) -> dict[str, Any]:
        """What the engine stores. Valid forms only."""
        data = self.cleaned_data
        return {
            **self.words(),
            "place_ja": data["place_ja"],
            "place_en": data["place_en"],
            "event_at": data["event_moment"],
            "event_zone": data["event_zone"],
            "deadline_at": data["deadline_moment"],
            "reminders": self.reminders(),
            "audience": self.audience(),
            "incident_id": data["incident"],
            "ask_again": data["ask_again"],
        }


def check_initial(viewer: Viewer, check: SafetyCheck) -> dict[str, Any]:
    """What the form shows of a stored check."""
    return {
        **audience_initial(viewer, check.audience),
        **words_initial(check),
        **reminders_initial(check),
        "place_ja": check.place_ja,
        "place_en": check.place_en,
        **clock_initial("event_at", check.event_at, ZoneInfo(check.event_zone)),
        "event_zone": check.event_zone,
        **clock_initial("deadline_at", check.deadline_at, HOME_ZONE),
        "incident": check.incident_id,
        "ask_again": check.ask_again,
    }


class SendForm(forms.Form):
    """The typed number, and when: now or later."""

    typed_count = forms.IntegerField(label=gettext_lazy("Number of recipients"), required=False, min_value=0)

    def __init__(self, *args: Any, needs_number: bool, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        if needs_number:
            self.fields["typed_count"].required = True
            self.fields["typed_count"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
        else:
            del self.fields["typed_count"]


class ScheduleForm(ClockForm, SendForm):
    """When a check sends itself; the moment goes into `moment`."""

    clocks = ("scheduled_for",)

    scheduled_for = LocalTimeField(label=gettext_lazy("Send at"), help_text=gettext_lazy("Japan time."))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tomorrow = at.astimezone(HOME_ZONE).date() + timedelta(days=1)
        self.fields["scheduled_for"].initial = datetime.combine(tomorrow, MORNING)

    def clean(self) -> dict[str, Any]:
        """Japan's clock."""
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "moment": self.read_moment("scheduled_for", HOME_ZONE)}
