"""The template tags of the house."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateDoesNotExist
from django.utils import translation

MOMENT = datetime(2026, 11, 21, 2, 10, tzinfo=UTC)


def rendered(source, language="ja", **context):
    with translation.override(language):
        return Template("{% load house %}" + source).render(Context(context))


def test_filters_follow_the_reader_s_language():
    source = "{{ fee|yen }} {{ day|jdate }} {{ minutes|minutes_ago }}"
    context = {"fee": 3630, "day": date(2026, 11, 21), "minutes": 12}
    assert rendered(source, "ja", **context) == "3,630円 2026年11月21日(土) 12分"
    assert rendered(source, "en", **context) == "¥3,630 Sat 21 Nov 2026 12 min"


def test_figures_have_their_thousands_apart_and_lengths_of_time_begin_with_whole_minutes():
    assert rendered("{{ n|thousands }} {{ none|thousands }}", n=1_000_000, none=None) == "1,000,000 "
    assert rendered("{{ s|length_of_time }} {{ none|length_of_time }}", s=5_641, none=None) == "1時間35分 "


def test_a_moment_late_in_the_evening_utc_is_the_next_day_in_japan():
    assert rendered("{{ moment|jdate }}", moment=datetime(2026, 11, 20, 23, 0, tzinfo=UTC)) == "2026年11月21日(土)"


def test_clocks_take_a_zone_by_name():
    assert rendered("{{ moment|clock:'Europe/Paris' }}", moment=MOMENT) == "03:10"
    assert rendered("{{ moment|jdatetime:'Europe/Paris' }}", moment=MOMENT) == "2026年11月21日(土) 03:10"
    assert rendered("{% both_clocks moment 'Europe/Paris' %}", moment=MOMENT) == "2026年11月21日(土) 03:10（現地）/ 11:10（日本）"


def test_clocks_without_a_zone_are_the_reader_s():
    assert rendered("{{ moment|clock }} {{ moment|jdatetime }}", moment=MOMENT) == "11:10 2026年11月21日(土) 11:10"


def test_minutes_since_a_moment_need_the_page_s_now():
    assert rendered("{{ sent|minutes_ago:now }}", sent=MOMENT, now=datetime(2026, 11, 21, 2, 22, 40, tzinfo=UTC)) == "12分"


@pytest.mark.parametrize("filter_name", ["yen", "jdate", "jdatetime", "clock", "minutes_ago"])
def test_nothing_known_is_nothing_shown(filter_name):
    assert rendered("{{ value|" + filter_name + " }}", value=None) == ""


def test_percent_of_nobody_is_nought():
    assert rendered("{{ answered|percent:asked }}", answered=None, asked=0) == "0 %"


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered('{% icon "home" %}')
    assert 'role="img" aria-label="a &lt;b&gt;"' in rendered('{% icon "home" label %}', label="a <b>")


def test_an_unknown_icon_is_a_mistake_that_shows():
    with pytest.raises(TemplateDoesNotExist):
        rendered('{% icon "unicorn" %}')


def test_the_silent_ring_holds_its_minutes():
    assert ">12</text>" in rendered('{% mark "silent" minutes=12 %}')
    assert "<text" not in rendered('{% mark "silent" %}')


def test_a_mark_can_stand_centred_on_a_point_of_the_map():
    assert ' x="80.0" y="40.0" width="40" height="40"' in rendered('{% mark "help" x=100 y=60 size=40 %}')
