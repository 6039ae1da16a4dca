"""How money, days and times are written for a reader. Pure: the language is an argument, nothing reads a clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HOME_ZONE = ZoneInfo("Asia/Tokyo")
WEEKDAYS_JA = "月火水木金土日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * 60
DAYS_A_MONTH, MONTHS_A_YEAR = 30.44, 12


def is_japanese(language: str) -> bool:
    """Say whether a language code means Japanese, the product's first language."""
    return language.split("-", maxsplit=1)[0] == "ja"


def yen(amount: int, language: str) -> str:
    """Whole yen as 3,630円 or ¥3,630; what is given back carries its minus sign."""
    if is_japanese(language):
        return f"{amount:,}円"
    sign = "-" if amount < 0 else ""
    return f"{sign}¥{abs(amount):,}"


def day(value: date, language: str, *, with_year: bool = True) -> str:
    """A day as 2026年11月21日(土) or Sat 21 Nov 2026."""
    if is_japanese(language):
        year = f"{value.year}年" if with_year else ""
        return f"{year}{value.month}月{value.day}日({WEEKDAYS_JA[value.weekday()]})"
    year = f" {value.year}" if with_year else ""
    return f"{WEEKDAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]}{year}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The wall clock of a zone as 03:10; the moment must be aware."""
    return moment.astimezone(zone).strftime("%H:%M")


def day_and_clock(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment as 2026年11月21日(土) 03:10 in a zone."""
    return f"{day(moment.astimezone(zone).date(), language)} {clock(moment, zone)}"


def both_clocks(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """The local and the Japanese clock side by side; the second day is named only where it differs (look.md)."""
    japanese = is_japanese(language)
    here, there = ("（現地）", "（日本）") if japanese else (" (local)", " (Japan)")
    local, home = moment.astimezone(zone), moment.astimezone(HOME_ZONE)
    if local.replace(tzinfo=None) == home.replace(tzinfo=None):
        return f"{day_and_clock(moment, HOME_ZONE, language)}{there}"
    home_day = "" if local.date() == home.date() else f"{day(home.date(), language, with_year=False)} "
    gap = "/ " if japanese else " / "
    return f"{day_and_clock(moment, zone, language)}{here}{gap}{home_day}{clock(moment, HOME_ZONE)}{there}"


def duration(minutes: int, language: str) -> str:
    """A length of time in its one telling unit: 12分, 5時間, 3日."""
    japanese = is_japanese(language)
    if minutes < MINUTES_AN_HOUR:
        return f"{minutes}分" if japanese else f"{minutes} min"
    if minutes < 2 * MINUTES_A_DAY:
        hours = minutes // MINUTES_AN_HOUR
        return f"{hours}時間" if japanese else f"{hours} h"
    days = minutes // MINUTES_A_DAY
    return f"{days}日" if japanese else f"{days} days"


def age(days: int, language: str) -> str:
    """How old something is, in words of its own: 45日前, 8か月前, 3年前."""
    japanese = is_japanese(language)
    if days < 2 * DAYS_A_MONTH:
        return f"{days}日前" if japanese else f"{days} days old"
    months = round(days / DAYS_A_MONTH)
    if months < 2 * MONTHS_A_YEAR:
        return f"{months}か月前" if japanese else f"{months} months old"
    years = months // MONTHS_A_YEAR
    return f"{years}年前" if japanese else f"{years} years old"


def hours_and_minutes(minutes: int, language: str) -> str:
    """A length of time to the minute: 7分, 1時間35分, 26時間0分."""
    hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    if is_japanese(language):
        return f"{hours}時間{rest}分" if hours else f"{rest}分"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def duration_mark(minutes: int) -> str:
    """The same length in at most three signs, to stand inside a status ring: 12, 5h, 3d."""
    if minutes < MINUTES_AN_HOUR:
        return str(minutes)
    if minutes < 2 * MINUTES_A_DAY:
        return f"{minutes // MINUTES_AN_HOUR}h"
    return f"{min(minutes // MINUTES_A_DAY, 99)}d"


def whole_minutes(length: timedelta) -> int:
    """Full minutes of a length of time, never below zero."""
    return max(0, int(length.total_seconds() // 60))


def percent(part: float, whole: float) -> str:
    """A share as 82 %, rounded down so that 100 % means everybody; nothing of nothing is 0 %."""
    if not whole:
        return "0 %"
    return f"{int(part * 100 // whole)} %"
