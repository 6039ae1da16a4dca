"""The newest file ever read decides; what the ministry takes back is taken back here too (support.md N2)."""

from datetime import timedelta

import pytest

from notices import actions, queries, registered
from notices.feeds.intake import take_in
from notices.models import Advisory, FeedRun, FeedState
from notices.rules import Novelty, is_frozen, taken_back
from tests.factories.notices import NOW, AdvisoryFactory, feed_file, good_run

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LATER = NOW + 14 * DAY


def level_file(day, level):
    """The same danger information of 1 December, in a file of that day."""
    levels = "".join(f"<riskLevel{n}>{int(n == level)}</riskLevel{n}>" for n in (4, 3, 2, 1))
    item = (
        "<mail><keyCd>2026T900</keyCd><infoType>T40</infoType><leaveDate>2026/12/01 00:00:00</leaveDate>"
        f'<country areaCd="42"><cd>0033</cd></country><title>フランスの危険情報</title><lead>●</lead>'
        f"<infoUrl>https://www.anzen.mofa.go.jp/od/x.html</infoUrl>{levels}</mail>"
    )
    return feed_file(item, at=f"2026/12/{day:02} 12:00:00")


def mails(*keys, at, hour=9):
    """A file of new arrivals with consular mails of 1 December."""
    return feed_file(
        *(
            f"<mail><keyCd>{key}</keyCd><infoType>R10</infoType><leaveDate>2026/12/01 {hour:02}:00:00</leaveDate>"
            f'<country areaCd="42"><cd>0033</cd></country><title>交通規制</title><lead>文</lead>'
            f"<infoUrl>https://www.anzen.mofa.go.jp/od/x.html</infoUrl></mail>"
            for key in keys
        ),
        at=at,
    )


A, B = level_file(1, 2), level_file(2, 3)
OLDER = mails("170040", at="2026/11/30 12:00:00")


def read(*files, system, at=LATER):
    for number, data in enumerate(files):
        assert take_in(read=lambda data=data: data, source="test", actor=system, at=at + number * 5 * MINUTE).error == ""


@pytest.mark.parametrize(
    "files",
    [(B, A, A), (B, OLDER, A), (A, B), (A, B, A, B, A), (B, A, OLDER, A)],
    ids=["baa", "b06a", "ab", "ababa", "ba06a"],
)
def test_an_older_file_takes_no_level_back_however_often_it_is_read(files, system):
    read(*files, system=system)
    row = Advisory.objects.get(key_cd="2026T900")
    assert (row.risk_levels, row.version) == ([3], 1 if files[0] == B else 2)


def test_how_far_a_feed_has_come_outlives_its_readings(system):
    read(B, system=system)
    FeedRun.objects.all().delete()
    read(A, A, system=system)
    assert Advisory.objects.get().risk_levels == [3]


def test_a_file_of_the_future_does_not_make_all_later_files_old(system):
    morning = NOW + 12 * DAY
    read(level_file(30, 2), system=system, at=morning)
    assert FeedState.objects.get().newest_time == morning
    read(level_file(3, 3), system=system, at=morning + HOUR)
    assert Advisory.objects.get().risk_levels == [3]


def test_each_feed_has_its_own_time(system):
    country = B.replace(b'odType="02"', b'odType="04"')
    read(country, A, system=system)
    assert sorted(FeedState.objects.values_list("name", flat=True)) == ["02", "04:"]
    assert Advisory.objects.get().risk_levels == [3]


def gone():
    return dict(Advisory.objects.exclude(withdrawn_at=None).values_list("key_cd", "withdrawn_at"))


def test_an_item_that_is_gone_before_its_48_hours_was_taken_back(system):
    read(mails("1", "2", at="2026/12/01 12:00:00"), mails("2", at="2026/12/01 12:05:00"), system=system)
    assert {key: f"{at:%m-%d %H:%M}" for key, at in gone().items()} == {"1": "12-01 03:05"}
    assert FeedRun.objects.first().withdrawn == 1


def test_an_item_that_leaves_after_its_48_hours_stays_what_it_was(system):
    read(mails("1", "2", at="2026/12/01 12:00:00"), mails("2", at="2026/12/03 09:00:00"), system=system)
    assert gone() == {}


def test_what_is_there_again_is_current_again(system):
    both, one = (mails("1", "2", at="2026/12/01 12:00:00"), mails("2", at="2026/12/01 12:05:00"))
    read(both, one, mails("1", "2", at="2026/12/01 12:10:00"), system=system)
    assert gone() == {}
    assert (FeedRun.objects.first().returned, Advisory.objects.get(key_cd="1").version) == (1, 1)


def test_an_older_file_brings_nothing_back_and_adds_nothing_as_current_that_is_gone(system):
    old, new = mails("1", "2", at="2026/12/01 12:00:00"), mails("2", at="2026/12/01 12:05:00")
    read(old, new, old, old, system=system)
    assert set(gone()) == {"1"}
    Advisory.objects.all().delete()
    read(old, system=system)
    assert set(gone()) == {"1", "2"}


def test_a_file_that_lost_most_of_its_items_takes_nothing_back_and_the_office_is_told(cast, system):
    many = [str(n) for n in range(1, 10)]
    read(mails(*many, at="2026/12/01 12:00:00"), mails("1", at="2026/12/01 12:05:00"), system=system)
    assert gone() == {}
    lost = [item for item in registered.desk_work(cast.viewer(cast.office), LATER) if item.key == "feed_lost"]
    assert [(item.count, item.urgent) for item in lost] == [(8, True)]
    assert taken_back({"1", "2"}, {"2"}) == {"1"}


def test_a_file_with_an_item_without_a_key_takes_nothing_back_and_the_office_is_told(cast, system):
    broken = mails("2", "x", at="2026/12/01 12:05:00").replace(b"<keyCd>x</keyCd>", b"")
    read(mails("1", "2", at="2026/12/01 12:00:00"), broken, system=system)
    assert gone() == {}
    assert "feed_lost" in [item.key for item in registered.desk_work(cast.viewer(cast.office), LATER)]


def test_members_do_not_see_what_was_taken_back(cast):
    AdvisoryFactory(withdrawn_at=NOW)
    current = AdvisoryFactory()
    assert list(queries.touching(["0033"])) == [current]


def test_a_dry_run_names_what_would_be_taken_back(system):
    read(mails("1", "2", at="2026/12/01 12:00:00"), system=system)
    taken = take_in(read=lambda: mails("2", at="2026/12/01 12:05:00"), source="test", actor=system, at=LATER, dry_run=True)
    assert (taken.withdrawn, taken.news) == (["1"], {"2": Novelty.SAME})
    assert gone() == {}


def test_a_file_that_stands_still_is_told_from_one_that_is_not_read(cast):
    good_run(NOW, feed_time=NOW - HOUR)
    fresh = queries.freshness(NOW)
    assert (fresh.is_stale, fresh.is_frozen, fresh.last_good, fresh.feed_time) == (True, True, NOW, NOW - HOUR)
    office = cast.viewer(cast.office)
    (item,) = registered.desk_work(office, NOW)
    assert (item.key, item.oldest, item.urgent) == ("feed", NOW - HOUR, True)
    assert all(clock in item.title for clock in ("11:10", "10:10"))
    later = queries.freshness(NOW + 2 * HOUR)
    assert (later.is_stale, later.is_frozen) == (True, False)
    assert not is_frozen(NOW, NOW + 30 * MINUTE)


def test_readings_are_forgotten_after_90_days_but_the_last_good_one_stays(system):
    good = good_run(NOW - 200 * DAY)
    for days in (91, 89):
        FeedRun.objects.create(started_at=NOW - days * DAY, source="test", ok=False)
    assert actions.forget_runs(actor=system, at=NOW, dry_run=True) == 1
    assert actions.forget_runs(actor=system, at=NOW) == 1
    assert FeedRun.objects.count() == 2
    assert queries.last_good_run() == good
