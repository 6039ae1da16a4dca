"""Real processes, killed at random moments of a dispatch: everybody gets one message, what repeats is known, and nobody has to do anything.

(quality.md, "Reliability"; the same with 100,000 people: `python -m benchmarks.faults`.)
"""

import subprocess
import sys

import pytest

from ossma.local.breaking import EMPTIED, ask, count_on, endure, judge
from ossma.local.demo_parts import SENDERS
from ossma.local.trial import trial

PEOPLE = 300
PATIENCE = 120.0


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """One for all of these: bringing one up takes longer than a test."""
    with trial(tmp_path_factory.mktemp("trial")) as running:
        yield running


def assert_everybody_got_one(verdict, *, connections_cut):
    assert (verdict.recipients, verdict.sent, verdict.distinct) == (PEOPLE, PEOPLE, PEOPLE)
    assert verdict.doubles <= verdict.counted <= connections_cut


@pytest.mark.parametrize("part", ["scheduler", "web", EMPTIED])
def test_what_sends_no_mail_dies_and_nothing_repeats(system, part):
    assert_everybody_got_one(endure(system, (part,), people=PEOPLE, patience=PATIENCE), connections_cut=0)


@pytest.mark.parametrize("part", ["broker", "worker", "database"])
def test_a_part_that_is_killed_costs_at_most_one_counted_repeat_a_connection(system, part):
    assert_everybody_got_one(endure(system, (part,), people=PEOPLE, patience=PATIENCE), connections_cut=SENDERS)


def test_a_check_that_is_sent_while_the_broker_is_away_goes_out_when_it_comes_back(system):
    with system.without("broker"):
        check = ask(system, PEOPLE)
        assert system.taken() == 0
    count_on(system, check, patience=PATIENCE)
    assert_everybody_got_one(judge(system, check), connections_cut=0)


def test_two_workers_two_schedulers_and_the_command_at_once_send_everything_once(system):
    command = [sys.executable, "manage.py", "dispatch_safety_checks", "--send"]
    with system.second("worker"), system.second("scheduler"):
        check = ask(system, PEOPLE)
        by_hand = subprocess.run(command, env={**system.supervisor.env}, capture_output=True, text=True)
        assert by_hand.returncode == 0, by_hand.stderr
        count_on(system, check, patience=PATIENCE)
    assert_everybody_got_one(judge(system, check), connections_cut=0)
