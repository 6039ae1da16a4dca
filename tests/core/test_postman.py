"""Letters over one connection: ticked off one by one, refused singly, returned together, repeated at most once and counted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from ossma.core.claiming import claim
from ossma.core.models import OutboxMessage, Progress
from ossma.core.postman import AWAY, Letter, send_claimed
from tests.smtp import LENIENT, STRICT, smtp_sink

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@pytest.fixture(params=["", LENIENT, STRICT], ids=["step by step", "envelope at once", "envelope at once, strictly"])
def sink(request, settings):
    with smtp_sink() as running:
        running.at_once = request.param
        point_at(settings, running.port)
        yield running


def point_at(settings, port):
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5}}}


def write(*addresses):
    for n, address in enumerate(addresses):
        OutboxMessage.objects.create(key=f"{n}", to_address=address, language="ja", template="x", created_at=AT, due_at=AT)


def clock():
    return AT


def send(*, at=AT, clock=clock, content=b"Subject: x\r\n\r\nhello\r\n"):
    held = claim(OutboxMessage, at=at, limit=100, lease=LEASE)
    rows = OutboxMessage.objects.filter(pk__in=held.ids).order_by("pk")
    return send_claimed(held, [Letter(row.pk, row.tries, row.to_address, content) for row in rows], clock=clock)


def states():
    return list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True))


def test_every_letter_of_a_chunk_goes_over_one_connection(sink):
    write("a@x.jp", "b@x.jp", "c@x.jp")
    assert send().sent == 3
    assert sink.addresses == ["a@x.jp", "b@x.jp", "c@x.jp"]
    assert sink.connections == 1
    assert states() == [Progress.SENT] * 3


def test_a_line_that_is_a_dot_arrives_as_it_was(sink):
    write("a@x.jp")
    send(content=b"Subject: x\r\n\r\n.\r\n..two\r\nend\r\n")
    assert sink.taken[0][1].endswith(b"\r\n.\r\n..two\r\nend\r\n")


def test_a_refused_address_is_given_up_and_the_others_go_on(sink):
    write("a@x.jp", "gone@x.jp", "c@x.jp")
    sink.refuse["gone@x.jp"] = "550 no such person"
    tally = send()
    assert (tally.sent, tally.refused) == (2, 1)
    assert states() == [Progress.SENT, Progress.GAVE_UP, Progress.SENT]
    assert OutboxMessage.objects.get(to_address="gone@x.jp").last_error == "550 no such person"


def test_a_deferred_address_is_tried_again_later(sink):
    write("busy@x.jp")
    sink.refuse["busy@x.jp"] = "451 try later"
    send()
    row = OutboxMessage.objects.get()
    assert (row.state, row.due_at, row.tries) == (Progress.DUE, AT + timedelta(minutes=1), 1)
    sink.refuse.clear()
    assert send(at=row.due_at).sent == 1
    assert OutboxMessage.objects.get().repeats == 0


@pytest.mark.parametrize("address", ["é@x.jp", "a@x.jp\r\nRCPT TO:<b@x.jp>", "a b@x.jp"])
def test_what_is_no_address_is_given_up_and_harms_nobody(sink, address):
    write(address, "b@x.jp")
    assert send().sent == 1
    assert states() == [Progress.GAVE_UP, Progress.SENT]
    assert sink.addresses == ["b@x.jp"]


def test_a_server_that_closes_says_nothing_about_the_letters(sink):
    write("a@x.jp", "b@x.jp")
    sink.refuse["b@x.jp"] = "421 closing"
    tally = send()
    assert (tally.sent, tally.returned) == (1, 1)
    row = OutboxMessage.objects.get(to_address="b@x.jp")
    assert (row.state, row.tries, row.begun_at, row.due_at) == (Progress.DUE, 0, None, AT + AWAY)


def test_a_server_that_is_away_returns_everything(settings):
    point_at(settings, 1)
    write("a@x.jp", "b@x.jp")
    assert send().returned == 2
    assert set(OutboxMessage.objects.values_list("tries", "due_at", "begun_at")) == {(0, AT + AWAY, None)}


def test_a_connection_cut_in_the_middle_repeats_one_letter_and_counts_it(sink):
    write("a@x.jp", "b@x.jp", "c@x.jp")
    sink.cut_after = 2
    tally = send()
    assert (tally.sent, tally.returned) == (1, 2)
    assert send(at=AT + AWAY).sent == 2
    assert sink.addresses == ["a@x.jp", "b@x.jp", "b@x.jp", "c@x.jp"]
    assert list(OutboxMessage.objects.order_by("pk").values_list("repeats", flat=True)) == [0, 1, 0]


def test_whoever_was_too_slow_stops_when_another_has_taken_the_rest(sink):
    write("a@x.jp", "b@x.jp")
    held = claim(OutboxMessage, at=AT, limit=100, lease=LEASE)

    def letters():
        yield Letter(held.ids[0], 1, "a@x.jp", b"x\r\n")
        claim(OutboxMessage, at=AT + 2 * LEASE, limit=100, lease=LEASE)
        yield Letter(held.ids[1], 1, "b@x.jp", b"x\r\n")

    send_claimed(held, letters(), clock=clock)
    assert sink.addresses == ["a@x.jp"]


def test_a_slow_server_is_no_dead_worker(sink):
    write("a@x.jp", "b@x.jp", "c@x.jp")
    moments = iter(AT + n * LEASE * 0.4 for n in range(99))
    assert send(clock=lambda: next(moments)).sent == 3
    assert OutboxMessage.objects.filter(lease_until__gt=AT + LEASE).exists()


def test_a_fault_in_composing_the_next_letter_does_not_repeat_the_one_that_has_gone(sink):
    write("a@x.jp", "b@x.jp")
    held = claim(OutboxMessage, at=AT, limit=100, lease=LEASE)

    def letters():
        yield Letter(held.ids[0], 1, "a@x.jp", b"Subject: x\r\n\r\nhello\r\n")
        raise LookupError("no such template")

    with pytest.raises(LookupError):
        send_claimed(held, letters(), clock=clock)
    assert states() == [Progress.SENT, Progress.DUE]


def test_a_connection_that_has_forgotten_its_statements_goes_on(sink):
    write("a@x.jp", "b@x.jp")
    assert send().sent == 2
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    OutboxMessage.objects.update(state=Progress.DUE, lease_until=None)
    assert send().sent == 2
