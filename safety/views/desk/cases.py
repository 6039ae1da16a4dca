"""Cases: all calls for help that are open, one case with its clock and what was tried, and its steps."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from members import facts
from members.queries import profile
from ossma.core import registries
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request
from safety.actions import calls, contact_case, hand_over_case, reopen_case, resolve_case, take_case
from safety.forms.desk import CallForm, NextTryForm
from safety.forms.follow import ResolveForm
from safety.queries import desk as desks
from safety.queries import following
from safety.queries.checkins import missed_by
from safety.queries.following import SafetyCase
from safety.queries.lines import line_of, zone_of
from safety.queries.pictures import pictures_of_case
from safety.queries.tried import story, words_of
from safety.states import CaseCause
from safety.views.desk.faces import Desk, put_refusal, show_page
from safety.views.desk.looks import note_looks


def _take_over(**who: Any) -> SafetyCase:
    return take_case(**who, take_over=True)


VERBS: dict[str, tuple[Callable[..., SafetyCase], Any]] = {
    "take": (take_case, _("You are in charge of this case now.")),
    "take-over": (_take_over, _("You are in charge of this case now.")),
    "calling": (calls.begin_call, _("Noted that you are calling. For 15 minutes nobody else calls, and the member sees your name.")),
    "hang-up": (calls.drop_call, _("Noted that you are not calling.")),
    "contact": (contact_case, _("Noted: somebody has reached the member. The clock has stopped.")),
    "helpline": (hand_over_case, _("Handed to the helpline.")),
    "reopen": (reopen_case, _("The case is open again.")),
}


def _call_form(case: SafetyCase, at: datetime, request: Request, data: Any = None) -> CallForm:
    names = [f"{contact.name} ({contact.relation})" for contact in case.member.emergency_contacts.all()]
    return CallForm(data, zone=zone_of(case, at), at=at, contacts=names, may_answer=bool(desks.answerable(request.viewer, case.pk)))


def _resolve_form(case: SafetyCase, data: Any = None) -> ResolveForm:
    return ResolveForm(data, unheard=following.is_unheard(case), number=case.member.number)


def _page(request: Request, desk: Desk, case: SafetyCase, at: datetime, **bound: forms.Form) -> HttpResponse:
    note_looks(request, action="safety.case_seen", subject=f"case:{case.pk}", member_ids=[case.member_id], at=at)
    person = following.person_of_case(request.viewer, case, at)
    line = line_of(case, person, at)
    given = next(iter(bound.values()), None)
    covers = [cover for _key, covers_of in registries.cover_facts for cover in covers_of(case.member_id, at)]
    context = {
        "case": case,
        "line": line,
        "person": person,
        "now": at,
        "drill": case.is_drill,
        "me": request.viewer.user_id,
        "covers": covers,
        "check_ins": missed_by(request.viewer, case.member_id),
        "has_policy": any(cover.is_policy for cover in covers),
        "is_office": request.viewer.is_office,
        "pictures": pictures_of_case(request.viewer, case),
        "events": story(case.recipient, case),
        "words": words_of(case) if case.cause == CaseCause.HELP else None,
        "given": given,
        "form": bound.get("resolve") or _resolve_form(case),
        "call_form": bound.get("call") or _call_form(case, at, request),
        "plan_form": bound.get("plan") or NextTryForm(zone=line.zone, at=at),
    }
    return show_page(request, desk, "case", context, status=422 if given and given.errors else 200)


@require_safe
def index(request: Request, desk: Desk) -> HttpResponse:
    """Everybody who needs help now, the longest waiting first."""
    at = timezone.now()
    rows = following.open_cases(request.viewer)
    note_looks(request, action="safety.cases_seen", subject="cases", member_ids=[case.member_id for case in rows], at=at)
    parts = {"cases": [case for case in rows if not case.is_drill], "drills": [case for case in rows if case.is_drill]}
    return show_page(request, desk, "cases", {**parts, "now": at})


@require_safe
def show(request: Request, desk: Desk, c: int) -> HttpResponse:
    """One case: who, where, since when, whom to call, what was done. The first look is what the member reads as "read"."""
    at = timezone.now()
    following.case_of(request.viewer, c)
    calls.read_case(actor=request.viewer, at=at, case_id=c)
    return _page(request, desk, following.case_of(request.viewer, c), at)


@require_POST
def act(request: Request, desk: Desk, c: int, verb: str) -> HttpResponse:
    """Take it, say that you call, note the first contact, hand it over, open it again. Pressed twice it is done once."""
    if verb not in VERBS:
        raise NotFound
    do, done = VERBS[verb]
    try:
        do(actor=request.viewer, at=timezone.now(), case_id=c)
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(desk.url("case", c))


def _try(request: Request, desk: Desk, case: SafetyCase, at: datetime, name: str, form: forms.Form, do: Callable[[], Any], done: Any) -> HttpResponse:
    """Do what a form on the page asks, or show the page with what is wrong."""
    if form.is_valid():
        try:
            do()
        except Refused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, done)
            return redirect(desk.url("case", case.pk))
    return _page(request, desk, case, at, **{name: form})


@require_POST
def resolve(request: Request, desk: Desk, c: int) -> HttpResponse:
    """End a case, saying how it ended."""
    at, case = timezone.now(), following.case_of(request.viewer, c)
    form = _resolve_form(case, request.POST)
    done = _("The case is resolved. The member's own answer stays as it is.")
    return _try(
        request, desk, case, at, "resolve", form, lambda: resolve_case(actor=request.viewer, at=at, case_id=c, **form.cleaned_data), done
    )  # fmt: skip


@require_POST
def log(request: Request, desk: Desk, c: int) -> HttpResponse:
    """Write down one try: whom, what came of it, when the next is due."""
    at = timezone.now()
    case = following.case_of(request.viewer, c)
    form = _call_form(case, at, request, request.POST)
    return _try(
        request, desk, case, at, "call", form, lambda: calls.log_call(actor=request.viewer, at=at, case_id=c, tried=form.tried()), _("Written down.")
    )  # fmt: skip


@require_POST
def plan(request: Request, desk: Desk, c: int) -> HttpResponse:
    """Leave somebody in peace until a time at their place."""
    at = timezone.now()
    case = following.case_of(request.viewer, c)
    form = NextTryForm(request.POST, zone=zone_of(case, at), at=at)
    done = _("Planned. The name rises again at that time.")
    return _try(
        request, desk, case, at, "plan", form,
        lambda: calls.plan_try(actor=request.viewer, at=at, case_id=c, next_try=form.cleaned_data["moment"]), done,
    )  # fmt: skip


@require_POST
def medical(request: Request, desk: Desk, c: int) -> HttpResponse:
    """The medical notes, once: the office only, and on record."""
    member = calls.open_medical_notes(actor=request.viewer, at=timezone.now(), case_id=c)
    rows = facts.medical_rows(profile.person_values(member))
    return show_page(request, desk, "medical", {"member": member, "rows": rows, "case_id": c})
