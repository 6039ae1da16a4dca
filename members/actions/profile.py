"""Changes of a member's own information (M6)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from members.actions.kind_requests import ask_for_kind
from members.actions.second_address import promise_confirmation
from members.models import Member, User
from members.queries.profile import contact_values
from ossma.core import audit
from ossma.core.duties import not_for_office
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Viewer


@not_for_office
@transaction.atomic
def update(*, member_id: int, profile: dict[str, Any], contacts: list[dict[str, str]], actor: Viewer, at: datetime) -> list[str]:
    """Write clean values over a member's information; returns the names of what changed. The trail keeps names, not values.

    Another member kind is not written: it becomes a request ("kind_requested" among the names) that the school decides.
    """
    member = first_or_404(list(Member.objects.visible_to(actor).select_for_update().filter(pk=member_id)))
    language = profile["language"]
    person = {name: value for name, value in profile.items() if name not in {"language", "kind"}}
    changed = [name for name, value in person.items() if getattr(member, name) != value]
    for name in changed:
        setattr(member, name, person[name])
    if contact_values(member) != contacts:
        member.set_contacts(contacts)
        changed.append("emergency_contacts")
    if {"mobile", "emergency_contacts"} <= set(changed):
        member.has_placeholders = False
    if "second_email" in changed:
        member.second_email_confirmed_at = None
    member.save()
    if "second_email" in changed:
        promise_confirmation(member=member, actor=actor, at=at)
    if ask_for_kind(member=member, kind=profile["kind"], actor=actor, at=at):
        changed.append("kind_requested")
    if User.objects.filter(pk=member.user_id).exclude(language=language).update(language=language):
        changed.append("language")
    audit.record(
        actor=actor,
        at=at,
        action="member.updated",
        subject=("member", member.pk),
        member_id=member.pk,
        school_id=member.school_id,
        detail={"fields": changed},
    )
    return changed
