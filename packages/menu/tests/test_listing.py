"""Which lines the list has and which part of it is seen, without a window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotdish_menu.model import Item, Section
from hotdish_menu.ui.lines import Line, Lines
from hotdish_menu.ui.viewport import Viewport

HEIGHTS = st.lists(st.integers(1, 90), min_size=1, max_size=40)


def items(n: int, section: str = "") -> tuple[Item, ...]:
    return tuple(Item(k, f"Item {k}", "exe", "true", section=section) for k in range(n))


def test_lines_hold_as_many_items_as_there_are_columns() -> None:
    some = items(5)

    lines = Lines([Section("One", some[:3]), Section("", some[3:])], n_columns=2)

    assert lines.lines == [
        Line(heading="One"),
        Line(items=some[:2]),
        Line(items=some[2:3]),
        # A gap, for these have no heading.
        Line(),
        Line(items=some[3:]),
    ]
    assert [lines.line_of(n) for n in range(5)] == [1, 1, 2, 4, 4]
    assert [lines.first_item_of(n) for n in range(5)] == [0, 0, 2, 3, 3]


def test_an_item_is_found_again_by_section_and_name() -> None:
    lines = Lines([Section("One", items(3, "One")), Section("Two", items(3, "Two"))])

    assert lines.find_again(Item(99, "item  2", "url", "x", section="TWO")) == 5
    assert lines.find_again(Item(1, "Item 7", "exe", "true", section="One")) is None


def viewport(heights: list[int], first: int, offset: int) -> Viewport:
    view = Viewport(heights.__getitem__)
    view.n_lines = len(heights)
    view.first, view.offset = min(first, len(heights) - 1), offset
    return view


def top_of(view: Viewport, heights: list[int]) -> int:
    return sum(heights[: view.first]) + view.offset


@given(HEIGHTS, st.integers(0, 39), st.integers(-5000, 5000), st.integers(1, 400))
def test_scrolling_ends_at_both_ends_and_nowhere_else(
    heights: list[int], first: int, offset: int, height: int
) -> None:
    view = viewport(heights, first, offset)
    wanted = top_of(view, heights)

    view.settle(height)

    lowest = max(0, sum(heights) - height)
    assert top_of(view, heights) == min(max(0, wanted), lowest)
    assert view.offset >= 0


@given(HEIGHTS, st.integers(0, 39), st.integers(0, 39), st.integers(90, 400))
def test_a_line_brought_into_sight_is_seen_whole(
    heights: list[int], first: int, line: int, height: int
) -> None:
    line = min(line, len(heights) - 1)
    view = viewport(heights, first, 0)
    view.settle(height)

    view.reveal(line, line, height)
    view.settle(height)

    above = sum(heights[:line]) - top_of(view, heights)
    assert above >= 0
    assert above + heights[line] <= height


@given(HEIGHTS, st.floats(0, 1), st.integers(1, 400))
def test_what_the_scrollbar_is_told_is_in_range(
    heights: list[int], share: float, height: int
) -> None:
    view = viewport(heights, 0, 0)
    view.jump_to(share)
    view.settle(height)
    end, y = view.first, -view.offset
    while end < len(heights) and y < height:
        y += heights[end]
        end += 1

    first, last = view.shares(end, y - height)

    assert 0 <= first < last <= 1
    assert (first, last) == (0, 1) or sum(heights) > height
