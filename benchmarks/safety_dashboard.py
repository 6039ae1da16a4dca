"""The dashboard of a check while answers come in: the whole page and its live part, for the office, for a school with a crowd, and for a small one.

Beside each stands what a single plain count of the same rows by country takes.
"""

import time
from collections.abc import Iterator
from itertools import islice
from statistics import median
from uuid import uuid4

from django.conf import settings
from django.db.models import Count, Q
from django.test import Client, override_settings
from django.utils import timezone

from benchmarks.safety_check import opened
from benchmarks.table import Row
from members.models import School
from ossma.core.viewer import by_link
from safety import actions, tasks
from safety.models import Recipient
from safety.said import Said
from safety.states import AnswerKind
from tests.cast import signed_in
from tests.factories.members import RoleFactory, UserFactory

LOOKS, BETWEEN = 15, 20
MOST_MS = 100
PLAIN_STATIC = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def _answers(check: int, number: int) -> Iterator[None]:
    """One answer after the other, from people all over the check."""
    asked = Recipient.objects.filter(check_row=check, standing="silent").order_by("-pk").values_list("pk", "member_id")[:number]
    for pk, member in list(asked):
        kind = AnswerKind.HELP if pk % 500 == 0 else AnswerKind.OK
        yield actions.answer_by_link(actor=by_link(member), at=timezone.now(), recipient_id=pk, said=Said(kind, uuid4()))


def _look(client: Client, address: str, answers: Iterator[None]) -> float:
    """Milliseconds of the median look; between two looks some answer, and in the middle the worker folds, as it does every few seconds."""
    times = []
    for number in range(LOOKS):
        for _ in islice(answers, BETWEEN):
            pass
        if number == LOOKS // 2:
            tasks.fold()
        begun = time.perf_counter()
        assert client.get(address).status_code == 200
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)


def _counting(check: int, own: Q) -> float:
    """Milliseconds of the median plain count by country and standing."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        list(Recipient.objects.filter(own, check_row=check).order_by().values_list("country", "standing").annotate(n=Count("*")))
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)


def measure(people: int) -> list[Row]:
    """Server time of a look, the whole WSGI stack of this process, one after the other."""
    with override_settings(ALLOWED_HOSTS=["*"], STORAGES=PLAIN_STATIC):
        return list(_rows(people))


def _rows(people: int) -> Iterator[Row]:
    check = opened(people).pk
    tasks.fold()
    tasks.count()
    answers = _answers(check, 6 * LOOKS * BETWEEN)
    largest, *_others, small = School.objects.order_by("pk")
    faces = (
        ("office", "/admin/desk/safety", signed_in(UserFactory(is_staff=True, totp=True, roles=["manager"])), Q()),
        ("largest school", "/school/safety", signed_in(RoleFactory(school=largest).user), Q(school=largest)),
        ("small school", "/school/safety", signed_in(RoleFactory(school=small).user), Q(school=small)),
    )
    for who, place, client, own in faces:
        counted = _counting(check, own)
        for what, rest in (("dashboard", ""), ("dashboard renewing itself", "live/")):
            found = _look(client, f"{place}/{check}/{rest}", answers)
            yield Row(
                f"{what}, {who}", f"{found:.0f} ms", f"{counted:.0f} ms to count", found / MOST_MS, "under 100 ms, whatever the size", found / 1000
            )
