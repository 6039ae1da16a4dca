"""Links that a mail program or a chat lengthened lead to the page that was meant, or to one that says that nothing was sent (bugs-run 30)."""

import pytest

from safety.addresses import answer_path, check_in_path, family_path, tap_path
from safety.models import Answer
from safety.states import Channel
from tests.factories.helpline import NumberFactory
from tests.factories.safety import recipient, sent

JUNK = ["=", "。", ")", ".", "=/", "。/", ").", "」", ">", "%3D", "%20", "&amp;", "'", "…", "//"]


@pytest.fixture
def path(cast, office):
    NumberFactory()
    return answer_path(recipient(sent(office), cast.aya).pk)


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("base", ["slash", "no slash"])
def test_a_stray_sign_at_the_end_does_not_matter(client, path, junk, base):
    address = f"{path if base == 'slash' else path.rstrip('/')}{junk}"
    page = client.get(address, follow=True)
    assert page.status_code == 200, page.redirect_chain
    assert page.request["PATH_INFO"] == path


@pytest.mark.parametrize("tail", ["&amp;choice=safe", "&choice=safe", "?choice=safe", "?choice=safe.", "=?choice=safe"])
def test_the_choice_of_the_mail_is_kept(client, path, tail):
    page = client.get(f"{path}{tail}", follow=True)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, path)
    if tail != "?choice=safe.":
        assert page.request["QUERY_STRING"] == "choice=safe"
    assert not Answer.objects.exists()


@pytest.mark.parametrize("kind", ["family", "reach", "checkin"])
def test_every_signed_link_is_mended(client, db, kind):
    made = {"family": family_path(7), "reach": tap_path(7, Channel.EMAIL), "checkin": check_in_path(7)}[kind]
    start = f"/{made.split('/')[1].upper()}/{made.split('/')[2]}"
    assert client.get(f"{start}/。").headers["Location"] == made
    assert client.get(f"{made}here/", follow=True).request["PATH_INFO"] == made


@pytest.mark.parametrize("kind", ["second-address", "invitation"])
def test_links_of_members_are_mended_too(client, db, kind):
    assert client.get(f"/{kind}/1-abcdefghijklmnopqrstuv/=").headers["Location"] == f"/{kind}/1-abcdefghijklmnopqrstuv/"


def test_an_upper_case_prefix_leads_to_the_page_and_a_wholly_changed_link_says_that_nothing_was_sent(client, path):
    assert client.get(path.replace("/a/", "/A/")).headers["Location"] == path
    page = client.get(path.upper(), follow=True)
    assert page.status_code == 404
    text = page.content.decode()
    assert "回答は送信されていません" in text or "Your answer has not been sent" in text
    assert 'href="tel:' in text


@pytest.mark.parametrize("bad", ["=", "%", "/A/。。", "/a/x.y"])
def test_a_post_to_a_lengthened_link_says_that_nothing_was_sent(client, path, bad):
    address = bad if bad.startswith("/") and len(bad) > 2 else f"{path}{bad}"
    page = client.post(address, {"answer": "safe"})
    assert page.status_code == 404
    assert 'href="tel:' in page.content.decode()
    assert not Answer.objects.exists()


def test_other_addresses_that_are_none_keep_their_page(client, db):
    page = client.get("/nowhere/at/all/")
    assert page.status_code == 404
    assert "wrong_link" not in {template.name for template in page.templates}
    assert client.get("/f").status_code == 404
