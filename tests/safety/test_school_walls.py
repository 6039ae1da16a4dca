"""Every address of the desk against every stranger: another school, a supporter of another group, members: always 404."""

import pytest
from django.utils import timezone

from ossma.core.viewer import by_link
from safety import actions
from safety.models import SafetyCase
from tests.factories.members import GroupFactory, RoleFactory
from tests.factories.safety import MINUTE, NOW, draft, recipient, said, sent

SENT = ("", "live/", "people/{r}/", "stop/", "resume/", "close/", "correct/")
UNSENT = ("", "edit/", "preview/", "schedule/", "cancel/")


@pytest.fixture
def places(cast, doi):
    """Everything of one school: a sent check, a draft, Aya's row, Aya's case."""
    check, paper = sent(doi), draft(doi)
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=by_link(row.member_id), at=NOW + MINUTE, recipient_id=row.pk, said=said("help"), user_agent="Mozilla/5.0")
    case = SafetyCase.objects.get()
    urls = [f"{check.pk}/{rest.format(r=row.pk)}" for rest in SENT] + [f"{paper.pk}/{rest}" for rest in UNSENT]
    posts = [f"{check.pk}/people/{row.pk}/answer/", f"cases/{case.pk}/take/", f"cases/{case.pk}/resolve/"]
    return [*urls, f"cases/{case.pk}/"], posts


@pytest.fixture
def strangers(cast):
    """Another school's administrator, and a supporter whose group has other members."""
    other = RoleFactory(school=cast.kohoku, user__email="other@example.jp")
    tour = GroupFactory(school=cast.aoba, name="研修旅行")
    tour.members.add(cast.ben)
    friend = RoleFactory(school=cast.aoba, user__email="friend@example.jp", kind="supporter")
    tour.supporters.add(friend.user)
    return other, friend


def test_another_school_finds_nothing(cast, places, strangers):
    urls, posts = places
    client = cast.client(strangers[0])
    assert {url: client.get(f"/school/safety/{url}").status_code for url in urls} == dict.fromkeys(urls, 404)
    assert {url: client.post(f"/school/safety/{url}", {"resolution": "x"}).status_code for url in posts} == dict.fromkeys(posts, 404)


def test_a_supporter_of_another_group_finds_neither_aya_nor_her_case(cast, places, strangers):
    urls, posts = places
    client = cast.client(strangers[1])
    hidden = [url for url in urls if "people" in url or "cases" in url]
    assert {url: client.get(f"/school/safety/{url}").status_code for url in hidden} == dict.fromkeys(hidden, 404)
    assert {url: client.post(f"/school/safety/{url}").status_code for url in posts} == dict.fromkeys(posts, 404)
    assert "あや" not in client.get(f"/school/safety/{urls[0]}").content.decode()


def test_a_supporter_may_do_nothing_even_for_own_members(cast, places):
    client = cast.client(cast.emi)
    writes = [url for url in places[0] if url.rstrip("/").rsplit("/", 1)[-1] in {"stop", "close", "edit", "preview", "schedule", "cancel"}]
    assert {url: client.get(f"/school/safety/{url}").status_code for url in [*writes, "new/"]} == dict.fromkeys([*writes, "new/"], 404)


def test_members_and_strangers_never_reach_the_desk(cast, places, client):
    urls, _posts = places
    for url in urls[:3]:
        assert cast.client(cast.aya).get(f"/school/safety/{url}").status_code == 404
        assert client.get(f"/school/safety/{url}").status_code == 302
        assert cast.client(cast.doi).get(f"/admin/desk/safety/{url}").status_code == 404


@pytest.fixture
def waiting(cast, doi):
    """Aya, whom Emi follows, and Ben, whom she does not, are followed up."""
    check = sent(doi)
    return [
        SafetyCase.objects.create(member=member, school=member.school, recipient=recipient(check, member), cause="silent", opened_at=timezone.now())
        for member in (cast.aya, cast.ben)
    ]


def test_a_supporter_reads_the_queue_of_their_own_groups_without_a_single_button(cast, waiting):
    client = cast.client(cast.emi)
    for address in ("desk/", "desk/live/", "desk/?part=mine", f"desk/?check={waiting[1].recipient.check_row_id}"):
        text = client.get(f"/school/safety/{address}").content.decode()
        assert "ベン" not in text, address
        queue = text[text.index('data-part="queue"') :]
        assert not any(words in queue for words in ("<button", 'type="checkbox"')), address
    page = client.get("/school/safety/desk/")
    text = page.content.decode()
    assert "あや" in text
    assert "担当なし" in text
    assert (page.context["counts"].all, [chip["label"] for chip in page.context["chips"]]) == (1, ["すべて", "いま連絡", "担当なしの人", "現地は夜"])
    assert "desk/claim/" not in text
    assert "desk/next/" not in text
    assert "desk/hand-over/" not in text
    assert client.get("/school/safety/").content.decode().count('href="/school/safety/desk/"') == 2


def test_a_supporter_takes_nobody_from_the_queue(cast, waiting):
    client = cast.client(cast.emi)
    for address, data in (("claim/", {"one": waiting[0].pk}), ("claim/", {"case": [waiting[0].pk]}), ("next/", {}), ("hand-over/", {})):
        assert client.post(f"/school/safety/desk/{address}", data).status_code == 404
    assert client.get("/school/safety/desk/hand-over/").status_code == 404
    assert not SafetyCase.objects.exclude(owner=None).exists()


def test_the_queue_of_a_supporter_of_another_group_does_not_know_aya(cast, waiting, strangers):
    text = cast.client(strangers[1]).get("/school/safety/desk/").content.decode()
    assert "ベン" in text
    assert "あや" not in text
