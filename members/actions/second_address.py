"""A second address gets answer links only after its owner has confirmed it: anybody's could have been typed there."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import Member
from members.second_address import is_for, member_in, signed
from ossma.core import audit, limits, outbox
from ossma.core.duties import inner_action, not_for_office
from ossma.core.ratelimit import EVERYBODY, TooMany, take_all
from ossma.core.refusals import NotFound, Refused, first_or_404
from ossma.core.viewer import Viewer

SENDER = {"office_name": settings.OFFICE_NAME, "office_address": settings.OFFICE_ADDRESS}


@inner_action
def promise_confirmation(*, member: Member, actor: Viewer, at: datetime) -> bool:
    """Mail the link to the second address. False where there is none to confirm, or too many mails went out today."""
    address = member.second_email.lower()
    if not address or member.second_email_confirmed_at:
        return False
    # Anybody's address can be entered: nobody's mailbox is to be filled in our name.
    try:
        own = [(limits.SECOND_ADDRESS, key) for key in (f"member:{member.pk}", f"address:{address}")]
        take_all(*own, (limits.STRANGER_MAIL, EVERYBODY), at=at)
    except TooMany:
        return False
    outbox.promise(
        key=f"second_address:{member.pk}:{at.isoformat()}",
        to_address=address,
        language=outbox.BOTH,
        template="members/second_address",
        context=SENDER | {"token": signed(member.pk, address)},
        at=at,
        by_stranger=True,
    )
    audit.record(
        actor=actor,
        at=at,
        action="member.second_address_asked",
        subject=("member", member.pk),
        member_id=member.pk,
        school_id=member.school_id,
    )
    return True


@not_for_office
@transaction.atomic
def ask_again(*, member_id: int, actor: Viewer, at: datetime) -> None:
    """Send the link once more. Refused after three mails in a day."""
    member = first_or_404(list(Member.objects.visible_to(actor).select_for_update().filter(pk=member_id)))
    if not member.second_email or member.second_email_confirmed_at:
        raise Refused(_("There is no address to confirm."))
    if not promise_confirmation(member=member, actor=actor, at=at):
        raise Refused(_("Three mails were sent to this address today. Please look for them, or try again tomorrow."))


@not_for_office
@transaction.atomic
def confirm(*, token: str, actor: Viewer, at: datetime) -> None:
    """The owner of the mailbox agrees; twice is once. NotFound where the link is for another address."""
    member = Member.objects.select_for_update().filter(pk=member_in(token) or 0, withdrawn_at=None).first()
    if member is None or not is_for(token, member.pk, member.second_email):
        raise NotFound
    if member.second_email_confirmed_at is None:
        member.second_email_confirmed_at = at
        member.save(update_fields=["second_email_confirmed_at"])
        audit.record(
            actor=actor,
            at=at,
            action="member.second_address_confirmed",
            subject=("member", member.pk),
            member_id=member.pk,
            school_id=member.school_id,
        )
