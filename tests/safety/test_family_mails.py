"""The mail to an emergency contact says what is known, and lets nobody answer in the member's place (safety.md S3)."""

from email import message_from_bytes, policy

from safety import mails
from safety.queries.deliveries import Parcel
from tests.factories.safety import NOW, recipient, sent


def mail(check, member):
    row = recipient(check, member)
    (letter,) = mails.letters([Parcel(7, 1, "mother@example.jp", "ja", 102, check.pk, row.pk, "silent", "contact")], {check.pk: check}, at=NOW)
    return message_from_bytes(letter.content, policy=policy.default)


def test_it_names_the_member_the_event_and_who_asks_in_both_languages(cast, office):
    message = mail(sent(office), cast.aya)
    text = message.get_content()
    for words in (cast.aya.family_name, cast.aya.given_roman, "パリで大きな停電", "Power cut in Paris", "緊急連絡先", "emergency contact"):
        assert words in text
    assert cast.aya.family_name in message["Subject"]


def test_it_holds_no_link_to_answer_with_and_is_answered_to_the_office(cast, office, settings):
    message = mail(sent(office), cast.aya)
    assert "/a/" not in message.get_content()
    assert message["Reply-To"] == settings.OFFICE_MAIL[0]
    assert message["Message-ID"].startswith("<safety-7-")
    assert "?==?" not in message.as_string()
