"""The ministry's files: read strictly, never trusted, never silent."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from notices.feeds import CREDIT, FeedBroken, Oddness, label_of, parse
from notices.feeds.document import MAX_BYTES
from ossma.core.countries.files import MissionRow

LIGHT = (Path(__file__).parents[1] / "data/newarrival_light.xml").read_bytes()
REAL = Path(__file__).parents[3] / "shared/data/mofa/newarrivalL_20260406_1800.xml"


def mail(extra="", **fields):
    """One item as XML: the usual fields, some replaced (None leaves one out)."""
    usual = {"keyCd": "164134", "infoType": "R10", "leaveDate": "2026/04/06 18:00:43", "title": "題", "lead": "文"}
    usual |= {"infoUrl": "https://www.anzen.mofa.go.jp/od/x.html"} | fields
    return f"<mail>{''.join(f'<{name}>{value}</{name}>' for name, value in usual.items() if value is not None)}{extra}</mail>"


def feed(*mails, count=None, root='dataType="L" lastModified="2026/04/06 18:00:50" odType="02"'):
    count = len(mails) if count is None else count
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opendata {root} mailCount="{count}">{"".join(mails)}</opendata>'.encode()


def tagged(*codes):
    return "".join(f'<country areaCd="42"><cd>{code}</cd></country>' for code in codes)


FRANCE = tagged("0033")


def one(extra=FRANCE, **fields):
    (item,) = parse(feed(mail(extra, **fields))).items
    return item


def kinds(item):
    return [oddity.kind for oddity in item.oddities]


def broken(data):
    with pytest.raises(FeedBroken) as caught:
        parse(data)
    return caught.value


def by_key(key):
    return next(item for item in parse(LIGHT).items if item.key == key)


class TestReading:
    def test_the_file_itself(self):
        whole = parse(LIGHT)
        assert (len(whole.items), whole.data_type, whole.od_type) == (5, "L", "02")
        assert whole.last_modified == datetime(2026, 4, 6, 9, 0, 50, tzinfo=UTC)

    def test_a_mail_has_a_clock_and_its_countries(self):
        item = by_key("164134")
        assert item.issued_at == datetime(2026, 4, 6, 9, 0, 43, tzinfo=UTC)
        assert item.country_cds == {"0972", "0970"}
        assert (item.info_type, item.mission_cd, item.oddities) == ("R10", "705A", ())
        assert item.title.startswith("テルアビブ")
        assert "\n" in item.lead

    def test_a_danger_level_has_a_day_but_no_clock(self):
        item = by_key("2026T039")
        assert (item.issued_on, item.issued_at) == (date(2026, 3, 31), None)
        assert (item.risk_levels, item.infection_levels) == ({3, 2, 1}, frozenset())
        assert item.content_tags == ("治安情勢", "一般犯罪", "誘拐", "災害")
        assert item.map_url.endswith("2026T039_1_Detail.html")

    def test_a_mail_sent_at_midnight_keeps_its_clock(self):
        assert one(leaveDate="2026/04/06 00:00:00").issued_at == datetime(2026, 4, 5, 15, tzinfo=UTC)

    def test_a_mission_that_names_no_country_speaks_of_its_own(self):
        assert by_key("164132").country_cds == {"1001"}

    def test_new_york_means_the_mainland_though_it_tags_only_islands(self):
        item = by_key("164101")
        assert item.tagged_cds == {"1340", "1787"}
        assert item.country_cds == {"1000", "1340", "1787"}

    def test_a_mission_for_several_countries_adds_them_only_where_none_is_named(self):
        named, silent = one(tagged("0972"), koukanCd="705A"), one("", koukanCd="705A")
        assert (named.country_cds, silent.country_cds) == ({"0972"}, {"0970", "0972"})

    def test_the_table_of_missions_can_be_replaced(self):
        missions = {"999Z": MissionRow("999Z", frozenset({"0044"}), frozenset(), "")}
        (item,) = parse(feed(mail(koukanCd="999Z")), missions).items
        assert (item.country_cds, item.oddities) == ({"0044"}, ())

    def test_a_full_file_has_the_body_and_the_same_fingerprint(self):
        full = parse(feed(mail(tagged("0033"), mainText="本文", subText="補足"), root='dataType="A" lastModified="2026/04/06 18:00:50" odType="03"'))
        assert full.items[0].body == "本文\n\n補足"
        assert full.items[0].content_hash == one().content_hash

    @pytest.mark.parametrize(
        "change", [{"title": "別"}, {"lead": "別"}, {"riskLevel3": "1"}, {"leaveDate": "2026/04/06 18:00:44"}, {"koukanCd": "505A"}]
    )
    def test_changed_content_changes_the_fingerprint(self, change):
        assert one(**change).content_hash != one().content_hash

    @pytest.mark.parametrize(("value", "present"), [("1", True), ("Y", True), ("3", True), ("0", False), ("N", False), ("", False)])
    def test_a_level_is_set_by_one_or_yes_or_a_count(self, value, present):
        assert (4 in one(riskLevel4=value).risk_levels) is present

    def test_a_quiet_day_is_an_empty_feed_that_says_so(self):
        assert parse(feed()).items == ()

    def test_the_same_item_twice_is_one(self):
        assert len(parse(feed(mail(tagged("0033")), mail(tagged("0033")))).items) == 1

    def test_a_byte_order_mark_is_no_harm(self):
        assert len(parse(b"\xef\xbb\xbf" + LIGHT).items) == 5

    @pytest.mark.skipif(not REAL.exists(), reason="the whole recorded file is not part of the repository")
    def test_the_recorded_file_is_understood_without_a_doubt(self):
        whole = parse(REAL.read_bytes())
        assert len(whole.items) == 12
        assert all(item.country_cds and not item.needs_look for item in whole.items)

    def test_the_credit_names_source_and_address(self):
        assert CREDIT.startswith("出典：外務省 海外安全情報オープンデータ（https://")


class TestKeptAndMarked:
    def test_an_unknown_kind_is_other(self):
        item = one(infoType="C52")
        assert (item.info_type, kinds(item), item.needs_look) == ("C52", [Oddness.UNKNOWN_TYPE], True)
        with translation.override("ja"):
            assert (label_of("C52"), label_of("R20")) == ("その他", "領事メール（緊急）")

    def test_an_unknown_country_is_kept_by_its_code(self):
        item = one(tagged("0033", "7777"))
        assert (item.country_cds, item.unknown_cds, kinds(item)) == ({"0033"}, ("7777",), [Oddness.UNKNOWN_COUNTRY])

    def test_no_country_at_all_goes_to_the_duty_desk(self):
        assert kinds(one("")) == [Oddness.NO_COUNTRY]

    def test_an_unknown_mission_goes_to_the_duty_desk(self):
        assert kinds(one("", koukanCd="999Z")) == [Oddness.UNKNOWN_MISSION, Oddness.NO_COUNTRY]

    @pytest.mark.parametrize(
        ("name", "kind"), [("title", Oddness.NO_TITLE), ("lead", Oddness.NO_TEXT), ("infoUrl", Oddness.NO_LINK), ("infoType", Oddness.UNKNOWN_TYPE)]
    )
    def test_what_is_missing_is_told(self, name, kind):
        assert kinds(one(**{name: None})) == [kind]

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "http://www.anzen.mofa.go.jp/x",
            "https://mofa.go.jp.example/x",
            "https://www.mofa.go.jp@evil.example/",
            "https://evilmofa.go.jp/",
            "https://[",
            "//x",
            "https://www.mofa.go.jp/" + "x" * 300,
        ],
    )
    def test_nobody_is_sent_to_a_strangers_page(self, url):
        item = one(infoUrl=url)
        assert (item.url, kinds(item)) == ("", [Oddness.FOREIGN_LINK])

    def test_a_level_that_cannot_be_read_is_told_with_its_value(self):
        (oddity,) = one(riskLevel4="high").oddities
        with translation.override("ja"):
            assert str(oddity) == "読み取れないレベル: riskLevel4=high"

    def test_what_is_too_long_for_the_table_is_cut_and_told(self):
        item = one(title="長" * 401, infoType="R" * 9)
        assert (len(item.title), len(item.info_type)) == (400, 8)
        assert kinds(item) == [Oddness.TOO_LONG, Oddness.UNKNOWN_TYPE, Oddness.TOO_LONG]

    @pytest.mark.parametrize("stamp", [None, "soon", "2026/02/30 00:00:00", "0001/01/01 00:00:00", "x" * 100_000])
    def test_one_bad_date_costs_the_date_of_that_item_only(self, stamp):
        bad, good = parse(feed(mail(FRANCE, leaveDate=stamp), mail(FRANCE, keyCd="2"))).items
        assert (bad.issued_on, bad.issued_at, bad.country_cds, kinds(bad)) == (None, None, {"0033"}, [Oddness.BAD_DATE])
        assert (good.issued_on, good.oddities) == (date(2026, 4, 6), ())

    @pytest.mark.parametrize(
        ("stamp", "moment"),
        [
            ("2026/04/06 18:00", datetime(2026, 4, 6, 9, tzinfo=UTC)),
            ("2026/04/06", None),
            ("2026/04/06 00:00", datetime(2026, 4, 5, 15, tzinfo=UTC)),
        ],
    )
    def test_a_date_without_seconds_or_without_a_clock_is_read(self, stamp, moment):
        item = one(leaveDate=stamp)
        assert (item.issued_on, item.issued_at, item.oddities) == (date(2026, 4, 6), moment, ())

    @pytest.mark.parametrize("key", [None, "../1", "1" * 21])
    def test_an_item_without_a_key_is_counted_and_the_others_are_read(self, key):
        found = parse(feed(mail(keyCd=key), mail(FRANCE)))
        assert ([item.key for item in found.items], found.unusable) == (["164134"], 1)

    def test_an_item_twice_with_different_contents_is_for_a_person(self):
        first, other = mail(FRANCE), mail(FRANCE, title="別")
        (item,) = parse(feed(first, other, first)).items
        assert (item.title, kinds(item)) == ("題", [Oddness.TWICE])
        assert item.content_hash != one().content_hash

    def test_a_post_in_the_usa_that_our_table_does_not_know_means_the_mainland_and_the_desk(self):
        item = one("", koukanCd="301B")
        assert (item.country_cds, kinds(item)) == ({"1000"}, [Oddness.UNKNOWN_MISSION])
        assert one(tagged("1340"), koukanCd="301B").country_cds == {"1000", "1340"}

    def test_noumea_means_new_caledonia_though_it_tags_france(self):
        assert one(koukanCd="505W").country_cds == {"0033", "0687"}

    def test_the_code_in_use_for_infectious_diseases_is_known(self):
        item = one(infoType="T81", infectionLevel1="1", leaveDate="2026/04/06 00:00:00")
        assert (item.infection_levels, item.issued_at, item.oddities) == ({1}, None, ())
        with translation.override("ja"):
            assert label_of("T81") == label_of("T41") == "感染症危険情報"

    def test_an_unknown_area_is_told(self):
        assert kinds(one("<area><cd>99</cd></area>" + tagged("0033"))) == [Oddness.UNKNOWN_AREA]

    def test_a_later_entry_in_our_table_does_not_make_an_item_look_changed(self, monkeypatch):
        before = one(tagged("0033", "7777"))
        monkeypatch.setattr("notices.feeds.places.countries", lambda: ())
        after = one(tagged("0033", "7777"))
        assert (before.unknown_cds, after.unknown_cds) == (("7777",), ("0033", "7777"))
        assert before.content_hash == after.content_hash


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><opendata>&b;</opendata>'


class TestRefused:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty"),
            (b" \n", "empty"),
            (b" " * MAX_BYTES + b"<opendata/>", "too_big"),
            (b"<!DOCTYPE html><html><body>maintenance</body></html>", "html"),
            (b"\n<HTML>", "html"),
            (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
            ("<opendata>メンテナンス</opendata>".encode("shift_jis"), "not_utf8"),
            (b"{}", "not_xml"),
            (b"\x89PNG\r\n", "not_utf8"),
            (LAUGHS, "forbidden"),
            (b'<?xml version="1.0"?><!DOCTYPE opendata SYSTEM "file:///etc/passwd"><opendata/>', "forbidden"),
            (b'<?xml version="1.0"?><rss/>', "wrong_root"),
            (b'<?xml version="1.0"?><opendata/>', "no_kind"),
            (b'<?xml version="1.0"?><opendata><a></opendata>', "malformed"),
            (feed(root='dataType="L" odType="02" lastModified="yesterday"'), "bad_time"),
            (feed(count=1), "count"),
            (feed(mail(), count=2), "count"),
        ],
    )
    def test_a_file_that_is_not_right_is_refused_with_its_reason(self, data, code):
        failure = broken(data)
        assert failure.code == code
        for language in ("ja", "en"):
            with translation.override(language):
                assert str(failure)

    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
    def test_a_file_that_is_cut_off_is_refused_whole(self, share):
        assert broken(LIGHT[: int(len(LIGHT) * share)]).code in {"cut_off", "not_utf8"}

    def test_a_tree_of_great_depth_is_refused_without_harm(self):
        assert broken(b"<opendata>" + b"<a>" * 200_000).code == "cut_off"

    def test_the_reason_quotes_but_little_of_a_strangers_text(self):
        with translation.override("ja"):
            assert len(str(broken(feed(root=f'dataType="L" odType="02" lastModified="{"x" * 100_000}"')))) < 120


class TestWhateverComes:
    @given(st.binary(max_size=400))
    def test_random_bytes_are_refused(self, data):
        broken(data)

    @given(st.integers(0, len(LIGHT) - 1), st.binary(min_size=1, max_size=8))
    def test_a_real_file_with_a_wound_is_read_or_refused(self, place, wound):
        try:
            parse(LIGHT[:place] + wound + LIGHT[place + len(wound) :])
        except FeedBroken as failure:
            assert failure.reason

    @given(
        st.dictionaries(
            st.sampled_from(["infoType", "koukanCd", "contentInfo", "riskLevel4", "infoUrl", "mapImageUrl", "leaveDate", "keyCd"]), st.text()
        )
    )
    def test_any_text_in_any_field_is_read_or_refused(self, fields):
        escaped = {name: value.replace("&", "&amp;").replace("<", "&lt;").replace("\ud800", "") for name, value in fields.items()}
        try:
            found = parse(feed(mail(tagged("0033"), **escaped)).replace(b"\0", b""))
        except FeedBroken:
            return
        assert len(found.items) + found.unusable == 1
