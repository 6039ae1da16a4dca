"""利用規約 and 個人情報保護方針: reading them, and accepting a newer version (contracts.md D1)."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from members import openings
from members.actions import legal as actions
from members.queries import legal
from members.states import LegalKind
from members.viewers import home_of
from members.walls import LEGAL_DUE, account_of, signed_in
from ossma.core.refusals import NotFound, Refused
from ossma.core.requests import Request


def _show(request: Request, kind: LegalKind) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    document = legal.in_effect(kind, today)
    if document is None:
        raise NotFound
    openings.note(request, document, now)
    return render(request, "public/members/legal.html", {"document": document, "announced": legal.announced(kind, today)})


def terms(request: Request) -> HttpResponse:
    """利用規約. Opening it is noted for the registration."""
    return _show(request, LegalKind.TERMS)


def privacy(request: Request) -> HttpResponse:
    """個人情報保護方針."""
    return _show(request, LegalKind.PRIVACY)


@signed_in
def accept(request: Request) -> HttpResponse:
    """A newer version has to be opened and accepted before going on."""
    now = timezone.now()
    due = legal.outstanding(account_of(request).pk, timezone.localdate(now))
    opened = openings.opened(request)
    refusal = None
    if request.method == "POST" and due:
        try:
            actions.accept(user=account_of(request), documents=due, openings=opened, actor=request.viewer, at=now)
            due = []
        except Refused as error:
            refusal = error.message
    if not due:
        request.session.pop(LEGAL_DUE, None)
        return redirect(home_of(account_of(request)))
    documents = [{"document": document, "opened": document.pk in opened} for document in due]
    ready = all(state["opened"] for state in documents)
    return render(request, "public/members/legal_accept.html", {"documents": documents, "ready": ready, "refusal": refusal})
