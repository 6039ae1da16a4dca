"""The form of a safety check, and the small forms of its preview."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ossma.core.viewer import Viewer
from safety.forms.audience import AudienceForm, audience_initial
from safety.models import SafetyCheck
from safety.queries import choices
from safety.rules import DEFAULT_REMINDERS
from safety.states import CheckKind

USUAL, NONE, OWN = "usual", "none", "own"
MINUTES_AN_HOUR = 60
SEPARATORS = re.compile(r"[\s,、，]+")
TEXTS = ("title_ja", "title_en", "text_ja", "text_en", "place_ja", "place_en", "correction_ja", "correction_en")


class MomentInput(forms.DateTimeInput):
    """Day and time in one field of the browser's own."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class CheckForm(AudienceForm):
    """Everything of a check but its audience; `content()` gives what the engine's actions take."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=CheckKind.choices, widget=forms.RadioSelect, initial=CheckKind.AD_HOC)
    title_ja = forms.CharField(label=gettext_lazy("Title (Japanese)"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("Title (English)"), max_length=120, required=False)
    text_ja = forms.CharField(
        label=gettext_lazy("Text (Japanese)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What happened, and what members should do now."),
    )  # fmt: skip
    text_en = forms.CharField(label=gettext_lazy("Text (English)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    place_ja = forms.CharField(label=gettext_lazy("Place (Japanese)"), max_length=120, required=False)
    place_en = forms.CharField(label=gettext_lazy("Place (English)"), max_length=120, required=False)
    event_at = forms.DateTimeField(
        label=gettext_lazy("When it happened"), required=False, widget=MomentInput, help_text=gettext_lazy("By the clock of the zone below.")
    )  # fmt: skip
    event_zone = forms.ChoiceField(label=gettext_lazy("Time zone of the event"), initial=choices.HOME_ZONE)
    deadline_at = forms.DateTimeField(
        label=gettext_lazy("Answer by"), required=False, widget=MomentInput,
        help_text=gettext_lazy("Japan time. Answers after it count and are marked late."),
    )  # fmt: skip
    reminder_plan = forms.ChoiceField(label=gettext_lazy("Reminders"), widget=forms.RadioSelect, initial=USUAL)
    reminder_hours = forms.CharField(
        label=gettext_lazy("Hours after sending"), required=False, max_length=60,
        help_text=gettext_lazy("For example 1, 6, 24. Only if you set them yourself."),
    )  # fmt: skip
    correction_ja = forms.CharField(
        label=gettext_lazy("Correction of a drill (Japanese)"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed for drills: sent if somebody takes the drill for real."),
    )  # fmt: skip
    correction_en = forms.CharField(
        label=gettext_lazy("Correction of a drill (English)"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("event_zone", choices.zones())
        plans = [
            (USUAL, _("The usual ones (ad hoc: 1, 6 and 24 hours; regular: 24 and 72 hours)")),
            (NONE, _("None")),
            (OWN, _("Set them myself")),
        ]
        self._choose("reminder_plan", plans)

    def clean_reminder_hours(self) -> list[int]:
        """Hours as minutes; halves are fine."""
        words = [word for word in SEPARATORS.split(self.cleaned_data["reminder_hours"]) if word]
        try:
            return [round(float(word) * MINUTES_AN_HOUR) for word in words]
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(_("Write hours as numbers, for example 1, 6, 24.")) from error

    def clean(self) -> dict[str, Any]:
        """A drill needs its correction, own reminders their hours."""
        cleaned = super().clean()
        if cleaned.get("kind") == CheckKind.DRILL and not (cleaned.get("correction_ja") or cleaned.get("correction_en")):
            self.add_error("correction_ja", _("Write the correction: it is sent if somebody takes the drill for real."))
        if cleaned.get("reminder_plan") == OWN and not cleaned.get("reminder_hours") and "reminder_hours" not in self.errors:
            self.add_error("reminder_hours", _("Write after how many hours."))
        return cleaned

    def content(self) -> dict[str, Any]:
        """What the engine stores. Valid forms only."""
        data = self.cleaned_data
        zone = ZoneInfo(data["event_zone"])
        plans: dict[str, list[int] | None] = {USUAL: None, NONE: [], OWN: data["reminder_hours"]}
        return {
            **{name: data[name] for name in TEXTS},
            "kind": data["kind"],
            # Typed by the clock of the place, read by Django by the server's: only the digits count.
            "event_at": timezone.make_naive(data["event_at"]).replace(tzinfo=zone) if data["event_at"] else None,
            "event_zone": data["event_zone"],
            "deadline_at": data["deadline_at"],
            "reminders": plans[data["reminder_plan"]],
            "audience": self.audience(),
        }


def check_initial(viewer: Viewer, check: SafetyCheck) -> dict[str, Any]:
    """What the form shows of a stored check."""
    zone = ZoneInfo(check.event_zone)
    plan = USUAL if tuple(check.reminders) == DEFAULT_REMINDERS[check.kind] else OWN
    hours = [f"{minutes / MINUTES_AN_HOUR:g}" for minutes in check.reminders]
    return {
        **audience_initial(viewer, check),
        **{name: getattr(check, name) for name in TEXTS},
        "kind": check.kind,
        "event_at": check.event_at.astimezone(zone).replace(tzinfo=None) if check.event_at else None,
        "event_zone": check.event_zone,
        "deadline_at": check.deadline_at,
        "reminder_plan": plan if check.reminders else NONE,
        "reminder_hours": ", ".join(hours) if plan == OWN else "",
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


class ScheduleForm(SendForm):
    """When a check sends itself."""

    scheduled_for = forms.DateTimeField(label=gettext_lazy("Send at"), widget=MomentInput, help_text=gettext_lazy("Japan time."))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheduled_for"].initial = timezone.localtime(at + timedelta(days=1)).replace(hour=9, minute=0, second=0)
