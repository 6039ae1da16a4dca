"""The pictures of answers: who may see which, and which are old enough to be deleted (safety.md S2, S3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import Member
from ossma.core.duties import Duty
from ossma.core.models import StoredFile
from ossma.core.refusals import first_or_404
from ossma.core.viewer import Face, Viewer
from safety.models import Answer, Recipient, SafetyCase
from safety.queries.walls import behind_wall
from safety.states import AnswerSource, CheckKind, CheckState

OWNER_KIND = "safety.answer"
PICTURES_SHOWN = 12
# A phone that was offline tells the true time: the words may be older than the case they open.
BEFORE_CASE = timedelta(days=1)


def _visible(viewer: Viewer) -> QuerySet[Answer]:
    """Answers with a picture that the viewer may see: a member's own; for staff those whose answer they may see."""
    rows = Answer.objects.filter(picture__isnull=False).select_related("picture", "member")
    if viewer.face is Face.MEMBER:
        return rows.filter(member=viewer.member_id)
    if not viewer.is_staff_side or (viewer.is_office and not viewer.may(Duty.SEE_CASES)):
        return rows.none()
    asked = behind_wall(viewer, Recipient.objects.all())
    return rows.filter(Q(recipient__in=asked) | Q(recipient=None, member__in=Member.objects.visible_to(viewer)))


def answer_with_picture(viewer: Viewer, answer_id: int) -> Answer:
    """One answer with its picture. Raises NotFound for a stranger's, and where there is no picture (any more)."""
    return first_or_404(list(_visible(viewer).filter(pk=answer_id)))


def pictures_of_case(viewer: Viewer, case: SafetyCase) -> list[Answer]:
    """Answers with pictures since a case was opened, the newest first; exercises only for the case of an exercise. One query."""
    drill = Q(recipient__check_row__kind=CheckKind.DRILL)
    rows = _visible(viewer).filter(member=case.member_id, said_at__gte=case.opened_at - BEFORE_CASE)
    rows = rows.filter(drill) if case.is_drill else rows.exclude(drill)
    return list(rows.exclude(source=AnswerSource.FAMILY).order_by("-said_at", "-pk")[:PICTURES_SHOWN])


def has_picture() -> Exists:
    """Whether a recipient (the outer row) has sent a picture."""
    return Exists(Answer.objects.filter(recipient=OuterRef("pk"), picture__isnull=False))


def picture_facts(member_id: int) -> list[dict]:
    """What is kept of a member's pictures, for their data export: the person's own, so no viewer narrows it."""
    rows = Answer.objects.filter(member=member_id, picture__isnull=False).select_related("picture").order_by("said_at", "pk")
    columns = ("mime", "size", "width", "height", "sha256", "created_at")
    return [{"answer": row.pk, "said_at": row.said_at} | {name: getattr(row.picture, name) for name in columns} for row in rows]


def expired_pictures(before: datetime) -> QuerySet[StoredFile]:
    """Pictures whose check closed, or that were received without a check, at `before` or earlier; and those of no answer at all."""
    over = Q(recipient=None, received_at__lte=before) | Q(recipient__check_row__state=CheckState.CLOSED, recipient__check_row__ended_at__lte=before)
    answers = Answer.objects.filter(picture=OuterRef("pk"))
    files = StoredFile.objects.filter(owner_kind=OWNER_KIND, created_at__lte=before)
    return files.filter(Exists(answers.filter(over)) | ~Exists(answers)).order_by("pk")


def locked_files(numbers: Iterable[int]) -> list[StoredFile]:
    """These rows, locked; those that somebody else has in hand are left out."""
    return list(StoredFile.objects.select_for_update(skip_locked=True).filter(pk__in=numbers).order_by("pk"))
