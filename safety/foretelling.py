"""What the dispatcher would do now, in words, without doing it (`dispatch_safety_checks --dry-run`)."""

from collections.abc import Iterator
from datetime import datetime

from safety import ladder
from safety.channels import BY_CHANNEL
from safety.planned import would_do
from safety.queries import deliveries
from safety.queries import ladder as ladders
from safety.queries.checkins import due_counts
from safety.switches import those_on


def foretell(at: datetime) -> Iterator[str]:
    """One line for each thing that is due: schedules, scheduled checks, rounds, escalations, check-ins; then what waits to be sent."""
    yield from would_do(at)
    for check_id, until in deliveries.held_drafts():
        yield f"check {check_id}: drafted by a rule, held until {until:%Y-%m-%d %H:%M} UTC; somebody must send it"
    for check_id in deliveries.due_checks(at):
        yield f"check {check_id}: would be sent as scheduled"
    for row in ladders.due_rounds(at):
        yield f"check {row.check_row_id}: has a round due: {_words(row.number, row.channels or row.check_row.channels, row.check_row_id)}"
    remind, miss = due_counts(at)
    yield f"{remind} check-ins would be reminded of, {miss} would become cases"
    waiting = {channel: deliveries.waiting(at, channel) for channel in BY_CHANNEL}
    yield f"{sum(waiting.values())} messages waiting" + "".join(f", {channel} {count}" for channel, count in waiting.items() if count)


def _words(number: int, channels: list[str], check_id: int) -> str:
    if ladder.is_office(number):
        return f"{ladders.silent(check_id)} silent would become cases, but for those who sleep or have one"
    by = ", ".join(those_on(channels or ladder.DEFAULT_CHANNELS)) or "no channel that is on"
    return f"round {number} by {by}"
