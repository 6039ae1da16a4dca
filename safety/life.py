"""The last sign of life: one row per member, moved forward only, whatever it was that told us (safety.md S3)."""

from datetime import datetime

from django.db import connection

TOUCH = """
INSERT INTO safety_signoflife (member_id, at, source, place)
SELECT m.id, %(at)s, %(source)s, %(place)s FROM members_member m WHERE m.id = ANY(%(members)s)
ON CONFLICT (member_id) DO UPDATE SET at = excluded.at, source = excluded.source, place = excluded.place
WHERE safety_signoflife.at < excluded.at
"""


def touch_life(*, member_ids: list[int], at: datetime, source: str, place: str = "") -> None:
    """Note that these members gave a sign of life at `at`. Older news changes nothing.

    `source` is one of safety.states.LifeSource or of AnswerSource; `place` is a city, never anything more exact.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, {"members": member_ids, "at": at, "source": source, "place": place})
