"""From bytes to a tree: everything that can be wrong with a file as a whole is found here, before an item is looked at."""

from datetime import datetime
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notices.feeds.broken import FeedBroken

MAX_BYTES = 5 * 1024 * 1024
MEGABYTE = 1024 * 1024
ROOT = "opendata"
HOME_ZONE = ZoneInfo("Asia/Tokyo")
TIME_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
# The open data began later; an earlier year is a slip.
FIRST_YEAR = 2000


def tree_of(data: bytes) -> Element:
    """The root element of a feed. Raises FeedBroken."""
    text = _text_of(data)
    try:
        root = fromstring(text, forbid_dtd=True)
    except ParseError as error:
        if f"</{ROOT}>" not in text and not _is_closed_at_once(text):
            raise FeedBroken("cut_off") from error
        raise FeedBroken("malformed", line=error.position[0]) from error
    except DefusedXmlException as error:
        raise FeedBroken("forbidden") from error
    except ValueError as error:
        raise FeedBroken("not_xml") from error
    if root.tag != ROOT:
        raise FeedBroken("wrong_root", tag=str(root.tag))
    return root


def _is_closed_at_once(text: str) -> bool:
    return f"<{ROOT}" not in text or text.rstrip().endswith("/>")


def _text_of(data: bytes) -> str:
    if not data.strip():
        raise FeedBroken("empty")
    if len(data) > MAX_BYTES:
        raise FeedBroken("too_big", limit=MAX_BYTES // MEGABYTE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedBroken("not_utf8") from error
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")) or "<html" in start:
        raise FeedBroken("html")
    if not start.startswith(("<?xml", f"<{ROOT}", "<!")):
        raise FeedBroken("not_xml")
    return text.lstrip()


def read_time(value: str) -> datetime | None:
    """The ministry's clock ("2026/04/06 18:00:50", Japan, without offset), aware; None if it is not one.

    Read without seconds, or without a clock, as well: a day alone is its first moment.
    """
    for form in TIME_FORMS:
        try:
            moment = datetime.strptime(value, form).replace(tzinfo=HOME_ZONE)
        except ValueError:
            continue
        return moment if moment.year >= FIRST_YEAR else None
    return None
