"""The family line: last safe word and city, never who has not answered; what a family says is kept with its source (safety.md S3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpline.seed import load_demo_helpline
from ossma.core import limits
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from safety import actions
from safety.actions.family import family_says, give_link, renew_link, take_back_link
from safety.addresses import family_path
from safety.models import Answer, FamilyLink, SafetyCase, SignOfLife
from safety.queries.family import family_page, living_link
from safety.states import AnswerKind, AnswerSource, Standing
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, recipient, said, sent
from tests.limits import lower
from tests.safety.test_answering import answer


@pytest.fixture
def link(cast):
    """A link for Aya's mother."""
    return give(cast)


def give(cast, name="山田 花子", at=NOW):
    return give_link(actor=cast.viewer(cast.aya), at=at, name=name, relation="母")


def says(cast, link, kind=AnswerKind.OK, *, at=NOW + HOUR, key=None):
    words = said(kind, **({"key": key} if key else {}))
    family_says(actor=cast.viewer(cast.aya), at=at, link_id=link.pk, kind=kind, how_known="今朝、電話で", key=words.key)


def page_of(link, at=NOW + DAY):
    return family_page(living_link(link.pk, at))


def test_three_people_may_have_a_link_and_a_fourth_only_after_one_was_taken_back(cast):
    links = [give(cast, name) for name in "母父姉"]
    with pytest.raises(Refused):
        give(cast, "兄")
    take_back_link(actor=cast.viewer(cast.aya), at=NOW, link_id=links[1].pk)
    assert give(cast, "兄").position == 2


def test_a_link_lives_until_two_weeks_after_the_last_day(cast, link):
    end = link.expires_at
    assert end.astimezone(timezone.get_default_timezone()).date() == date(2037, 1, 15)
    assert living_link(link.pk, end - MINUTE)
    assert living_link(link.pk, end) is None


def test_what_is_over_makes_room(cast):
    for name in "母父姉":
        give(cast, name)
    FamilyLink.objects.update(expires_at=NOW)
    assert give(cast, "兄").position == 1


def test_without_a_trip_there_is_no_link(cast):
    cast.aya.applications.update(state="cancelled")
    with pytest.raises(Refused):
        give(cast)


def test_a_longer_stay_lets_a_link_live_longer(cast, link):
    cast.aya.applications.update(last_day=date(2037, 3, 1))
    renewed = renew_link(actor=cast.viewer(cast.aya), at=NOW, link_id=link.pk)
    assert renewed.expires_at - link.expires_at == timedelta(days=60)


def test_a_link_dies_when_it_is_taken_back_and_when_the_member_leaves(cast, link):
    assert living_link(link.pk, NOW)
    cast.aya.withdrawn_at = NOW
    cast.aya.save()
    assert living_link(link.pk, NOW) is None
    cast.aya.withdrawn_at = None
    cast.aya.save()
    take_back_link(actor=cast.viewer(cast.aya), at=NOW, link_id=link.pk)
    assert living_link(link.pk, NOW) is None


def test_nobody_takes_back_anothers_link(cast, link):
    with pytest.raises(NotFound):
        take_back_link(actor=cast.viewer(cast.ben), at=NOW, link_id=link.pk)


def test_it_shows_the_last_safe_word_with_its_city_and_no_other_answer(cast, office, link):
    check = sent(office)
    answer(check, cast.aya, "ok")
    answer(check, cast.aya, "help", at=NOW + HOUR)
    page = page_of(link)
    assert (page.safe_at, page.city, page.country, page.in_contact) == (NOW + MINUTE, "パリ", "フランス", False)


def test_without_any_safe_word_it_shows_none(cast, link):
    assert page_of(link).safe_at is None


def test_an_unconfirmed_answer_and_a_familys_own_word_are_no_news(cast, office, link):
    sent(office)
    says(cast, link)
    assert page_of(link).safe_at is None


def test_it_says_that_the_school_is_in_contact_once_somebody_is(cast, office, link):
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW, said=said("help"))
    assert not page_of(link).in_contact
    actions.contact_case(actor=cast.viewer(cast.doi), at=NOW + MINUTE, case_id=SafetyCase.objects.get().pk)
    assert page_of(link).in_contact


def test_what_a_family_has_heard_is_kept_as_the_familys_word(cast, office, link):
    check = sent(office)
    says(cast, link)
    kept = Answer.objects.get(recipient__check_row=check)
    assert (kept.source, kept.said_by, kept.how_known) == (AnswerSource.FAMILY, "山田 花子 (母)", "今朝、電話で")
    assert recipient(check, cast.aya).standing == Standing.OK
    assert SignOfLife.objects.get(member=cast.aya).source == "family"


def test_a_familys_word_never_ends_a_call_for_help(cast, office, link):
    check = sent(office)
    answer(check, cast.aya, "help")
    says(cast, link)
    assert recipient(check, cast.aya).standing == Standing.HELP
    assert SafetyCase.objects.get().state == "new"


def test_a_familys_word_leaves_a_case_of_silence_to_people(cast, office, link):
    sent(office)
    SafetyCase.objects.create(member=cast.aya, school=cast.aoba, cause="silent", opened_at=NOW)
    says(cast, link)
    assert SafetyCase.objects.get().state == "new"


def test_a_familys_word_answers_no_drill(cast, office, link):
    drill = sent(office, kind="drill", typed=3)
    says(cast, link)
    assert recipient(drill, cast.aya).standing == Standing.SILENT


def test_office_and_school_hear_of_it_once_and_whoever_has_the_case_alone(cast, link):
    key = said().key
    says(cast, link, key=key)
    says(cast, link, key=key)
    told = set(OutboxMessage.objects.filter(template="safety/family").values_list("to_address", flat=True))
    assert "doi@example.jp" in told
    assert OutboxMessage.objects.filter(template="safety/family").count() == len(told)
    OutboxMessage.objects.all().delete()
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW, said=said("help"))
    actions.take_case(actor=cast.viewer(cast.office), at=NOW, case_id=SafetyCase.objects.get().pk)
    says(cast, link)
    assert list(OutboxMessage.objects.filter(template="safety/family").values_list("to_address", flat=True)) == ["office@example.jp"]


def test_heard_to_need_help_opens_a_case_at_once(cast, link):
    says(cast, link, AnswerKind.HELP)
    assert SafetyCase.objects.get().member_id == cast.aya.pk


def test_on_a_dead_link_nothing_can_be_said(cast, link):
    take_back_link(actor=cast.viewer(cast.aya), at=NOW, link_id=link.pk)
    with pytest.raises(NotFound):
        says(cast, link)


def test_the_page_needs_no_login_shows_no_position_and_does_not_frighten(cast, office, client, link):
    sent(office)
    FamilyLink.objects.update(expires_at=timezone.now() + DAY)
    reply = client.get(family_path(link.pk), headers={"accept-language": "ja"})
    text = reply.content.decode()
    assert reply.status_code == 200
    assert "noindex" in reply.headers["X-Robots-Tag"]
    assert all(word not in text for word in ("未回答", "回答がありません", "48.8", "pari"))
    assert "最後の「無事です」" in text
    assert "We have heard from them" in client.get(family_path(link.pk), headers={"accept-language": "en"}).content.decode()


def test_every_link_that_is_no_more_looks_the_same(cast, client, link):
    FamilyLink.objects.update(expires_at=timezone.now())
    path = family_path(link.pk)
    broken = [client.get(path), client.get(path[:-3] + "x/"), client.post(path, {"heard": "ok", "how_known": "電話"})]
    assert {reply.status_code for reply in broken} == {404}
    assert len({reply.content.split(b"</header>")[1] for reply in broken}) == 1
    assert not Answer.objects.exists()


def test_guessing_is_slowed_down_and_a_good_link_is_not(cast, client, link, monkeypatch, still):
    FamilyLink.objects.update(expires_at=still + DAY)
    lower(monkeypatch, "WRONG_LINK", 2)
    assert [client.get(f"/f/{number:x}-{'A' * 22}/").status_code for number in range(1, 5)] == [404, 404, 429, 429]
    assert client.get(family_path(link.pk)).status_code == 200


def test_saying_something_on_the_page_needs_a_choice_and_how(cast, client, link):
    FamilyLink.objects.update(expires_at=timezone.now() + DAY)
    path = family_path(link.pk)
    assert client.post(path, {"heard": "ok"}).status_code == 400
    assert not Answer.objects.exists()
    assert client.post(path, {"heard": "ok", "how_known": "電話", "key": str(said().key)}).status_code == 303
    assert Answer.objects.get().source == "family"
    assert AuditEntry.objects.get(action="safety.reported").actor_face == "link"


def hears(client, link, heard="ok"):
    return client.post(family_path(link.pk), {"heard": heard, "how_known": "電話", "key": str(said().key)})


def test_the_same_so_many_times_an_hour_and_no_more(client, link, still):
    load_demo_helpline(still)
    FamilyLink.objects.update(expires_at=still + DAY)
    replies = [hears(client, link) for _ in range(12)]
    assert [reply.status_code for reply in replies].count(303) == 10
    page = replies[-1].content.decode()
    assert replies[-1].status_code == 429
    assert int(replies[-1].headers["Retry-After"]) > 0
    assert 'href="tel:' in page
    assert "電話" in page


def test_that_help_is_needed_is_taken_whatever_a_family_said_before(cast, client, link, still):
    FamilyLink.objects.update(expires_at=still + DAY)
    for _ in range(12):
        hears(client, link)
    assert hears(client, link, "help").status_code == 303
    assert SafetyCase.objects.get(member=cast.aya).cause == "help"
    for _ in range(12):
        hears(client, link, "help")
    assert hears(client, link, "help").status_code == 429
    SafetyCase.objects.update(state="resolved", ended_at=still, resolution="電話で話した")
    assert hears(client, link, "help").status_code == 303
    assert SafetyCase.objects.exclude(state="resolved").exists()


def test_looking_without_end_is_told_to_wait_and_what_is_heard_still_arrives(client, link, still):
    load_demo_helpline(still)
    FamilyLink.objects.update(expires_at=still + DAY)
    looks = [client.get(family_path(link.pk)) for _ in range(limits.FAMILY_LOOK.most + 1)]
    assert (looks[0].status_code, looks[-1].status_code) == (200, 429)
    assert 'href="tel:' in looks[-1].content.decode()
    assert hears(client, link).status_code == 303


def test_the_member_gives_and_takes_back_on_one_page(cast):
    cast.aya.applications.update(last_day=timezone.localdate() + timedelta(days=30))
    client = cast.client(cast.aya)
    url = reverse("member:safety:family")
    assert client.post(url, {"name": ""}).status_code == 400
    client.post(url, {"name": "母", "relation": "母"})
    made = FamilyLink.objects.get()
    assert family_path(made.pk) in client.get(url).content.decode()
    client.post(reverse("member:safety:family_act", args=[made.pk, "take-back"]))
    assert family_path(made.pk) not in client.get(url).content.decode()
