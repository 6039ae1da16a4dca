"""What operators do at night and managers read at once (office.md, "Duties and roles")."""

import pytest

from ossma.core.duties import OfficeRole
from ossma.core.models import OutboxMessage
from ossma.core.refusals import NotFound, Refused
from safety import actions
from safety.models import SafetyCheck
from safety.queries.alerted import alerted_users
from safety.queries.desk import colleagues
from safety.states import CheckState
from tests.cast import Cast, make_cast
from tests.factories.members import LONG_AGO
from tests.factories.safety import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def sent_by(cast: Cast, role: OfficeRole) -> SafetyCheck:
    """A check of the office to Aya, sent by this role."""
    actor = cast.viewer(cast.colleague(role))
    draft = actions.draft_check(actor=actor, at=LONG_AGO, school_id=None, **content(audience={"named": [cast.aya.pk]}, event_at=None))
    return actions.send_check(actor=actor, at=LONG_AGO, check_id=draft.pk, typed_count=None)


def test_every_sending_of_the_office_is_mailed_to_the_managers_at_once(cast):
    check = sent_by(cast, OfficeRole.OPERATOR)
    mail = OutboxMessage.objects.get(template="safety/office_sent")
    assert mail.to_address == cast.office.email
    assert f"/admin/desk/safety/{check.pk}/" in mail.context


def test_a_manager_who_sends_gets_no_mail_about_it_and_a_schools_own_check_tells_no_manager(cast):
    second = cast.colleague(OfficeRole.MANAGER)
    sent_by(cast, OfficeRole.MANAGER)
    assert set(OutboxMessage.objects.filter(template="safety/office_sent").values_list("to_address", flat=True)) == {cast.office.email}
    OutboxMessage.objects.all().delete()
    doi = cast.viewer(cast.doi)
    draft = actions.draft_check(actor=doi, at=LONG_AGO, school_id=cast.aoba.pk, **content(audience={"named": [cast.aya.pk]}, event_at=None))
    actions.send_check(actor=doi, at=LONG_AGO, check_id=draft.pk, typed_count=None)
    assert not OutboxMessage.objects.filter(template="safety/office_sent").exists()
    assert second.email != cast.office.email


def test_an_operator_closes_their_own_check_and_no_other(cast):
    own, other = sent_by(cast, OfficeRole.OPERATOR), sent_by(cast, OfficeRole.MANAGER)
    operator = cast.viewer(cast.colleague(OfficeRole.OPERATOR))
    assert actions.close_check(actor=operator, at=LONG_AGO, check_id=own.pk).state == CheckState.CLOSED
    with pytest.raises(Refused):
        actions.close_check(actor=operator, at=LONG_AGO, check_id=other.pk)
    assert actions.close_check(actor=cast.viewer(cast.office), at=LONG_AGO, check_id=other.pk).state == CheckState.CLOSED


@pytest.mark.parametrize("role", [OfficeRole.CLERK, OfficeRole.PUBLISHER])
def test_clerks_and_publishers_neither_send_nor_see_checks(cast, role):
    check = sent_by(cast, OfficeRole.OPERATOR)
    actor = cast.viewer(cast.colleague(role))
    assert not SafetyCheck.objects.visible_to(actor).exists()
    for act in (actions.stop_check, actions.close_check, actions.remind_now):
        with pytest.raises(NotFound):
            act(actor=actor, at=LONG_AGO, check_id=check.pk)
    client = cast.client(cast.colleague(role))
    for page in (f"{check.pk}/", f"{check.pk}/export.csv", f"{check.pk}/summary.pdf", "cases/", "desk/", "cover/", "reach/", "new/"):
        assert client.get(f"/admin/desk/safety/{page}").status_code == 404, page


def test_alarms_and_hand_overs_go_to_those_who_work_cases(cast):
    operator, clerk = cast.colleague(OfficeRole.OPERATOR), cast.colleague(OfficeRole.CLERK)
    assert set(alerted_users(cast.aoba)["office"]) == {operator.pk, cast.office.pk}
    assert clerk not in colleagues(cast.viewer(cast.office))
    assert colleagues(cast.viewer(cast.office)) == [operator]
