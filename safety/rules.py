"""Rules of safety checks as pure functions (safety.md S1, S2)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.rules import INFECTION_TYPES, highest
from ossma.core.refusals import Refused
from safety.states import CASE_MOVES, CHECK_MOVES, AnswerKind, AnswerSource, CaseState, CheckKind, CheckState, Standing

# Of more recipients than this figures are kept or counted in the background instead of whenever somebody looks.
CROWD = 2_000
# Above this many recipients the number must be typed before anything is sent.
TYPED_ABOVE = 100
# Minutes after sending at which those without an answer are reminded.
DEFAULT_REMINDERS: Mapping[str, tuple[int, ...]] = {
    CheckKind.AD_HOC: (60, 360, 1440),
    CheckKind.REGULAR: (1440, 4320),
    CheckKind.DRILL: (60, 360),
}
MOST_REMINDERS = 10
LONGEST_REMINDER = 60 * 24 * 30
# The correction after a drill that was taken for real goes out as a round of its own, to everybody.
CORRECTION_ROUND = 999
# What happens tomorrow may be asked about today; later than this is a slip of the keyboard.
FURTHEST_EVENT = timedelta(days=1)
# A report that a phone kept while offline is believed to be this old at most.
OLDEST_REPORT = timedelta(days=14)
STANDS: Mapping[str, Standing] = {
    AnswerKind.OK: Standing.OK,
    AnswerKind.HELP: Standing.HELP,
    AnswerKind.NOT_THERE: Standing.NOT_THERE,
}
OWN = (AnswerSource.LINK, AnswerSource.APP)


def require_check_move(state: str, to: CheckState) -> None:
    """Refuse a move that the table of states does not know."""
    if to not in CHECK_MOVES[CheckState(state)]:
        raise Refused(_("This safety check is %(state)s, so this cannot be done any more.") % {"state": CheckState(state).label})


def require_case_move(state: str, to: CaseState) -> None:
    """Refuse a move that the table of states does not know."""
    if to not in CASE_MOVES[CaseState(state)]:
        raise Refused(_("This case is %(state)s, so this cannot be done any more.") % {"state": CaseState(state).label})


# What is written about the end of a case says something: so many letters at least, and more when nobody has spoken with the member.
SHORTEST_ENDING, SHORTEST_ENDING_UNHEARD = 2, 10


def require_ending(*, unheard: bool, resolution: str, reason: str, typed: str, number: str) -> None:
    """Refuse to end a case without saying how.

    `unheard`: a call for help after which nobody has spoken with the member, nor have they said that they are safe. It ends only for a
    named reason, described in so many letters, by whoever types the member's number.
    """
    letters = sum(character.isalnum() for character in resolution)
    if letters < (SHORTEST_ENDING_UNHEARD if unheard else SHORTEST_ENDING):
        if not unheard:
            raise Refused(_("Write how it ended, in a few words at least."), field="resolution")
        words = _("Nobody has spoken with this member. Write what you know and from whom, in %(least)d letters at least.")
        raise Refused(words % {"least": SHORTEST_ENDING_UNHEARD}, field="resolution")
    if unheard and not reason:
        raise Refused(_("Nobody has spoken with this member. Choose why the case ends all the same."), field="reason", code="unheard")
    if unheard and typed != number:
        raise Refused(_("Type the member's number (%(number)s) to confirm.") % {"number": number}, field="typed_number", code="typed")


def require_silent_decision(*, silent: int, leave: bool, typed: int | None) -> None:
    """Refuse to leave the silent of a check unfollowed unless somebody types how many they are."""
    if leave and silent and typed != silent:
        words = ngettext(
            "Type the number of people without an answer (%(count)d) to end without following them up.",
            "Type the number of people without an answer (%(count)d) to end without following them up.",
            silent,
        )
        raise Refused(words % {"count": silent}, field="typed_silent", code="typed")


def reminders(kind: str, wanted: list[int] | None) -> list[int]:
    """The reminders of a check in rising order, each once; None means the usual ones of its kind."""
    if wanted is None:
        return list(DEFAULT_REMINDERS[kind])
    minutes = sorted(set(wanted))
    if len(minutes) > MOST_REMINDERS or any(not 1 <= m <= LONGEST_REMINDER for m in minutes):
        message = _("Up to %(most)d reminders, each between 1 minute and 30 days after sending.") % {"most": MOST_REMINDERS}
        raise Refused(message, field="reminders")
    return minutes


class Sendable(Protocol):
    """What the rules need to know of a check before it goes out."""

    kind: str
    title_ja: str
    title_en: str
    correction_ja: str
    correction_en: str


def require_sendable(check: Sendable) -> None:
    """A check needs a title, and a drill the words that will correct it before the first message goes."""
    if not (check.title_ja and check.title_en):
        raise Refused(_("Enter a title."), field="title_ja")
    if check.kind == CheckKind.DRILL and not (check.correction_ja and check.correction_en):
        raise Refused(_("Write the correction before you send a drill: it goes out if somebody takes the drill for real."), field="correction_ja")


def require_times(*, event_at: datetime | None, deadline_at: datetime | None, at: datetime) -> None:
    """Refuse times that cannot be meant: an event that lies further ahead than a storm is announced, a deadline that is over or before the event."""
    if event_at is not None and event_at > at + FURTHEST_EVENT:
        raise Refused(_("This lies more than a day ahead. Enter when it happened, or leave it empty."), field="event_at", code="future")
    require_deadline(deadline_at, at)
    if event_at is not None and deadline_at is not None and deadline_at <= event_at:
        raise Refused(_("The deadline lies before the event. Choose a later time, or leave it empty."), field="deadline_at", code="before")


def require_deadline(deadline_at: datetime | None, sent_at: datetime) -> None:
    """Refuse a deadline by which every answer would be late from the start."""
    if deadline_at is not None and deadline_at <= sent_at:
        message = _("The deadline lies before the sending, so every answer would be late. Choose a later time, or leave it empty.")
        raise Refused(message, field="deadline_at", code="past")


def needs_typed(kind: str, count: int) -> bool:
    """Whether the number of recipients must be typed: for a drill always, else when over a hundred."""
    return kind == CheckKind.DRILL or count > TYPED_ABOVE


def require_count(*, kind: str, count: int, typed: int | None) -> None:
    """Refuse to ask nobody, and to ask another number of people than was confirmed."""
    if count == 0:
        raise Refused(_("Nobody is in this audience now, so there is nobody to ask."), field="audience", code="nobody")
    if needs_typed(kind, count) and typed is None:
        raise Refused(_("Type the number of recipients (%(count)d) to confirm.") % {"count": count}, field="typed_count", code="typed")
    if typed is not None and typed != count:
        text = ngettext(
            "There is %(count)d recipient now, and you typed %(typed)d. Nothing was sent. Look at the preview again.",
            "There are %(count)d recipients now, and you typed %(typed)d. Nothing was sent. Look at the preview again.",
            count,
        )
        raise Refused(text % {"count": count, "typed": typed}, field="typed_count", code="typed")


def rule_means(info_type: str, levels: Sequence[int], *, types: Sequence[str], least_level: int) -> bool:
    """Whether a rule over advisories means one of this type with these danger levels. No types: any; level 0: any, also none."""
    kinds = INFECTION_TYPES if info_type in INFECTION_TYPES else {info_type}
    return (not types or not kinds.isdisjoint(types)) and highest(levels) >= least_level


def said_when(*, claimed: datetime | None, received: datetime, sent: datetime) -> datetime:
    """When an answer was given: the phone's own time if it kept the answer while offline, never before the question or in the future."""
    if claimed is None:
        return received
    return min(max(claimed, sent), received)


def is_late(*, said: datetime, deadline: datetime | None, ended: datetime | None) -> bool:
    """Whether an answer came after its deadline, or after the check was closed. It counts all the same."""
    return any(end is not None and said > end for end in (deadline, ended))


def changes_standing(*, now: str, answer: str) -> bool:
    """Whether an answer says something else than what counts already. What does is never limited."""
    return STANDS.get(answer, Standing(now)) != now


def standing_after(*, now: str, answer: str, source: str, said_by: str = "", how_known: str = "") -> Standing:
    """Where somebody stands after an answer. "Needs help" ends only by the member, or by a named person who says how they know."""
    new = STANDS.get(answer)
    if new is None:
        return Standing(now)
    by_name = source == AnswerSource.PROXY and bool(said_by and how_known)
    if now == Standing.HELP and new is not Standing.HELP and source not in OWN and not by_name:
        return Standing.HELP
    return new
