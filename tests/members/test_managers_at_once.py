"""Two managers at the same moment: the office is never left without one."""

import pytest
from django.utils import timezone

from members.actions.office import secure_account, set_office_roles
from members.models import User
from members.queries.faces import office_users
from ossma.core.duties import Duty, OfficeRole
from tests.cast import Cast, make_cast
from tests.members.test_invitations_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db) -> Cast:
    return make_cast()


def demoting(cast: Cast, by: User, whom: User):
    actor = cast.viewer(by)  # before the start: whoever logs in after the other's act has no rights left to lose
    return lambda: set_office_roles(user_id=whom.pk, roles=[OfficeRole.CLERK], actor=actor, at=timezone.now())


def closing(cast: Cast, by: User, whom: User):
    actor = cast.viewer(by)
    return lambda: secure_account(user_id=whom.pk, lock=True, drop_factors=False, reason="x", actor=actor, at=timezone.now())


@pytest.mark.parametrize(("one", "other"), [(demoting, demoting), (closing, closing), (demoting, closing)])
def test_two_managers_who_take_each_others_place_leave_one(cast, one, other):
    for turn in range(5):
        first, second = cast.office, cast.colleague(OfficeRole.MANAGER)
        for user in (first, second):
            user.is_active = True
            user.save()
            user.groups.set([first.groups.model.objects.get_or_create(name=OfficeRole.MANAGER)[0]])
        answers = at_once(one(cast, first, second), other(cast, second, first))
        assert sorted(answers) == ["done", "refused"], turn
        assert office_users(Duty.MANAGE_ACCOUNTS).count() == 1
