"""A list of members from a file: whatever program wrote it, what else stands in it (safety.md S1)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ossma.core import typed_lists
from safety.models import SafetyCheck

NEW = "/school/safety/new/"
OUTSIDE = Path(__file__).parents[3] / "shared/data/outside/cases"
CODINGS = {"utf8bom": "utf-8-sig", "utf8": "utf-8", "cp932": "cp932", "utf16le": "utf-16", "utf16be": "utf-16-be"}


@pytest.fixture
def client(cast):
    day = timezone.localdate()
    for member in (cast.aya, cast.ben):
        member.applications.update(first_day=day - timedelta(days=5), last_day=day + timedelta(days=50))
    return cast.client(cast.doi)


def post(client, content, **changes):
    upload = SimpleUploadedFile("list.csv", content)
    data = {"kind": "ad_hoc", "title_ja": "停電", "event_zone": "Europe/Paris", "reminder_plan": "usual", "named_file": upload} | changes
    return client.post(NEW, data, follow=True)


def wide(text):
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def table(cast, separator):
    rows = [
        ["会員番号", "学籍番号", "部屋", "メール"],
        [cast.aya.number, "S2026001", "A101", cast.aya.user.email],
        [wide(cast.ben.number.lower()), "S2026002", "B202", ""],
    ]
    return "\r\n".join(separator.join(row) for row in rows)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("separator", [",", ";", "\t", "，"])
def test_a_table_chooses_its_members_and_says_which_words_were_not_used(client, cast, coding, separator):
    mark = b"\xfe\xff" if coding == "utf16be" else b""
    page = post(client, mark + table(cast, separator).encode(CODINGS[coding])).content.decode()
    assert SafetyCheck.objects.get().audience["named"] == sorted([cast.aya.pk, cast.ben.pk])
    assert "4語" in page
    for word in ("S2026001", "A101", "S2026002", "B202"):
        assert word in page
    assert "会員番号、" not in page


@pytest.mark.parametrize("content", [b"", b"<html><body><h1>404 Not found</h1></body></html>", "会員番号,氏名\r\n,山田\r\n".encode("cp932")])
def test_a_file_without_any_member_says_so_and_sends_nothing(client, content):
    form = post(client, content, everyone_abroad="on").context["form"]
    assert form.errors["named_file"] == ["このファイルには、会員番号も会員のメールアドレスもありません。"]
    assert not SafetyCheck.objects.exists()


def test_a_list_that_is_too_long_is_refused_as_a_whole_and_never_cut(client, cast):
    numbers = "\n".join(f"X{number:08d}" for number in range(20_000))
    form = post(client, f"{numbers}\n{cast.aya.number}\n".encode(), everyone_abroad="on").context["form"]
    assert form.errors["named_file"] == ["個別に指定できるのは20000名までです。"]
    assert not SafetyCheck.objects.exists()


def test_other_schools_members_are_words_like_any_other(client, cast):
    page = post(client, f"{cast.aya.number}\n{cast.chika.number}\n".encode()).content.decode()
    assert SafetyCheck.objects.get().audience["named"] == [cast.aya.pk]
    assert "1語" in page
    assert cast.chika.number in page


def test_a_number_typed_into_the_field_and_unknown_is_still_refused(client, cast):
    form = post(client, f"{cast.aya.number}\n".encode(), named="M99999999").context["form"]
    assert "M99999999" in form.errors["named"][0]
    assert cast.aya.number in form["named"].value()


@pytest.mark.skipif(not OUTSIDE.exists(), reason="outside data is not part of the project")
@pytest.mark.parametrize("name", ["05-list-cp932.csv", "05-list-semicolon.csv", "05-list-tab.csv", "05-list-utf16le.csv", "05-list-utf8bom.csv"])
def test_every_list_that_was_found_outside_is_read(name):
    words = typed_lists.words_of(typed_lists.text_of((OUTSIDE / name).read_bytes()))
    numbers = [word for word in words if typed_lists.may_be_number(word)]
    assert [word for word in numbers if "000000" in word or "００００" in word] == ["M00000031", "m00000032", "Ｍ００００００３３"]


def test_bytes_that_are_no_text_are_no_list():
    for content in (b"PK\x03\x04\x00\x00", b"\xff\xfe\x00", b"\x81\xff", b"\x00A"):
        assert typed_lists.text_of(content) is None
