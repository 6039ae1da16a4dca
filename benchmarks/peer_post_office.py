"""The peer as a program: `python -m benchmarks.peer_post_office NUMBER PROCESSES`, with the settings of post_office_settings.

It writes the mails into its queue (rendered before: it is not asked to), says "ready", waits for a line, sends, and says how many.
"""

import sys
from email import message_from_bytes, policy
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from post_office.mail import send_queued
from post_office.models import PRIORITY, STATUS, Email

AT_ONCE = 1000


def fill(number: int) -> None:
    """Queue so many copies of the sample message, each to an address of its own."""
    sample = message_from_bytes(Path(__file__).with_name("message.eml").read_bytes(), policy=policy.default)
    text, html = (sample.get_body((kind,)).get_content() for kind in ("plain", "html"))
    Email.objects.all().delete()
    Email.objects.bulk_create(
        (
            Email(
                from_email="ossma@bench.example", to=f"somebody{n}@bench.example", subject=sample["Subject"], message=text, html_message=html,
                headers={"Message-ID": f"<peer-{n}@bench.example>"}, priority=PRIORITY.medium, status=STATUS.queued,
            )
            for n in range(number)
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE post_office_email")


def send(processes: int) -> int:
    """Batch after batch, as its own command does."""
    sent = 0
    while True:
        done, failed, _requeued = send_queued(processes=processes)
        connection.close()
        if failed:
            raise RuntimeError(f"{failed} mails failed")
        if not done:
            return sent
        sent += done


if __name__ == "__main__":
    call_command("migrate", "post_office", verbosity=0)
    fill(int(sys.argv[1]))
    connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
    print(send(int(sys.argv[2])))
