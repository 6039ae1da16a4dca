"""Forms of the office's tables."""

from django import forms
from django.utils.translation import gettext as _

from members.models import School
from members.states import SCHOOL_MOVES, SchoolState


class SchoolForm(forms.ModelForm):
    """A school; its state moves along the table only."""

    class Meta:
        model = School
        fields = ["name_ja", "name_en", "name_kana", "state", "phone", "notify_addresses"]

    def clean_state(self) -> str:
        """Raise ValidationError for a move that the table does not know."""
        before, after = self.initial.get("state", SchoolState.ACTIVE), self.cleaned_data["state"]
        if after != before and SchoolState(after) not in SCHOOL_MOVES[SchoolState(before)]:
            raise forms.ValidationError(_("A school cannot go from this state to that one."))
        return after
