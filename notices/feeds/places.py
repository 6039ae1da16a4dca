"""Whom an item concerns: the countries it names and those its sender looks after.

The missions in the USA name no country, or only islands: by the tags alone nobody in the USA would ever be told
(feeds-and-ui.md 1.4).
"""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from notices.feeds import fields
from notices.feeds.items import Oddity, Oddness
from ossma.core.countries.files import MissionRow, countries
from ossma.core.models.country import Region

AREA = re.compile(r"[0-9]{2}")
MAX_CODE = 8
USA_POSTS, USA_MAINLAND = "301", "1000"


@dataclass(frozen=True, slots=True)
class Places:
    """Areas, and countries by how they got here."""

    area_cds: frozenset[str]
    country_cds: frozenset[str]
    tagged_cds: frozenset[str]
    unknown_cds: tuple[str, ...]
    # As they stand in the file, whatever our table knows today.
    codes: tuple[str, ...]


def read_places(mail: Element, mission: MissionRow | None, mission_cd: str, odd: list[Oddity]) -> Places:
    """The places of an item; marks it where a code is unknown or no country at all remains."""
    known = {row.mofa_cd for row in countries()}
    codes = fields.texts(mail, "country/cd")
    tagged = frozenset(codes) & known
    unknown = [code for code in codes if code not in known]
    odd.extend(Oddity(Oddness.UNKNOWN_COUNTRY, code[: fields.MAX_QUOTED]) for code in unknown)
    if mission_cd and mission is None:
        odd.append(Oddity(Oddness.UNKNOWN_MISSION, mission_cd))
    concerned = tagged | _sent_from(mission or _unseen_in_usa(mission_cd), nothing_named=not codes)
    if not concerned:
        odd.append(Oddity(Oddness.NO_COUNTRY))
    return Places(_areas(mail, odd), concerned, tagged, tuple(code[:MAX_CODE] for code in unknown), tuple(sorted(codes)))


def _unseen_in_usa(mission_cd: str) -> MissionRow | None:
    """A post in the USA that our table does not know yet: the mainland, beside the duty desk.

    Such posts name no country themselves.
    """
    return MissionRow(mission_cd, frozenset({USA_MAINLAND}), frozenset(), "") if mission_cd.startswith(USA_POSTS) else None


def _sent_from(mission: MissionRow | None, *, nothing_named: bool) -> frozenset[str]:
    if mission is None:
        return frozenset()
    return mission.countries | mission.district if nothing_named else mission.countries


def _areas(mail: Element, odd: list[Oddity]) -> frozenset[str]:
    codes = fields.texts(mail, "area/cd")
    odd.extend(Oddity(Oddness.UNKNOWN_AREA, code[: fields.MAX_QUOTED]) for code in codes if code not in Region)
    return frozenset(code for code in codes if AREA.fullmatch(code))
