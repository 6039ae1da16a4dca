"""Recording who accepted which version, and when it had been opened."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from members.models import LegalAcceptance, LegalDocument, User
from ossma.core import audit
from ossma.core.duties import not_for_office
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Viewer


@not_for_office
@transaction.atomic
def accept(*, user: User, documents: list[LegalDocument], openings: Mapping[int, datetime], actor: Viewer, at: datetime) -> None:
    """Note the acceptance of every document in `documents`. Refused while one of them has not been opened (M1), NotFound for an unpublished one."""
    if any(document.approved_at is None for document in documents):
        raise NotFound
    if any(document.pk not in openings for document in documents):
        raise Refused(_("Please open and read both documents first."), code="not_opened")
    rows = [LegalAcceptance(user=user, document=document, opened_at=openings[document.pk], accepted_at=at) for document in documents]
    LegalAcceptance.objects.bulk_create(rows, ignore_conflicts=True)
    versions = {document.kind: document.version for document in documents}
    audit.record(actor=actor, at=at, action="legal.accepted", subject=("user", user.pk), detail=versions)
