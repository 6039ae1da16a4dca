"""Advisories as tests need them: stored ones, items of a feed, and small feed files."""

from datetime import UTC, date, datetime

import factory

from notices.models import Advisory, FeedRun, FeedState
from notices.rules import ARRIVALS, Incoming, weight

NOW = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


class AdvisoryFactory(factory.django.DjangoModelFactory):
    """A consular mail about France: `AdvisoryFactory(countries=["0039"])`."""

    class Meta:
        model = Advisory
        skip_postgeneration_save = True

    key_cd = factory.Sequence(lambda n: f"{170000 + n}")
    info_type = "R10"
    title = factory.Sequence(lambda n: f"停電に関する注意喚起 {n}")
    lead = "市内の広い範囲で停電しています。"
    url = factory.LazyAttribute(lambda row: f"https://www.anzen.mofa.go.jp/od/ryojiMailDetail.html?keyCd={row.key_cd}")
    issued_on = date(2026, 11, 21)
    content_hash = "a" * 64
    first_seen_at = NOW
    changed_at = NOW
    weight = factory.LazyAttribute(lambda row: weight(row.info_type, [*row.risk_levels, *row.infection_levels], row.title).value)
    risk_levels: list[int] = []
    infection_levels: list[int] = []

    @factory.post_generation
    def countries(self, create, extracted, **kwargs):
        """Ministry codes; France unless said otherwise."""
        self.countries.set(["0033"] if extracted is None else extracted)


def good_run(at=NOW, **changes) -> FeedRun:
    """A reading that went well."""
    run = FeedRun.objects.create(**{"started_at": at, "source": "test", "ok": True, "feed_time": at} | changes)
    if run.ok:
        FeedState.objects.update_or_create(name=ARRIVALS, defaults={"newest_time": run.feed_time, "read_at": at})
    return run


def item(key="170001", **changes) -> Incoming:
    """One item of a feed as the boundary hands it over."""
    values = {
        "key_cd": key, "info_type": "R10", "title": "停電に関する注意喚起", "lead": "停電しています。", "url": "", "issued_on": date(2026, 11, 21),
        "issued_at": NOW, "unknown_countries": [], "mission_cd": "", "risk_levels": [], "infection_levels": [], "content_hash": "a" * 64,
        "needs_look": False, "oddities": [], "city_names": [], "country_cds": frozenset({"0033"}),
    }  # fmt: skip
    return Incoming(**values | changes)


def feed_file(*mails: str, at="2026/11/21 11:00:00") -> bytes:
    """A file of the ministry's shape around these <mail> elements."""
    body = "".join(mails)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<opendata dataType="L" lastModified="{at}" mailCount="{len(mails)}" odType="02">{body}</opendata>'.encode()


def mail(key="170001", *, country="0033", title="停電に関する注意喚起", kind="R10") -> str:
    """One item of a file."""
    return (
        f"<mail><keyCd>{key}</keyCd><infoType>{kind}</infoType><leaveDate>2026/11/21 10:50:00</leaveDate><area><cd>42</cd></area>"
        f'<country areaCd="42"><cd>{country}</cd></country><title>{title}</title><lead>停電しています。</lead>'
        f"<infoUrl>https://www.anzen.mofa.go.jp/od/ryojiMailDetail.html?keyCd={key}</infoUrl></mail>"
    )
