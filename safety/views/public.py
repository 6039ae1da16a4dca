"""Answering without a login (safety.md S2): GET shows and never answers, POST records a choice."""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpline.queries import call_number
from ossma.core import drafts, limits
from ossma.core.automated import agent_of, hand_of
from ossma.core.net import client_address, source_of
from ossma.core.ratelimit import TooMany, allowed, in_words
from ossma.core.refusals import NotFound
from ossma.core.requests import Request
from ossma.core.retry_after import with_wait
from ossma.core.viewer import Face, Viewer, by_link
from safety import actions
from safety.addresses import answer_path, recipient_of
from safety.forms.answer import ElsewhereForm, HereForm, NeedForm, answer_key, key_of, pressed
from safety.queries.answering import Question, question_of, was_said
from safety.queries.echo import Echo, echo_of
from safety.said import Said
from safety.states import AnswerKind, Channel, CheckKind, CheckState, Standing
from safety.views.bare import NOT_TAKEN, ask_second_step
from safety.views.onward import onward
from safety.views.whose import ASKS, asks_script, is_owner, must_ask, signed_in, whose

ANSWER = "answer"
NEXT_PAGE = {AnswerKind.OK: "here/", AnswerKind.HELP: "need/", AnswerKind.LATER: "thanks/"}


class Door:
    """What a signed address opens: one question. It is read when a page shows it; storing an answer needs no more than its number."""

    def __init__(self, recipient_id: int, channel: str) -> None:
        self.recipient_id, self.channel = recipient_id, channel
        self.path = answer_path(recipient_id, channel)

    @cached_property
    def question(self) -> Question:
        """The question itself. Raises NotFound."""
        return question_of(self.recipient_id)


Answering = Callable[[Request, Door], HttpResponse]


def _page(request: Request, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the answer family. No context processors: they would ask who is signed in, and these pages must be quick on the worst day."""
    template = get_template(f"public/safety/{name}.html")
    return HttpResponse(
        template.render({**context, "request": request, "csrf_token": get_token(request), "office_name": settings.OFFICE_NAME}), status=status
    )


def wrong_link(request: Request) -> HttpResponse:
    """A page that says what to do with a broken address; guessing is slowed down per network address."""
    within = allowed(limits.WRONG_LINK, key=source_of(request), at=timezone.now())
    return _page(request, "wrong_link", {"number": call_number(None)}, status=404 if within else 429)


def _said_before(request: Request, door: Door, refused: TooMany) -> HttpResponse:
    """The same was said again and again: what counts is kept, and something else is always taken.

    A phone that sends a press it kept is led on, for nothing is missing; what carries more than a press stays on the phone until it is taken.
    """
    if request.path == door.path and "application/json" in request.headers.get("Accept", ""):
        return onward(request, f"{door.path}thanks/")
    number = call_number(door.question.country_id)
    return with_wait(_show(request, "refused", door, wait=in_words(refused.wait), number=number), refused.wait)


def answering(view: Answering) -> Callable[[Request, str], HttpResponse]:
    """Open a view to whoever holds the signed address. It is the key to this one question, so no cookie has to prove anything more."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: Request, signed: str) -> HttpResponse:
        opened = recipient_of(signed)
        if opened is None:
            return wrong_link(request)
        door = Door(*opened)
        try:
            response = (_asks_whose(request, door) if request.method == "POST" and door.channel == Channel.PUSH else None) or view(request, door)
        except NotFound:
            return wrong_link(request)
        except TooMany as refused:
            response = _said_before(request, door, refused)
        # The address is told to nobody.
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


def _speak(request: Request, door: Door) -> None:
    """The person's own language until another is chosen. Before any form is made: its choices are in a language, too."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(door.question.language)


def _show(request: Request, name: str, door: Door, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page about the question."""
    _speak(request, door)
    question = door.question
    context = {
        "question": question,
        "check": question.check,
        "moment": question.check.event_at or question.check.sent_at,
        "drill": question.check.kind == CheckKind.DRILL,
        "closed": question.check.state == CheckState.CLOSED,
        "path": door.path,
        "key": uuid4(),
        "whose": whose(request, ANSWER, door.recipient_id, door.channel, question.member_id),
        **more,
    }
    return _page(request, name, context, status=status)


def _answered(request: Request, door: Door, said: Said, to: str, **more: Any) -> HttpResponse:
    """Store an answer, and on to `to`; or to the second step, where a program seems to have pressed.

    Whoever is signed in on this phone is named; the action knows whether that is the person asked.
    """
    at = timezone.now()
    actor = signed_in(request) or Viewer(face=Face.LINK, address=client_address(request))
    stored = actions.answer_by_link(
        actor=actor, at=at, recipient_id=door.recipient_id, said=said, user_agent=agent_of(request), hand=hand_of(request, at),
        channel=door.channel, **more,
    )  # fmt: skip
    if stored.unconfirmed:
        _speak(request, door)
        return ask_second_step(request, at, country_id=door.question.country_id)
    return onward(request, to)


def _opened(request: Request, door: Door) -> None:
    """Note that the person has seen the question; a notification on somebody else's screen was not seen by them."""
    question = door.question
    owner = is_owner(request, question.member_id)
    if owner or door.channel != Channel.PUSH:
        actor = request.viewer if owner else by_link(question.member_id)
        actions.mark_opened(
            actor=actor, at=timezone.now(), recipient_id=door.recipient_id, user_agent=agent_of(request), channel=door.channel
        )  # fmt: skip


def _asks_whose(request: Request, door: Door) -> HttpResponse | None:
    """The page that names whom it asks, instead of storing a press on somebody else's notification."""
    question = door.question
    if not must_ask(request, ANSWER, door.recipient_id, door.channel, question.member_id):
        return None
    choice = request.POST.get("answer") or ("help" if request.path == f"{door.path}need/" else "safe")
    _speak(request, door)
    return asks_script(request, f"{door.path}?{urlencode({'choice': choice})}") or _show(request, "ask", door, choice=choice, status=ASKS)


@answering
def ask(request: Request, door: Door) -> HttpResponse:
    """The question and its buttons."""
    if request.method == "POST":
        said = pressed(request.POST)
        if said is None:
            return _show(request, "ask", door, status=400)
        return _answered(request, door, said, f"{door.path}{NEXT_PAGE[said.kind]}")
    if door.question.opened_at is None and request.method == "GET":
        _opened(request, door)
    # Whoever has not answered yet has called for nothing here: the crowd pays no query for it.
    call = {"echo": _echo(door), **_echo_places(door)} if door.question.answered_at else {}
    return _show(request, "ask", door, choice=request.GET.get("choice", ""), number=call_number(door.question.country_id), **call)


@answering
def here(request: Request, door: Door) -> HttpResponse:
    """After "I am safe": 今ここ or a place by hand, a comment, a picture. All of it may be left out."""
    _speak(request, door)
    initial = {"key": uuid4(), "country": door.question.country_id}
    if request.method == "POST":
        form = HereForm(request.POST, request.FILES, initial=initial, link=door.recipient_id, source=source_of(request))
        if form.is_valid():
            kept = form.cleaned_data["picture"]
            said = form.said(AnswerKind.OK, **form.details(timezone.now()))
            response = _answered(request, door, said, f"{door.path}thanks/", picture=kept.image if kept else None)
            if kept and response.status_code != NOT_TAKEN:
                drafts.discard(kept)
            return response
        if form.has_error("picture", "gone") and was_said(answer_key(key_of(request.POST.get("key")), AnswerKind.OK)):
            # Pressed twice: the first press has stored answer and picture.
            return onward(request, f"{door.path}thanks/")
        return _show(request, "here", door, form=form, here_sends="send", status=400)
    return _show(request, "here", door, form=HereForm(initial=initial), here_sends="send")


@answering
def need(request: Request, door: Door) -> HttpResponse:
    """After "I need help", which is stored and told already: whom to call, and the one question."""
    _speak(request, door)
    if door.question.standing != Standing.HELP and request.method != "POST":
        return onward(request, door.path)
    form = NeedForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        told = {name: data[name] for name in ("need", "comment", "call_back")}
        said = form.said(AnswerKind.HELP, position=form.position(timezone.now()), **told)
        return _answered(request, door, said, f"{door.path}thanks/")
    status = 400 if form.errors else 200
    return _show(request, "need", door, form=form, number=call_number(door.question.country_id), status=status)


@answering
def elsewhere(request: Request, door: Door) -> HttpResponse:
    """ "I am not there": where then."""
    _speak(request, door)
    form = ElsewhereForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        return _answered(request, door, form.said(AnswerKind.NOT_THERE, **form.details(timezone.now())), f"{door.path}thanks/")
    return _show(request, "elsewhere", door, form=form, status=400 if form.errors else 200)


@answering
def thanks(request: Request, door: Door) -> HttpResponse:
    """What the school now sees, and whom to call; after a call for help, who has read it."""
    return _show(request, "thanks", door, number=call_number(door.question.country_id), echo=_echo(door), **_echo_places(door))


@answering
def case(request: Request, door: Door) -> HttpResponse:
    """The piece of the page that says who has read a call for help and who is calling; the page asks for it again and again."""
    echo = _echo(door)
    if echo is None:
        raise NotFound
    return _show(request, "echo", door, echo=echo, **_echo_places(door))


def _echo(door: Door) -> Echo | None:
    question = door.question
    running = question.check.state != CheckState.CLOSED
    return echo_of(question.member_id, timezone.now(), is_drill=running and question.check.kind == CheckKind.DRILL)


def _echo_places(door: Door) -> dict[str, Any]:
    return {"echo_url": f"{door.path}case/", "echo_page": f"{door.path}thanks/"}
