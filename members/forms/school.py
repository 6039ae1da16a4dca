"""Forms of the school's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import PLEASE_ENTER, TOO_LONG, NameField, TextField
from members.states import GroupKind, MemberKind
from ossma.core.mail_address_fields import AddressFormField
from ossma.core.typed_lists import words_of

MOST_NUMBERS = 1000


class SearchForm(forms.Form):
    """What to look for; every field may be empty."""

    q = forms.CharField(
        label=_("Name, number, telephone or address"),
        max_length=100,
        required=False,
        error_messages=TOO_LONG,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=_("Member kind"), choices=[("", _("All")), *MemberKind.choices], required=False)

    def wanted(self) -> dict[str, str]:
        """Clean values; a form sent back and forth by hand never breaks the list."""
        self.is_valid()
        return {"text": self.cleaned_data.get("q", ""), "kind": self.cleaned_data.get("kind", "")}


class GroupForm(forms.Form):
    """A new group."""

    name = TextField(label=_("Name of the group"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=GroupKind.choices)


class NumbersForm(forms.Form):
    """Whom to put into a group: one number or address a line, or between commas, as copied from a list."""

    numbers = forms.CharField(
        error_messages=PLEASE_ENTER,
        label=_("Members"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Student numbers, member numbers or e-mail addresses, one a line."),
    )

    def clean_numbers(self) -> list[str]:
        """The words, each once, in order."""
        words = words_of(self.cleaned_data["numbers"])
        if len(words) > MOST_NUMBERS:
            raise forms.ValidationError(_("Please enter at most %(most)d at once.") % {"most": MOST_NUMBERS})
        return words


class SupporterForm(forms.Form):
    """Who may follow a group."""

    email = AddressFormField(label=_("E-mail address of the supporter"), max_length=254, error_messages=PLEASE_ENTER)
    name = NameField(label=_("Name of the supporter"))
