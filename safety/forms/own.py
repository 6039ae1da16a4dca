"""What members set up for themselves, and the reason staff give for an exact position."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import TextField
from safety.states import Precision

LONGEST_REASON = 200


class LookForm(forms.Form):
    """Why somebody has to know the exact place."""

    reason = TextField(
        label=_("Why do you have to know the exact place?"), max_length=LONGEST_REASON,
        help_text=_("The member sees your name, the time and this reason."),
        error_messages={"required": _("Write why you have to know the exact place. The member sees it.")},
    )  # fmt: skip


class PrecisionForm(forms.Form):
    """How exactly a member is seen."""

    precision = forms.ChoiceField(label=_("How exactly my position is shown"), choices=Precision.choices, widget=forms.RadioSelect)
