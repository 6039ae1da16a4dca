"""What the lists "who cannot be reached" and "trips with gaps" are asked for. Nonsense counts as not asked."""

from datetime import date

from django import forms

from safety.states import CoverPart, ReachFault

MOST = 2**62


class ListForm(forms.Form):
    """Which part of a list, and after whom the page begins."""

    when = forms.CharField(required=False, max_length=4)
    fault = forms.ChoiceField(required=False, choices=[("", ""), *ReachFault.choices])
    part = forms.ChoiceField(required=False, choices=[("", ""), *CoverPart.choices])
    day = forms.DateField(required=False)
    after = forms.IntegerField(required=False, min_value=0, max_value=MOST)

    def asked(self, name: str) -> str:
        """A word as asked, else none."""
        return self.cleaned_data.get(name, "")

    @property
    def number(self) -> int:
        """After whom the page begins."""
        return self.cleaned_data.get("after") or 0

    @property
    def first_day(self) -> date | None:
        """After whose first day the page begins."""
        return self.cleaned_data.get("day")
