"""Which published versions of 利用規約 and 個人情報保護方針 are in effect, and what somebody has yet to accept."""

from datetime import date

from members.models import LegalAcceptance, LegalDocument
from members.states import LegalKind


def in_effect(kind: LegalKind, today: date) -> LegalDocument | None:
    """The version in effect on that day (Japan's calendar)."""
    return LegalDocument.objects.approved().filter(kind=kind, effective_on__lte=today).order_by("-effective_on", "-pk").first()


def all_in_effect(today: date) -> list[LegalDocument]:
    """The current versions of both documents, terms first."""
    found = [in_effect(kind, today) for kind in LegalKind]
    return [document for document in found if document]


def announced(kind: LegalKind, today: date) -> LegalDocument | None:
    """A published version that takes effect later (contracts.md D1)."""
    waiting = LegalDocument.objects.approved().filter(kind=kind, published_on__lte=today, effective_on__gt=today)
    return waiting.order_by("effective_on", "pk").first()


def outstanding(user_id: int, today: date) -> list[LegalDocument]:
    """What this user has to accept before going on."""
    current = all_in_effect(today)
    accepted = set(LegalAcceptance.objects.filter(user_id=user_id, document__in=current).values_list("document_id", flat=True))
    return [document for document in current if document.pk not in accepted]
