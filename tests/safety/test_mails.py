"""What the messages say: where, when with both clocks, who asks; plain text first (safety.md S1, look.md)."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from django.test import Client

from ossma.core.bounces.keys import reference
from ossma.core.models import AuditEntry
from ossma.core.viewer import SYSTEM
from safety import actions, mails, pushes, rules
from safety.addresses import answer_path, answer_url, recipient_of
from safety.models import Delivery
from safety.queries.deliveries import Parcel
from tests.factories.safety import DAY, HOUR, NOW, recipient, sent


def parcel(check, member, *, language="ja", number=0, to="aya@example.jp"):
    """A claimed row as the postman sees it."""
    return Parcel(7, 1, to, language, number, check.pk, recipient(check, member).pk, "silent")


def mail(check, member, **more):
    """The message, parsed as a mail program would."""
    (letter,) = mails.letters([parcel(check, member, **more)], {check.pk: check}, at=NOW)
    return message_from_bytes(letter.content, policy=policy.default), letter


def text_of(message):
    return message.get_body(("plain",)).get_content()


JAPANESE = [
    "パリで大きな停電",
    "パリ（フランス）",
    "2026年11月21日(土) 03:02（現地）/ 11:02（日本）",
    "OSSMA事務局",
    "無事です",
    "助けが必要",
    "訓練ではありません",
]
ENGLISH = ["Power cut in Paris", "Paris, France", "Sat 21 Nov 2026 03:02 (local) / 11:02 (Japan)", "I am safe", "I need help", "not a drill"]


@pytest.mark.parametrize(("language", "words"), [("ja", JAPANESE), ("en", ENGLISH)])
def test_every_message_says_where_when_and_who_asks_in_the_persons_language(cast, office, language, words):
    message, _letter = mail(sent(office), cast.aya, language=language)
    for body in (text_of(message), message.get_body(("html",)).get_content()):
        for word in words:
            assert word in body


def test_without_an_event_the_time_of_asking_is_told(cast, office):
    message, _letter = mail(sent(office, event_at=None), cast.aya)
    assert "2026年11月21日(土) 03:10（現地）/ 11:10（日本）" in text_of(message)


def test_where_the_form_was_left_at_japan_s_clock_each_reads_their_own_beside_it(cast, office):
    check = sent(office, event_zone="Asia/Tokyo", deadline_at=NOW + DAY)
    row = recipient(check, cast.aya)
    paris, tokyo = (replace(parcel(check, cast.aya), zone=zone) for zone in (row.zone, "Asia/Tokyo"))
    there, here = (message_from_bytes(letter.content, policy=policy.default) for letter in mails.letters([paris, tokyo], {check.pk: check}, at=NOW))
    for body in (text_of(there), there.get_body(("html",)).get_content()):
        assert "2026年11月21日(土) 03:02（現地）/ 11:02（日本）" in body
        assert "2026年11月22日(日) 03:10（現地）/ 11:10（日本）" in body
    assert "2026年11月21日(土) 11:02（日本）" in text_of(here)
    assert "現地" not in text_of(here)
    note = pushes.pattern(check, language="ja", round_number=0, at=NOW, zone=row.zone).content.decode()
    assert "03:02（現地）/ 11:02（日本）" in note
    for page in (Client().get(answer_path(row.pk)), cast.client(cast.aya).get("/")):
        assert "03:02（現地）/ 11:02（日本）" in page.content.decode()


def test_a_schools_check_names_the_school(cast, doi):
    message, _letter = mail(sent(doi), cast.aya)
    assert "青葉国際大学" in text_of(message)


def test_each_person_gets_a_link_of_their_own(cast, office):
    check = sent(office)
    first, second = (text_of(mail(check, member)[0]) for member in (cast.aya, cast.ben))
    mine = answer_url(recipient(check, cast.aya).pk)
    assert mine in first
    assert mine not in second
    assert recipient_of(mine.rstrip("/").rpartition("/")[2]) == (recipient(check, cast.aya).pk, "email")


def test_no_hole_is_left_in_a_message(cast, office):
    message, _letter = mail(sent(office), cast.aya)
    assert ".invalid" not in text_of(message) + message.get_body(("html",)).get_content()


def test_plain_text_comes_first_and_the_envelope_is_in_order(cast, office):
    message, letter = mail(sent(office), cast.aya)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Message-ID"] == f"<{reference('safety', 7)}@127.0.0.1>"
    assert message["X-OSSMA-Reference"] == reference("safety", 7)
    assert (message["To"], message["Auto-Submitted"]) == ("aya@example.jp", "auto-generated")
    assert message["Date"].datetime == NOW
    assert message["List-Unsubscribe"] is None
    assert b"\n" not in letter.content.replace(b"\r\n", b"")
    assert max(len(line) for line in letter.content.split(b"\r\n")) < 200


def test_the_message_is_the_same_bytes_when_it_is_sent_again(cast, office):
    check = sent(office)
    assert mail(check, cast.aya)[1].content == mail(check, cast.aya)[1].content


def test_a_title_with_markup_and_line_breaks_stays_a_title(cast, office):
    message, _letter = mail(sent(office, title_ja="<b>地震</b> & 津波\r\nBcc: all@x.jp"), cast.aya)
    assert message["Subject"] == "【安否確認】 <b>地震</b> & 津波 Bcc: all@x.jp"
    assert message["Bcc"] is None
    assert "<b>地震</b> & 津波" in text_of(message)
    assert "&lt;b&gt;地震&lt;/b&gt; &amp; 津波" in message.get_body(("html",)).get_content()


def test_a_drill_cannot_be_mistaken(cast, office):
    check = sent(office, kind="drill", typed=3)
    for language, first in (("ja", "訓練"), ("en", "DRILL")):
        message, _letter = mail(check, cast.aya, language=language)
        assert message["Subject"].lstrip("【[").startswith(first)
        assert text_of(message).startswith(first)
        assert "not a drill" not in text_of(message)
        assert "訓練ではありません" not in text_of(message)


def test_the_correction_carries_its_own_words_and_asks_nothing(cast, office):
    message, _letter = mail(sent(office, kind="drill", typed=3), cast.aya, number=rules.CORRECTION_ROUND)
    assert "これは訓練でした。" in text_of(message)
    assert "/a/" not in text_of(message)


def test_a_reminder_says_that_it_is_one(cast, office):
    message, _letter = mail(sent(office), cast.aya, number=1)
    assert "再送" in message["Subject"]
    assert "まだお返事がありません" in text_of(message)


def test_an_address_in_other_letters_goes_out_in_its_ascii_form(cast, office):
    _message, letter = mail(sent(office), cast.aya, to="aya@大学.jp")
    assert letter.to_address == "aya@xn--pss25c.jp"


def test_rendering_costs_nothing_per_person(cast, office, django_assert_num_queries):
    check = sent(office)
    rows = [parcel(check, cast.aya) for _ in range(50)]
    with django_assert_num_queries(0):
        assert len(list(mails.letters(rows, {check.pk: check}, at=NOW))) == 50


def test_queued_rounds_are_on_the_audit_trail(office):
    check = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=check.pk)
    assert AuditEntry.objects.get(action="safety.round_queued").detail == {"messages": {"0": 3}}
    assert Delivery.objects.filter(due_at__lte=NOW + HOUR).count() == 3
    assert NOW + DAY > NOW


def test_the_link_tells_through_which_channel_it_came():
    for channel in ("email", "push", "second", "sms"):
        assert recipient_of(answer_url(7, channel).rstrip("/").rpartition("/")[2]) == (7, channel)
