"""Legal documents need a second person (office.md, "Duties and roles"): written by a publisher, published by a manager."""

from datetime import date

from django.utils import timezone

from members.models import LegalDocument
from members.queries.legal import in_effect
from members.states import LegalKind
from ossma.core.approval import facts_of, require_later_day
from ossma.core.duties import Duty
from ossma.core.registries import Approvable


def _now(document: LegalDocument) -> LegalDocument | None:
    return in_effect(LegalKind(document.kind), timezone.localdate())


def _check(document: LegalDocument, today: date) -> None:
    require_later_day(document.effective_on, today=today, replaces=in_effect(LegalKind(document.kind), today) is not None)


APPROVABLES = {
    "members.legaldocument": Approvable(
        LegalDocument,
        writes=(Duty.WRITE_REFERENCE,),
        approves=(Duty.PUBLISH_REFERENCE,),
        in_force=_now,
        facts=facts_of,
        starts_on=lambda document: document.effective_on,
        check=_check,
    ),
}
