"""Accessibility checks, light and dark, phone and wide screen, and the bar over documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

JSON = "/docs/python-3.11/library/json.html"
SCREENS = {"phone": (360, 740), "laptop": (1000, 720), "wide": (1440, 900)}


def violations(page: Page, context: str | None = None) -> list[str]:
    found = Axe().run(page, context=context).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(
    ("path", "screen", "scheme"),
    [
        ("/", "phone", "light"),
        ("/", "wide", "dark"),
        ("/search?q=json", "phone", "dark"),
        ("/search?q=json", "phone", "light"),
        ("/search?q=json", "wide", "light"),
        ("/search?q=json", "laptop", "dark"),
        ("/search?q=jsno&part=library", "laptop", "light"),
        ("/search?q=qqqq", "phone", "dark"),
        ("/docs/nothing", "laptop", "light"),
    ],
)
def test_nothing_hinders_people(
    browser: Browser, site: str, path: str, screen: str, scheme: Literal["light", "dark"]
) -> None:
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=site, color_scheme=scheme, viewport={"width": width, "height": height}
    )
    page = context.new_page()
    page.goto(path)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("width", [360, 1000])
def test_nothing_hinders_people_in_the_bar(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    page.goto(JSON)
    page.locator("#query").fill("json")
    expect(page.locator(".hit").first).to_be_visible()

    assert violations(page, "hotdish-bar") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_hinders_people_in_the_list_of_keys(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Keyboard shortcuts").click()

    assert violations(page) == []


def background(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def test_the_chosen_theme_is_remembered(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = background(page)
    page.get_by_role("button", name="Change to dark").click()
    dark = background(page)
    page.reload()
    remembered = background(page)
    followed = page.evaluate("localStorage.currentTheme")  # what Python's own theme reads
    page.get_by_role("button", name="Change to light").click()

    assert (light, dark, remembered) == ("rgb(255, 253, 249)", "rgb(22, 21, 19)", dark)
    assert followed == "dark"
    assert background(page) == light
    assert page.evaluate("localStorage.length") == 0


def test_the_system_decides_until_somebody_chooses(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/")

    assert background(page) == "rgb(22, 21, 19)"


def test_the_box_glides_unless_motion_is_unwelcome(page: Page) -> None:
    duration = "getComputedStyle(document.querySelector('.column')).transitionDuration"
    page.goto("/")
    usual = page.evaluate(duration)
    page.emulate_media(reduced_motion="reduce")

    assert usual == "0.12s"
    assert page.evaluate(duration) == "0s"


def test_a_wide_screen_shows_the_place_beside_the_list(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/search?q=json")
    frame = page.frame_locator(".preview iframe")
    expect(frame.locator(".hotdish-place")).to_have_text("json.dumps(obj)")
    steps = page.evaluate("history.length")
    page.locator("#query").press("ArrowDown")

    expect(frame.locator(".hotdish-place")).to_have_text("json.dump(obj, fp)")
    expect(frame.locator("hotdish-bar")).to_have_count(0)
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("history.length") == steps


def test_a_preview_is_dark_where_the_list_is(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/search?q=json")
    frame = page.frame_locator(".preview iframe").locator("html")
    expect(frame).to_have_css("filter", "invert(0.92) hue-rotate(180deg)")
    page.get_by_role("button", name="Change to light").click()

    expect(frame).to_have_css("filter", "none")


def test_a_link_in_the_preview_opens_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/search?q=json")
    page.frame_locator(".preview iframe").get_by_role("link", name="dump").click()

    expect(page).to_have_url(f"{JSON}#json.dump")
    expect(page.locator("hotdish-bar")).to_be_visible()


def test_a_narrow_screen_loads_no_preview(page: Page) -> None:
    page.goto("/search?q=json")
    page.locator("#query").press("ArrowDown")

    expect(page.locator(".preview")).to_be_hidden()
    expect(page.locator("iframe")).to_have_count(0)


def test_copying_gives_code_that_can_be_pasted(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/search?q=json")
    page.get_by_role("button", name="Copy import json").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    line = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Copy example").click()
    expect(page.get_by_role("button", name="Copied")).to_have_count(2)

    assert line == "import json"
    assert page.evaluate("navigator.clipboard.readText()") == (
        "import json\njson.dumps(['foo', {'bar': ('baz', None)}])"
    )


def test_the_place_one_came_for_is_marked_and_below_the_bar(page: Page) -> None:
    page.goto(f"{JSON}#json.dumps")
    place = page.locator(".hotdish-place")
    bar = page.locator("hotdish-bar").bounding_box()
    box = place.bounding_box()

    expect(place).to_have_text("json.dumps(obj)")
    assert bar is not None
    assert box is not None
    assert box["y"] >= bar["height"]


def test_a_link_within_the_page_moves_the_mark(page: Page) -> None:
    page.goto(f"{JSON}#json.dumps")
    page.get_by_role("link", name="dump").click()

    expect(page.locator(".hotdish-place")).to_have_text("json.dump(obj, fp)")


def test_a_built_in_types_anchor_marks_its_definition(page: Page, docs: Path) -> None:
    (docs / "functions.html").write_text(
        '<head></head><body><span id="func-str"></span><dl><dt>class str(object)</dt></dl></body>'
    )
    page.goto("/docs/python-3.11/functions.html#func-str")

    expect(page.locator(".hotdish-place")).to_have_text("class str(object)")


def test_a_sections_anchor_marks_its_heading(page: Page) -> None:
    page.goto(f"{JSON}#module-json")

    expect(page.locator("h1.hotdish-place")).to_have_text("json")


def test_the_bar_searches_over_the_page(page: Page) -> None:
    page.goto(JSON)
    page.keyboard.press("/")
    page.keyboard.type("json")
    expect(page.get_by_role("option")).to_have_count(6)
    expect(page).to_have_url(JSON)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{JSON}#json.dump")
    expect(page.locator(".popup")).to_be_hidden()


def test_escape_closes_the_results_then_clears_then_leaves(page: Page) -> None:
    page.goto(JSON)
    box = page.locator("#query")
    box.fill("json")
    expect(page.locator(".popup")).to_be_visible()
    box.press("Escape")
    expect(page.locator(".popup")).to_be_hidden()
    expect(box).to_have_value("json")
    box.press("Escape")
    expect(box).to_have_value("")
    box.press("Escape")

    expect(box).not_to_be_focused()


def test_a_click_beside_the_results_closes_them(page: Page) -> None:
    page.goto(JSON)
    page.locator("#query").fill("json")
    expect(page.locator(".popup")).to_be_visible()
    page.mouse.click(990, 700)
    expect(page.locator(".popup")).to_be_hidden()
    page.locator("#query").blur()
    page.locator("#query").focus()

    expect(page.locator(".popup")).to_be_visible()


def test_moving_through_the_results_does_not_move_the_page(page: Page) -> None:
    page.goto(f"{JSON}#json.dumps")
    before = page.evaluate("scrollY")
    page.locator("#query").fill("json")
    expect(page.locator(".popup")).to_be_visible()
    for _ in range(7):
        page.keyboard.press("ArrowDown")

    expect(page.locator(".hit[aria-selected=true]")).to_be_in_viewport()
    assert page.evaluate("scrollY") == before > 0


def test_selected_text_is_looked_up(page: Page) -> None:
    page.goto(JSON)
    page.evaluate("getSelection().selectAllChildren(document.getElementById('json.dumps'))")
    page.keyboard.press("Control+k")

    expect(page.locator("#query")).to_have_value("json.dumps(obj)")


def test_the_pages_own_style_stays(page: Page) -> None:
    page.goto(JSON)

    assert background(page) == "rgb(255, 255, 255)"
