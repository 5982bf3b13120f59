"""Single fields: notes, times, recurrence, and the forms that sources write them in."""

import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from hotdish_todo.mapping import fields
from hotdish_todo.model import Importance, Status
from hotdish_todo.moments import day, moment, zone
from hotdish_todo.notes import html_to_markdown, html_to_text
from hotdish_todo.recurrence import Recurrence
from hotdish_todo.terminal import Terminal

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("html", "text", "markdown"),
    [
        ("plain & simple", "plain & simple", "plain & simple"),
        ("<b>bold</b> and <i>thin</i>", "bold and thin", "**bold** and *thin*"),
        ("<p>one</p><p>two</p>", "one\n\ntwo", "one\n\ntwo"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b", "1. a\n2. b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b", "- a\n  - b"),
        (
            "<a href='https://x.invalid'></a>",
            "https://x.invalid",
            "[https://x.invalid](https://x.invalid)",
        ),
        ("<a href='https://x.invalid'>x</a>", "x (https://x.invalid)", "[x](https://x.invalid)"),
        ("<a>no address</a>", "no address", "no address"),
        ("<pre>a\n  b</pre>", "a\n  b", "a\n  b"),
        ("<h2>Head</h2>text", "Head\n\ntext", "## Head\n\ntext"),
        ("<head><style>x</style></head>body", "body", "body"),
        ("a<hr>b", "a\n\n---\nb", "a\n\n---\nb"),
        ("<input type=checkbox checked>done", "[x] done", "[x] done"),
        ("<img alt='a cat' src='c.png'>", "a cat", "a cat"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\tb", "a | b"),
        ("<b></b>x &lt;y&gt;", "x <y>", r"x \<y\>"),
    ],
)
def test_notes_keep_line_breaks_links_and_lists(html: str, text: str, markdown: str) -> None:
    assert html_to_text(html) == text
    assert html_to_markdown(html) == markdown


def test_an_end_without_a_beginning_is_no_harm() -> None:
    assert html_to_text("</b></a></ul></pre></style>loose<br>") == "loose"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09.123456+00:00"),
        (
            {"DateTime": "2024-05-06T09:00:00", "TimeZone": "W. Europe Standard Time"},
            "2024-05-06T07:00:00+00:00",
        ),
        (
            {"date_time": "2024-05-06T09:00:00", "time_zone": "Nowhere/Town"},
            "2024-05-06T09:00:00+00:00",
        ),
        (1714978800000, "2024-05-06T07:00:00+00:00"),
        (1714978800, "2024-05-06T07:00:00+00:00"),
        ({"$type": "date", "value": "2024-05-06T07:00:00.000Z"}, "2024-05-06T07:00:00+00:00"),
        ("someday", None),
        ("", None),
        (True, None),
        (None, None),
        ([1], None),
        (1e300, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times_are_read_in_every_form(value: Any, expected: str | None) -> None:
    read = moment(value)

    assert (read.isoformat() if read else None) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-06", dt.date(2024, 5, 6)),
        ("2024-05-06T00:00:00-07:00", dt.date(2024, 5, 6)),
        ({"date_time": "2024-05-06T23:30:00", "time_zone": "Asia/Tokyo"}, dt.date(2024, 5, 6)),
        ({"date_time": "2024-05-06T22:00:00", "time_zone": "UTC"}, dt.date(2024, 5, 7)),
        ("9999-12-31T23:30:00", dt.date(9999, 12, 31)),
        ("someday", None),
    ],
)
def test_a_day_is_the_day_that_was_meant(value: Any, expected: dt.date | None) -> None:
    assert day(value, BERLIN) == expected


def test_zones_have_iana_and_windows_names() -> None:
    assert zone("Pacific Standard Time") == ZoneInfo("America/Los_Angeles")
    assert zone("utc") is dt.UTC
    assert zone("Mars/Base") is None
    assert zone("../etc/passwd") is None


@pytest.mark.parametrize(
    ("pattern", "rrule", "text"),
    [
        ({"type": "daily"}, "FREQ=DAILY", "every day"),
        (
            {"type": "absoluteMonthly", "interval": 3, "dayOfMonth": 15},
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15",
            "every 3 months on day 15",
        ),
        (
            {"type": "relativeMonthly", "index": "last", "daysOfWeek": ["friday"]},
            "FREQ=MONTHLY;BYDAY=-1FR",
            "every month on the last Friday",
        ),
        (
            {"type": "absoluteYearly", "month": 12, "dayOfMonth": 24},
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
            "every year on December 24",
        ),
        (
            {"type": "Weekdays", "interval": "nonsense"},
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "every week on Monday, Tuesday, Wednesday, Thursday, Friday",
        ),
    ],
)
def test_recurrence_is_said_as_rrule_and_in_english(pattern: Any, rrule: str, text: str) -> None:
    rule = fields.recurrence({"recurrence": {"pattern": pattern}})

    assert rule is not None
    assert (rule.rrule(), rule.text()) == (rrule, text)


def test_the_end_of_a_recurrence_is_kept() -> None:
    pattern = {"type": "daily"}
    until = {"type": "endDate", "endDate": "2024-12-31"}
    count = {"type": "numbered", "numberOfOccurrences": 5, "endDate": "0001-01-01"}

    dated = fields.recurrence({"recurrence": {"pattern": pattern, "range": until}})
    counted = fields.recurrence({"recurrence": {"pattern": pattern, "range": count}})

    assert dated == Recurrence("DAILY", until=dt.date(2024, 12, 31))
    assert counted == Recurrence("DAILY", count=5)
    assert (dated.rrule(), dated.text()) == (
        "FREQ=DAILY;UNTIL=20241231",
        "every day until 2024-12-31",
    )
    assert (counted.rrule(), counted.text()) == ("FREQ=DAILY;COUNT=5", "every day, 5 times")
    assert fields.recurrence({"recurrence": {"pattern": {"type": "lunar"}}}) is None


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"completed": True}, Status.COMPLETED),
        ({"completed": "1"}, Status.COMPLETED),
        ({"completed": False, "completed_at": "2024-01-01"}, Status.NOT_STARTED),
        ({"completed_at": "2024-01-01"}, Status.COMPLETED),
        ({"status": "WaitingOnOthers"}, Status.WAITING),
        ({"status": "novel"}, Status.NOT_STARTED),
        ({}, Status.NOT_STARTED),
    ],
)
def test_a_status_is_read_from_its_word_or_a_flag(known: Any, expected: Status) -> None:
    assert fields.status(known) is expected


def test_small_fields_are_read_in_every_form() -> None:
    assert fields.text(5) == "5"
    assert fields.text([]) == ""
    assert fields.body({"Content": "x", "ContentType": "Text"}) == "x"
    assert fields.body({}) == ""
    assert fields.importance(2) is Importance.HIGH
    assert fields.importance("novel") is Importance.NORMAL
    assert [fields.position(one) for one in (5, "7.5", True, "x", None, "")] == [
        5,
        7.5,
        None,
        None,
        None,
        None,
    ]
    assert fields.position("1970-01-01T00:00:01Z") == 1000
    assert fields.categories("a; b;") == ("a", "b")
    assert fields.categories({"$type": "set", "value": ["x"]}) == ("x",)
    assert fields.categories(5) == ()
    off = {"is_on": False, "date_time": "2024-01-01"}
    assert fields.reminder({"reminder": off}) is None


def test_progress_is_shown_on_a_terminal_only() -> None:
    shown, hidden = io.StringIO(), io.StringIO()
    on = Terminal(Console(file=shown), Console(file=shown, force_terminal=True))
    off = Terminal(Console(file=hidden), Console(file=hidden))

    for terminal in (on, off):
        with terminal.progress("Reading", 3) as advance:
            for _ in range(3):
                advance()

    assert "Reading" in shown.getvalue()
    assert hidden.getvalue() == ""
