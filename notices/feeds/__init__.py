"""The boundary to the foreign ministry's overseas safety open data: bytes in, clean items out (support.md N2)."""

from notices.feeds.broken import FeedBroken
from notices.feeds.info_types import InfoType, label_of
from notices.feeds.items import CREDIT, Feed, Item, Oddity, Oddness
from notices.feeds.parse import parse

__all__ = ["CREDIT", "Feed", "FeedBroken", "InfoType", "Item", "Oddity", "Oddness", "label_of", "parse"]
