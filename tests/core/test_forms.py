"""A long select says the same as Django's own, without a template for each option."""

import pytest
from django import forms

from ossma.core.forms import LongSelect

CHOICES = [("", "Choose <a> country"), ("Asia & co", [("0082", "South Korea"), ("0086", 'The "middle"')]), ("x", "Elsewhere")]


class Usual(forms.Form):
    place = forms.ChoiceField(choices=CHOICES, help_text="h", widget=forms.Select(attrs={"data-city": ""}))


class Quick(forms.Form):
    place = forms.ChoiceField(choices=CHOICES, help_text="h", widget=LongSelect(attrs={"data-city": ""}))


def parts(form):
    """Everything but white space."""
    return "".join(str(form["place"]).split()).replace("<select", "", 1).split(">", 1)


@pytest.mark.parametrize("chosen", ["", "0082", "x", "nowhere", None])
@pytest.mark.parametrize("data", [True, False])
def test_it_is_written_like_the_usual_one(chosen, data):
    usual, quick = (kind({"place": chosen} if data else None, initial={"place": chosen}) for kind in (Usual, Quick))
    (usual_head, usual_rest), (quick_head, quick_rest) = parts(usual), parts(quick)
    assert sorted(usual_head) == sorted(quick_head)
    assert usual_rest == quick_rest
