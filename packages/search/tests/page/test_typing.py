"""Results as one types, in a real browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from hotdish_search.service_protocol import IndexNotReadyError

if TYPE_CHECKING:
    from pathlib import Path

    from packages.search.tests.page.conftest import FakeSearch
    from playwright.sync_api import Browser, Page

JSON = "/docs/python-3.11/library/json.html"


def test_the_first_character_already_finds_something(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("j")

    expect(page.locator(".hit").first).to_contain_text("json.dumps")
    expect(page).to_have_url("/search?q=j")
    expect(page).to_have_title("j · hotdish")
    expect(page.locator("#query")).to_be_focused()


def test_results_follow_what_is_typed(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("json.du")
    expect(page.locator(".hit")).to_have_count(2)
    page.keyboard.type("mps")

    expect(page.locator(".hit")).to_have_count(1)
    expect(page).to_have_url("/search?q=json.dumps")


def test_an_older_question_is_cancelled_and_its_answer_dropped(
    page: Page, search: FakeSearch
) -> None:
    late = search.hold("j")
    page.goto("/")

    with page.expect_event("requestfailed", lambda request: request.url.endswith("q=j")) as failed:
        with page.expect_request(lambda request: request.url.endswith("q=j")):
            page.keyboard.type("j")
        page.keyboard.type("son.dumps")
    expect(page.locator(".hit")).to_have_count(1)
    late.set()
    page.request.get("/search?q=json")

    assert failed.value.failure == "net::ERR_ABORTED"
    expect(page.locator(".hit")).to_have_count(1)
    expect(page).to_have_url("/search?q=json.dumps")


def test_old_hits_stay_until_new_ones_come(page: Page, search: FakeSearch) -> None:
    page.goto("/search?q=json")
    before = page.locator("#results").bounding_box()
    late = search.hold("json.dumps")
    page.locator("#query").fill("json.dumps")

    expect(page.locator(".box")).to_have_class("box is-waiting")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    assert page.locator("#results").bounding_box() == before
    assert page.locator(".hit:visible").count() == 6

    late.set()
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.locator(".box")).to_have_class("box")


def test_enter_before_the_answer_opens_the_new_first_hit(
    page: Page, search: FakeSearch, docs: Path
) -> None:
    (docs / "library" / "marshal.html").write_text("<head></head><body>marshal</body>")
    page.goto("/search?q=json")
    late = search.hold("marshal")
    page.locator("#query").fill("marshal")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search?q=json")
    late.set()

    expect(page).to_have_url("/docs/python-3.11/library/marshal.html#marshal.dumps")


def test_going_back_to_what_is_shown_asks_nothing(page: Page, search: FakeSearch) -> None:
    page.goto("/search?q=json")
    late = search.hold("jsonx")
    page.locator("#query").press_sequentially("x")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Backspace")

    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    late.set()
    assert page.locator(".hit:visible").count() == 6
    assert [request.query for request in search.asked].count("json") == 1


def test_the_back_button_undoes_typing_in_one_step(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("json")
    expect(page).to_have_url("/search?q=json")
    page.go_back()

    expect(page.locator(".example").first).to_be_visible()
    expect(page.locator("#query")).to_have_value("")
    expect(page).to_have_title("hotdish")

    page.go_forward()
    expect(page.locator(".hit").first).to_contain_text("json.dumps")
    expect(page.locator("#query")).to_have_value("json")


def test_coming_back_from_the_documentation_shows_the_results(page: Page) -> None:
    page.goto("/")
    page.keyboard.type("json")
    expect(page).to_have_url("/search?q=json")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{JSON}#json.dumps")
    page.go_back()

    expect(page.locator("#query")).to_have_value("json")
    expect(page.locator(".hit").first).to_contain_text("json.dumps")


def test_a_query_that_stood_is_a_step_of_its_own(page: Page) -> None:
    page.goto("/search?q=json")
    page.locator(".tabs a", has_text="Tutorial").click()
    expect(page).to_have_url("/search?q=json&part=tutorial")
    expect(page.locator(".tabs a[aria-current]")).to_be_focused()
    page.go_back()

    expect(page).to_have_url("/search?q=json")
    expect(page.locator(".hit:visible")).to_have_count(6)


def test_typing_on_stays_in_the_chosen_part(page: Page, search: FakeSearch) -> None:
    page.goto("/search?q=json&part=tutorial")
    page.locator("#query").fill("saving")

    expect(page).to_have_url("/search?q=saving&part=tutorial")
    assert search.asked[-1].part == "tutorial"


def test_new_results_are_read_from_their_begin(page: Page, search: FakeSearch) -> None:
    search.hits = [replace(search.hits[1], url=f"{JSON}#{number}") for number in range(60)]
    page.goto("/search?q=json")
    page.evaluate("scrollTo({ top: 600 })")
    assert page.evaluate("scrollY") == 600
    page.keyboard.type(".dump")
    expect(page).to_have_url("/search?q=json.dump")

    assert page.evaluate("scrollY") == 0


def test_more_results_go_on_where_the_first_ones_end(page: Page, search: FakeSearch) -> None:
    search.hits = [replace(search.hits[1], url=f"{JSON}#{number}") for number in range(60)]
    page.goto("/search?q=json")
    page.get_by_role("link", name="Show more").click()

    expect(page.locator(".hit")).to_have_count(50)
    expect(page.locator(".hit").nth(20)).to_be_focused()
    assert page.evaluate("scrollY") > 500


def test_a_correction_is_one_click_away(page: Page) -> None:
    page.goto("/search?q=jsno")
    page.locator(".correction").get_by_role("link", name="json").click()

    expect(page.locator("#query")).to_have_value("json")
    expect(page.locator(".correction")).to_have_count(0)


def test_what_was_typed_is_searched_until_it_is_edited(page: Page, search: FakeSearch) -> None:
    search.corrections = {"jsno": "json", "jsno.": "json"}
    page.goto("/search?q=jsno")
    page.locator(".correction").get_by_role("link", name="jsno").click()
    expect(page).to_have_url("/search?q=jsno&verbatim=1")
    expect(page.locator(".notice")).to_contain_text("Nothing for jsno.")

    page.keyboard.type(" ")  # nothing that changes what is searched
    expect(page).to_have_url("/search?q=jsno&verbatim=1")
    page.keyboard.press("Backspace")
    page.keyboard.type(".")

    expect(page).to_have_url("/search?q=jsno.")
    expect(page.locator(".correction")).to_be_visible()


def test_repair_can_be_had_back(page: Page) -> None:
    page.goto("/search?q=jsno&verbatim=1")
    page.get_by_role("link", name="Repair slips").click()
    expect(page.locator(".correction")).to_be_visible()
    page.go_back()

    expect(page.locator(".filter")).to_contain_text("Exactly as typed.")
    assert page.url.endswith("/search?q=jsno&verbatim=1")


def test_an_example_of_the_home_page_is_searched(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="json.dumps").click()

    expect(page).to_have_url("/search?q=json.dumps")
    expect(page.locator(".card")).to_be_visible()


def test_the_cross_clears_the_box_and_goes_home(page: Page) -> None:
    page.goto("/search?q=json")
    page.get_by_role("button", name="Clear").click()

    expect(page.locator("#query")).to_be_focused()
    expect(page.locator(".hero")).to_be_in_viewport()
    expect(page.locator(".example").first).to_be_visible()
    expect(page).to_have_url("/")


def test_the_box_does_not_move_while_results_change(page: Page) -> None:
    page.goto("/search?q=json")
    before = page.locator(".box").bounding_box()
    page.locator("#query").fill("qqqq")
    expect(page.locator(".notice")).to_be_visible()

    assert page.locator(".box").bounding_box() == before


def test_without_the_server_the_page_says_so_and_keeps_its_hits(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/search?q=json")
    context.set_offline(True)
    page.locator("#query").fill("dumps")

    expect(page.locator(".failure")).to_contain_text("Is hotdish-search still running?")
    expect(page.locator(".hit:visible")).to_have_count(6)
    expect(page.get_by_role("status")).to_contain_text("The search does not answer.")

    context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".failure")).to_have_count(0)
    expect(page.locator(".hit").first).to_contain_text("json.dumps")
    context.close()


def test_an_index_that_is_being_built_is_awaited(
    browser: Browser, site: str, search: FakeSearch
) -> None:
    search.failing = IndexNotReadyError("The index is being built: 62 %.", 62)
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/")
    page.keyboard.type("json")

    expect(page.locator(".notice")).to_contain_text("The index is being built: 62 %.")
    page.keyboard.type(" ")  # asks for the same, which must not end the waiting
    search.failing = None
    expect(page.locator(".hit").first).to_contain_text("json.dumps")
    context.close()


def test_a_failed_search_is_a_sentence(browser: Browser, site: str, search: FakeSearch) -> None:
    search.failing = RuntimeError("a bug")
    context = browser.new_context(base_url=site)
    page = context.new_page()
    page.goto("/")
    page.keyboard.type("json")

    expect(page.locator(".failure")).to_contain_text("The search answered with an error (500).")
    context.close()


def test_everything_works_without_a_script(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator("#query").fill("json")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url("/search?q=json")
    page.get_by_role("link", name="Tutorial").click()
    expect(page.locator(".hit")).to_have_count(1)
    page.goto("/search?q=jsno")
    page.locator(".correction").get_by_role("link", name="jsno").click()
    expect(page.locator(".notice")).to_contain_text("Nothing for jsno.")
    page.get_by_role("link", name="Repair slips").click()
    page.get_by_role("link", name="json.dump function").click()
    expect(page).to_have_url(f"{JSON}#json.dump")
    page.locator("hotdish-bar #query").fill("pickle")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/search?q=pickle")
    assert page.locator("button:visible").all_inner_texts() == ["Search"]
    context.close()
