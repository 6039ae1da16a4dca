"""Text that one person types and another one reads holds no sign that makes it read as something else (product.md, "Telephone numbers and names")."""

import importlib
import pkgutil

import pytest
from django import forms

from members.forms.fields import RuledField

# Never refused, whatever was typed: what a member says of their safety; and what nobody else reads, or what has rules of its own.
TAKEN_AS_TYPED = {
    "safety.forms.answer": {"comment", "city"},
    "safety.forms.checkin": {"note", "due", "zone"},
    "safety.forms.check": {"reminder_hours", "named", "x_named"},
    "safety.forms.conditions": {"cities", "near"},
    "safety.forms.readiness": {"when"},
    "safety.forms.schedule": {"reminder_hours", "named", "x_named"},
    "applications.forms.reported_place": {"zone"},
    "safety.forms.audience": {"named", "x_named"},
    "safety.forms.follow": {"typed_number"},
    "applications.forms.stays": {"from_zone", "phone", "zone"},
    "applications.forms.places": {"zone"},
    "applications.forms.school": {"name"},
    "members.forms.registration": {"join_password"},
    "members.forms.office": {"q", "phone"},
    "members.forms.entrance": {"code", "name", "username"},
    "members.forms.staff": {"q", "password"},
    "members.forms.school": {"q", "numbers"},
    "members.forms.push": {"endpoint", "p256dh", "auth", "was_endpoint", "was_auth"},
    "payments.forms.account": {"bank", "branch", "number", "holder"},
    "payments.forms.transfers": {"refund_ids", "seen"},
}
PACKAGES = ("members", "applications", "payments", "safety", "notices", "insurance", "helpline")


def plain_text_fields():
    """(module, field) of every form field that takes text just as it comes."""
    for package in PACKAGES:
        try:
            home = importlib.import_module(f"{package}.forms")
        except ModuleNotFoundError:
            continue
        for found in pkgutil.iter_modules(home.__path__, f"{home.__name__}."):
            module = importlib.import_module(found.name)
            for form in vars(module).values():
                if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == module.__name__:
                    for name, field in form.base_fields.items():
                        if type(field) is forms.CharField:
                            yield module.__name__, name


def test_every_field_of_free_text_knows_what_cannot_be_taken():
    loose = {(module, name) for module, name in plain_text_fields() if name not in TAKEN_AS_TYPED.get(module, set())}
    assert loose == set()


@pytest.mark.parametrize("typed", ["安全\u202eです", "ok\x07", "\u2067now"])
def test_a_sign_that_turns_text_around_is_named_and_refused(typed):
    with pytest.raises(forms.ValidationError):
        RuledField().clean(typed)
