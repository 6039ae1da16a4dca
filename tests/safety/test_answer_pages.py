"""The answer page: without a login, without script, small; GET shows and never answers (safety.md S2)."""

import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from PIL import Image

from applications.models import Stay
from ossma.core.models import StoredFile
from safety import actions
from safety.addresses import answer_path
from safety.models import Answer, SafetyCase
from safety.states import Standing
from tests.factories.safety import MINUTE, NOW, recipient, said, sent
from tests.limits import lower


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


@pytest.fixture
def path(cast, check):
    """Where Aya answers."""
    return answer_path(recipient(check, cast.aya).pk)


@pytest.fixture
def phone():
    """A browser without any login; the check for forged requests is on."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "ja", "user-agent": "Mobile Safari"})


def key_of(page):
    return re.search(r'name="key" value="([^"]+)"', page.content.decode()).group(1)


def standing(check, member):
    return recipient(check, member).standing


def test_getting_the_page_never_answers(cast, check, path, phone):
    for address in (path, f"{path}?choice=safe", f"{path}?choice=help", f"{path}here/", f"{path}need/", f"{path}elsewhere/", f"{path}thanks/"):
        assert phone.get(address).status_code in {200, 303}
        assert phone.head(address).status_code in {200, 303}
    assert standing(check, cast.aya) == Standing.SILENT
    assert not Answer.objects.exists()


def test_the_page_shows_the_check_and_no_personal_data(cast, path, phone):
    text = phone.get(path).content.decode()
    told = ("パリで大きな停電", "パリ（フランス）", "03:02（現地）", "11:02（日本）", "OSSMA事務局")
    for words in (*told, "無事です", "助けが必要", "ここにいません", "あとで"):
        assert words in text
    for words in ("山田", "YAMADA", "aya@", cast.aya.number, cast.aoba.name_ja):
        assert words not in text


def test_the_page_is_under_thirty_kilobytes_with_its_style(path, phone):
    size = Path(finders.find("css/answer.css")).stat().st_size
    for address in (path, f"{path}here/", f"{path}elsewhere/", f"{path}thanks/"):
        assert len(phone.get(address).content) + size < 30_000


def test_the_page_needs_at_most_four_queries(path, phone, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        phone.get(path)


def test_an_answer_needs_at_most_ten_queries(cast, check, path, phone, django_assert_max_num_queries):
    page = phone.get(path)
    with django_assert_max_num_queries(10):
        phone.post(path, {"answer": "safe", "key": key_of(page)})
    assert standing(check, cast.aya) == Standing.OK


def test_opening_is_noted(cast, check, path, phone):
    phone.get(path)
    assert recipient(check, cast.aya).opened_at is not None


@pytest.mark.parametrize(("button", "leads_to", "after"), [("safe", "here/", "ok"), ("help", "need/", "help"), ("later", "thanks/", "silent")])
def test_each_button_records_at_once_and_leads_on(cast, check, path, phone, button, leads_to, after):
    answer = phone.post(path, {"answer": button, "key": key_of(phone.get(path))})
    assert (answer.status_code, answer["Location"]) == (303, f"{path}{leads_to}")
    assert standing(check, cast.aya) == after
    assert phone.get(answer["Location"]).status_code == 200


def test_posting_twice_stores_once(path, phone):
    key = key_of(phone.get(path))
    for _ in range(2):
        assert phone.post(path, {"answer": "help", "key": key}).status_code == 303
    assert (Answer.objects.count(), SafetyCase.objects.count()) == (1, 1)


def test_going_back_and_choosing_otherwise_is_a_new_answer_although_the_key_is_old(cast, check, path, phone):
    key = key_of(phone.get(path))
    for button in ("safe", "help"):
        phone.post(path, {"answer": button, "key": key})
    assert standing(check, cast.aya) == Standing.HELP


def test_a_broken_key_stops_no_call_for_help(cast, check, path, phone):
    phone.post(path, {"answer": "help", "key": "broken"})
    phone.post(path, {"answer": "help"})
    assert standing(check, cast.aya) == Standing.HELP


def test_what_is_no_answer_is_no_answer(path, phone):
    assert phone.post(path, {"answer": "maybe"}).status_code == 400
    assert not Answer.objects.exists()


def test_the_phones_own_time_comes_along(path, phone):
    phone.post(path, {"answer": "safe", "key": uuid4(), "said_at": NOW.isoformat()})
    phone.post(path, {"answer": "help", "key": uuid4(), "said_at": "gestern"})
    assert Answer.objects.get(kind="ok").said_at == NOW
    assert Answer.objects.filter(kind="help").exists()


def test_the_script_gets_the_next_address_instead_of_a_redirect(path, phone):
    answer = phone.post(path, {"answer": "safe", "key": uuid4()}, headers={"accept": "application/json"})
    assert answer.json() == {"next": f"{path}here/"}


def test_here_takes_position_place_comment_and_picture(cast, check, path, phone):
    picture = BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "JPEG")
    picture.seek(0)
    picture.name = "hier.jpg"
    sends = {
        "key": uuid4(), "latitude": "48.8566", "longitude": "2.3522", "accuracy": "14", "position_at": NOW.isoformat(), "country": "0033",
        "city": " パリ ", "comment": "ホテルにいます 🏨", "picture": picture,
    }  # fmt: skip
    assert phone.post(f"{path}here/", sends)["Location"] == f"{path}thanks/"
    answer = Answer.objects.get()
    assert (answer.kind, answer.country_id, answer.city, answer.comment) == ("ok", "0033", "パリ", "ホテルにいます 🏨")
    assert '"lat": 48.8566' in answer.position
    assert answer.picture == StoredFile.objects.get()
    assert standing(check, cast.aya) == Standing.OK


def test_here_may_be_sent_empty_and_with_a_position_that_makes_no_sense(path, phone):
    assert phone.post(f"{path}here/", {"key": uuid4(), "latitude": "NaN", "longitude": "1000", "accuracy": ""}).status_code == 303
    assert Answer.objects.get().position == ""


def test_a_picture_that_is_none_gets_an_error_and_keeps_what_was_typed(path, phone):
    broken = BytesIO(b"\xff\xd8\xff\xe0 not a picture")
    broken.name = "x.jpg"
    page = phone.post(f"{path}here/", {"key": uuid4(), "comment": "大丈夫です", "picture": broken})
    assert page.status_code == 400
    assert "大丈夫です" in page.content.decode()
    assert not Answer.objects.exists()


def test_the_one_question_after_help_refines_the_case(cast, check, path, phone):
    phone.post(path, {"answer": "help", "key": uuid4()})
    page = phone.get(f"{path}need/").content.decode()
    assert "けが" in page
    phone.post(f"{path}need/", {"key": uuid4(), "need": "injured", "comment": "足", "latitude": "48", "longitude": "2"})
    assert SafetyCase.objects.get().need == "injured"
    assert Answer.objects.filter(need="injured").exclude(position="").exists()


def test_the_question_about_help_is_not_asked_of_somebody_who_is_safe(path, phone):
    assert phone.get(f"{path}need/")["Location"] == path


def test_not_there_needs_a_country_and_a_city_and_works_without_script(cast, check, path, phone):
    page = phone.post(f"{path}elsewhere/", {"key": uuid4(), "city": "ローマ"})
    assert page.status_code == 400
    assert 'value="ローマ"' in page.content.decode()
    phone.post(f"{path}elsewhere/", {"key": uuid4(), "country": "0039", "city": "ローマ"})
    assert standing(check, cast.aya) == Standing.NOT_THERE


def test_whoever_is_home_again_says_so_and_is_asked_about_france_no_more(cast, office, check, path, phone):
    assert '<option value="0081">日本</option>' in phone.get(f"{path}elsewhere/").content.decode()
    phone.post(f"{path}elsewhere/", {"key": uuid4(), "country": "0081", "city": "横浜"})
    assert standing(check, cast.aya) == Standing.NOT_THERE
    stay = Stay.objects.get(member=cast.aya)
    assert (stay.country_id, stay.zone) == ("0081", "Asia/Tokyo")
    later = sent(office, at=timezone.now())
    assert not later.recipients.filter(member=cast.aya).exists()
    assert later.recipients.filter(member=cast.ben).exists()


def test_thanks_says_what_the_school_now_sees(path, phone):
    phone.post(path, {"answer": "safe", "key": uuid4()})
    assert "無事" in phone.get(f"{path}thanks/").content.decode()


def test_the_link_works_again_and_again_and_after_the_end_says_so(cast, office, check, path, phone):
    for _ in range(3):
        assert phone.get(path).status_code == 200
    actions.close_check(actor=office, at=NOW + MINUTE, check_id=check.pk)
    assert "この安否確認は終了しました" in phone.get(path).content.decode()
    phone.post(path, {"answer": "help", "key": uuid4()})
    row = recipient(check, cast.aya)
    assert (row.standing, row.late) == (Standing.HELP, True)


def test_one_letter_changed_gets_a_clear_page_and_is_slowed_down(path, phone, monkeypatch, still):
    for letter in range(4, len(path) - 2):
        changed = path[:letter] + ("A" if path[letter] != "A" else "B") + path[letter + 1 :]
        page = phone.get(changed)
        assert page.status_code == 404
        assert "このリンクは使えません" in page.content.decode()
    assert phone.get(f"{path[:-2]}x/").status_code in {404, 429}
    lower(monkeypatch, "WRONG_LINK", 1)
    assert {phone.get("/a/1-aaaaaaaaaaaaaaaaaaaaaa/").status_code for _ in range(2)} >= {429}
    assert phone.get(path).status_code == 200


def test_nothing_is_posted_through_a_changed_link(path, phone):
    assert phone.post(path[:-2] + "_/", {"answer": "help"}).status_code == 404
    assert not Answer.objects.exists()


def test_a_drill_says_so_first(office, cast, phone):
    drill = sent(office, kind="drill", typed=3)
    text = phone.get(answer_path(recipient(drill, cast.aya).pk)).content.decode()
    assert "訓練" in text.split("<h1")[0]
    assert "これは訓練ではありません" not in text


def test_the_page_speaks_the_persons_own_language_until_another_is_chosen(cast, check, phone):
    path = answer_path(recipient(check, cast.ben).pk)
    page = phone.get(path)
    assert 'lang="en"' in page.content.decode()
    assert "Power cut in Paris" in page.content.decode()
    phone.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "ja"
    assert "パリで大きな停電" in phone.get(path).content.decode()


def test_answers_are_never_kept_by_caches_and_the_address_leaks_nowhere(path, phone):
    page = phone.get(path)
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_a_signed_in_member_answers_in_the_app(cast, check, path):
    cast.client(cast.aya).post(path, {"answer": "safe", "key": uuid4()})
    cast.client(cast.ben).post(path, {"answer": "safe", "key": uuid4()})
    assert list(Answer.objects.order_by("pk").values_list("source", flat=True)) == ["app", "link"]


def test_correcting_is_offered_after_an_answer(cast, check, path, phone):
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said())
    assert "訂正" in phone.get(path).content.decode()


CARRIED = (
    "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cache-Control",
    "Content-Language", "Content-Length",
)  # fmt: skip


def test_the_short_way_of_an_answer_carries_the_same_headers_as_the_long_one(cast, office, client):
    check = sent(office)
    path = answer_path(recipient(check, cast.aya).pk)
    short = client.post(path, {"answer": "safe", "key": str(uuid4())}, headers={"accept-language": "ja"})
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "ja"
    long = client.post(path, {"answer": "safe", "key": str(uuid4())}, headers={"accept-language": "ja"})
    assert short.status_code == long.status_code == 303
    assert [short.headers.get(name) for name in CARRIED] == [long.headers.get(name) for name in CARRIED]
    assert short.headers["X-Frame-Options"] == "DENY"


def test_the_short_way_speaks_the_reader_s_language_and_knows_wrong_links(cast, office, client):
    client.post("/login/", headers={"accept-language": "ja"})
    wrong = client.post("/a/nonsense/", headers={"accept-language": "en"})
    assert wrong.status_code == 404
    assert "This link does not work" in wrong.content.decode()
    assert client.post("/a/").status_code == 404
