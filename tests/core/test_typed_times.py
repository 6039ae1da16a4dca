"""Days and times as people type them: one reader for every form."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django import forms

from ossma.core.time_fields import ClockForm, DayField, HourField, LocalTimeField, clock_initial
from ossma.core.typed_times import NotInCalendar, Unreadable, read_day, read_hour, read_wall

NEW_YORK = ZoneInfo("America/New_York")
DAY, WALL = date(2026, 12, 18), datetime(2026, 12, 18, 9, 30)  # noqa: DTZ001 - wall clocks


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-18",
        "2026/12/18",
        "2026.12.18",
        "2026年12月18日",
        "2026 年 12 月 18 日",
        "２０２６年１２月１８日",
        "２０２６／１２／１８",
        "2026－12－18",
        "20261218",
        "2026年12月18日(金)",
        "2026年12月18日（金曜日）",
        "令和8年12月18日",
        "令和８年１２月１８日",
        "R8.12.18",
        "㋿8年12月18日",
        " 2026-12-18 ",
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert read_day(text) == DAY


@pytest.mark.parametrize(
    ("text", "day"),
    [("平成元年1月8日", date(1989, 1, 8)), ("昭和64年1月7日", date(1989, 1, 7)), ("H16.5.1", date(2004, 5, 1)), ("令和元年5月1日", date(2019, 5, 1))],
)
def test_japanese_years_are_counted_from_the_first(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-18T09:30",
        "2026-12-18 09:30",
        "2026-12-18T09:30:00",
        "2026-12-18T09:30:00.000",
        "2026/12/18 9:30",
        "2026.12.18 9:30",
        "2026年12月18日 9時30分",
        "2026年12月18日9時30分",
        "２０２６年１２月１８日　９：３０",
        "2026年12月18日(金) 9時半",
        "2026年12月18日 午前9時30分",
        "令和8年12月18日 9:30",
        "2026/12/18 9:30 AM",
        "2026/12/18、9:30",
    ],
)
def test_a_time_is_read_however_it_is_written(text):
    assert read_wall(text) == WALL


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("9:05", time(9, 5)),
        ("９時", time(9)),
        ("午後3時15分", time(15, 15)),
        ("午前12時", time(0)),
        ("12:30 pm", time(12, 30)),
        ("21時半", time(21, 30)),
    ],
)
def test_an_hour_is_read_however_it_is_written(text, hour):
    assert read_hour(text) == hour


@pytest.mark.parametrize("text", ["", "tomorrow", "12/18", "18.12.2026", "2026-12", "2026-12-18x", "26-12-18", "2026年", "9" * 400, "²⁰²⁶-12-18x"])
def test_what_is_no_day_is_not_guessed(text):
    with pytest.raises(Unreadable):
        read_day(text)


@pytest.mark.parametrize(
    "text", ["2026-12-18", "2026-12-18 9", "9:30", "2026-12-18 9:3", "2026-12-18 9:30 x", "2026年12月18日の朝", "2026-12-18 午前9:30 PM"]
)
def test_what_is_no_time_is_not_guessed(text):
    with pytest.raises(Unreadable):
        read_wall(text)


@pytest.mark.parametrize(
    ("read", "text", "words"),
    [
        (read_day, "2026年2月30日", "2026-02-30"),
        (read_day, "2027-02-29", "2027-02-29"),
        (read_day, "2026-13-01", "2026-13-01"),
        (read_day, "0000-01-01", "0-01-01"),
        (read_wall, "2026-02-30 09:30", "2026-02-30"),
        (read_wall, "2026-12-18 24:00", "24:00"),
        (read_hour, "9:60", "9:60"),
        (read_hour, "午後13時", "午後 13:00"),
    ],
)
def test_what_is_in_no_calendar_is_named(read, text, words):
    with pytest.raises(NotInCalendar) as wrong:
        read(text)
    assert wrong.value.words == words


class Form(ClockForm):
    """One of each."""

    clocks = ("seen",)
    seen = LocalTimeField()
    day = DayField(required=False)
    hour = HourField(required=False)
    zone = NEW_YORK

    def clean(self):
        return {**self.cleaned_data, "moment": self.read_moment("seen", self.zone)}


def test_errors_say_what_is_wrong_and_show_an_example():
    form = Form({"seen": "next friday", "day": "30 February", "hour": "noon"})
    assert form.errors["seen"] == ["日付と時刻を、2026-11-21 09:30 のように入力してください。"]
    assert "例：2026-11-21" in form.errors["day"][0]
    assert "09:30" in form.errors["hour"][0]
    assert Form({"seen": "2026年2月30日 9時"}).errors["seen"] == ["2026-02-30 は存在しません。もう一度ご確認ください。"]
    assert Form({"seen": "9999-12-31 09:30"}).errors["seen"] == ["日付と時刻を、2026-11-21 09:30 のように入力してください。"]


def test_a_time_that_does_not_exist_goes_back_with_the_next_one():
    form = Form({"seen": "2027-03-14T02:30"})
    assert not form.is_valid()
    assert "03:00" in form.errors["seen"][0]


def test_a_time_that_comes_twice_is_asked_about_and_the_answer_counts():
    form = Form({"seen": "2027-11-07T01:30"})
    assert set(form.errors) == {"seen_turn"}
    assert isinstance(form.fields["seen_turn"].widget, forms.RadioSelect)
    moments = [Form({"seen": "2027-11-07T01:30", "seen_turn": turn}) for turn in "01"]
    assert [form.is_valid() and form.cleaned_data["moment"] for form in moments] == [
        datetime(2027, 11, 7, 5, 30, tzinfo=UTC),
        datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
    ]


def test_an_ordinary_time_asks_nothing_and_ignores_a_turn_left_from_before():
    form = Form({"seen": "2027年11月8日 1時30分", "seen_turn": "1", "day": "２０２７／１１／０８", "hour": "9時"})
    assert form.is_valid()
    assert form.cleaned_data["moment"] == datetime(2027, 11, 8, 6, 30, tzinfo=UTC)
    assert (form.cleaned_data["day"], form.cleaned_data["hour"]) == (date(2027, 11, 8), time(9))


def test_what_a_picker_cannot_show_stands_in_a_plain_field_and_what_it_can_in_the_picker():
    shown = str(Form({"seen": "2027年3月15日 9時", "day": "30 February", "hour": "９時半"}))
    assert '<input type="datetime-local" name="seen" value="2027-03-15T09:00"' in shown
    assert '<input type="text" name="day" value="30 February"' in shown
    assert '<input type="time" name="hour" value="09:30"' in shown


def test_a_stored_moment_of_the_doubled_hour_comes_back_as_it_was():
    for hour, turn in ((5, "0"), (6, "1")):
        moment = datetime(2027, 11, 7, hour, 30, tzinfo=UTC)
        first = clock_initial("seen", moment, NEW_YORK)
        assert first["seen_turn"] == turn
        form = Form({"seen": first["seen"].isoformat(), "seen_turn": turn})
        assert form.is_valid()
        assert form.cleaned_data["moment"] == moment
