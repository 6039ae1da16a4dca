"""The main job from end to end: who is safe, who needs help, who is silent (product.md, safety.md S1 to S3)."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from safety import tasks
from safety.addresses import answer_path
from safety.models import Answer
from tests.cast import Cast, make_cast
from tests.factories.applications import ApplicationFactory
from tests.factories.members import PASSWORD, TOTP_SECRET, MemberFactory
from tests.factories.safety import recipient, sent
from tests.journeys.browsers import DESK, Person
from tests.journeys.mailbox import Mailbox, text_of

NEW_YORK = {
    "stop__country_id": "1000", "stop__city": "ニューヨーク", "stop__zone": "America/New_York",
    "stop__latitude": 40.71, "stop__longitude": -74.0,
}  # fmt: skip
TIMES_SQUARE = {"latitude": 40.758, "longitude": -73.9855, "accuracy": 20}
OFFICE = "jimukyoku@example.jp"
SUBJECTS = {"ja": "【安否確認】", "en": "[Safety check]"}
DAY = timedelta(days=1)


@pytest.fixture
def cast(transactional_db, settings) -> Cast:
    """Aya and Ben of Aoba and Chika of Kohoku are in New York, and so is Dan of Aoba, who will not answer."""
    settings.OFFICE_MAIL = [OFFICE]
    people = make_cast()
    dan = MemberFactory(school=people.aoba, user__email="dan@example.jp", given_name="団")
    today = timezone.localdate()
    for member in (people.aya, people.ben, people.chika, dan):
        ApplicationFactory(member=member, first_day=today - 10 * DAY, last_day=today + 30 * DAY, **NEW_YORK)
    return people


def six_digits() -> str:
    """What the authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(TOTP_SECRET, next(totp.yield_hotp_counters_from_time())))


def logs_in(doi: Person) -> None:
    """Password, then the six digits."""
    doi.page.goto("/login/?next=/school/")
    doi.sees("Log in")
    doi.fill({"E-mail address": "doi@example.jp", "Password": PASSWORD})
    doi.main.get_by_role("button", name=doi.words("Log in"), exact=True).click()
    doi.sees("Second step")
    doi.fill({"Code from the app": six_digits()})
    doi.main.get_by_role("button", name=doi.words("Log in"), exact=True).click()
    doi.sees("Today")


def asks_everyone_there(doi: Person) -> None:
    """From the advisory to a draft, to who would be asked, to sending."""
    doi.page.get_by_role("navigation").get_by_role("link", name=doi.words("Safety advisories"), exact=True).click()
    doi.sees("Safety advisories")
    power_cut = doi.main.get_by_role("article").filter(has_text="ニューヨーク市内における停電")
    expect(power_cut).to_contain_text("3名")
    power_cut.get_by_role("button", name=doi.words("Make a draft safety check")).click()
    doi.sees("Change the safety check")
    doi.fill({"Title (English)": "Power cut in New York", "Text (English)": "Large parts of the city are without power."})
    doi.press("Save and see who is asked")
    doi.sees("Preview")
    doi.reads("3 名に聞きます")
    doi.press("Send")
    expect(doi.page.get_by_role("status").first).to_contain_text("3名")
    doi.finds_no_fault()


def figures(doi: Person, **numbers: int) -> None:
    """The dashboard, left open, shows these numbers after a while."""
    board = doi.main.get_by_role("region", name=doi.words("Figures"))
    for label, number in numbers.items():
        expect(board.get_by_role("link", name=re.compile(rf"^{label}\s*{number}$"))).to_be_visible()


def link_for(mailbox: Mailbox, address: str, language: str) -> str:
    """The address in the only mail to this person."""
    (mail,) = mailbox.to(address)
    assert mail["Subject"].startswith(SUBJECTS[language])
    (link,) = set(re.findall(r"http\S+/a/[^/\s]+/", text_of(mail)))
    return link


def is_safe(aya: Person, link: str) -> None:
    """Opening answers nothing; 無事です does; then 今ここ with the phone's position."""
    aya.page.goto(f"{link}?choice=safe")
    aya.reads("これは訓練ではありません")
    aya.finds_no_fault()
    assert not Answer.objects.exists()
    aya.press("I am safe")
    aya.sees("Received: you are safe.")
    aya.press("I'm here now")
    aya.sees("Thank you. Your answer has arrived.")


def needs_help(ben: Person, link: str) -> None:
    """Without script: help is called for at once, then the one question. So soon after the mail it is asked whether that was a person."""
    ben.page.goto(link)
    ben.is_on("Power cut in New York")
    ben.press("I need help")
    ben.is_on("Please press once more")
    # Pressed before anybody can have read it the page asks again.
    while ben.page.get_by_role("heading", level=1).text_content() == "Please press once more":
        ben.press("Yes, that was me")
    ben.is_on("Your call for help has arrived.")
    ben.tick("Injured")
    ben.press("Send")
    ben.is_on("Thank you. Your answer has arrived.")


def with_another_letter(link: str) -> str:
    """The same address with one letter of the signed part changed."""
    middle = len(link) - 8
    return link[:middle] + ("b" if link[middle] == "a" else "a") + link[middle + 1 :]


def test_an_officer_asks_and_sees_who_is_safe_who_needs_help_and_who_is_silent(people, mailbox, cast, settings):
    call_command("fetch_advisories", file=str(settings.BASE_DIR / "tests/data/newarrival_light.xml"))
    doi = people.somebody(viewport=DESK)
    logs_in(doi)
    asks_everyone_there(doi)
    tasks.dispatch()
    tasks.deliver("email")
    figures(doi, 助け=0, 無事=0, 未回答=3)
    assert mailbox.to("chika@example.jp") == []

    aya = people.somebody(geolocation=TIMES_SQUARE, permissions=["geolocation"])
    is_safe(aya, link_for(mailbox, "aya@example.jp", "ja"))
    figures(doi, 助け=0, 無事=1, 未回答=2)

    ben = people.somebody(language="en", java_script_enabled=False)
    needs_help(ben, link_for(mailbox, "ben@example.jp", "en"))
    figures(doi, 助け=1, 無事=1, 未回答=1)
    first = doi.main.get_by_role("table").last.get_by_role("row").nth(1)
    expect(first).to_contain_text("ブラウン ベン")
    expect(first).to_contain_text(doi.words("Needs help"))
    doi.finds_no_fault()
    mailbox.deliver()
    for address in (OFFICE, "doi@example.jp"):
        (alert,) = mailbox.to(address)
        assert alert["Subject"] == "【助けが必要】 ブラウン ベン"
        assert "/cases/" in text_of(alert)


def test_a_link_with_another_letter_gets_a_clear_page_and_the_right_one_goes_on_working(people, cast):
    check = sent(cast.viewer(cast.doi), at=timezone.now(), audience={"named": [cast.aya.pk]})
    path = answer_path(recipient(check, cast.aya).pk)
    aya = people.somebody()
    wrong = aya.page.goto(with_another_letter(path))
    assert wrong.status == 404
    aya.sees("This link does not work")
    aya.page.goto(path)
    expect(aya.page.get_by_role("heading", level=1)).to_have_text("パリで大きな停電")
    aya.finds_no_fault()
