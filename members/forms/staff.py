"""Forms about a school's people: whom to invite, and the invited person's account."""

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms.entrance import PASSWORD_HELP
from members.forms.fields import PLEASE_CHOOSE, PLEASE_ENTER, NameField, TextField
from members.models import User
from members.rules import DELEGATE_KINDS
from members.states import SchoolRoleKind
from ossma.core.mail_address_fields import AddressFormField


class SchoolSearchForm(forms.Form):
    """Which school; empty for all."""

    q = forms.CharField(label=gettext_lazy("Name of the school"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"}))

    def wanted(self) -> str:
        """The words, empty where they cannot be read."""
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class InvitationForm(forms.Form):
    """Who is invited to act for the school, and as what."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Role"),
        widget=forms.RadioSelect,
        error_messages=PLEASE_CHOOSE,
        help_text=gettext_lazy(
            "Owners and administrators see all members and act for the school; only owners invite and remove owners. Supporters see their groups."
        ),
    )
    email = AddressFormField(
        label=gettext_lazy("E-mail address"), max_length=254, error_messages=PLEASE_ENTER, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = NameField(label=gettext_lazy("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    groups = forms.MultipleChoiceField(label=gettext_lazy("Groups to follow (supporters only)"), required=False, widget=forms.CheckboxSelectMultiple)
    firm = TextField(
        label=gettext_lazy("Outside firm"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only for somebody who works for another firm on your behalf. The OSSMA office approves before the role begins."),
    )

    def __init__(self, *args: Any, kinds: tuple[SchoolRoleKind, ...], groups: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind.value, kind.label) for kind in kinds]
        cast(forms.MultipleChoiceField, self.fields["groups"]).choices = groups
        if SchoolRoleKind.SUPPORTER not in kinds:
            del self.fields["groups"]

    def clean(self) -> dict[str, Any]:
        """A supporter follows at least one group; only some roles can be a firm's."""
        cleaned = super().clean() or {}
        supports = cleaned.get("kind") == SchoolRoleKind.SUPPORTER
        if supports and "groups" not in self.errors and not cleaned.get("groups"):
            self.add_error("groups", _("Please choose at least one group for a supporter."))
        if cleaned.get("firm") and cleaned.get("kind") and SchoolRoleKind(cleaned["kind"]) not in DELEGATE_KINDS:
            self.add_error("kind", _("Somebody of an outside firm cannot be an owner. Please choose another role."))
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """Clean values as the action takes them; groups count for supporters only."""
        values = self.cleaned_data
        kind = SchoolRoleKind(values["kind"])
        groups = values.get("groups", []) if kind is SchoolRoleKind.SUPPORTER else []
        plain = {name: values[name] for name in ("email", "name", "firm")}
        return plain | {"kind": kind, "groups": frozenset(int(pk) for pk in groups)}


class InvitedAccountForm(forms.Form):
    """The account of an invited person: the address is the one the mail came to."""

    name = NameField(label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        error_messages=PLEASE_ENTER,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """Raise ValidationError for a password that the house's rules refuse."""
        password = str(self.cleaned_data["password"])
        try:
            validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return password
