"""Every component, in real Chromium, under the real policy: seen, used, and checked with axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # no stubs
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browsing import faults_of

PAGES = (
    *("queue", "detail", "form", "form-refused", "parts"),
    *("view-as", "sign-in", "reader", "editor", "nothing-here"),
)
SIZES = {"wide": (1360, 900), "telephone": (390, 844)}

pytestmark = pytest.mark.browser


def _open(
    chromium: Browser, url: str, *, size: str = "wide", scheme: str = "light", **more: Any
) -> tuple[Page, list[str]]:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        **more,
    )
    tab = context.new_page()
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser itself reports a page that answers 404.
        if "status of 404" not in message.text:
            said.append(message.text)

    tab.on("console", note)
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(url)
    return tab, said


@pytest.fixture
def reader(chromium: Browser, styleguide_url: str) -> Iterator[Page]:
    tab, said = _open(chromium, f"{styleguide_url}/reader")
    yield tab
    assert said == []
    tab.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_quiet_and_fits(
    chromium: Browser, styleguide_url: str, name: str
) -> None:
    tab, said = _open(chromium, f"{styleguide_url}/{name}")
    faults = faults_of(tab, name)
    tab.context.close()
    assert faults + said == []


def test_axe_does_find_a_planted_fault(chromium: Browser, styleguide_url: str) -> None:
    tab, _ = _open(chromium, f"{styleguide_url}/queue")
    tab.evaluate("document.querySelector('#search-q').labels[0].remove()")
    tab.evaluate("document.querySelector('#search-q').removeAttribute('placeholder')")
    assert [fault["id"] for fault in Axe().run(tab).response["violations"]] == ["label"]
    tab.context.close()


def test_the_policy_refuses_inline_styles_and_markup(
    chromium: Browser, styleguide_url: str
) -> None:
    tab, said = _open(chromium, f"{styleguide_url}/queue")
    tab.evaluate("document.body.setAttribute('style', 'color: red')")
    with pytest.raises(Exception, match="TrustedHTML"):
        tab.evaluate("document.body.innerHTML = '<p>planted</p>'")
    assert any("style-src" in line for line in said)
    tab.context.close()


@pytest.mark.parametrize("name", ["queue", "reader", "editor", "form"])
def test_a_page_needs_no_script(chromium: Browser, styleguide_url: str, name: str) -> None:
    tab, said = _open(chromium, f"{styleguide_url}/{name}", java_script_enabled=False)
    assert said == []
    if name == "reader":
        tab.get_by_text("Text of page 41").click()
        expect(tab.locator(".page-text p").nth(1)).to_contain_text("Changes to the evaluation")
        expect(tab.get_by_role("link", name="Challenge").first).to_be_visible()
    if name == "editor":
        tab.get_by_label("Left", exact=True).fill("10")
        expect(tab.get_by_role("button", name="Propose")).to_be_enabled()
    tab.context.close()


def test_words_are_chosen_by_dragging_and_go_into_the_form_as_indexes(reader: Page) -> None:
    words = reader.locator("[data-i]")
    start = words.nth(18).bounding_box()
    end = words.nth(22).bounding_box()
    assert start
    assert end
    reader.mouse.move(start["x"] + 3, start["y"] + 5)
    reader.mouse.down()
    reader.mouse.move(end["x"] + 3, end["y"] + 5, steps=6)
    reader.mouse.up()
    expect(reader.locator("[data-selection]")).to_be_visible()
    expect(reader.locator("[data-selection-count]")).to_have_text("5 words")
    assert reader.locator("[data-selection] [name=word_from]").input_value() == "18"
    assert reader.locator("[data-selection] [name=word_to]").input_value() == "22"
    assert reader.locator("[data-selection] [name=page]").input_value() == "41"
    chosen = reader.evaluate("getSelection().toString().split(/\\s+/).filter(Boolean).join(' ')")
    assert chosen == " ".join(words.nth(at).inner_html() for at in range(18, 23))
    with reader.expect_navigation():
        reader.get_by_role("button", name="Finding").click()
    assert reader.url.endswith("/findings/new?page=41&word_from=18&word_to=22")


def test_words_are_chosen_by_keyboard(reader: Page) -> None:
    reader.keyboard.press("w")
    reader.keyboard.press("ArrowRight")
    reader.keyboard.press("Shift+ArrowRight")
    reader.keyboard.press("Shift+ArrowRight")
    expect(reader.locator("[data-selection-count]")).to_have_text("3 words")
    assert reader.locator("[data-selection] [name=word_from]").input_value() == "1"
    reader.keyboard.press("Escape")
    expect(reader.locator("[data-selection]")).to_be_hidden()


def test_a_redaction_says_its_character_on_focus(reader: Page) -> None:
    box = reader.locator(".boxes a").first
    assert box.get_attribute("aria-label") == (
        "Redacted, SEC: Names the system on which the monitor runs. 14 words"
    )
    expect(reader.locator(".bubble")).to_be_hidden()
    box.focus()
    expect(reader.locator(".bubble")).to_contain_text("Names the system on which the monitor runs.")
    with reader.expect_navigation():
        reader.keyboard.press("j")
    assert reader.url.endswith("?page=42")


def test_drawing_fills_the_form_in_points_and_typing_moves_the_rectangle(
    chromium: Browser, styleguide_url: str
) -> None:
    tab, said = _open(chromium, f"{styleguide_url}/editor")
    ground = tab.locator("[data-draw]").bounding_box()
    assert ground
    per_point = ground["width"] / 595
    tab.mouse.move(ground["x"] + 100 * per_point, ground["y"] + 200 * per_point)
    tab.mouse.down()
    tab.mouse.move(ground["x"] + 150 * per_point, ground["y"] + 230 * per_point, steps=4)
    tab.mouse.up()
    values = [float(tab.locator(f"#{name}").input_value()) for name in ("x0", "y0", "x1", "y1")]
    assert values == pytest.approx([100, 200, 150, 230], abs=1.5)
    tab.keyboard.press("Shift+ArrowRight")
    assert float(tab.locator("#x1").input_value()) > values[2]
    tab.locator("#x0").fill("0")
    assert tab.locator("[data-drawn] rect").get_attribute("x") == "0"
    assert said == []
    tab.context.close()


def test_a_draft_survives_a_reload_and_goes_away_with_signing_out(
    chromium: Browser, styleguide_url: str
) -> None:
    tab, _ = _open(chromium, f"{styleguide_url}/form")
    tab.get_by_label("Why is it needed?").fill("Claim 4.2 rests on it.")
    tab.reload()
    expect(tab.get_by_label("Why is it needed?")).to_have_value("Claim 4.2 rests on it.")
    expect(tab.get_by_text("Your draft is back.")).to_be_visible()
    tab.locator(".account summary").click()
    tab.get_by_role("button", name="Sign out").click()
    tab.goto(f"{styleguide_url}/form")
    expect(tab.get_by_label("Why is it needed?")).to_have_value("")
    tab.context.close()


def test_rows_answer_to_keys_until_the_keys_are_switched_off(
    chromium: Browser, styleguide_url: str
) -> None:
    tab, _ = _open(chromium, f"{styleguide_url}/queue")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.locator("tr.here")).to_contain_text("RQ-INST-0031")
    tab.keyboard.press("?")
    tab.get_by_label("Single keys are on").uncheck()
    tab.keyboard.press("Escape")
    tab.keyboard.press("k")
    expect(tab.locator("tr.here")).to_contain_text("RQ-INST-0031")
    tab.context.close()


def test_the_theme_switch_holds_from_page_to_page(chromium: Browser, styleguide_url: str) -> None:
    tab, _ = _open(chromium, f"{styleguide_url}/queue")
    tab.locator(".account summary").click()
    tab.get_by_role("button", name="Dark").click()
    tab.goto(f"{styleguide_url}/parts")
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    tab.context.close()


def test_an_upload_that_is_refused_keeps_the_form_and_one_that_is_taken_goes_on(
    chromium: Browser, styleguide_url: str
) -> None:
    tab, _ = _open(chromium, f"{styleguide_url}/form")
    tab.get_by_label("Why is it needed?").fill("still here")
    _attach(tab, b"plain words")
    tab.get_by_role("button", name="Import").click()
    expect(tab.locator("[data-refusal]")).to_contain_text("This is no PDF.")
    expect(tab.get_by_role("button", name="Import")).to_be_enabled()
    expect(tab.get_by_label("Why is it needed?")).to_have_value("still here")
    _attach(tab, b"%PDF-1.7 " + b"0" * 300_000)
    tab.get_by_role("button", name="Import").click()
    tab.wait_for_url("**/queue")
    tab.context.close()


def _attach(tab: Page, content: bytes) -> None:
    tab.set_input_files(
        "#file", {"name": "report.pdf", "mimeType": "application/pdf", "buffer": content}
    )


def test_long_work_shows_how_far_it_is(chromium: Browser, styleguide_url: str) -> None:
    tab, said = _open(chromium, f"{styleguide_url}/parts")
    expect(tab.get_by_text("page 3 of 62")).to_be_visible()
    assert tab.get_by_label("Waiting for the worker").get_attribute("value") == "3"
    assert said == []
    tab.context.close()


def test_a_draft_that_was_sent_is_forgotten_unless_the_session_had_ended(
    chromium: Browser, styleguide_url: str
) -> None:
    tab, _ = _open(chromium, f"{styleguide_url}/detail")
    note = tab.get_by_label("Note to the team")
    note.fill("Ask the weights team.")
    tab.route("**/note", lambda route: route.fulfill(status=200, body="taken"))
    tab.get_by_role("button", name="Add note").click()
    tab.wait_for_url("**/note")
    tab.evaluate(
        "for (const [k, v] of Object.entries(sessionStorage))"
        " sessionStorage[k] = v.replace('ses_1', 'ses_0')"
    )
    tab.goto(f"{styleguide_url}/detail")
    expect(note).to_have_value("Ask the weights team.")
    tab.get_by_role("button", name="Add note").click()
    tab.wait_for_url("**/note")
    tab.goto(f"{styleguide_url}/detail")
    expect(note).to_have_value("")
    tab.context.close()
