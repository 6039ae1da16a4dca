"""Two people, or two windows, at the same moment: with real transactions on real PostgreSQL, a role begins once or not at all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from members.actions.consent import accept_invitation, approve_delegate, open_invited_account
from members.actions.invitations import Wanted, invite, withdraw_invitation
from members.actions.roles import end_role, leave_school
from members.models import Invitation, SchoolRole, User
from members.states import MANAGING_ROLES, SchoolRoleKind
from members.viewers import Side, viewer_for
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import NOBODY
from tests.cast import make_cast
from tests.factories.members import InvitationFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


def at_once(*acts):
    """Run the acts in threads that start together; "done" or why not, in order."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=20)
            act()
        except Refused as refused:
            return refused.code or "refused"
        except NotFound:
            return "not found"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def own(user):
    return viewer_for(user, Side.MEMBER, "")


def accepting(user, token):
    return lambda: accept_invitation(token=token, actor=own(user), at=timezone.now())


def test_two_acceptances_at_once_begin_one_role_and_mail_once(cast):
    InvitationFactory(school=cast.aoba, email="chika@example.jp", invited_by=cast.doi.user, clear="t")
    assert at_once(*[accepting(cast.chika.user, "t")] * 4) == ["done"] * 4
    assert SchoolRole.objects.filter(user=cast.chika.user).count() == 1
    assert AuditEntry.objects.filter(action="school_role.began").count() == 1
    assert OutboxMessage.objects.filter(template="members/role_accepted").count() == 1


@pytest.mark.parametrize("_round", range(4))
def test_accepting_against_withdrawing_has_one_winner_who_is_told_the_truth(cast, _round):
    row = InvitationFactory(school=cast.aoba, email="chika@example.jp", clear="t")
    doi = cast.viewer(cast.doi)
    answers = at_once(accepting(cast.chika.user, "t"), lambda: withdraw_invitation(invitation_id=row.pk, actor=doi, at=timezone.now()))
    state = Invitation.objects.get().state
    assert (state, answers) in [("accepted", ["done", "refused"]), ("withdrawn", ["withdrawn", "done"])]
    assert SchoolRole.objects.filter(user=cast.chika.user).exists() == (state == "accepted")


@pytest.mark.parametrize("_round", range(4))
def test_accepting_against_removal_leaves_no_role_whoever_is_first(cast, _round):
    InvitationFactory(school=cast.aoba, email="emi@example.jp", clear="t")
    doi = cast.viewer(cast.doi)
    removing = lambda: end_role(school_id=cast.aoba.pk, user_id=cast.emi.user_id, actor=doi, at=timezone.now())  # noqa: E731
    answers = at_once(accepting(cast.emi.user, "t"), removing)
    assert answers[1] == "done"
    assert not SchoolRole.objects.filter(user=cast.emi.user).exists()
    assert not cast.emi.user.supported_groups.exists()
    assert Invitation.objects.get().state in {"accepted", "withdrawn"}


def test_the_last_two_administrators_do_not_both_leave(cast):
    second = RoleFactory(school=cast.aoba)
    acts = [lambda user=role.user: leave_school(school_id=cast.aoba.pk, actor=own(user), at=timezone.now()) for role in (cast.doi, second)]
    assert sorted(at_once(*acts)) == ["done", "refused"]
    assert SchoolRole.objects.filter(school=cast.aoba, kind__in=MANAGING_ROLES).count() == 1


def test_two_administrators_who_remove_each_other_leave_one(cast):
    second = RoleFactory(school=cast.aoba)
    pairs = [(cast.viewer(cast.doi), second.user_id), (cast.viewer(second), cast.doi.user_id)]
    acts = [lambda by=by, who=who: end_role(school_id=cast.aoba.pk, user_id=who, actor=by, at=timezone.now()) for by, who in pairs]
    assert sorted(at_once(*acts))[0] == "done"
    assert SchoolRole.objects.filter(school=cast.aoba, kind__in=MANAGING_ROLES).count() == 1


def test_two_windows_invite_an_address_once(cast):
    doi = cast.viewer(cast.doi)
    wanted = Wanted(SchoolRoleKind.ADMINISTRATOR, "new@example.jp", "新任")
    answers = at_once(*[lambda: invite(school_id=cast.aoba.pk, wanted=wanted, actor=doi, at=timezone.now())] * 3)
    assert sorted(answers) == ["done", "refused", "refused"]
    assert OutboxMessage.objects.filter(template="members/invitation").count() == 1


def test_two_windows_make_one_account(cast):
    InvitationFactory(school=cast.aoba, email="new@example.jp", clear="t")
    act = lambda: open_invited_account(token="t", name="新任", password="Better-Pass-2", language="ja", actor=NOBODY, at=timezone.now())  # noqa: E731
    assert sorted(at_once(act, act)) == ["done", "has_account"]
    assert User.objects.filter(email="new@example.jp").count() == 1


def test_two_of_the_office_who_approve_begin_one_role(cast):
    row = InvitationFactory(school=cast.aoba, email="chika@example.jp", firm="見本商事", state="waiting", accepted_by=cast.chika.user)
    other = UserFactory(is_staff=True, roles=["manager"])
    viewers = [cast.viewer(cast.office), cast.viewer(other)]
    acts = [lambda by=by: approve_delegate(invitation_id=row.pk, actor=by, at=timezone.now()) for by in viewers]
    assert sorted(at_once(*acts)) == ["done", "refused"]
    assert SchoolRole.objects.filter(user=cast.chika.user).count() == 1
