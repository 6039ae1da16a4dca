"""Forms of the way into membership: the join password, and what was typed kept as it was."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.forms.fields import PLEASE_ENTER
from members.forms.profile import BaseContacts, ProfileForm, contacts

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a form field


class JoinPasswordForm(forms.Form):
    """学校・団体パスワード."""

    join_password = forms.CharField(
        label=_("School or organisation password"),
        max_length=200,
        error_messages=PLEASE_ENTER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


def typed(post: QueryDict) -> dict[str, list[str]]:
    """What a form sent, ready to be kept: every value of every field but the token."""
    return {name: post.getlist(name) for name in post if name != TOKEN}


def replayed(kept: dict[str, list[str]]) -> QueryDict:
    """What was kept, as if it were sent again."""
    post = QueryDict(mutable=True)
    for name, values in kept.items():
        post.setlist(name, values)
    return post


def profile_forms(
    data: QueryDict | None = None,
    person: dict[str, Any] | None = None,
    people: list[dict[str, Any]] | None = None,
    *,
    account_email: str,
) -> tuple[ProfileForm, BaseContacts]:
    """The profile form with its contacts: bound to `data`, or filled with known values."""
    return ProfileForm(data=data, initial=person, account_email=account_email), contacts(data=data, initial=people)


def both_valid(form: ProfileForm, formset: BaseContacts) -> bool:
    """Both are asked, so that every error shows at once."""
    valid = all([form.is_valid(), formset.is_valid()])
    return valid and not formset.refuse_number(form.cleaned_data["mobile"])
