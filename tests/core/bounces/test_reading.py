"""What a returned mail says, whoever wrote it (RFC 3464, RFC 6533, and programs that know neither)."""

import pytest

from ossma.core.bounces.reading import read
from ossma.core.models.returned import Understood
from tests.core.bounces.samples import AWAY, EXIM, GARBAGE, GLOBAL, LETTER, WORDS, ref, report


def test_a_report_names_the_address_the_status_and_our_message():
    found = read(report())
    assert found.understood is Understood.FAILED
    (failure,) = found.failures
    assert (failure.address, failure.is_final) == ("aya@example.jp", True)
    assert failure.detail.startswith("5.1.1 smtp; 550")
    assert found.messages == [("safety", 7)]


def test_four_is_not_for_good():
    (failure,) = read(report(status="4.4.7", diagnostic="smtp; 451 too long in the queue")).failures
    assert not failure.is_final


def test_what_is_only_delayed_is_no_failure():
    assert read(report(action="delayed", status="4.4.1")).understood is Understood.WAITING


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_failure(action):
    assert read(report(action=action, status="2.0.0")).understood is Understood.AUTOMATIC


def test_the_address_we_wrote_to_comes_before_the_one_it_was_passed_on_to():
    (failure,) = read(report(to="inner@elsewhere.example", original="Aya@Example.jp")).failures
    assert failure.address == "aya@example.jp"


def test_a_report_in_all_letters_is_read():
    found = read(GLOBAL)
    assert [failure.address for failure in found.failures] == ["taro@example.jp"]
    assert found.messages == [("outbox", 3)]


def test_programs_without_a_report_are_understood_by_their_header_or_their_words():
    assert [failure.address for failure in read(EXIM).failures] == ["ben@example.jp"]
    found = read(WORDS)
    assert (found.understood, found.failures[0].address, found.messages) == (Understood.FAILED, "", [("outbox", 4)])


def test_an_answer_of_a_machine_says_nothing_about_delivery():
    assert read(AWAY).understood is Understood.AUTOMATIC


@pytest.mark.parametrize("raw", [LETTER, *GARBAGE])
def test_whatever_it_is_it_never_fails(raw):
    assert read(raw).understood in {Understood.UNKNOWN, Understood.AUTOMATIC}


@pytest.mark.parametrize("sender", ["Aya <aya@example.jp>", "Office <jimu@school.example>"])
def test_an_answer_of_a_person_is_no_failure_whatever_numbers_it_names(sender):
    head = f"From: {sender}\nSubject: Re: a check\nIn-Reply-To: <{ref('safety', 7)}@127.0.0.1>\nReferences: <{ref('safety', 7)}@127.0.0.1>\n"
    found = read(f"{head}\nI paid 550 yen. Yesterday a mail of mine could not be delivered.\n".encode())
    assert found.understood is Understood.UNKNOWN


def test_a_list_s_mail_that_speaks_of_failure_is_read_by_a_person():
    assert read(b"From: admin@example.com\nPrecedence: bulk\nSubject: Non-Delivery\n\nCould not be delivered.\n").understood is Understood.UNKNOWN


@pytest.mark.parametrize(
    "head", ["Subject:  complaint about message from 192.0.2.222", "Subject: unsubscribe\nX-Apple-Unsubscribe: true\nAuto-Submitted: auto-replied"]
)
def test_complaints_that_are_no_reports_are_noted_as_such(head):
    assert read(f"From: staff@example.com\n{head}\n\nx\n".encode()).understood is Understood.COMPLAINT
