"""Numbers are written by a publisher and published by a manager; until then members see what they saw before (office.md)."""

import pytest
from django.utils import timezone

from helpline.models import EmergencyProposal, HelplineNumber, LocalEmergency, NumberProposal
from helpline.queries import call_number, numbers_for
from members.actions.approval import approve_proposal
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry
from ossma.core.refusals import Refused
from tests.cast import make_cast
from tests.factories.helpline import EmergencyFactory, NumberFactory

pytestmark = pytest.mark.django_db
NUMBERS, EMERGENCIES = "/admin/helpline/numberproposal/", "/admin/helpline/emergencyproposal/"


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def publisher(cast):
    return cast.client(cast.colleague(OfficeRole.PUBLISHER))


@pytest.fixture
def manager(cast):
    return cast.client(cast.office)


def form(number=None, **changes):
    return {
        "replaces": number.pk if number else "", "country": "", "kind": "direct_paid", "dial_as_shown": "+81 3-0000-0001", "e164": "+81300000001",
        "from_mobile": "yes", "sort": "0",
    } | changes  # fmt: skip


def publish(browser, row, url=NUMBERS):
    row.refresh_from_db()
    return browser.post(f"{url}{row.pk}/decide/", {"decision": "approve", "revision": row.revision}, follow=True)


def test_a_changed_number_is_called_once_a_manager_has_published_it(publisher, manager, client):
    number = NumberFactory(e164="+81300000000", dial_as_shown="+81 3-0000-0000")
    assert publisher.post(f"{NUMBERS}add/", form(number, confirmed="on")).status_code == 302
    assert call_number(None).e164 == "+81300000000"
    assert "tel:+81300000000" in client.get("/helpline/").content.decode()
    proposal = NumberProposal.objects.get()
    page = manager.get(f"{NUMBERS}{proposal.pk}/decide/").content.decode()
    assert "+81 3-0000-0000" in page and "+81 3-0000-0001" in page
    publish(manager, proposal)
    assert [(row.pk, row.e164, row.confirmed) for row in HelplineNumber.objects.all()] == [(number.pk, "+81300000001", True)]
    assert "tel:+81300000001" in client.get("/helpline/").content.decode()


def test_the_publisher_begins_from_what_members_see(publisher):
    number = NumberFactory(e164="+81300000000", note_ja="夜間も通じます")
    live = publisher.get(f"/admin/helpline/helplinenumber/{number.pk}/change/").content.decode()
    assert f"{NUMBERS}add/?replaces={number.pk}" in live
    assert "夜間も通じます" in publisher.get(f"{NUMBERS}add/", {"replaces": number.pk}).content.decode()
    assert publisher.get(f"{NUMBERS}add/", {"replaces": "0"}).status_code == 200


def test_a_new_number_is_shown_once_published(publisher, manager):
    publisher.post(f"{NUMBERS}add/", form())
    assert numbers_for(None) == []
    publish(manager, NumberProposal.objects.get())
    assert [row.e164 for row in numbers_for(None)] == ["+81300000001"]
    assert not HelplineNumber.objects.get().confirmed, "the red banner stays until the office has confirmed the number"


def test_a_number_is_taken_away_once_published(publisher, manager):
    number = NumberFactory()
    publisher.post(f"{NUMBERS}add/", form(number, removes="on"))
    assert HelplineNumber.objects.exists()
    assert "すぐに削除" in manager.get(f"{NUMBERS}{NumberProposal.objects.get().pk}/decide/").content.decode()
    publish(manager, NumberProposal.objects.get())
    assert not HelplineNumber.objects.exists()


def test_emergency_numbers_change_the_same_way(publisher, manager):
    row = EmergencyFactory(police="17")
    data = {"replaces": row.pk, "country": "0033", "police": "17 112", "ambulance": "15", "fire": "18", "source_url": ""}
    assert publisher.post(f"{EMERGENCIES}add/", data).status_code == 302
    row.refresh_from_db()
    assert row.police == "17"
    publish(manager, EmergencyProposal.objects.get(), EMERGENCIES)
    assert LocalEmergency.objects.get().police == "17 112"


def test_nobody_changes_or_deletes_what_members_see_without_a_proposal(publisher, manager):
    number, emergency = NumberFactory(), EmergencyFactory()
    for browser in (publisher, manager):
        for table, row in (("helplinenumber", number), ("localemergency", emergency)):
            url = f"/admin/helpline/{table}/"
            assert browser.post(f"{url}{row.pk}/change/", form()).status_code == 404
            assert browser.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 404
            assert browser.post(f"{url}add/", form()).status_code == 404
            browser.post(url, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert (HelplineNumber.objects.count(), LocalEmergency.objects.count()) == (1, 1)


def test_a_publisher_publishes_nothing_a_manager_writes_nothing_and_others_find_nothing(cast, publisher, manager):
    publisher.post(f"{NUMBERS}add/", form())
    proposal = NumberProposal.objects.get()
    address = f"{NUMBERS}{proposal.pk}/decide/"
    assert manager.post(f"{NUMBERS}add/", form(e164="+81300000002")).status_code == 404
    for roles in ([OfficeRole.PUBLISHER], [OfficeRole.CLERK], [OfficeRole.OPERATOR], []):
        browser = cast.client(cast.colleague(*roles))
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"decision": "approve", "revision": 1}).status_code == 404
    assert not HelplineNumber.objects.exists()


def test_who_wrote_a_number_does_not_publish_it_as_a_manager(cast):
    both = cast.client(cast.colleague(OfficeRole.PUBLISHER, OfficeRole.MANAGER))
    both.post(f"{NUMBERS}add/", form())
    assert "ご自身が提案" in publish(both, NumberProposal.objects.get()).content.decode()
    assert not HelplineNumber.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"e164": "03-0000-0000"}, "空白を入れずに"), ({"removes": "on"}, "削除の対象がありません"), ({"e164": "+81300000000"}, "すでに")],
)
def test_a_proposal_that_makes_no_sense_is_refused(publisher, changes, words):
    NumberFactory(e164="+81300000000")
    assert words in publisher.post(f"{NUMBERS}add/", form(**changes)).content.decode()
    assert not NumberProposal.objects.exists()


def test_a_number_has_one_open_proposal_at_most(publisher):
    number = NumberFactory()
    publisher.post(f"{NUMBERS}add/", form(number))
    assert "承認待ちの提案がすでにあります" in publisher.post(f"{NUMBERS}add/", form(number, e164="+81300000002")).content.decode()


def test_what_stands_in_the_way_by_then_is_told_and_nothing_is_published(cast, publisher):
    publisher.post(f"{NUMBERS}add/", form())
    NumberFactory(e164="+81300000001")
    proposal = NumberProposal.objects.get()
    with pytest.raises(Refused) as refused:
        approve_proposal(label="helpline.numberproposal", pk=proposal.pk, revision=1, actor=cast.viewer(cast.office), at=timezone.now())
    assert refused.value.code == "in_the_way"
    proposal.refresh_from_db()
    assert (proposal.approved_at, HelplineNumber.objects.count()) == (None, 1)


def test_a_change_of_what_is_gone_is_told(cast, publisher):
    number = NumberFactory()
    publisher.post(f"{NUMBERS}add/", form(number, removes="on"))
    number.delete()
    proposal = NumberProposal.objects.get()
    with pytest.raises(Refused) as refused:
        approve_proposal(label="helpline.numberproposal", pk=proposal.pk, revision=1, actor=cast.viewer(cast.office), at=timezone.now())
    assert refused.value.code == "gone"


def test_each_published_version_can_be_read_again_in_the_audit_trail(publisher, manager):
    publisher.post(f"{NUMBERS}add/", form())
    publish(manager, NumberProposal.objects.get())
    number = HelplineNumber.objects.get()
    publisher.post(f"{NUMBERS}add/", form(number, e164="+81300000002"))
    publish(manager, NumberProposal.objects.proposed().get())
    publisher.post(f"{NUMBERS}add/", form(number, e164="+81300000002", removes="on"))
    publish(manager, NumberProposal.objects.proposed().get())
    lines = AuditEntry.objects.filter(action__startswith="helpline.helplinenumber").order_by("pk")
    assert [line.action.rsplit("_", 1)[1] for line in lines] == ["saved", "saved", "deleted"]
    assert [line.detail["e164"] for line in lines] == ["+81300000001", "+81300000002", "+81300000002"]


def test_the_work_list_of_manager_and_publisher(publisher, manager):
    publisher.post(f"{NUMBERS}add/", form())
    assert "公開の承認を待つもの：ヘルプライン番号の提案" in manager.get("/admin/").content.decode()
    assert "公開待ち：ヘルプライン番号の提案" in publisher.get("/admin/").content.decode()
