"""Registration after the code: school, profile, check, done (M1)."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from members import facts
from members.actions import registration
from members.forms.profile import BaseContacts, ProfileForm
from members.forms.registration import JoinPasswordForm, both_valid, profile_forms, replayed, typed
from members.queries import faces
from members.queries.registration import School, draft_of, school_by_join_password
from members.steps import registration_steps
from members.walls import account_of, signed_in
from ossma.core import limits
from ossma.core.net import source_of
from ossma.core.ratelimit import TooMany, take_all
from ossma.core.refusals import Refused
from ossma.core.requests import Request
from ossma.core.retry_after import with_wait


def _school_by(request: Request, join_password: str, at: datetime) -> School | None:
    """The school of a join password. Only wrong ones count: a lecture hall registers from one address. Raises TooMany."""
    taken = take_all((limits.JOIN_ACCOUNT, account_of(request).pk), (limits.JOIN_SOURCE, source_of(request)), at=at)
    school = school_by_join_password(join_password, at)
    if school is not None:
        taken.give_back()
    return school


def _page(request: Request, name: str, step: int, **context: object) -> HttpResponse:
    return render(request, f"public/members/{name}.html", context | {"steps": registration_steps(), "step": step})


def _is_member(request: Request) -> bool:
    return faces.was_ever_member(account_of(request).pk)


@signed_in
def signup_school(request: Request) -> HttpResponse:
    """Step 3: the join password. A registration left half-way resumes here."""
    if _is_member(request):
        return redirect("home")
    form = JoinPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            school = _school_by(request, form.cleaned_data["join_password"], now)
        except TooMany as refusal:
            form.add_error("join_password", refusal.message)
            return with_wait(_page(request, "signup_school", 3, form=form), refusal.wait)
        if school:
            registration.choose_school(user_id=account_of(request).pk, school=school, actor=request.viewer, at=now)
            return redirect("public:members:signup_school_check")
        form.add_error("join_password", _("This password cannot be used. Please check it with your school and enter it again."))
    return _page(request, "signup_school", 3, form=form)


@signed_in
def signup_school_check(request: Request) -> HttpResponse:
    """「〇〇大学で間違いないでしょうか。」 はい / いいえ."""
    draft = draft_of(account_of(request).pk)
    if draft.school is None:
        return redirect("public:members:signup_school")
    if request.method == "POST":
        now = timezone.now()
        if request.POST.get("answer") == "yes":
            registration.confirm_school(user_id=account_of(request).pk, actor=request.viewer, at=now)
            return redirect("public:members:signup_profile")
        registration.choose_school(user_id=account_of(request).pk, school=None, actor=request.viewer, at=now)
        return redirect("public:members:signup_school")
    return _page(request, "signup_school_check", 3, school=draft.school)


def _first_values(request: Request) -> dict[str, str]:
    return {"nationality": "JP", "language": account_of(request).language}


@signed_in
def signup_profile(request: Request) -> HttpResponse:
    """Step 4: member information. Whatever was typed is kept, right or wrong."""
    draft = draft_of(account_of(request).pk)
    if _is_member(request):
        return redirect("home")
    if not draft.school_confirmed:
        return redirect("public:members:signup_school")
    form, contacts = profile_forms(person=_first_values(request), account_email=account_of(request).email)
    if request.method == "POST":
        registration.keep_typed(user_id=account_of(request).pk, typed=typed(request.POST), actor=request.viewer, at=timezone.now())
        form, contacts = profile_forms(request.POST, account_email=account_of(request).email)
        if both_valid(form, contacts):
            return redirect("public:members:signup_profile_check")
    elif draft.typed:
        form, contacts = profile_forms(replayed(draft.typed), account_email=account_of(request).email)
    return _page(request, "signup_profile", 4, form=form, contacts=contacts, school=draft.school, email=account_of(request).email)


def _register(request: Request, form: ProfileForm, contacts: BaseContacts) -> str | None:
    try:
        registration.finish(
            user_id=account_of(request).pk,
            profile=form.cleaned_data,
            contacts=contacts.given(),
            actor=request.viewer,
            at=timezone.now(),
        )
    except Refused as refusal:
        return refusal.message
    return None


@signed_in
def signup_profile_check(request: Request) -> HttpResponse:
    """The confirmation page, then 「登録してよろしいですか。」 はい. A second press changes nothing."""
    if _is_member(request):
        return redirect("public:members:signup_done")
    draft = draft_of(account_of(request).pk)
    form, contacts = profile_forms(replayed(draft.typed), account_email=account_of(request).email)
    if not draft.school_confirmed or not both_valid(form, contacts):
        return redirect("public:members:signup_profile")
    refusal = None
    if request.method == "POST":
        refusal = _register(request, form, contacts)
        if refusal is None:
            return redirect("public:members:signup_done")
    sections = facts.all_sections(form.cleaned_data, contacts.given())
    return _page(request, "signup_profile_check", 4, sections=sections, school=draft.school, email=account_of(request).email, refusal=refusal)


@signed_in
def signup_done(request: Request) -> HttpResponse:
    """Two ways on: a service, or the top page."""
    if not _is_member(request):
        return redirect("public:members:signup_school")
    return _page(request, "signup_done", 5)
