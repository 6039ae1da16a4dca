"""The follow-up desk: whose turn is next, how many wait, to whom a shift can be handed (safety.md S3, "Follow-up desk")."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from members.models import SchoolRole, User
from members.queries.faces import office_users
from members.states import SchoolRoleKind
from ossma.core.duties import Duty
from ossma.core.models import Country
from ossma.core.viewer import Viewer
from safety.hours import night_zones
from safety.models import CallEntry, Recipient, SafetyCase, SafetyCheck
from safety.queries.traces import flights
from safety.queries.walls import behind_wall
from safety.states import CaseCause, CaseState, CheckState

PAGE = 25
MOST_CHOICES = 50
FILTERS = ("all", "due", "mine", "unowned", "sleeping")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue is asked for."""

    part: str = "all"
    check: int | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases there are in each part. Exercises count only in `drills`.

    `helped`: calls for help nobody has heard; `overdue`: everything else that is due, `oldest` since when; `handed_over`: handed to the
    helpline and taken by nobody, `handed_oldest` since when.
    """

    all: int = 0
    due: int = 0
    mine: int = 0
    unowned: int = 0
    sleeping: int = 0
    helped: int = 0
    overdue: int = 0
    oldest: datetime | None = None
    handed_over: int = 0
    handed_oldest: datetime | None = None
    drills: int = 0


def open_cases(viewer: Viewer) -> QuerySet[SafetyCase]:
    """What is not resolved, behind the wall."""
    return behind_wall(viewer, SafetyCase.objects.exclude(state=CaseState.RESOLVED))


UNHEARD = Q(cause=CaseCause.HELP, first_contact_at=None)
# Handed to the helpline, and no operator has taken it yet.
HANDED_OVER = Q(state=CaseState.HELPLINE, owner=None)


def _asleep(at: datetime) -> Q:
    return Q(zone__in=night_zones(at))


def _unasked_for(at: datetime) -> Q:
    """Names that nobody has and no time is set for; who sleeps may sleep on, and who flies cannot be called."""
    return Q(owner=None, next_try_at=None) & ~_asleep(at) & ~Q(member__in=flights(at).order_by().values("member"))


def _due(at: datetime) -> Q:
    """What somebody must do now: help nobody has heard, tries whose time has come, names that nobody has."""
    return UNHEARD | HANDED_OVER | Q(next_try_at__lte=at) | _unasked_for(at)


# The first ranks are what somebody must do now.
DUE_RANKS = 4


def _rank(at: datetime) -> Case:
    return Case(
        When(HANDED_OVER, then=0),
        When(UNHEARD, then=1),
        When(next_try_at__lte=at, then=2),
        When(_unasked_for(at), then=DUE_RANKS - 1),
        When(owner=None, next_try_at=None, then=5),
        default=4,
        output_field=IntegerField(),
    )


def counts(viewer: Viewer, at: datetime) -> Counts:
    """The figures beside the filters. One query, over the open cases alone."""
    rows = open_cases(viewer)
    real = Q(is_drill=False)
    due = _due(at) & real
    return Counts(
        **rows.aggregate(
            all=Count("pk", filter=real),
            due=Count("pk", filter=due),
            mine=Count("pk", filter=Q(owner=viewer.user_id) & real),
            unowned=Count("pk", filter=Q(owner=None) & real),
            sleeping=Count("pk", filter=_asleep(at) & real),
            helped=Count("pk", filter=UNHEARD & real),
            overdue=Count("pk", filter=due & ~UNHEARD),
            oldest=Min(Coalesce("next_try_at", "opened_at"), filter=due & ~UNHEARD),
            handed_over=Count("pk", filter=HANDED_OVER & real),
            handed_oldest=Min("next_try_at", filter=HANDED_OVER & real),
            drills=Count("pk", filter=~real),
        )
    )


def _part(rows: QuerySet[SafetyCase], viewer: Viewer, asked: Asked, at: datetime) -> QuerySet[SafetyCase]:
    match asked.part:
        case "due":
            rows = rows.filter(_due(at))
        case "mine":
            rows = rows.filter(owner=viewer.user_id)
        case "unowned":
            rows = rows.filter(owner=None)
        case "sleeping":
            rows = rows.filter(_asleep(at))
    if asked.check is not None:
        rows = rows.filter(recipient__check_row=asked.check)
    return rows.filter(country=asked.country) if asked.country else rows


def queue(viewer: Viewer, asked: Asked, at: datetime, *, drills: bool = False) -> QuerySet[Any]:
    """The open cases in the order in which somebody should deal with them. Only their numbers: for a page of them.

    `drills`: those of exercises, which never stand among the real ones.
    """
    rows = open_cases(viewer).filter(is_drill=drills)
    rows = _part(rows, viewer, asked, at).annotate(rank=_rank(at))
    since = Case(When(UNHEARD | HANDED_OVER, then=F("opened_at")), default=Coalesce("next_try_at", "opened_at"))
    return rows.order_by("rank", since, "pk").values_list("pk", flat=True)


def cases_shown(viewer: Viewer, case_ids: list[int]) -> list[Any]:
    """These cases with all that a line of the queue shows of them, in this order. One query."""
    last = CallEntry.objects.filter(case=OuterRef("pk")).order_by("-at", "-pk")
    rows = open_cases(viewer).filter(pk__in=case_ids).select_related("member__sign_of_life", "school", "owner", "country", "calling_by")
    rows = rows.annotate(last_result=Subquery(last.values("result")[:1]), last_at=Subquery(last.values("at")[:1]))
    found = {case.pk: case for case in rows}
    return [found[case_id] for case_id in case_ids if case_id in found]


def next_free(viewer: Viewer, asked: Asked, at: datetime) -> list[int]:
    """The names this viewer could deal with now, the most urgent first: nobody's, or their own and due; nobody is calling them.

    Of exercises none, and for a school none that the helpline has taken over.
    """
    free = Q(owner=None) | Q(owner=viewer.user_id) & (Q(next_try_at__lte=at) | UNHEARD)
    idle = Q(calling_until=None) | Q(calling_until__lte=at) | Q(calling_by=viewer.user_id)
    rows = queue(viewer, asked, at).filter(free & idle, rank__lt=DUE_RANKS)
    return list((rows if viewer.is_office else rows.exclude(HANDED_OVER))[:MOST_CHOICES])


def choices(viewer: Viewer) -> tuple[list[SafetyCheck], list[Country]]:
    """The checks that run and the countries that open cases are about, for the filters."""
    checks = SafetyCheck.objects.visible_to(viewer).filter(state__in=[CheckState.OPEN, CheckState.STOPPED]).order_by("-sent_at")[:MOST_CHOICES]
    codes = open_cases(viewer).order_by().exclude(country=None).values("country").distinct()
    return list(checks), sorted(Country.objects.filter(pk__in=codes), key=lambda country: country.label)


def colleagues(viewer: Viewer) -> list[User]:
    """To whom this viewer can hand over: staff of the office, or those who run the same school's account."""
    if viewer.may(Duty.WORK_CASES):
        rows = office_users(Duty.WORK_CASES)
    elif viewer.is_school:
        roles = SchoolRole.objects.filter(school=viewer.school_id, kind__in=[SchoolRoleKind.OWNER, SchoolRoleKind.ADMINISTRATOR])
        rows = User.objects.filter(is_active=True, pk__in=roles.values("user"))
    else:
        return []
    return [user for user in rows.order_by("name", "pk") if user.pk != viewer.user_id]


def is_colleague(viewer: Viewer, user_id: int) -> bool:
    """Whether this viewer may hand a case to that account."""
    return any(user.pk == user_id for user in colleagues(viewer))


def name_of(user_id: int | None) -> str:
    """The name of a colleague, for a refusal that says who was quicker."""
    user = User.objects.filter(pk=user_id).first() if user_id else None
    return user.get_full_name() if user else ""


def answerable(viewer: Viewer, case_id: int) -> list[int]:
    """The questions to which what is heard about the member of this case is an answer: those that run, and the one the case came from."""
    case = behind_wall(viewer, SafetyCase.objects.filter(pk=case_id)).first()
    if case is None:
        return []
    running = Q(check_row__state__in=[CheckState.OPEN, CheckState.STOPPED])
    rows = Recipient.objects.filter(running | Q(pk=case.recipient_id), member=case.member_id)
    drill = Q(check_row__kind="drill")
    return list(rows.filter(drill if case.is_drill else ~drill).order_by("pk").values_list("pk", flat=True))
