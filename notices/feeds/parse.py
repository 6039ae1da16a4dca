"""The strict reader.

The file as a whole is right or refused; inside an item what is unknown is kept and marked, never dropped.

One item that cannot be read costs that item alone: without a key it is counted, without a date it is kept and marked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import Element

from notices.feeds import fields
from notices.feeds.broken import FeedBroken
from notices.feeds.document import read_time, tree_of
from notices.feeds.info_types import MAILS, InfoType
from notices.feeds.items import Feed, Item, Oddity, Oddness
from notices.feeds.places import read_places
from ossma.core.countries.files import MissionRow
from ossma.core.countries.files import missions as known_missions

COUNTRY_FILE = "04"
MAX_TITLE = 400
MAX_CODE = 8
MAX_NAME = 40


def parse(data: bytes, missions: Mapping[str, MissionRow] | None = None) -> Feed:
    """Read a light or full file of the ministry. Raises FeedBroken, and nothing else, on whatever is not one.

    `missions` (by koukanCd) replaces the project's own table of posts abroad.
    """
    root = tree_of(data)
    data_type, od_type = root.get("dataType", "").strip(), root.get("odType", "").strip()
    if not data_type or not od_type:
        raise FeedBroken("no_kind")
    stamp = root.get("lastModified", "").strip()
    last_modified = read_time(stamp)
    if last_modified is None:
        raise FeedBroken("bad_time", value=stamp)
    mails = root.findall("mail")
    _check_count(root.get("mailCount"), len(mails), od_type)
    table = known_missions() if missions is None else missions
    keyed = [mail for mail in mails if fields.is_key(fields.text(mail, "keyCd"))]
    items = _each_once([_item(mail, table) for mail in keyed])
    return Feed(items, last_modified, data_type, od_type, _name(root, od_type), unusable=len(mails) - len(keyed))


def _name(root: Element, od_type: str) -> str:
    """Which feed a file is of: those of single countries go their own ways in time."""
    return f"{od_type}:{fields.text(root, 'country/cd')}"[:MAX_NAME] if od_type == COUNTRY_FILE else od_type[:MAX_NAME]


def _check_count(promised: str | None, found: int, od_type: str) -> None:
    """A file that lost items on its way would look like calm."""
    if promised is None and (found or od_type == COUNTRY_FILE):
        return
    if (promised or "").strip() != str(found):
        raise FeedBroken("count", promised=promised or "?", found=found)


def _each_once(items: list[Item]) -> tuple[Item, ...]:
    """Each key once.

    Where its contents differ the first is kept and a person must look: no machine knows which is right.
    """
    by_key: dict[str, Item] = {}
    for item in items:
        kept = by_key.setdefault(item.key, item)
        if kept.content_hash != item.content_hash and Oddity(Oddness.TWICE) not in kept.oddities:
            both = fields.hash_of({"twice": [kept.content_hash, item.content_hash]})
            by_key[item.key] = replace(kept, oddities=(*kept.oddities, Oddity(Oddness.TWICE)), content_hash=both)
    return tuple(by_key.values())


def _item(mail: Element, missions: Mapping[str, MissionRow]) -> Item:
    key = fields.text(mail, "keyCd")
    stamp = fields.text(mail, "leaveDate")
    issued = read_time(stamp)
    odd: list[Oddity] = []
    if issued is None:
        odd.append(Oddity(Oddness.BAD_DATE, stamp[: fields.MAX_QUOTED]))
    info_type = _info_type(mail, odd)
    mission_cd = fields.shortened(fields.text(mail, "koukanCd"), MAX_CODE, odd)
    places = read_places(mail, missions.get(mission_cd), mission_cd, odd)
    content: dict[str, Any] = {
        "info_type": info_type,
        "content_tags": tuple(fields.text(mail, "contentInfo").split()),
        "issued_on": issued.date() if issued else None,
        "issued_at": issued if _has_clock(info_type, issued, stamp) else None,
        "area_cds": places.area_cds,
        "mission_cd": mission_cd,
        "title": _title(mail, odd),
        "lead": fields.required_text(mail, "lead", Oddness.NO_TEXT, odd),
        "url": fields.link(mail, "infoUrl", odd, required=True),
        "risk_levels": fields.levels(mail, "riskLevel", odd),
        "infection_levels": fields.levels(mail, "infectionLevel", odd),
        "map_url": fields.link(mail, "mapImageUrl", odd),
    }
    return Item(
        key=key,
        country_cds=places.country_cds,
        tagged_cds=places.tagged_cds,
        unknown_cds=places.unknown_cds,
        body="\n\n".join(filter(None, (fields.text(mail, "mainText"), fields.text(mail, "subText")))),
        content_hash=fields.hash_of({**content, "codes": places.codes}),
        oddities=tuple(odd),
        **content,
    )


def _has_clock(info_type: str, issued: datetime | None, stamp: str) -> bool:
    """Only mails are sent at midnight; of everything else 00:00:00 says the day alone."""
    return issued is not None and ":" in stamp and (info_type in MAILS or issued.time() != time(0))


def _info_type(mail: Element, odd: list[Oddity]) -> str:
    info_type = fields.shortened(fields.text(mail, "infoType"), MAX_CODE, odd)
    if info_type not in InfoType:
        odd.append(Oddity(Oddness.UNKNOWN_TYPE, info_type))
    return info_type


def _title(mail: Element, odd: list[Oddity]) -> str:
    return fields.shortened(" ".join(fields.required_text(mail, "title", Oddness.NO_TITLE, odd).split()), MAX_TITLE, odd)
