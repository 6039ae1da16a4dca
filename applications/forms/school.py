"""What a school types about applications."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms.places import offer
from applications.queries.applications import CHANGE_WAITS
from applications.states import ApplicationState
from members.forms.fields import LongTextField


class FilterForm(forms.Form):
    """The filters of the list; anything unknown is left out rather than refused."""

    name = forms.CharField(label=gettext_lazy("Name or number"), max_length=100, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "state", [("", _("All")), *ApplicationState.choices, (CHANGE_WAITS, _("A new period waits for approval"))])

    def wanted(self) -> dict[str, str]:
        """The filters that could be read."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("state", "name")}


class RefusalForm(forms.Form):
    """Why the school does not agree; the member reads it."""

    reason = LongTextField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The member reads this text."),
    )
