"""The whole way: a real browser, the real server, the real documentation."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from hotdish_search.app import create_app
from hotdish_search.settings import Settings

# One kind of database is enough here; and no other may be made while the browser runs, because
# Playwright's loop would be in the way.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def address(
    serve: Callable[[FastAPI], AbstractContextManager[str]], settings: Settings
) -> Iterator[str]:
    with serve(create_app(settings)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    yield context.new_page()
    context.close()


def test_typing_json_du_shows_json_dumps_first(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("json.du")
    expect(page).to_have_url("/search?q=json.du")

    expect(page.locator(".hit .title").first).to_have_text("json.dumps")


def test_enter_opens_the_documentation_at_the_place(page: Page) -> None:
    page.goto("/search?q=json.dumps")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/docs/python-3.11/library/json.html#json.dumps")
    expect(page.locator("dt.hotdish-place")).to_contain_text("json.dumps(obj")
    expect(page.locator("dt.hotdish-place")).to_be_in_viewport()
    expect(page.locator("hotdish-bar")).to_be_in_viewport()


@pytest.mark.parametrize("example", range(4))
def test_each_example_of_the_home_page_finds_something(page: Page, example: int) -> None:
    page.goto("/")
    page.locator(".examples a").nth(example).click()

    expect(page.locator(".hit").first).to_be_visible()


def test_the_place_of_a_built_in_type_is_marked(page: Page) -> None:
    page.goto("/docs/python-3.11/library/functions.html#func-str")

    expect(page.locator("dt.hotdish-place")).to_contain_text("str(object")
