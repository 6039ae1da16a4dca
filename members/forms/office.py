"""Forms of the office's tables and of its accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from members.forms.fields import PLEASE_ENTER, LongTextField, NameField, TextField, read_phone
from members.models import School
from ossma.core.duties import OfficeRole
from ossma.core.mail_address_fields import AddressFormField

LONGEST_REASON = 500


class SchoolForm(forms.ModelForm):
    """A school. Its state is no field: it is suspended, reinstated or ended by an act of its own."""

    class Meta:
        model = School
        fields = ["name_ja", "name_en", "name_kana", "phone", "notify_addresses"]
        field_classes = dict.fromkeys(("name_ja", "name_en", "name_kana"), TextField)

    def clean(self) -> dict[str, Any]:
        """The telephone number as E.164: a school's is Japanese unless it says its country."""
        super().clean()
        read_phone(self, "phone")
        return self.cleaned_data


class RolesField(forms.MultipleChoiceField):
    """Roles of the office, each with a box."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_lazy("Roles"), choices=OfficeRole.choices, widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value: Any) -> list[OfficeRole]:
        """The chosen roles."""
        return [OfficeRole(role) for role in super().clean(value)]


class ColleagueForm(forms.Form):
    """A new account of the office."""

    name = NameField(label=_lazy("Name"))
    email = AddressFormField(label=_lazy("E-mail address"), max_length=254, error_messages=PLEASE_ENTER)
    roles = RolesField(error_messages={"required": _lazy("Choose at least one role.")})


class RolesForm(forms.Form):
    """The roles of a colleague; without any the account sees itself only."""

    roles = RolesField(required=False)


class ReasonForm(forms.Form):
    """Why something is done to an account."""

    reason = TextField(label=_lazy("Reason"), max_length=300, help_text=_lazy("It stays in the record."))


class RefusalForm(forms.Form):
    """Why a member's request is refused."""

    reason = TextField(label=_lazy("Reason"), max_length=300, help_text=_lazy("The member reads it in a mail."))


class SecureForm(ReasonForm):
    """What is done to protect an account; every session ends in any case."""

    lock = forms.BooleanField(label=_lazy("Close the account until it is opened again here"), required=False)
    drop_factors = forms.BooleanField(label=_lazy("Remove the second step (lost phone): it is set up anew at the next login"), required=False)


class AccountSearchForm(forms.Form):
    """Whose account."""

    q = forms.CharField(label=_lazy("Address or name"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))


class SchoolStateForm(forms.Form):
    """Why a school's state changes."""

    reason = LongTextField(
        label=_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=_lazy("The school reads it, in the mail and on its pages."),
        error_messages={"required": _lazy("Write why. The school reads it.")},
    )


class ReturnedMailForm(forms.Form):
    """What a person makes of a returned mail."""

    address = AddressFormField(label=_lazy("Address it is about"), required=False, help_text=_lazy("Empty if it is about no member's address."))
    is_dead = forms.BooleanField(label=_lazy("This address does not exist any more"), required=False)
    came_back = forms.BooleanField(
        label=_lazy("Messages of open safety checks to this address came back"),
        required=False,
        help_text=_lazy("Messages of the last five days are marked, and whoever was to read them is listed among those whom no message reached."),
    )
    note = LongTextField(label=_lazy("What was done"), max_length=300, required=False)

    def clean_address(self) -> str:
        """In lower case, as addresses of accounts are kept."""
        return str(self.cleaned_data["address"]).lower()
