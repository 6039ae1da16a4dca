"""Applications behind their wall, ready for pages."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from applications.models import Application, Destination, GiveBack, Quote
from applications.queries.money import quotes_in_force
from applications.queries.own import own_id
from applications.states import ALIVE, ApplicationState, ChangeState
from members.queries.directory import matching
from ossma.core.folding import fold_key
from ossma.core.models import Country
from ossma.core.refusals import NotFound
from ossma.core.viewer import Viewer
from payments.models import Refund

# A filter beside the states: the school has to decide on a new period.
CHANGE_WAITS = "change_waits"
WITH_STOPS = Prefetch("destinations", Destination.objects.select_related("country"))


def _listed(viewer: Viewer) -> QuerySet[Application]:
    return Application.objects.visible_to(viewer).prefetch_related(WITH_STOPS)


def own_applications(viewer: Viewer) -> list[Application]:
    """A member's applications, newest first."""
    return list(_listed(viewer))


def application(viewer: Viewer, pk: int) -> Application:
    """One application with its stops, member and school. Raises NotFound for a stranger's."""
    found = _listed(viewer).select_related("member__school", "member__user").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def quote_of(viewer: Viewer, pk: int) -> Quote | None:
    """The quote of an application that is in force."""
    return quotes_in_force(pk).filter(application__in=Application.objects.visible_to(viewer)).first()


def quotes_of(viewer: Viewer, pk: int) -> list[Quote]:
    """The quotes of an application that hold or held, the newest first."""
    return list(quotes_in_force(pk).filter(application__in=Application.objects.visible_to(viewer)))


def refunds_of(viewer: Viewer, pk: int) -> list[Refund]:
    """What goes or went back of an application's payments, oldest first."""
    mine = Application.objects.visible_to(viewer).filter(pk=pk)
    return list(Refund.objects.filter(pk__in=GiveBack.objects.filter(application__in=mine).values("refund")).order_by("requested_at", "pk"))


def current(viewer: Viewer, day: date) -> list[Application]:
    """The member's applications that run or lie ahead on `day`, the nearest first; to the end of what was asked for."""
    ahead = Q(last_day__gte=day) | Q(asked_last_day__gte=day)
    return list(_listed(viewer).filter(ahead, member_id=own_id(viewer), state__in=ALIVE).order_by("first_day", "pk"))


def of_member(viewer: Viewer, member_id: int) -> list[Application]:
    """All applications of one member, newest first, for the member's file."""
    return list(_listed(viewer).filter(member_id=member_id))


def school_list(viewer: Viewer, *, state: str = "", name: str = "") -> QuerySet[Application]:
    """The applications of a school's members, newest first; by state and by words of the member's name or number."""
    rows = _listed(viewer).select_related("member")
    if state in ApplicationState.values:
        rows = rows.filter(state=state)
    if state == CHANGE_WAITS:
        rows = rows.filter(period_changes__state=ChangeState.AWAITING_APPROVAL)
    if name.strip():
        rows = rows.filter(Q(number__iexact=fold_key(name)) | matching(viewer, name, "member__"))
    return rows


def count_by_state(viewer: Viewer) -> dict[str, int]:
    """How many of the viewer's applications are in each state."""
    rows = Application.objects.visible_to(viewer).order_by().values_list("state").annotate(count=Count("pk", distinct=True))
    return dict(rows)


def count_of_changes(viewer: Viewer) -> int:
    """How many of the viewer's applications have a new period that waits for the school."""
    mine = Application.objects.visible_to(viewer).filter(period_changes__state=ChangeState.AWAITING_APPROVAL)
    return mine.distinct().count()


def by_key(viewer: Viewer, key: UUID) -> int | None:
    """The application that a confirmation page's key has made already."""
    return Application.objects.visible_to(viewer).filter(key=key).values_list("pk", flat=True).first()


def countries_of(viewer: Viewer, pk: int) -> list[Country]:
    """The countries of an application's stops in their order; none for a stranger's. One query."""
    mine = Application.objects.visible_to(viewer).filter(pk=pk)
    stops = Destination.objects.filter(application__in=mine).select_related("country").order_by("position")
    return list({stop.country_id: stop.country for stop in stops}.values())


def named_in_force(subject_id: int) -> str:
    """What ends when the fee of an application has gone back: its number while it is in force, else nothing."""
    application = Application.objects.get(pk=subject_id)
    return application.number if application.state == ApplicationState.IN_FORCE else ""
