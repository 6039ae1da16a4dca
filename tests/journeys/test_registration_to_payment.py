"""From a stranger to a member with a paid application, at phone size, in both languages (member-portal.md M1, M2, M3, M5)."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from members.states import LegalKind
from payments.tasks import apply_notices
from tests.factories.applications import make_fees
from tests.factories.members import ContractFactory, JoinPasswordFactory, LegalDocumentFactory, SchoolFactory
from tests.journeys.browsers import Person
from tests.journeys.mailbox import Mailbox, code_in
from tests.journeys.words import Words

ADDRESS, PASSWORD = "new.person@example.jp", "Rainy-Season-7"
SCHOOL_ADDRESS = "kokusai@example.jp"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
YEAR = timezone.localdate().year + 1
NAMES = {
    "Family name": "山田", "Given name": "花", "Family name (kana)": "ヤマダ", "Given name (kana)": "ハナ",
    "Family name (Roman letters)": "YAMADA", "Given name (Roman letters)": "HANA",
}  # fmt: skip
CODE, COMPLETE = "[OSSMA]確認コード/Verification code", "【OSSMA】お申込み完了のお知らせ"
BILL, IN_FORCE = "【OSSMA】会費お支払いのご案内", "【OSSMA】ご利用開始のお知らせ"
MOST_LOOKS = 200
REACHING = {"Student number": "S26001", "Postal code": "100-0001", "Postal address": "東京都千代田区千代田1-1", "Mobile phone": "090-1234-5678"}


@pytest.fixture
def school(transactional_db):
    """Aoba, open for registration, with fees and both documents in effect."""
    aoba = SchoolFactory(name_ja="青葉国際大学", name_en="Aoba International University", notify_addresses=[SCHOOL_ADDRESS])
    ContractFactory(school=aoba)
    JoinPasswordFactory(school=aoba, clear="aoba-2026")
    for kind in LegalKind:
        LegalDocumentFactory(kind=kind)
    make_fees()
    return aoba


def opens_an_account(person: Person, mailbox: Mailbox) -> None:
    """Step 1 and 2: address and password, both documents, the code of the mail."""
    person.page.goto("/")
    person.is_on("Looking after you while you are abroad")
    person.follow("Register as a new member")
    person.is_on("New member registration")
    send = person.page.get_by_role("button", name=person.words("Send"), exact=True)
    person.fill({"E-mail address": ADDRESS, "Password": PASSWORD})
    for document in ("Terms of use", "Privacy policy"):
        expect(send).to_be_disabled()
        with person.page.context.expect_page() as opened:
            person.follow(document)
        expect(opened.value.get_by_role("heading", level=1)).to_have_text(person.words(document))
        opened.value.close()
        person.page.bring_to_front()
    expect(send).to_be_enabled()
    send.click()
    person.sees("Enter the confirmation code")
    mailbox.deliver()
    code = code_in(mailbox.read(ADDRESS, CODE))
    person.fill({"Confirmation code": f"　{code[:3].translate(FULL_WIDTH)} {code[3:]}　"})
    person.press("Confirm")


def joins_the_school(person: Person) -> None:
    """Step 3: a wrong join password gets one neutral error, the right one names the school."""
    person.sees("Enter your school's password")
    person.fill({"School or organisation password": "aoba-2025"})
    person.press("Next")
    person.reads(person.words("This password cannot be used. Please check it with your school and enter it again."))
    person.fill({"School or organisation password": "aoba-2026"})
    person.press("Next")
    person.sees("Is Aoba International University right?")
    person.press("Yes")


def tells_about_themselves(person: Person) -> None:
    """Step 4: a birth date in the future is refused at its field and nothing typed is lost; then everything once more, and はい."""
    person.sees("Member information")
    birth_date = person.field("Birth date")
    person.fill(NAMES | REACHING | {"Birth date": f"{YEAR}-05-01"})
    person.tick("Student")
    mother = person.main.get_by_role("group", name=person.words("First contact"))
    person.fill({"Name": "山田 母", "Relation": "母", "Phone": "090-1111-1111"}, within=mother)
    person.main.get_by_text(person.words("Second contact (optional)"), exact=True).first.click()
    father = person.main.get_by_role("group", name=person.words("Second contact (optional)")).last
    person.fill({"Name": "山田 父", "Relation": "父", "Phone": "090-2222-2222"}, within=father)
    person.press("Check what you entered")
    in_the_future = person.words("This day is in the future. Please check the year.")
    expect(person.page.get_by_role("alert")).to_contain_text(in_the_future)
    expect(birth_date).to_have_accessible_description(re.compile(re.escape(in_the_future)))
    expect(birth_date).to_have_value(f"{YEAR}-05-01")
    expect(person.field("Family name")).to_have_value("山田")
    expect(person.field("Phone", father)).to_have_value("090-2222-2222")
    person.sees("Member information")
    birth_date.fill("2004-05-01")
    person.press("Check what you entered")
    person.sees("Check what you entered")
    for text in ("山田", "HANA", "+81 90-1111-1111", "+81 90-2222-2222", ADDRESS):
        person.reads(text)
    person.reads(person.words("Shall we register you?"))
    person.press("Yes")
    person.sees("You are registered")


def applies(person: Person) -> None:
    """One month of OSSMA, paid by the member: 3,630 + 182 = 3,812, while filling in and on the confirmation."""
    person.follow("Apply for a service")
    person.is_on("New application")
    person.main.get_by_role("radio", name="OSSMA", exact=True).check()
    person.tick("Member")
    person.field("Country or region").select_option("0033")
    person.field("City").fill("Paris")
    person.choose("Purpose", "Study abroad")
    person.fill({"First day abroad": f"{YEAR}-07-01", "Last day abroad": f"{YEAR}-07-31"})
    person.field("Last day abroad").blur()
    sees_the_fee(person)
    person.press("Check the application")
    person.sees("Check the application")
    sees_the_fee(person)
    person.follow("Apply")
    person.sees("Do you want to apply?")
    sees_the_fee(person)
    person.press("Yes")
    person.is_on("Your application is complete")


def sees_the_fee(person: Person) -> None:
    """The check figures of money.md."""
    for label, amount in (("Membership fee (tax included)", 3630), ("Handling fee", 182), ("Total", 3812)):
        row = person.main.get_by_role("row").filter(has=person.page.get_by_role("rowheader", name=person.words(label), exact=True))
        expect(row).to_contain_text(person.words.yen(amount))


def finds_the_itinerary_closed(person: Person) -> None:
    """Until the fee is paid the page says why, and nothing leads there."""
    person.page.goto("/applications/")
    person.is_on("Service applications")
    person.main.get_by_role("listitem").get_by_role("link").click()
    person.reads(person.words("This opens once the fee is paid. Please pay it from the payment page."))
    expect(person.main.get_by_role("link", name=person.words("Itinerary"))).to_have_count(0)


def pays_by_card(person: Person, sandbox: str) -> None:
    """The gateway's page over HTTP and back; the page waits for the gateway's word, not for the browser's."""
    person.follow("Go to payment")
    person.reads(person.words.yen(3812))
    person.press("Go to payment")
    person.page.wait_for_url(f"{sandbox}/**")
    person.follow("Credit card")
    person.fill({"Card number": "4111111111111111", "Expiry (MM/YY)": "12/40", "Security code": "123"})
    person.press("Pay")
    person.reads(person.words("Waiting for the payment to be confirmed"))
    person.finds_no_fault()
    the_worker_applies_the_notice(person)
    person.reads(person.words("Your payment has been completed"))


def the_worker_applies_the_notice(person: Person) -> None:
    """The notice comes when the gateway sends it; until then the worker finds nothing and the page says the same."""
    for _ in range(MOST_LOOKS):
        if apply_notices():
            return
        person.follow("Refresh now")
    raise AssertionError("the gateway never sent its notice")


def gets_the_mails(mailbox: Mailbox, words: Words) -> None:
    """What was promised came, each once: what concerns the application in both languages, the receipt of money in the person's own."""
    mailbox.deliver()
    subjects = [mail["Subject"] for mail in mailbox.to(ADDRESS)]
    assert sorted(subjects) == sorted([CODE, COMPLETE, BILL, IN_FORCE, words("[OSSMA] Payment page opened"), words("[OSSMA] Payment received")])
    assert "/payments/" in mailbox.read(ADDRESS, BILL)
    assert words.yen(3812) in mailbox.read(ADDRESS, BILL)
    assert "YAMADA" in mailbox.read(SCHOOL_ADDRESS, COMPLETE)


def enters_where_they_will_be(person: Person) -> None:
    """旅程 is open now; a stay in Lyon."""
    person.follow("To the top page")
    person.is_on("Home")
    person.follow("Service applications")
    person.main.get_by_role("listitem").get_by_role("link").click()
    person.follow("Itinerary")
    person.sees("Itinerary")
    person.follow("Add to the itinerary")
    person.is_on("Add to the itinerary")
    person.choose("Kind", "Stay")
    person.field("Country or region").select_option("0033")
    person.fill({
        "City": "Lyon", "From (local time)": f"{YEAR}-07-02T15:00", "Until (local time)": f"{YEAR}-07-09T10:00",
        "Place (hotel, flight number, host)": "Hôtel du Parc",
    })  # fmt: skip
    person.press("Save")
    person.sees("Itinerary")
    person.reads("Hôtel du Parc")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_stranger_registers_applies_pays_and_enters_where_they_will_be(people, mailbox, sandbox, school, language):
    person = people.somebody(language=language)
    opens_an_account(person, mailbox)
    joins_the_school(person)
    tells_about_themselves(person)
    applies(person)
    finds_the_itinerary_closed(person)
    pays_by_card(person, sandbox)
    gets_the_mails(mailbox, person.words)
    enters_where_they_will_be(person)
