"""Text that tries to be more than text: searched for, stored and shown, it stays what it is."""

import pytest

from tests.cast import make_cast

pytestmark = pytest.mark.django_db
HOSTILE = [
    "' OR 1=1 --",
    "%' ; DROP TABLE members_member; --",
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}",
    "%(secret)s {0.__class__}",
    "\\",
]
SCHOOL = [
    "/school/members/?q={}",
    "/school/safety/?q={}",
    "/school/applications/?state={}",
    "/school/safety/desk/?part={}",
    "/school/safety/cover/?q={}",
]
OFFICE = ["/admin/members/member/?q={}", "/admin/payments/payment/?q={}", "/admin/desk/safety/desk/?part={}"]
PUBLIC = ["/faq/?q={}", "/helpline/?q={}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_search_for_hostile_text_finds_nothing_and_shows_it_as_text(text):
    cast = make_cast()
    for who, pages in ((cast.doi, SCHOOL), (cast.office, OFFICE), (cast.aya, PUBLIC)):
        client = cast.client(who)
        for page in pages:
            url, _mark, name = page.partition("?")
            reply = client.get(url, {name.partition("=")[0]: text})
            assert reply.status_code in {200, 302, 404}, page
            shown = reply.content.decode()
            assert "<script>alert" not in shown, page
            assert "only-for-tests" not in shown, page


def test_a_search_for_sql_finds_nobody():
    cast = make_cast()
    assert "山田" not in cast.client(cast.doi).get("/school/members/", {"q": "' OR 1=1 --"}).content.decode()


@pytest.mark.parametrize("number", [2**31, 2**63, 10**40])
def test_numbers_beyond_every_column_lead_nowhere(number):
    cast = make_cast()
    assert cast.client(cast.doi).get(f"/school/members/{number}/").status_code == 404
    assert cast.client(cast.aya).get(f"/payments/{number}/").status_code == 404
    assert cast.client(cast.aya).get(f"/applications/{number}/").status_code == 404
    assert cast.client(cast.doi).get(f"/school/safety/{number}/").status_code == 404


def test_of_a_parameter_given_twice_one_counts_and_the_query_never_stands_in_for_the_form():
    cast = make_cast()
    client = cast.client(cast.doi)
    assert client.get("/school/members/?q=nobody&q=").status_code == 200
    before = client.get("/school/groups/").content.decode().count("国際学部")
    client.post("/school/groups/new/?name=queried", {})
    assert "queried" not in client.get("/school/groups/").content.decode()
    assert client.get("/school/groups/").content.decode().count("国際学部") == before
