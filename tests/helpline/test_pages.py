"""The pages anybody opens, signed in or not."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpline.actions import KEPT, note_call
from helpline.states import FromMobile, NumberKind
from ossma.core.models import AuditEntry
from safety.models import SignOfLife
from safety.queries.traces import sign_label
from tests.cast import make_cast
from tests.factories.applications import ApplicationFactory
from tests.factories.helpline import EmergencyFactory, FaqFactory, NumberFactory
from tests.limits import lower

pytestmark = pytest.mark.django_db
LIGHT = 15_000


@pytest.fixture
def stranger():
    return Client(headers={"accept-language": "ja"})


def text_of(client, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_sees_the_direct_line_and_all_regions_without_a_script(stranger):
    NumberFactory(e164="+81300000000")
    page = text_of(stranger, "/helpline/")
    assert 'href="tel:+81300000000"' in page
    assert "国が見つからない方" in page
    assert 'href="FR/"' in page
    assert "アジア" in page


def test_the_pages_are_light_for_a_slow_network(stranger):
    NumberFactory()
    NumberFactory(country_id="0033", kind=NumberKind.UIFN)
    EmergencyFactory()
    for path in ("/helpline/", "/helpline/FR/", "/faq/"):
        assert len(stranger.get(path).content) < LIGHT, path


def test_a_country_is_searched_for_by_a_plain_form(stranger):
    assert 'href="/helpline/FR/"' in text_of(stranger, "/helpline/", q="ふらんす")
    assert "見つかりませんでした" in text_of(stranger, "/helpline/", q="アトランティス")
    assert "見つかりませんでした" in text_of(stranger, "/helpline/", q="<script>")


def test_a_country_page_shows_numbers_restrictions_and_local_services(stranger):
    NumberFactory(e164="+81300000000")
    NumberFactory(
        country_id="0086", kind=NumberKind.UIFN, e164="+80000000000", dial_as_shown="00 800 0000 0000", from_mobile=FromMobile.NO, note_ja="外線番号"
    )
    EmergencyFactory(country_id="0086", police="110", ambulance="120", fire="119")
    page = text_of(stranger, "/helpline/CN/")
    assert "00 800 0000 0000 に電話" in page
    assert "つながりません" in page
    assert "外線番号" in page
    assert 'class="button button-primary" href="tel:+81300000000"' in page
    assert all(f'href="tel:{number}"' in page for number in ("+80000000000", "110", "120", "119"))


def calls(page):
    """The numbers of the call buttons in the order of the page, and which of them are filled."""
    found = re.findall(r'class="button (button-[a-z]+)" href="tel:([^"]+)"', page)
    return [number for _kind, number in found], [number for kind, number in found if kind == "button-primary"]


def test_the_first_and_only_filled_button_is_the_number_that_works_from_a_mobile(stranger):
    NumberFactory(e164="+81300000000", from_mobile=FromMobile.YES)
    NumberFactory(e164="+81300000001", kind=NumberKind.COLLECT, from_mobile=FromMobile.NO)
    NumberFactory(country_id="0033", kind=NumberKind.UIFN, e164="+80000000000", from_mobile=FromMobile.UNKNOWN)
    order, filled = calls(text_of(stranger, "/helpline/FR/"))
    assert order == ["+81300000000", "+80000000000", "+81300000001"]
    assert filled == order[:1]


@pytest.mark.parametrize(
    ("phone", "first", "last"),
    [
        ("own_sim", "+81300000000", "+81300000001"),
        ("local_sim", "+81300000000", "+81300000001"),
        ("wifi", "+81300000000", "+81300000001"),
        ("hotel", "+80000000000", "+81300000000"),
        ("payphone", "+80000000000", "+81300000000"),
        ("smoke_signals", "+81300000000", "+81300000001"),
    ],
)
def test_the_telephone_one_has_decides_which_number_comes_first(stranger, phone, first, last):
    NumberFactory(e164="+81300000000", from_mobile=FromMobile.YES)
    NumberFactory(e164="+81300000001", kind=NumberKind.COLLECT, from_mobile=FromMobile.NO)
    NumberFactory(country_id="0033", kind=NumberKind.UIFN, e164="+80000000000", from_mobile=FromMobile.UNKNOWN)
    order, filled = calls(text_of(stranger, "/helpline/FR/", phone=phone))
    assert (order[0], order[-1], filled) == (first, last, [first])


def test_a_freephone_of_the_country_that_connects_comes_before_the_charged_line(stranger):
    NumberFactory(e164="+81300000000", from_mobile=FromMobile.YES)
    NumberFactory(country_id="1000", kind=NumberKind.NATIONAL_FREEPHONE, e164="+18000000000", from_mobile=FromMobile.YES)
    order, filled = calls(text_of(stranger, "/helpline/US/"))
    assert (order[:2], filled) == (["+18000000000", "+81300000000"], ["+18000000000"])


def test_a_member_abroad_calls_from_the_first_page_by_the_first_button():
    cast = make_cast()
    NumberFactory(e164="+81300000000", from_mobile=FromMobile.YES)
    ApplicationFactory(member=cast.aya, first_day="2020-01-01", last_day="2100-01-01")
    order, filled = calls(text_of(cast.client(cast.aya), "/helpline/"))
    assert (order[0], filled) == ("+81300000000", ["+81300000000"])
    assert calls(text_of(cast.client(cast.ben), "/helpline/"))[1] == ["+81300000000"]


def test_the_page_kept_for_times_without_network_begins_with_the_number_that_works_and_says_every_restriction(stranger):
    NumberFactory(e164="+81300000001", kind=NumberKind.COLLECT, from_mobile=FromMobile.NO)
    NumberFactory(e164="+81300000000", from_mobile=FromMobile.YES, confirmed=False)
    NumberFactory(country_id="0033", kind=NumberKind.UIFN, e164="+80000000000", from_mobile=FromMobile.UNKNOWN, note_ja="ホテルでは手数料")
    page = text_of(stranger, "/offline/helpline/")
    order, filled = calls(page)
    assert (order, filled) == (["+81300000000", "+80000000000", "+81300000001"], ["+81300000000"])
    assert all(words in page for words in ("見本の番号です", "つながらない場合があります", "ホテルでは手数料"))


def test_hawaii_stands_on_the_page_of_the_usa(stranger):
    page = text_of(stranger, "/helpline/us/")
    assert "米国" in page
    assert "ハワイ" in page


def test_the_red_banner_stays_until_every_number_shown_is_confirmed(stranger):
    direct = NumberFactory(confirmed=False)
    assert "見本の番号です" in text_of(stranger, "/helpline/")
    assert "見本の番号です" in text_of(stranger, "/helpline/FR/")
    direct.confirmed = True
    direct.save()
    assert "見本の番号です" not in text_of(stranger, "/helpline/")
    NumberFactory(country_id="0033", kind=NumberKind.UIFN, confirmed=False)
    assert "見本の番号です" in text_of(stranger, "/helpline/FR/")
    assert "見本の番号です" not in text_of(stranger, "/helpline/DE/")


@pytest.mark.parametrize("path", ["/helpline/ZZ/", "/helpline/france/", "/helpline/-/"])
def test_an_unknown_code_is_not_found(stranger, path):
    assert stranger.get(path).status_code == 404


def test_a_country_without_numbers_of_its_own_still_leads_to_a_human_being(stranger):
    NumberFactory(e164="+81300000000")
    page = text_of(stranger, "/helpline/TV/")
    assert 'class="button button-primary" href="tel:+81300000000"' in page
    assert "112" in page


def test_a_member_sees_the_present_stay_first_and_keeps_the_bottom_bar():
    cast = make_cast()
    ApplicationFactory(member=cast.aya, first_day="2020-01-01", last_day="2100-01-01")
    page = text_of(cast.client(cast.aya), "/helpline/")
    assert page.index("現在の滞在先") < page.index("フランス") < page.index("地域から選ぶ")
    assert 'href="/me/"' in page
    assert "現在の滞在先" not in text_of(cast.client(cast.ben), "/helpline/")


def test_english_readers_read_english():
    reader = Client(headers={"accept-language": "en"})
    NumberFactory()
    FaqFactory()
    assert "If you cannot find your country" in text_of(reader, "/helpline/")
    assert "Helpline: France" in text_of(reader, "/helpline/FR/")
    assert "About the service" in text_of(reader, "/faq/")


def test_the_faq_is_grouped_searched_and_never_html(stranger):
    FaqFactory(question_ja="会員カードはどこから入手できますか。", answer_ja="<b>準備中</b>です。")
    FaqFactory(category_ja="安否確認", question_ja="回答を訂正できますか。")
    page = text_of(stranger, "/faq/")
    assert page.index("サービスについて") < page.index("会員カード") < page.index("安否確認")
    assert "<b>" not in page
    found = text_of(stranger, "/faq/", q="カード")
    assert "会員カード" in found
    assert "訂正" not in found
    assert "当てはまる質問は見つかりませんでした" in text_of(stranger, "/faq/", q="天気")


@pytest.mark.parametrize("path", ["/helpline/", "/helpline/?q=a", "/helpline/FR/", "/faq/"])
def test_more_rows_take_no_more_queries(stranger, path, django_assert_max_num_queries):
    for rows in (1, 2):
        for _row in range(rows):
            NumberFactory(country_id="0033")
            NumberFactory()
            FaqFactory()
        with django_assert_max_num_queries(5) as counted:
            stranger.get(path)
        if rows == 1:
            first = len(counted)
    assert len(counted) == first


def test_a_member_s_press_on_a_number_is_on_record_and_a_sign_of_life():
    cast = make_cast()
    pressed = timezone.now() - timedelta(hours=3)
    reply = cast.client(cast.aya).post("/helpline/call/", {"said_at": pressed.isoformat()})
    assert reply.json() == {"next": "/helpline/"}
    assert AuditEntry.objects.get(action="helpline.call_tried").member_id == cast.aya.pk
    sign = SignOfLife.objects.get(member=cast.aya)
    assert (sign.at, sign.source, sign_label(sign.source)) == (pressed, "helpline", "ヘルプラインへの電話")


@pytest.mark.parametrize("claimed", [timedelta(days=400), timedelta(days=-1), None])
def test_a_phone_s_clock_moves_a_call_neither_far_back_nor_into_the_future(claimed):
    cast, at = make_cast(), timezone.now()
    note_call(actor=cast.viewer(cast.aya), at=at, pressed_at=at - claimed if claimed else None)
    found = SignOfLife.objects.get(member=cast.aya).at
    assert found == (at - KEPT if claimed and claimed > KEPT else at)


def test_nobody_else_s_press_says_anything_about_a_member(stranger):
    cast = make_cast()
    for client in (stranger, cast.client(cast.doi), cast.client(cast.office)):
        assert client.post("/helpline/call/").status_code in {302, 404}
    assert cast.client(cast.aya).get("/helpline/call/").status_code == 405
    assert not SignOfLife.objects.exists()


def test_pressing_on_and_on_is_not_written_down_again_and_again(monkeypatch, still):
    lower(monkeypatch, "HELPLINE_CALL", 2)
    aya = make_cast()
    client = aya.client(aya.aya)
    assert {client.post("/helpline/call/").status_code for _ in range(4)} == {200}
    assert AuditEntry.objects.filter(action="helpline.call_tried").count() == 2
