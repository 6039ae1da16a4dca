"""Answering without a login (safety.md S2): GET shows and never answers, POST records a choice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpline.queries import call_number
from ossma.core.net import client_address
from ossma.core.ratelimit import allowed
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.viewer import Viewer, by_link
from safety import actions
from safety.addresses import answer_path
from safety.forms.answer import ChoiceForm, ElsewhereForm, HereForm, NeedForm
from safety.queries.answering import Question, asked_by_link
from safety.said import Said
from safety.states import AnswerKind, CheckKind, CheckState, Standing
from safety.views.onward import onward

WRONG_LINKS, PER = 30, timedelta(minutes=1)
NEXT_PAGE = {AnswerKind.OK: "here/", AnswerKind.HELP: "need/", AnswerKind.LATER: "thanks/"}
type Answering = Callable[[Request, Question], HttpResponse]


def _page(request: Request, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the answer family. No context processors: they would ask who is signed in, and these pages must be quick on the worst day."""
    template = get_template(f"public/safety/{name}.html")
    return HttpResponse(
        template.render({**context, "request": request, "csrf_token": get_token(request), "office_name": settings.OFFICE_NAME}), status=status
    )


def _wrong_link(request: Request) -> HttpResponse:
    """A page that says what to do with a broken address; guessing is slowed down per network address."""
    within = allowed(scope="answer link", key=client_address(request), limit=WRONG_LINKS, per=PER, at=timezone.now())
    return _page(request, "wrong_link", {}, status=404 if within else 429)


def answering(view: Answering) -> Callable[[Request, str], HttpResponse]:
    """Open a view to whoever holds the signed address. It is the key to this one question, so no cookie has to prove anything more."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: Request, signed: str) -> HttpResponse:
        try:
            question = asked_by_link(signed)
        except NotFound:
            return _wrong_link(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(question.member.user.language)
        response = view(request, question)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


def _context(question: Question, **more: Any) -> dict[str, Any]:
    check = question.check_row
    return {
        "question": question,
        "check": check,
        "drill": check.kind == CheckKind.DRILL,
        "closed": check.state == CheckState.CLOSED,
        "path": answer_path(question.pk),
        "key": uuid4(),
        **more,
    }


def _actor(request: Request, question: Question) -> Viewer:
    """The member in person when signed in on this phone, else the holder of the link."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.viewer.member_id == question.member_id:
        return request.viewer
    return replace(by_link(question.member_id), address=client_address(request))


def _record(request: Request, question: Question, said: Said, **more: Any) -> None:
    actions.answer_by_link(
        actor=_actor(request, question),
        at=timezone.now(),
        recipient_id=question.pk,
        said=said,
        user_agent=request.headers.get("User-Agent", ""),
        **more,
    )


def _go(request: Request, question: Question, page: str) -> HttpResponse:
    return onward(request, f"{answer_path(question.pk)}{page}")


@answering
def ask(request: Request, question: Question) -> HttpResponse:
    """The question and its buttons."""
    if request.method == "POST":
        form = ChoiceForm(request.POST)
        if form.is_valid():
            _record(request, question, form.said(form.kind))
            return _go(request, question, NEXT_PAGE[form.kind])
        return _page(request, "ask", _context(question), status=400)
    if question.opened_at is None and request.method == "GET":
        actions.mark_opened(
            actor=by_link(question.member_id), at=timezone.now(), recipient_id=question.pk, user_agent=request.headers.get("User-Agent", "")
        )
    return _page(request, "ask", _context(question, choice=request.GET.get("choice", "")))


@answering
def here(request: Request, question: Question) -> HttpResponse:
    """After "I am safe": 今ここ or a place by hand, a comment, a picture. All of it may be left out."""
    if request.method == "POST":
        form = HereForm(request.POST, request.FILES)
        if form.is_valid():
            kept = form.cleaned_data["picture"]
            _record(request, question, form.said(AnswerKind.OK, **form.details(timezone.now())), picture=kept.image if kept else None)
            return _go(request, question, "thanks/")
        return _page(request, "here", _context(question, form=form, here_sends="send"), status=400)
    form = HereForm(initial={"key": uuid4(), "country": question.country_id})
    return _page(request, "here", _context(question, form=form, here_sends="send"))


@answering
def need(request: Request, question: Question) -> HttpResponse:
    """After "I need help", which is stored and told already: whom to call, and the one question."""
    if question.standing != Standing.HELP and request.method != "POST":
        return _go(request, question, "")
    form = NeedForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = form.said(AnswerKind.HELP, need=data["need"], comment=data["comment"], position=form.position(timezone.now()))
        _record(request, question, said)
        return _go(request, question, "thanks/")
    status = 400 if form.errors else 200
    return _page(request, "need", _context(question, form=form, number=call_number(question.country_id)), status=status)


@answering
def elsewhere(request: Request, question: Question) -> HttpResponse:
    """ "I am not there": where then."""
    form = ElsewhereForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        _record(request, question, form.said(AnswerKind.NOT_THERE, **form.details(timezone.now())))
        return _go(request, question, "thanks/")
    return _page(request, "elsewhere", _context(question, form=form), status=400 if form.errors else 200)


@answering
def thanks(request: Request, question: Question) -> HttpResponse:
    """What the school now sees, and whom to call."""
    return _page(request, "thanks", _context(question, number=call_number(question.country_id)))
