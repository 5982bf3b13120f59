"""Keys, roles and what a screen reader is told, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

JSON = "/docs/python-3.11/library/json.html"


def selected(page: Page) -> str:
    return page.locator(".hit[aria-selected=true] .title").inner_text()


def test_a_page_of_results_can_be_used_by_keyboard_at_once(page: Page) -> None:
    page.goto("/search?q=json")
    page.keyboard.type(".dumps")

    expect(page.locator("#query")).to_have_value("json.dumps")
    expect(page.locator(".hit")).to_have_count(1)


def test_arrows_go_through_the_hits_and_around(page: Page) -> None:
    page.goto("/search?q=json")
    assert selected(page) == "json.dumps"

    page.keyboard.press("ArrowDown")
    assert selected(page) == "json.dump"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert selected(page) == "str"
    page.keyboard.press("ArrowDown")

    assert selected(page) == "json.dumps"
    expect(page.locator("#query")).to_be_focused()


def test_enter_opens_the_selected_hit(page: Page) -> None:
    page.goto("/search?q=json")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{JSON}#json.dump")


@pytest.mark.parametrize("modifier", ["Control", "Meta"])
def test_enter_with_a_modifier_opens_a_new_tab(page: Page, modifier: str) -> None:
    page.goto("/search?q=json")

    with page.context.expect_page() as opened:
        page.keyboard.press(f"{modifier}+Enter")

    expect(opened.value).to_have_url(f"{JSON}#json.dumps")
    expect(page).to_have_url("/search?q=json")


def test_enter_on_nothing_stays(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("qqqq")
    expect(page.locator(".notice")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url("/search?q=qqqq")


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_key_goes_to_the_box_with_its_text_selected(page: Page, key: str) -> None:
    page.goto("/search?q=json")
    page.locator("#query").blur()
    page.keyboard.press(key)
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("marshal")

    expect(page.locator("#query")).to_have_value("marshal")


def test_a_slash_in_the_box_is_a_slash(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("a/b?")

    expect(page.locator("#query")).to_have_value("a/b?")


def test_escape_clears_the_box_and_then_leaves_it(page: Page) -> None:
    page.goto("/search?q=json")
    page.keyboard.press("Escape")
    expect(page.locator("#query")).to_have_value("")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#query")).not_to_be_focused()


def test_a_question_mark_shows_the_keys(page: Page) -> None:
    page.goto("/search?q=json")
    page.locator("#query").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#query")).to_have_value("json")


def test_the_keys_are_also_a_button(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_role("button", name="Close").click()

    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_box_is_a_combobox_of_the_hits(page: Page) -> None:
    page.goto("/search?q=json")
    box = page.get_by_role("combobox", name="Search the documentation")
    options = page.get_by_role("option")

    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-controls", "hits")
    expect(page.get_by_role("listbox", name="Results")).to_be_visible()
    expect(options).to_have_count(6)
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert options.nth(1).get_attribute("id") == active
    assert options.nth(1).get_attribute("aria-posinset") == "2"
    assert options.nth(1).get_attribute("aria-setsize") == "6"


def test_a_box_without_hits_is_closed(page: Page) -> None:
    page.goto("/search?q=qqqq")
    box = page.get_by_role("combobox")

    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.get_attribute("aria-controls") is None
    assert box.get_attribute("aria-activedescendant") is None


def test_the_number_of_hits_is_read_out(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("json")
    expect(page.get_by_role("status")).to_have_text("8 results for json")
    page.locator("#query").fill("qqqq")

    expect(page.get_by_role("status")).to_have_text("Nothing found for qqqq")


def test_whats_new_becomes_reachable_when_it_is_unfolded(page: Page) -> None:
    page.goto("/search?q=json")
    page.locator("summary").click()

    expect(page.get_by_role("option")).to_have_count(8)
    page.locator("#query").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".hit[aria-selected=true]")).to_have_attribute(
        "href", "/docs/python-3.11/whatsnew/3.5.html#json"
    )


def test_the_mouse_selects_what_it_moves_over(page: Page) -> None:
    page.goto("/search?q=json")
    page.locator(".hit", has_text="json.JSONEncoder").hover()

    assert selected(page) == "json.JSONEncoder"


def test_tabbing_to_a_hit_selects_it(page: Page) -> None:
    page.goto("/search?q=json")
    page.locator(".hit", has_text="json.JSONEncoder").focus()

    assert selected(page) == "json.JSONEncoder"


def test_text_from_an_input_method_is_searched_when_it_is_whole(
    page: Page,
) -> None:
    page.goto("/")
    box = page.locator("#query")
    box.evaluate(
        "box => { box.value = 'js'; "
        "box.dispatchEvent(new InputEvent('input', { isComposing: true })); }"
    )
    expect(page.locator(".example").first).to_be_visible()
    box.evaluate("box => { box.value = 'json'; }")
    box.dispatch_event("compositionend")

    expect(page).to_have_url("/search?q=json")
