"""Which part of a country a mission speaks of, where its words say so (support.md N2).

All posts of a country tag the whole country: a student in Paris would read of Lyon's traffic. Only an ordinary mail of a
consulate that names cities and nothing larger is told apart; in doubt it concerns the whole country.
"""

import re
from collections.abc import Collection
from functools import cache

from notices.feeds.info_types import InfoType
from ossma.core.countries.files import cities

# The last letter of a koukanCd: the embassies speak for the whole country.
EMBASSY = "A"
# Words that reach further than a city, whatever cities stand beside them.
FAR_REACHING = re.compile(
    "全土|全国|国内|各地|各都市|全域|全州|国境|入国|出国|査証|空港|航空|鉄道|地震|津波|台風|ハリケーン|サイクロン|噴火|感染|流行"
    "|テロ|戦争|攻撃|退避|避難|チャーター|停戦|ミサイル|非常事態|大統領|選挙|中東情勢"
)
# What a post says of itself concerns its whole district; the city stands in its name only.
OF_THE_POST = re.compile("当館|領事|大使館|閉館|休館|窓口|電話")
KATAKANA = "ァ-ヶー"


def cities_named(*, info_type: str, mission_cd: str, country_cds: Collection[str], title: str, lead: str) -> list[str]:
    """The cities (their Japanese names) that a mail of a consulate speaks of; empty where it may concern the whole country."""
    if info_type != InfoType.CONSULAR_MAIL or len(country_cds) != 1 or not mission_cd or mission_cd.endswith(EMBASSY):
        return []
    text = f"{title}\n{lead}"
    if FAR_REACHING.search(text) or OF_THE_POST.search(title):
        return []
    return sorted(name for name, pattern in _names(next(iter(country_cds))) if pattern.search(text))


@cache
def _names(country_cd: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The cities of a country. A name in katakana inside a longer word in katakana is another word."""
    return tuple(
        (city.name_ja, re.compile(f"(?<![{KATAKANA}]){re.escape(city.name_ja)}(?![{KATAKANA}])")) for city in cities() if city.mofa_cd == country_cd
    )
