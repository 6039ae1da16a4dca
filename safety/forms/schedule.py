"""The form of a schedule: what, to whom, and when again."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from members.forms.fields import TextField
from ossma.core.time_fields import DayField, HourField
from ossma.core.viewer import Viewer
from safety.forms.audience import AudienceForm, audience_initial
from safety.forms.check import RemindersForm, reminders_initial
from safety.forms.words import WordsForm, words_initial
from safety.models import CheckSchedule
from safety.states import CheckKind, Rhythm

WEEKDAYS = [
    ("0", gettext_lazy("Monday")), ("1", gettext_lazy("Tuesday")), ("2", gettext_lazy("Wednesday")), ("3", gettext_lazy("Thursday")),
    ("4", gettext_lazy("Friday")), ("5", gettext_lazy("Saturday")), ("6", gettext_lazy("Sunday")),
]  # fmt: skip
PLAIN = ("name", "rhythm", "weekday", "day", "local_time", "starts_on", "ends_on")


class RepeatForm(WordsForm, RemindersForm, AudienceForm):
    """A whole schedule; `content()` gives what the action takes."""

    name = TextField(label=gettext_lazy("Name of the schedule"), max_length=80)
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"), required=False, coerce=int, empty_value=None, choices=[("", "–"), *WEEKDAYS],
        help_text=gettext_lazy("For every week and every second week."),
    )  # fmt: skip
    day = forms.IntegerField(
        label=gettext_lazy("Day of the month, or days after departure"), required=False, min_value=0, max_value=365,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text=gettext_lazy("31 is the last day of shorter months."),
    )  # fmt: skip
    local_time = HourField(
        label=gettext_lazy("Time at the member's place"),
        help_text=gettext_lazy("At 9:00 a student in Paris gets it at 9:00 in Paris."),
    )  # fmt: skip
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in CheckKind.choices if choice[0] != CheckKind.AD_HOC]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
        self.fields["kind"].initial = CheckKind.REGULAR

    def content(self) -> dict[str, Any]:
        """What is stored. Valid forms only."""
        data = {name: self.cleaned_data[name] for name in PLAIN}
        return {**self.words(), **data, "reminders": self.reminders(), "audience": self.audience()}


def schedule_initial(viewer: Viewer, row: CheckSchedule) -> dict[str, Any]:
    """What the form shows of a stored schedule."""
    plain = {name: getattr(row, name) for name in PLAIN}
    return {**audience_initial(viewer, row.audience), **words_initial(row), **reminders_initial(row), **plain}
