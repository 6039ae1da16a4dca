"""The storm's side inside the product, as a program with the settings of the system that is measured: `python -m benchmarks.storm.house VERB`.

`ask` sends a check to everybody abroad and prints its number; `links` (number on its input) prints [recipient, path] for each who is asked;
`judge` reads what was said and prints what became of it.
"""

import json
import sys
from collections import Counter
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.utils import timezone

from benchmarks.safety_check import draft
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.addresses import answer_path
from safety.forms.answer import BUTTONS
from safety.models import Answer, Delivery, Recipient
from safety.queries.recipients import preview_of
from safety.states import AnswerKind, Standing

BARE = "CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, key uuid UNIQUE, said text)"


def ask(_given: Any) -> dict[str, int]:
    """Send."""
    check, now = draft(), timezone.now()
    count = preview_of(SYSTEM, check, now).count
    actions.send_check(actor=SYSTEM, at=now, check_id=check.pk, typed_count=count)
    with connection.cursor() as cursor:
        cursor.execute(BARE)
    return {"check": check.pk, "count": count}


def waiting(check: int) -> int:
    """How many messages have not gone yet; all of them before the round was queued."""
    rows = Delivery.objects.filter(check_row=check)
    return rows.filter(state="due").count() if rows.exists() else -1


def links(check: int) -> list[tuple[int, str]]:
    """The signed address of each recipient."""
    return [(pk, answer_path(pk)) for pk in Recipient.objects.filter(check_row=check).order_by("pk").values_list("pk", flat=True)]


def judge(given: dict[str, Any]) -> dict[str, Any]:
    """Every answer said is stored once and nothing else is; everybody stands where their last answer put them."""
    said = [(recipient, uuid5(UUID(key), BUTTONS[choice]), BUTTONS[choice]) for recipient, key, choice in given["said"]]
    stored = Counter(Answer.objects.filter(recipient__check_row=given["check"]).values_list("key", flat=True))
    expected = {key for _recipient, key, _kind in said}
    last = {recipient: kind for recipient, _key, kind in said if kind != AnswerKind.LATER}
    standing = dict(Recipient.objects.filter(check_row=given["check"]).values_list("pk", "standing"))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
    return {
        "said": len(expected),
        "stored": stored.total(),
        "missing": len(expected - set(stored)),
        "unknown": len(set(stored) - expected),
        "standing wrong": sum(1 for recipient, now in standing.items() if now != last.get(recipient, Standing.SILENT)),
        "figures": Counter(standing.values()),
    }


VERBS = {"ask": ask, "waiting": waiting, "links": links, "judge": judge}

if __name__ == "__main__":
    json.dump(VERBS[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
