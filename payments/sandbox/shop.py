"""What one run of the sandbox is told on its command line, and what every handler is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from payments.sandbox.store import Store

JST = timezone(timedelta(hours=9), "JST")


@dataclass(frozen=True)
class Shop:
    """The one shop this gateway serves. Times in seconds."""

    shop_id: str
    shop_pass: str
    public_url: str
    notify_url: str
    retry_seconds: float = 60
    doubt_seconds: float = 60
    # [?] At which hour after its term a slip is reported as expired.
    expiry_seconds: float = 3600


@dataclass(frozen=True)
class Desk:
    """A handler's surroundings: the shop, the books, the clock and the bell of the clerk."""

    shop: Shop
    store: Store
    clock: Callable[[], float]
    wake: Callable[[], None]


def stamp(moment: float) -> str:
    """Seconds since the epoch as the wire writes them: `yyyyMMddHHmmss`, Japan time."""
    return datetime.fromtimestamp(moment, JST).strftime("%Y%m%d%H%M%S")


def end_of_day(moment: float, days: int) -> float:
    """23:59:59 in Japan, `days` after the day of `moment`."""
    day = datetime.fromtimestamp(moment, JST) + timedelta(days=days)
    return day.replace(hour=23, minute=59, second=59, microsecond=0).timestamp()
