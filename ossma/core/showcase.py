"""Sample content of /dev/components/: every component of templates/components/ once, with invented data."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from ossma.core import worldmap

MOMENT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of every kind that the field template dresses differently."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("We send a six-digit code to this address."))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput)
    country = forms.ChoiceField(label=_("Country"), choices=[("", "---------"), ("FR", _("France")), ("PE", _("Peru"))])
    born = forms.DateField(label=_("Birth date"), widget=forms.SelectDateWidget(years=range(2008, 1990, -1)))
    leaves = forms.SplitDateTimeField(
        label=_("Departure"),
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}),
    )
    kind = forms.ChoiceField(
        label=_("What happened?"),
        widget=forms.RadioSelect,
        choices=[("injured", _("Injured")), ("ill", _("Ill")), ("crime", _("Crime")), ("lost", _("Lost"))],
    )
    channels = forms.MultipleChoiceField(
        label=_("How may we reach you?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("mail", _("E-mail")), ("push", _("Push notification"))],
    )
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    ticket = forms.FileField(label=_("Picture of the ticket"), required=False)
    agree = forms.BooleanField(label=_("I agree to the terms"))


def _page() -> Page:
    return Paginator(range(95), 20).page(2)


def _people() -> list[dict[str, Any]]:
    return [
        {"name": "Yamada Aya", "status": "help", "label": _("Needs help"), "place": _("Paris"), "minutes": None},
        {"name": "Sato Ben", "status": "silent", "label": _("No answer"), "place": _("Lima"), "minutes": 12},
        {"name": "Li Chika", "status": "late", "label": _("Answered late"), "place": _("Paris"), "minutes": None},
        {"name": "Doi Emi", "status": "not_there", "label": _("Not there"), "place": _("Rome"), "minutes": None},
        {"name": "Mori Ken", "status": "safe", "label": _("Safe"), "place": _("Paris"), "minutes": None},
    ]


def _points() -> list[dict[str, Any]]:
    places = [("Paris", 2.35, 48.86, 187, 13), ("Lima", -77.04, -12.05, 41, 10), ("Sydney", 151.2, -33.87, 28, 9)]
    points: list[dict[str, Any]] = []
    for name, lon, lat, count, radius in places:
        x, y = worldmap.xy(lon, lat)
        points.append({"x": x, "y": y, "count": count, "r": radius, "label": f"{name}: {count}", "url": "#map"})
    x, y = worldmap.xy(-99.13, 19.43)
    return [*points, {"x": x, "y": y, "status": "help", "label": "Mexico City: Yamada Aya", "url": "#map"}]


def samples() -> dict[str, Any]:
    """Build the page's context; the form is bound to wrong input so that its errors show."""
    blank = SampleForm(auto_id="blank_%s")
    wrong = SampleForm(data={"email": "aya@", "kind": "none"})
    return {
        "blank": blank,
        "form": wrong,
        "moment": MOMENT,
        "day": date(2026, 11, 21),
        "zone": "Europe/Paris",
        "steps": [_("E-mail"), _("Code"), _("School"), _("Profile"), _("Done")],
        "rows": [
            {"label": _("Service"), "value": "OSSMA Plus", "change_url": "#rows"},
            {"label": _("Destination"), "value": _("Paris, France"), "change_url": "#rows"},
            {"label": _("Host institution"), "value": "", "change_url": "#rows"},
            {"label": _("Fee"), "value": "3,812"},
        ],
        "filters": [
            {"label": _("All"), "url": "#filters", "current": True, "count": 232},
            {"label": _("Needs help"), "url": "#filters", "current": False, "count": 1},
            {"label": _("No answer"), "url": "#filters", "current": False, "count": 41},
        ],
        "stays": [
            {"time": "2026-11-20 10:40", "title": _("Flight to Paris"), "icon": "plane"},
            {"time": "2026-11-20 18:00", "title": _("Hotel in Paris"), "text": "12 rue Exemple", "icon": "bed", "current": True},
            {"time": "2027-01-03 09:00", "title": _("Train to Lyon"), "icon": "pin", "url": "#timeline"},
        ],
        "people": _people(),
        "points": _points(),
        "page": _page(),
        "check": {"title": _("Large power cut in Paris"), "place": _("Paris"), "local_time": "03:02", "url": "#ask"},
        "exercise": {"title": _("Earthquake drill"), "place": _("Lima"), "local_time": "21:02", "url": "#ask", "is_drill": True},
    }
