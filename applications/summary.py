"""Applications as pages show them: rows of facts, the fee, and the entries of the detail page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from applications.actions.applying import Order
from applications.actions.changing import Change
from applications.forms.applying import WISH, ApplicationForm
from applications.models import Application, Quote
from applications.models.located import place_label
from applications.queries.places import Place
from applications.rules.deciding import refusal_to_open
from applications.rules.fees import Price
from applications.rules.period import days_abroad, is_residence
from applications.states import ApplicationState, PayerKind, Purpose, ServiceCode
from ossma.core.formats import day
from ossma.core.registries import Registry

Row = dict[str, Any]

# Pages that rooms above this one hang into an application: "insurance", "topup" → application id → address.
pages: Registry[Callable[[int], str]] = Registry("pages of an application")

CHIPS = {
    ApplicationState.AWAITING_APPROVAL: "warn",
    ApplicationState.AWAITING_PAYMENT: "warn",
    ApplicationState.IN_FORCE: "ok",
    ApplicationState.REFUSED: "danger",
    ApplicationState.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the four ways on from an application; without an address it is greyed out, with the reason."""

    label: str
    icon: str
    url: str = ""
    reason: str = ""


def chip_of(application: Application) -> dict[str, str]:
    """The state as a chip."""
    return {"kind": CHIPS[ApplicationState(application.state)], "label": application.get_state_display()}


def _period(first: date, last: date) -> str:
    language = get_language() or "ja"
    length = days_abroad(first, last)
    words = {"first": day(first, language), "last": day(last, language), "days": length}
    return ngettext("%(first)s to %(last)s (%(days)s day)", "%(first)s to %(last)s (%(days)s days)", length) % words


def order_rows(order: Order, countries: Mapping[str, str], change_url: str) -> list[Row]:
    """An application that is about to be made, each row with its way back to the form; `countries`: names by ministry code."""
    wish = order.wish
    rows = [
        (_("Service"), ServiceCode(wish.service).label, "id_service_0"),
        (_("Membership fee billed to"), PayerKind(wish.payer).label, "id_payer_0"),
        (_("Travel period"), _period(wish.first_day, wish.last_day), "id_first_day"),
        (_("Destination"), _stops(order.stops, countries), "id_stops-0-country"),
        (_("Purpose"), Purpose(order.purpose).label, "id_purpose"),
        (_("Host institution"), order.host, "id_host"),
        (_("Tabi-Regi link"), _tabireg(order.tabireg, is_residence(wish.first_day, wish.last_day)), "id_tabireg"),
    ]
    return [{"label": label, "value": value, "change_url": f"{change_url}#{anchor}"} for label, value, anchor in rows]


def change_rows(change: Change, countries: Mapping[str, str]) -> list[Row]:
    """A change that is about to be made; `countries`: names by ministry code."""
    rows = [
        *([(_("Travel period"), _period(*change.period))] if change.period else []),
        (_("Destination"), _stops(change.stops, countries)),
        (_("Purpose"), Purpose(change.purpose).label),
        (_("Host institution"), change.host),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def application_rows(application: Application) -> list[Row]:
    """An application that was made (申込詳細)."""
    residence = is_residence(application.first_day, application.last_day)
    rows = [
        (_("Application number"), application.number),
        (_("Service"), application.get_service_display()),
        (_("Membership fee billed to"), application.get_payer_display()),
        (_("Travel period"), _period(application.first_day, application.last_day)),
        (_("Destination"), " → ".join(stop.label for stop in application.destinations.all())),
        (_("Purpose"), application.get_purpose_display()),
        (_("Host institution"), application.host),
        (_("Tabi-Regi link"), _tabireg(application.tabireg_wanted, residence)),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _stops(stops: tuple[Place, ...], countries: Mapping[str, str]) -> str:
    return " → ".join(place_label(stop.label, countries[stop.country_id]) for stop in stops)


def _tabireg(wanted: bool, residence: bool) -> str:
    if residence:
        return _("Not applicable: a stay of three months or more needs the residence report (在留届)")
    return _("Yes, with consent") if wanted else _("Not wanted")


def fee_context(form: ApplicationForm) -> dict[str, Any]:
    """What the fee box shows: the fee, or what keeps it from being known, and the ministry's part."""
    if not form.is_bound:
        return {"price": None, "is_residence": False, "fee_errors": [], "fee_rows": []}
    errors = [error for name in WISH for error in form.errors.get(name, []) if form.data.get(name)]
    return {"price": form.price, "fee_rows": fee_rows(form.price), "is_residence": not form.is_short, "fee_errors": errors}


def fee_rows(price: Price | Quote | None) -> list[Row]:
    """The fee line by line; amounts are whole yen."""
    if price is None:
        return []
    months = ngettext("%(months)s month", "%(months)s months", price.months) % {"months": price.months}
    rows = [
        (_("Membership fee (%(months)s)") % {"months": months}, price.net),
        (_("Consumption tax"), price.tax),
        (_("Membership fee (tax included)"), price.net + price.tax),
    ]
    if price.handling:
        rows.append((_("Handling fee"), price.handling))
    return [{"label": label, "amount": amount} for label, amount in rows]


def entries(application: Application) -> list[Entry]:
    """申込詳細, 加入保険状況, 旅程, and for Plus 上乗せ保険申込."""
    refused = refusal_to_open(application.state, application.payer)
    reason = refused.message if refused else ""
    found = [
        Entry(_("Application details"), "doc", reverse("member:applications:details", args=[application.pk])),
        _hung_in("insurance", _("Insurance status"), "shield", application, reason),
        Entry(_("Itinerary"), "plane", "" if reason else reverse("member:applications:itinerary", args=[application.pk]), reason),
    ]
    if application.service == ServiceCode.PLUS:
        found.append(_hung_in("topup", _("Top-up insurance application"), "plus", application, reason))
    return found


def _hung_in(key: str, label: str, icon: str, application: Application, reason: str) -> Entry:
    if reason or key not in pages:
        return Entry(label, icon, reason=reason or _("This page is being prepared."))
    return Entry(label, icon, pages.get(key)(application.pk))
