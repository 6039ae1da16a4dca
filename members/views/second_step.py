"""The page "was that you?" behind the mailed links of accounts and addresses (ossma.core.automated)."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from ossma.core.automated import agent_of, hand_of, is_automated, mail_handed_over, note_unconfirmed, second_step
from ossma.core.requests import Request
from ossma.core.viewer import Viewer

NOT_TAKEN = 422


def second_step_for(request: Request, mail: str, *, actor: Viewer, subject: tuple[str, object], at: datetime) -> HttpResponse | None:
    """The page for a press that seems a program's, put on record; None for a person's. `mail`: the outbox key of the mail with the link."""
    program = is_automated(user_agent=agent_of(request), hand=hand_of(request, at), handed_over=lambda: mail_handed_over(mail, at), at=at)
    if not program:
        return None
    note_unconfirmed(actor=actor, at=at, subject=subject, member_id=actor.member_id)
    return render(request, "public/members/second_step.html", {"step": second_step(request, at)}, status=NOT_TAKEN)
