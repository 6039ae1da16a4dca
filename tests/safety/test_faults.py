"""Whatever dies on the way: everybody gets one message, and at most one a connection may repeat, counted (quality.md, "Reliability")."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from members.models import Member, User
from ossma.core.models import Progress
from ossma.core.refusals import Refused
from ossma.core.viewer import SYSTEM, by_link
from safety import actions
from safety.channels.mail import MAIL
from safety.dispatching import Outcome, deliver_chunk, steps, take
from safety.models import Answer, Delivery, Recipient, Round, SafetyCase
from tests.cast import make_cast
from tests.factories.members import MemberFactory
from tests.factories.safety import HOUR, draft, recipient, said, sent
from tests.smtp import smtp_sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sink(settings):
    with smtp_sink() as running:
        settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": running.port, "timeout": 5}}}
        yield running


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def office(cast):
    return cast.viewer(cast.office)


def crowd(cast, size):
    """So many members of one school; returns an audience that names them."""
    users = User.objects.bulk_create(User(email=f"crowd{n}@example.jp", password="!") for n in range(size))
    members = Member.objects.bulk_create(MemberFactory.build(user=user, school=cast.aoba, contacts=0) for user in users)
    return {"named": [member.pk for member in members]}


def at_once(*jobs):
    """Run jobs in threads with connections of their own, starting together; returns what they returned or raised."""
    together, results = Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        together.wait()
        try:
            results[place] = job()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def dispatch_and_deliver():
    """What one worker does."""
    now, outcome = timezone.now(), Outcome()
    for step in steps(now):
        take(step, outcome, at=now)
    while deliver_chunk("email", clock=timezone.now) is not None:
        pass
    return outcome.failures


def test_two_dispatchers_at_once_deliver_exactly_once(cast, office, sink, monkeypatch):
    monkeypatch.setattr(MAIL, "chunk", 7)
    sent(office, at=timezone.now(), audience=crowd(cast, 40))
    assert at_once(*[dispatch_and_deliver] * 3) == [[], [], []]
    dispatch_and_deliver()
    assert Counter(Counter(sink.addresses).values()) == {1: 40}
    assert set(Delivery.objects.values_list("state", "repeats")) == {(Progress.SENT, 0)}


def test_two_clicks_on_send_ask_everybody_once(cast, office):
    check = draft(office, at=timezone.now(), audience=crowd(cast, 5))
    click = lambda: actions.send_check(actor=office, at=timezone.now(), check_id=check.pk, typed_count=None).state  # noqa: E731
    assert at_once(click, click) == ["open", "open"]
    assert (Recipient.objects.count(), Round.objects.filter(number=0).count()) == (5, 1)


def test_sending_and_cancelling_at_once_does_one_of_them(cast, office):
    check = draft(office, at=timezone.now(), audience=crowd(cast, 5))
    results = at_once(
        lambda: actions.send_check(actor=office, at=timezone.now(), check_id=check.pk, typed_count=None),
        lambda: actions.cancel_check(actor=office, at=timezone.now(), check_id=check.pk),
    )
    check.refresh_from_db()
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Recipient.objects.count() == (5 if check.state == "open" else 0)


def test_two_waves_about_one_event_at_once_ask_nobody_twice(cast, office):
    people = crowd(cast, 5)
    first = sent(office, at=timezone.now(), audience={"named": people["named"][:1]})
    waves = [draft(office, at=timezone.now(), audience=people, incident=first.incident_id) for _ in range(2)]
    at_once(*[
        lambda pk=wave.pk: actions.send_check(actor=office, at=timezone.now(), check_id=pk, typed_count=None) for wave in waves
    ])  # fmt: skip
    assert Counter(Counter(Recipient.objects.values_list("member_id", flat=True)).values()) == {1: 5}


def test_one_answer_arriving_four_times_at_once_is_stored_once(cast, office):
    check = sent(office, at=timezone.now(), audience={"named": [cast.aya.pk]})
    words, asked = said("help"), recipient(check, cast.aya).pk
    send = lambda: actions.answer_by_link(actor=by_link(cast.aya.pk), at=timezone.now(), recipient_id=asked, said=words).new  # noqa: E731
    assert sorted(at_once(*[send] * 4)) == [False, False, False, True]
    assert (Answer.objects.count(), SafetyCase.objects.count()) == (1, 1)


def test_two_calls_for_help_at_once_open_one_case(cast, office):
    checks = [sent(office, at=timezone.now(), audience={"named": [cast.aya.pk]}) for _ in range(2)]
    rows = [recipient(check, cast.aya).pk for check in checks]
    at_once(*[
        lambda pk=pk: actions.answer_by_link(actor=by_link(cast.aya.pk), at=timezone.now(), recipient_id=pk, said=said("help")) for pk in rows
    ])  # fmt: skip
    assert SafetyCase.objects.count() == 1
    assert Answer.objects.filter(kind="help").count() == 2


def worker(sink, *options):
    """A process of its own that queues and sends what is due."""
    database = connection.settings_dict
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "SMTP_URL": f"smtp://127.0.0.1:{sink.port}"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "dispatch_safety_checks", "--send", *options],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(ready, process):
    """Until something is true; the process must live as long."""
    while not ready():
        assert process.poll() is None, process.stderr.read().decode()
        time.sleep(0.005)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()


def finish(sink):
    """After the lease of the dead has ended, anybody goes on."""
    later = timezone.now() + MAIL.lease + HOUR
    while deliver_chunk("email", clock=lambda: later) is not None:
        pass


def assert_everybody_got_one(sink, size, *, connections_cut):
    counts = Counter(sink.addresses)
    assert len(counts) == size
    repeats = sum(counts.values()) - size
    assert repeats <= connections_cut
    assert set(Delivery.objects.values_list("state", flat=True)) == {Progress.SENT}
    assert repeats <= sum(Delivery.objects.values_list("repeats", flat=True)) <= connections_cut


@pytest.mark.parametrize("after", [1, 25, 60])
def test_a_worker_killed_in_the_middle_of_a_chunk_costs_at_most_one_counted_repeat(cast, office, sink, after):
    check = sent(office, at=timezone.now(), audience=crowd(cast, 80))
    process = worker(sink)
    wait_for(lambda: len(sink.taken) >= after, process)
    kill(process)
    assert 0 < len(sink.taken) < 80
    finish(sink)
    assert_everybody_got_one(sink, 80, connections_cut=1)
    assert Recipient.objects.filter(check_row=check).count() == 80


def test_a_worker_killed_while_it_queues_leaves_all_or_nothing(cast, office, sink):
    sent(office, at=timezone.now(), audience=crowd(cast, 30))
    process = worker(sink)
    wait_for(lambda: Round.objects.exclude(queued_at=None).exists() or sink.taken, process)
    kill(process)
    assert Delivery.objects.count() in {0, 30}
    dispatch_and_deliver()
    finish(sink)
    assert_everybody_got_one(sink, 30, connections_cut=1)


def test_the_database_connection_dies_in_the_middle_of_a_chunk(cast, office, sink):
    sent(office, at=timezone.now(), audience=crowd(cast, 60))
    process = worker(sink)
    wait_for(lambda: len(sink.taken) >= 20, process)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    process.wait()
    process.stderr.close()
    finish(sink)
    assert_everybody_got_one(sink, 60, connections_cut=1)


def test_with_the_broker_gone_a_check_is_sent_all_the_same_by_whoever_looks_next(cast, office, sink, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    sent(office, at=timezone.now(), audience={"named": list(Member.objects.values_list("pk", flat=True))})
    assert not Delivery.objects.exists()
    assert dispatch_and_deliver() == []
    assert len(sink.taken) == 3


def test_a_round_is_queued_only_with_its_messages(cast, office, monkeypatch):
    check = sent(office, at=timezone.now(), audience=crowd(cast, 3))
    monkeypatch.setattr("safety.actions.rounds.QUEUE", "SELECT broken")
    now, outcome = timezone.now(), Outcome()
    for step in steps(now):
        take(step, outcome, at=now)
    assert outcome.failures
    assert not Round.objects.exclude(queued_at=None).exists()
    monkeypatch.undo()
    assert actions.queue_rounds(actor=SYSTEM, at=now, check_id=check.pk) == 3
