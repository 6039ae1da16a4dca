"""Rows read under lock: member → payment → application is the order of the whole product."""

from applications.models import Application
from members.models import Member
from ossma.core.refusals import NotFound
from ossma.core.viewer import Face, Viewer
from payments.models import Payment

CHANGERS = (Face.MEMBER, Face.SCHOOL, Face.OFFICE, Face.SYSTEM)


def lock_member(viewer: Viewer, member_id: int) -> Member:
    """The member with school and account, locked until the transaction ends. Raises NotFound for a stranger's."""
    rows = Member.objects.visible_to(viewer).select_for_update(of=("self",)).select_related("school", "user")
    member = rows.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    return member


def lock_with_member(viewer: Viewer, application_id: int) -> tuple[Application, Member]:
    """An application under its member's lock, which every action but the settling takes first. Raises NotFound."""
    member_id = Application.objects.visible_to(viewer).filter(pk=application_id).values_list("member_id", flat=True).first()
    if member_id is None:
        raise NotFound
    member = lock_member(viewer, member_id)
    return Application.objects.get(pk=application_id), member


def lock_with_money(viewer: Viewer, application_id: int) -> tuple[Application, Member]:
    """An application whose money or period is to change: member, payments, application. Raises NotFound, also for who only follows.

    All payments of the member, by number: money of one may have been used for another.
    """
    if viewer.face not in CHANGERS:
        raise NotFound
    _seen, member = lock_with_member(viewer, application_id)
    list(Payment.objects.filter(member=member).order_by("pk").select_for_update())
    application = lock_application(application_id)
    application.member = member
    return application, member


def lock_application(application_id: int) -> Application:
    """The application itself, after its member and its payment."""
    return Application.objects.select_for_update().get(pk=application_id)
