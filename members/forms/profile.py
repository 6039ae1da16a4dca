"""会員情報: the person, one to three emergency contacts, medical notes (M1, M6)."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from members import names
from members.forms.fields import (
    PLEASE_CHOOSE,
    BirthDateField,
    KanaField,
    LongTextField,
    NameField,
    PhoneCountryField,
    PhoneField,
    PostalCodeField,
    RomanField,
    TextField,
    read_phone,
)
from members.queries.places import nationalities
from members.states import MemberKind, Sex
from ossma.core.mail_address_fields import AddressFormField

LANGUAGES = [("ja", "日本語"), ("en", "English")]
BLOOD_TYPES = [(kind, kind) for kind in ("A", "B", "O", "AB", "A Rh-", "B Rh-", "O Rh-", "AB Rh-")]
MEDICAL_LENGTH = 1000
GIVEN_NAMES = ("given_name", "given_kana", "given_roman")


class ProfileForm(forms.Form):
    """Everything about the member but the contacts. The address of the account is shown beside it and cannot be changed here."""

    family_name = NameField(label=_("Family name"), widget=forms.TextInput(attrs={"autocomplete": "family-name"}))
    given_name = NameField(label=_("Given name"), required=False, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    family_kana = KanaField(label=_("Family name (kana)"))
    given_kana = KanaField(label=_("Given name (kana)"), required=False)
    family_roman = RomanField(label=_("Family name (Roman letters)"), help_text=_("As in the passport."))
    given_roman = RomanField(label=_("Given name (Roman letters)"), required=False, help_text=_("As in the passport."))
    single_name = forms.BooleanField(
        label=_("My passport has one name only"), required=False,
        help_text=_("Then enter it as the family name and leave the given name empty."),
    )  # fmt: skip
    birth_date = BirthDateField(label=_("Birth date"))
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", _("No answer")), *Sex.choices], required=False)
    kind = forms.ChoiceField(label=_("Member kind"), choices=MemberKind.choices, widget=forms.RadioSelect, error_messages=PLEASE_CHOOSE)
    student_number = TextField(label=_("Student number"), max_length=30, required=False)
    department = TextField(label=_("Department or faculty"), max_length=100, required=False)
    grade = TextField(label=_("Grade"), max_length=20, required=False)
    postal_code = PostalCodeField(label=_("Postal code"), widget=forms.TextInput(attrs={"autocomplete": "postal-code"}))
    address = TextField(label=_("Postal address"), max_length=300, widget=forms.TextInput(attrs={"autocomplete": "street-address"}))
    mobile = PhoneField(label=_("Mobile phone"))
    mobile_country = PhoneCountryField()
    second_email = AddressFormField(
        label=_("Second e-mail address (optional)"),
        max_length=254,
        required=False,
        help_text=_("In an emergency we try it when you do not answer by the first. For example your private one beside the school's."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    nationality = forms.ChoiceField(label=_("Nationality"))
    language = forms.ChoiceField(label=_("Language of mails and pages"), choices=LANGUAGES)
    blood_type = forms.ChoiceField(label=_("Blood type"), choices=[("", _("No answer")), *BLOOD_TYPES], required=False)
    allergies = LongTextField(label=_("Allergies"), max_length=MEDICAL_LENGTH, required=False)
    illnesses = LongTextField(label=_("Chronic illness"), max_length=MEDICAL_LENGTH, required=False)
    medication = LongTextField(label=_("Medication"), max_length=MEDICAL_LENGTH, required=False)

    SECTIONS = (
        (_("Name"), ("family_name", "given_name", "family_kana", "given_kana", "family_roman", "given_roman", "single_name")),
        (_("About you"), ("birth_date", "sex", "nationality", "language")),
        (_("At school"), ("kind", "student_number", "department", "grade")),
        (_("How to reach you"), ("postal_code", "address", "mobile", "mobile_country", "second_email")),
        (_("Medical notes (optional)"), ("blood_type", "allergies", "illnesses", "medication")),
    )

    def __init__(self, *args: Any, account_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_email = account_email
        cast(forms.ChoiceField, self.fields["nationality"]).choices = nationalities()

    def clean_second_email(self) -> str:
        """Another address than the account's: the same one twice reaches nobody more."""
        address = str(self.cleaned_data["second_email"]).lower()
        if address and address == self.account_email.lower():
            raise forms.ValidationError(_("This is the address of your account. Please enter another one, or leave this empty."))
        return address

    def clean(self) -> dict[str, Any]:
        """The names with each other, the number with its country."""
        super().clean()
        self._clean_names(is_single=bool(self.cleaned_data.pop("single_name", False)))
        read_phone(self, "mobile")
        self.cleaned_data.pop("mobile_country", None)
        return self.cleaned_data

    def _clean_names(self, *, is_single: bool) -> None:
        """Both names or, with the tick, one alone; together no longer than a passport's line."""
        for name in GIVEN_NAMES:
            if name in self.errors:
                continue
            if is_single and self.cleaned_data[name]:
                self.add_error(name, forms.ValidationError(_("Please leave this empty, or take away the tick for one name only."), code="single"))
            elif not is_single and not self.cleaned_data[name]:
                text = _("Please enter this. If your passport has one name only, tick the box below.")
                self.add_error(name, forms.ValidationError(text, code="required"))
        if {"family_roman", "given_roman"} <= self.cleaned_data.keys():
            reason = names.refuse_passport_length(self.cleaned_data["family_roman"], self.cleaned_data["given_roman"])
            if reason:
                self.add_error("given_roman" if self.cleaned_data["given_roman"] else "family_roman", forms.ValidationError(reason, code="long"))

    def sections(self) -> list[dict[str, Any]]:
        """Titles with their fields, in the order of the page."""
        return [{"title": title, "fields": [self[name] for name in names]} for title, names in self.SECTIONS]


class ContactForm(forms.Form):
    """One emergency contact."""

    name = NameField(label=_("Name"))
    relation = TextField(label=_("Relation"), max_length=40, help_text=_("For example: mother."))
    # The browser would offer the member's own number.
    phone = PhoneField(label=_("Phone"), widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}))
    phone_country = PhoneCountryField()
    email = AddressFormField(label=_("E-mail address"), max_length=254, required=False)
    address = TextField(label=_("Postal address"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """The number with its country."""
        super().clean()
        read_phone(self, "phone")
        return self.cleaned_data

    def has_changed(self) -> bool:
        """A country alone is nobody: the select always has one."""
        return any(name != "phone_country" for name in self.changed_data)


class BaseContacts(forms.BaseFormSet):
    """One to three contacts; the second and third may be left empty."""

    def refuse_number(self, own: str) -> bool:
        """Put an error at every contact whose number is the member's own; True when there was one."""
        mine = [form for form in self.forms if own and form.cleaned_data.get("phone") == own]
        for form in mine:
            text = _("This is your own number. Enter another one, at which we reach this person.")
            form.add_error("phone", forms.ValidationError(text, code="own"))
        return bool(mine)

    def given(self) -> list[dict[str, Any]]:
        """The contacts that were filled in, in order."""
        listed = [form.cleaned_data for form in self.forms if form.cleaned_data and form.has_changed()]
        return [{name: value for name, value in one.items() if name != "phone_country"} for one in listed]


Contacts = forms.formset_factory(ContactForm, formset=BaseContacts, extra=0, min_num=3, max_num=3, absolute_max=3, validate_max=True)


def contacts(data: Mapping[str, Any] | None = None, initial: list[dict[str, Any]] | None = None) -> BaseContacts:
    """The three blocks of contacts; only the first has to be filled in."""
    formset = cast(BaseContacts, Contacts(data=data, initial=initial, prefix="contact"))
    for form in formset.forms[1:]:
        form.empty_permitted = True
        form.use_required_attribute = False
    return formset
