"""What the replies of the push services mean for one message (RFC 8030, 8292)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from ossma.core.push.wires import AWAY, IN_DOUBT, Reply

TAKEN = frozenset({200, 201, 202, 204})
GONE = frozenset({404, 410})
TOO_MANY = 429
# Longer than any message that is not on the ladder waits: what waits longer is taken for the work of a clock that ran ahead.
LONGEST_WAIT = timedelta(minutes=10)


class Fate(StrEnum):
    """What becomes of a message."""

    SENT = "sent"
    AWAY = "away"  # the service is not there: back at once, the try does not count
    DOUBT = "doubt"  # sent, and no answer came: again up the ladder, counted as a possible repeat
    BUSY = "busy"  # the service says when: back then, the try does not count
    LATER = "later"  # the service is unwell: up the ladder
    NEVER = "never"  # no device is left, or the fault is ours


@dataclass(frozen=True, slots=True)
class Verdict:
    """One message's fate, and what is now known of its devices."""

    fate: Fate
    error: str = ""
    wait: timedelta = timedelta(0)
    taken: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def _wait(reply: Reply, *, at: datetime) -> timedelta:
    """Retry-After: seconds or a date; what cannot be read counts as not given."""
    text = reply.retry_after.strip()
    if text.isdigit():
        return min(timedelta(seconds=int(text[:6])), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return timedelta(0)
    return min(max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - at, timedelta(0)), LONGEST_WAIT)


def verdict(replies: list[Reply], *, at: datetime) -> Verdict:
    """A message is sent as soon as one of the person's devices took it: the others would only show the same once more."""
    taken = [reply.device_id for reply in replies if reply.status in TAKEN]
    gone = [reply.device_id for reply in replies if reply.status in GONE]
    if taken:
        return Verdict(Fate.SENT, taken=taken, gone=gone)
    rest = [reply for reply in replies if reply.status not in GONE]
    if not rest:
        return Verdict(Fate.NEVER, "the push service does not know the device any more", gone=gone)
    said = "; ".join(f"{reply.status if reply.status > 0 else ''} {reply.text}".strip() for reply in rest)[:300]
    doubtful = any(reply.status == IN_DOUBT for reply in rest)
    if doubtful:
        return Verdict(Fate.DOUBT, said, gone=gone)
    if all(reply.status == AWAY for reply in rest):
        return Verdict(Fate.AWAY, said, gone=gone)
    later = [reply for reply in rest if reply.status in {AWAY, TOO_MANY} or reply.status >= 500]
    if later:
        wait = max(_wait(reply, at=at) for reply in later)
        return Verdict(Fate.BUSY if wait else Fate.LATER, said, wait, gone=gone)
    # 400, 401, 403, 413 and the like: our key, our headers, our size. Tried again it would be the same.
    return Verdict(Fate.NEVER, f"refused: {said}", gone=gone)
