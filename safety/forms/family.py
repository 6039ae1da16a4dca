"""The family line: whom a member gives a link, and what a family has heard."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import LongTextField, TextField
from safety.forms.answer import LenientKey
from safety.states import AnswerKind

LONGEST_NAME, LONGEST_RELATION, LONGEST_HOW = 100, 40, 300


class FamilyLinkForm(forms.Form):
    """Whom the link is for."""

    name = TextField(label=_("Name"), max_length=LONGEST_NAME, error_messages={"required": _("Enter the name of the person.")})
    relation = TextField(label=_("Relation"), max_length=LONGEST_RELATION, required=False, help_text=_("Mother, for example."))


class HeardForm(forms.Form):
    """What somebody close to the member has heard."""

    key = LenientKey(required=False)
    heard = forms.ChoiceField(
        label=_("What have you heard?"), choices=[(AnswerKind.OK, _("They are well")), (AnswerKind.HELP, _("They need help"))],
        widget=forms.RadioSelect, error_messages={"required": _("Choose what you have heard.")},
    )  # fmt: skip
    how_known = LongTextField(
        label=_("How and when did you hear it?"), max_length=LONGEST_HOW, help_text=_("By telephone this morning, for example."),
        error_messages={"required": _("Write how and when you heard it.")}, widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_HOW}),
    )  # fmt: skip
