"""Days and times as people type them, read by one reader: with kanji or slashes, in full width, by Japanese years. Pure functions."""

import re
import unicodedata
from datetime import date, datetime, time

# The year before the first of each; an era's years are counted on beyond its end, as on cards that were printed before it.
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
FIRST_YEAR = "元"
_ERA = "|".join(ERAS)
_DAY = re.compile(
    rf"(?:(?P<era>{_ERA})\s*(?P<count>\d{{1,2}}|{FIRST_YEAR})|(?P<year>\d{{4}}))\s*[-/.年]\s*"
    r"(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?",
    re.IGNORECASE,
)
_PLAIN_DAY = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)")
_WEEKDAY = r"(?:\s*\([月火水木金土日祝・]+(?:曜日?)?\))?"
_TIME = re.compile(
    r"(?P<half>午前|午後|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?::\s*(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?|時\s*(?:(?P<minutes>\d{1,2})\s*分?|(?P<thirty>半))?)"
    r"\s*(?P<after>AM|PM)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"{_WEEKDAY}(?:\s*[T,、]\s*|\s*)")
# All of them are one stroke to whoever types a date.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))
LATE = {"午後", "PM"}
HALF_DAY, HALF_HOUR = 12, 30


class Unreadable(ValueError):
    """Not written as a day or time at all."""


class NotInCalendar(ValueError):
    """Written well, and there is no such day or time: `words` says which."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def read_day(text: str) -> date:
    """A day. Raises Unreadable or NotInCalendar."""
    plain = _plain(text)
    found, rest = _day(plain)
    if not re.fullmatch(_WEEKDAY, rest.strip()):
        raise Unreadable
    return found


def read_hour(text: str) -> time:
    """A time of the day. Raises Unreadable or NotInCalendar."""
    found = _TIME.fullmatch(_plain(text))
    if found is None:
        raise Unreadable
    return _time(found)


def read_wall(text: str) -> datetime:
    """A day and a time as a clock on a wall shows them, without a zone. Raises Unreadable or NotInCalendar."""
    day, rest = _day(_plain(text))
    between = _BETWEEN.match(rest)
    found = _TIME.fullmatch(rest[between.end() if between else 0 :])
    if found is None:
        raise Unreadable
    return datetime.combine(day, _time(found))


def _plain(text: str) -> str:
    """Full width, circled and squared signs as plain ones; one kind of dash and of blank."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def _day(text: str) -> tuple[date, str]:
    """The day that begins the text, and what follows it."""
    found = _DAY.match(text) or _PLAIN_DAY.match(text)
    if found is None:
        raise Unreadable
    parts = found.groupdict()
    if parts.get("era"):
        count = 1 if parts["count"] == FIRST_YEAR else int(parts["count"])
        year = ERAS[parts["era"].upper()] + count
    else:
        year = int(parts["year"])
    month, day = int(parts["month"]), int(parts["day"])
    try:
        return date(year, month, day), text[found.end() :]
    except ValueError as error:
        raise NotInCalendar(f"{year}-{month:02d}-{day:02d}") from error


def _time(found: re.Match[str]) -> time:
    hour, minute = int(found["hour"]), int(found["minute"] or found["minutes"] or (HALF_HOUR if found["thirty"] else 0))
    half = (found["half"] or found["after"] or "").upper()
    if found["half"] and found["after"]:
        raise Unreadable
    shown = f"{half} {hour}:{minute:02d}".strip()
    if half and hour > HALF_DAY:
        raise NotInCalendar(shown)
    if half:
        hour = hour % HALF_DAY + (HALF_DAY if half in LATE else 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise NotInCalendar(shown) from error
