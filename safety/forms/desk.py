"""The small forms of the follow-up desk: one try written down, the next one planned, the end of a shift."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms.fields import LongTextField
from ossma.core.time_fields import ClockForm, LocalTimeField
from safety import hours
from safety.actions.calls import Tried
from safety.forms.follow import KNOWN
from safety.states import CallResult, CallWay

MEMBER = "member"
NEXT = [
    (hours.HALF_HOUR, gettext_lazy("In 30 minutes")),
    (hours.TWO_HOURS, gettext_lazy("In 2 hours")),
    (hours.AT_EIGHT, gettext_lazy("At 8:00 their time")),
    (hours.ANOTHER, gettext_lazy("At another time")),
]


class NextTryForm(ClockForm):
    """When to try again, by their clock."""

    clocks = ("own_time",)

    next_try = forms.ChoiceField(label=gettext_lazy("Next try"), choices=NEXT, widget=forms.RadioSelect)
    own_time = LocalTimeField(
        label=gettext_lazy("Another time, by their clock"), required=False, help_text=gettext_lazy("Only for “At another time”.")
    )  # fmt: skip

    def __init__(self, *args: Any, zone: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at

    def clean(self) -> dict[str, Any]:
        """The moment behind the choice goes into `moment`."""
        data = super().clean() or self.cleaned_data
        chosen = data.get("next_try") or ""
        # What stands in the field beside another choice is not asked about.
        own = self.read_moment("own_time", ZoneInfo(self.zone or hours.HOME)) if chosen == hours.ANOTHER else None
        moment = hours.chosen_try(chosen, own, zone=self.zone, at=self.at)
        if chosen == hours.ANOTHER and moment is None and not self.errors.keys() & {"own_time", "own_time_turn"}:
            self.add_error("own_time", _("Enter the day and the time at their place."))
        return {**data, "moment": moment}


class CallForm(NextTryForm):
    """Whom, how, what came of it, what they said of themselves, and when to try again."""

    whom = forms.ChoiceField(label=gettext_lazy("Whom you tried"), widget=forms.RadioSelect)
    way = forms.ChoiceField(label=gettext_lazy("Way"), choices=CallWay.choices, initial=CallWay.PHONE)
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=CallResult.choices, widget=forms.RadioSelect)
    answer = forms.ChoiceField(
        label=gettext_lazy("Answer for them"), required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("Only what you heard in this call. It is kept with your name."),
    )  # fmt: skip
    note = LongTextField(label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    field_order = ["whom", "way", "result", "answer", "note", "next_try", "own_time", "own_time_turn"]

    def __init__(self, *args: Any, contacts: list[str], may_answer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contacts = contacts
        people = [(MEMBER, _("The member")), *((str(place), name) for place, name in enumerate(contacts))]
        cast(forms.ChoiceField, self.fields["whom"]).choices = people
        self.initial.setdefault("whom", MEMBER)
        self.fields["next_try"].required = False
        cast(forms.ChoiceField, self.fields["next_try"]).choices = [("", _("As usual (2 hours; a day after contact)")), *NEXT]
        if may_answer:
            cast(forms.ChoiceField, self.fields["answer"]).choices = [("", _("No answer heard")), *KNOWN]
        else:
            del self.fields["answer"]

    def tried(self) -> Tried:
        """What the action takes."""
        data = self.cleaned_data
        contact = "" if data["whom"] == MEMBER else self.contacts[int(data["whom"])]
        result, answer = CallResult(data["result"]), data.get("answer", "")
        return Tried(CallWay(data["way"]), result, contact, data["note"].strip(), data["moment"], answer)


class ShiftForm(forms.Form):
    """To whom everything goes, and what they must know."""

    to = forms.ChoiceField(label=gettext_lazy("Hand over to"), required=False)
    note = LongTextField(
        label=gettext_lazy("Note for the next shift"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands on top of each of these cases."),
    )  # fmt: skip

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = ("", _("Nobody: back to the pool"))
        cast(forms.ChoiceField, self.fields["to"]).choices = [nobody, *((str(pk), name) for pk, name in people)]

    @property
    def to_user_id(self) -> int | None:
        """The colleague's account, or None for the pool."""
        return int(self.cleaned_data["to"]) if self.cleaned_data["to"] else None
