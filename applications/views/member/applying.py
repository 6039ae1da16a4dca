"""A new application: form, confirmation, 「はい」, done (member-portal.md M2)."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.actions.applying import submit_application
from applications.actions.drafts import save_draft
from applications.forms.applying import STOPS, ApplicationForm, BaseStopFormSet, StopFormSet, initial_of, named, order_from, typed
from applications.forms.places import country_choices
from applications.queries import applications, standing
from applications.queries.own import own_id
from applications.queries.places import Gazetteer
from applications.rules.applying import Standing, refusal_to_start
from applications.rules.cancelling import MOVED_ON
from applications.rules.period import day_in_japan
from applications.summary import fee_context, order_rows
from members.walls import member_only
from ossma.core.countries import queries as countries
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from ossma.core.viewer import Viewer
from payments.queries import payments_for

Forms = tuple[ApplicationForm, BaseStopFormSet]


def _form(own: Standing, data: dict[str, str] | None, initial: dict[str, str] | None = None) -> ApplicationForm:
    return ApplicationForm(data, initial=initial, standing=own, today=day_in_japan(timezone.now()))


def _forms(own: Standing, *, data: dict[str, str] | None = None, draft: dict[str, str] | None = None) -> Forms:
    initial, stops_initial = initial_of(draft) if draft else (None, None)
    kwargs = {"choices": country_choices(), "gazetteer": Gazetteer(named(data or draft or {}))}
    stops = StopFormSet(data, initial=stops_initial, prefix=STOPS, form_kwargs=kwargs)
    return _form(own, data, initial), cast(BaseStopFormSet, stops)


def _are_valid(form: ApplicationForm, stops: BaseStopFormSet) -> bool:
    checks = [form.is_valid(), stops.is_valid()]
    return all(checks)


def _standing(viewer: Viewer) -> Standing:
    return standing.own_standing(viewer, day_in_japan(timezone.now()))


@member_only
def new(request: Request) -> HttpResponse:
    """The form, with what was typed before; nothing typed is lost, right or wrong."""
    own = _standing(request.viewer)
    refused = refusal_to_start(own)
    if refused:
        return render(request, "member/applications/refused.html", {"refused": refused}, status=409 if request.method == "POST" else 200)
    if request.method == "POST":
        data = typed(request.POST)
        save_draft(member_id=own_id(request.viewer), data=data, actor=request.viewer, at=timezone.now())
        form, stops = _forms(own, data=data)
        if _are_valid(form, stops):
            return redirect("member:applications:confirm")
    else:
        draft = standing.own_draft(request.viewer)
        kept = draft.data if draft else None
        form, stops = _forms(own, data=kept) if kept and "check" in request.GET else _forms(own, draft=kept)
    return render(request, "member/applications/new.html", {"form": form, "stops": stops, **fee_context(form)})


@require_POST
@member_only
def fee(request: Request) -> HttpResponse:
    """The fee and what the ministry wants, while the form is being filled in; the draft is kept on the way."""
    own = _standing(request.viewer)
    data = typed(request.POST)
    if refusal_to_start(own) is None:
        save_draft(member_id=own_id(request.viewer), data=data, actor=request.viewer, at=timezone.now())
    form = _form(own, data)
    form.is_valid()
    return render(request, "member/applications/fee.html", fee_context(form))


@require_safe
@member_only
def cities(request: Request) -> HttpResponse:
    """The cities of a country, for the suggestions of the city field."""
    return render(request, "member/applications/cities.html", {"cities": countries.cities_of(request.GET.get("country", "")[:4])})


@member_only
def confirm(request: Request) -> HttpResponse:
    """Everything once more with the fee line by line; 申し込む asks, はい applies."""
    draft = standing.own_draft(request.viewer)
    if request.method == "POST":
        return _apply(request, draft.data if draft else {})
    if draft is None:
        return redirect("member:applications:new")
    form, stops = _forms(_standing(request.viewer), data=draft.data)
    if not _are_valid(form, stops):
        return redirect(f"{reverse('member:applications:new')}?check=1")
    order = order_from(form, stops)
    rows = order_rows(order, stops.country_names(), reverse("member:applications:new"))
    shown = order.shown(form.price, form.standing) if form.price else ""
    context = {"form": form, "key": draft.key, "shown": shown, "asking": "ask" in request.GET, "rows": rows}
    return render(request, "member/applications/confirm.html", context | fee_context(form))


def _apply(request: Request, data: dict[str, str]) -> HttpResponse:
    viewer: Viewer = request.viewer
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return redirect("member:applications:new")
    if earlier := applications.by_key(viewer, key):
        return redirect("member:applications:done", earlier)
    form, stops = _forms(_standing(viewer), data=data)
    if not _are_valid(form, stops):
        return redirect(f"{reverse('member:applications:new')}?check=1")
    # A page without the mark is none of ours: it confirms nothing.
    shown = request.POST.get("shown") or "nothing"
    order = order_from(form, stops)
    try:
        application = submit_application(member_id=own_id(viewer), key=key, order=order, actor=viewer, at=timezone.now(), shown=shown)
    except Refused as refused:
        if refused.code == MOVED_ON:
            messages.warning(request, refused.message)
            return redirect(f"{reverse('member:applications:confirm')}?ask=1")
        return render(request, "member/applications/refused.html", {"refused": refused}, status=409)
    return redirect("member:applications:done", application.pk)


@require_safe
@member_only
def done(request: Request, pk: int) -> HttpResponse:
    """What happened and the two ways on: the top page, or the payment."""
    application = applications.application(request.viewer, pk)
    payments = payments_for(request.viewer, ("application", pk))
    context = {"application": application, "payment": payments[0] if payments else None, "next_label": _("Go to payment")}
    return render(request, "member/applications/done.html", context)
