"""Until when somebody is where they say they are: asked alike in "I am not there", in a report of one's own and on the page that changes it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ossma.core.time_fields import DayField

DONT_KNOW, TODAY, DAY = "unknown", "today", "day"
CHOICES = [(DONT_KNOW, _("I do not know (we assume three days)")), (TODAY, _("Until today")), (DAY, _("Until a date"))]


class LenientDay(DayField):
    """A day; what cannot be read counts as not given: an answer is never refused for it."""

    def clean(self, value: Any) -> date | None:
        """The day, or None."""
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class UntilFields(forms.Form):
    """Two fields; `until_of` reads them."""

    how_long = forms.ChoiceField(label=_("Until when are you there?"), choices=CHOICES, widget=forms.RadioSelect, required=False)
    until: forms.DateField = LenientDay(label=_("Last day there"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("how_long", DONT_KNOW)

    def chosen_day(self) -> tuple[date | None, bool]:
        """The last day that was named, and whether it is today by the clock of the place."""
        data = self.cleaned_data
        day = data.get("until")
        if data.get("how_long") == TODAY:
            return None, True
        return (day if data.get("how_long") == DAY or not data.get("how_long") else None), False
