"""A check-in as typed: times as they stand on the clock of the place (safety.md S4)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.forms.places import Choices, PlaceForm, offer
from members.models import EmergencyContact
from ossma.core.time_fields import ClockForm, LocalTimeField
from safety.actions.checkins import Plan
from safety.forms.answer import LenientKey, LenientMoment
from safety.promises import GRACES

LONGEST_NOTE = 500
USUAL_GRACE = 30
TIMES = {"due": "due_at", "no_signal": "no_signal_until"}


def _graces() -> Choices:
    return [(str(n), ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}) for n in GRACES]


class CheckInForm(ClockForm, PlaceForm):
    """ "I will report by 21:00 in Cusco". Of a time that comes twice the later counts: nobody is to be missed an hour too early."""

    key = LenientKey(required=False)
    due = LocalTimeField(label=gettext_lazy("I will report by (local time there)"))
    no_signal = LocalTimeField(
        label=gettext_lazy("No signal expected until (local time there)"), required=False,
        help_text=gettext_lazy("If you will have no signal for a while. We wait at least until then."),
    )  # fmt: skip
    grace = forms.TypedChoiceField(label=gettext_lazy("How long we wait after the time"), coerce=int, initial=USUAL_GRACE)
    note = forms.CharField(
        label=gettext_lazy("Plan"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Where you go, with whom, which way: it tells those who look for you where to begin."),
    )  # fmt: skip
    told = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who is told beside the office and your school"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Your emergency contacts with an e-mail address."),
    )  # fmt: skip
    field_order = ("key", "country", "city", "zone", "due", "no_signal", "grace", "note", "told")

    def __init__(self, *args: Any, contacts: list[EmergencyContact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "grace", _graces())
        offer(self, "told", [(str(contact.position), f"{contact.name} ({contact.relation})") for contact in contacts if contact.email])

    def clean(self) -> dict[str, Any]:
        """Read the clocks at the place."""
        cleaned = super().clean()
        location = cleaned.get("location")
        if location is not None:
            zone = ZoneInfo(location.zone)
            for name, column in TIMES.items():
                cleaned[column] = self.read_moment(name, zone)
        return cleaned

    def choose_turn(self, name: str, moments: tuple[datetime, ...], zone: ZoneInfo) -> datetime | None:
        """The later, unasked."""
        return moments[-1]

    def plan(self) -> Plan:
        """The check-in of a valid form."""
        cleaned = self.cleaned_data
        return Plan(
            location=self.location, due_at=cleaned["due_at"], no_signal_until=cleaned["no_signal_until"], grace_minutes=cleaned["grace"],
            note=cleaned["note"], told_contacts=cleaned["told"], key=cleaned["key"],
        )  # fmt: skip


class TapForm(forms.Form):
    """One tap on a check-in: safe, or an hour more than the time the page showed; when it was, if a phone kept it while it was offline."""

    tap = forms.ChoiceField(choices=[("safe", "safe"), ("later", "later"), ("cancel", "cancel")])
    due = forms.CharField(required=False)
    said_at = LenientMoment(required=False)
    # Said once more while a call for help is open.
    sure = forms.BooleanField(required=False)

    def clean_due(self) -> datetime | None:
        """The time the page showed, None when it says none."""
        moment = parse_datetime(self.cleaned_data["due"])
        if moment is None and self.data.get("tap") == "later":
            raise ValidationError(_("This page is out of date. Please load it again."))
        return moment
