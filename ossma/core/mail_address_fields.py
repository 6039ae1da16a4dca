"""The one field for an e-mail address, in forms and in models: takes what mail can be sent to, and says why where it cannot."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from ossma.core.mail_addresses import LONGEST, normal_address


class AddressFormField(forms.CharField):
    """An address; cleaned to the form to keep (mail_addresses)."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST)
        kwargs["error_messages"] = {"required": _("Please enter this.")} | kwargs.get("error_messages", {})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """The normal form. Raises ValidationError with the reason."""
        text = super().to_python(value) or ""
        return normal_address(text) if text else text


def refuse_address(text: str) -> None:
    """Raise ValidationError with the reason for what is no address."""
    normal_address(text)


class AddressField(models.EmailField):
    """A column of addresses. To the database and to migrations it is Django's EmailField, whose validator knows fewer addresses."""

    default_validators = [refuse_address]

    def deconstruct(self) -> Any:
        """As Django's own: nothing about the column differs."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """The form's field of the same name."""
        return super().formfield(**{"form_class": AddressFormField, **kwargs})


def into_address(field: forms.Field) -> AddressFormField:
    """The same field (label, widget, error words) as an address of ours, for forms of other people's making; in lower case, as accounts are."""
    errors = {key: words for key, words in field.error_messages.items() if key == "required"}
    own = _LowerCase(label=field.label, widget=field.widget, required=field.required, help_text=field.help_text, error_messages=errors)
    own.widget.is_required = field.required
    return own


class _LowerCase(AddressFormField):
    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()
