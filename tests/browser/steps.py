"""The eight steps of the main job as a person does them in the browser."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal

AUTHOR, APPROVER, COORDINATOR = "ines.okafor", "helen.marchetti", "ruth.abendroth"
RESPONDER, AUDITOR = "dev.ramaswamy", "paul.whitcombe"
REVIEWER_A, LEAD_A, REVIEWER_B = "felix.brandt", "amara.diallo", "kenji.moriyama"
NORTHLIGHT, NIMA = "Northlight Evaluations", "National Institute for Model Assurance"


def click(page: Page, name: str, *, exact: bool = True) -> None:
    """Press the button of that name in the page's main part, and wait for what it leads to.

    A page that is closed while the next one is still coming in is never closed: the browser then
    waits for ever, and the test with it.
    """
    page.locator("main").get_by_role("button", name=name, exact=exact).click()
    page.wait_for_load_state()


def import_report(portal: Portal, file: Path) -> str:
    """The author creates a report and imports a PDF; gives the version's id."""
    page = portal.page_of(AUTHOR, path="/reports/new")
    page.get_by_label("Title").fill("Main job report")
    click(page, "Create the report")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Label").fill("1.0")
    click(page, "Import")
    page.wait_for_url(re.compile(r"/versions/ver_"))
    found = re.search(r"ver_\w+", page.url)
    assert found is not None
    reading = page.get_by_role("link", name="Read", exact=True)
    expect(reading).to_be_visible(timeout=300_000)
    portal.look(page, "version")
    page.get_by_role("link", name="Name who answers for what").click()
    page.wait_for_url(re.compile(r"/owners"))
    page.get_by_label("Who answers for it").last.select_option(label="Ines Okafor")
    click(page, "Name the owner")
    expect(page.get_by_role("cell", name="Ines Okafor").first).to_be_visible()
    page.close()
    return found.group()


def let_in(portal: Portal, version: str) -> None:
    """The author lets colleagues read everything; the approver is the second person."""
    page = portal.page_of(AUTHOR, path=f"/versions/{version}/readers")
    for name in ("Helen Marchetti", "Ruth Abendroth"):
        page.get_by_label(name, exact=False).check()
    page.get_by_label("Edition", exact=True).select_option("unredacted")
    page.get_by_label("Purpose").fill("To decide and to answer")
    click(page, "Grant")
    page.close()
    page = portal.page_of(APPROVER)
    page.get_by_role("link", name=re.compile("Approve a grant")).first.click()
    click(page, "Approve")
    expect(page.get_by_text("In force").first).to_be_visible()
    page.close()


def mark(portal: Portal, version: str, phrase: str, code: str) -> None:
    """The author marks every occurrence of a phrase, and a region of page 2 by its corners."""
    page = portal.page_of(AUTHOR, path=f"/versions/{version}/redactions/pages/1")
    page.get_by_label("Search and mark").fill(phrase)
    page.get_by_role("button", name="Search").click()
    page.locator(f"input[name=categories][value={code}]").check()
    page.get_by_label("What is removed").fill("Name of an organisation")
    page.get_by_label("Why").fill("The test withholds it.")
    portal.look(page, "search-and-mark")
    click(page, "Propose the chosen places")
    page.wait_for_url(re.compile(r"/redactions"))
    page.goto(f"{portal.url}/versions/{version}/redactions/pages/2")
    for name, value in {"x0": "72", "y0": "90", "x1": "300", "y1": "140"}.items():
        page.locator(f"#mark-form [name={name}]").fill(value)
    page.locator("input[name=categories][value=PRV]").check()
    page.get_by_label("What is removed").fill("Legal advice")
    page.get_by_label("Why").fill("The test withholds it.")
    portal.look(page, "editor")
    page.get_by_role("button", name="Propose", exact=True).click()
    page.wait_for_load_state()
    page.close()


def approve_marks(portal: Portal, version: str) -> None:
    """The approver approves each group with the negative statement."""
    page = portal.page_of(APPROVER, path=f"/versions/{version}/redactions?state=proposed")
    portal.look(page, "approvals")
    while page.get_by_role("button", name="Approve").count():
        page.locator("input[name=statement]").first.check()
        page.get_by_role("button", name="Approve").first.click()
        page.wait_for_load_state()
        page.goto(f"{portal.url}/versions/{version}/redactions?state=proposed")
    page.close()


def open_review(portal: Portal, version: str, organisation: str, preset: str) -> str:
    """The coordinator opens a review and grants an edition; gives the review's path."""
    page = portal.page_of(COORDINATOR, path=f"/reviews/new?version={version}")
    page.get_by_label("Reviewer organisation").select_option(
        label=page.locator(f"option:has-text('{organisation}')").first.inner_text()
    )
    page.locator("main form button.primary").click()
    page.wait_for_url(re.compile(r"/reviews/rev_"))
    page.get_by_label("Edition", exact=True).select_option(preset)
    page.get_by_label("Purpose").fill("External review before deployment")
    page.locator("main form button.primary").last.click()
    expect(page.get_by_text("In force").first).to_be_visible()
    portal.look(page, "review")
    path = page.url.removeprefix(portal.url)
    page.close()
    return path


def publish(portal: Portal, version: str) -> None:
    """The author publishes the version."""
    page = portal.page_of(AUTHOR, path="/reports")
    page.get_by_text("Main job report").first.click()
    page.get_by_role("link", name=re.compile("Version 1")).click()
    click(page, "Publish")
    expect(page.get_by_text("Published").first).to_be_visible()
    page.close()


def accept_terms(portal: Portal, person: str, review: str) -> None:
    """A reviewer accepts the terms, and acknowledges the receipt once there is one."""
    page = portal.page_of(person, path=review + "/terms")
    portal.look(page, "terms")
    click(page, "I accept these terms")
    page.wait_for_url(re.compile(r"/reviews/rev_\w+$"))
    for _ in range(120):
        if page.locator("a[href^='/receipts/']").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    page.locator("a[href^='/receipts/']").first.click()
    click(page, "Acknowledge")
    expect(page.get_by_text("Acknowledged").first).to_be_visible()
    portal.look(page, "receipt")
    page.close()


def words_read(portal: Portal, person: str, version: str, number: int) -> list[str]:
    """Give the words of the text layer that a person can select on a page."""
    page = portal.page_of(person, path=f"/versions/{version}/pages/{number}")
    page.locator(".leaf img").first.wait_for()
    portal.look(page, f"reader-{person}")
    words = page.locator("[data-i]").evaluate_all("nodes => nodes.map(n => n.textContent || '')")
    page.close()
    return [str(word) for word in words]


def file_finding(portal: Portal, version: str, number: int) -> str:
    """A reviewer files a finding on words of a page; gives its path."""
    query = f"version={version}&page={number}&word_from=3&word_to=9"
    page = portal.page_of(REVIEWER_A, path=f"/findings/new?{query}")
    page.get_by_label("What is wrong").fill("The figure differs from the table.")
    page.get_by_label("What shows it").fill("Table 1.")
    portal.look(page, "finding-new")
    click(page, "File this finding")
    page.wait_for_url(re.compile(r"/findings/fnd_"))
    path = page.url.removeprefix(portal.url)
    page.close()
    return path


def settle_finding(portal: Portal, path: str) -> None:
    """The author answers, the reviewer confirms."""
    page = portal.page_of(AUTHOR, path=path)
    page.get_by_label("Accepted", exact=True).check()
    page.get_by_label("Explanation").fill("You are right; the next version says so.")
    page.get_by_label("This answer contains nothing").check()
    portal.look(page, "finding-author")
    click(page, "Send the answer")
    page.close()
    page = portal.page_of(REVIEWER_A, path=path)
    click(page, "The answer settles it")
    expect(page.get_by_text("Agreed for next version").first).to_be_visible()
    portal.look(page, "finding-settled")
    page.close()


def ask(portal: Portal, review: str) -> str:
    """A reviewer asks for information; gives the request's path."""
    page = portal.page_of(REVIEWER_A, path=f"/requests/new?review={review.rsplit('/', 1)[1]}")
    page.get_by_label("What do you ask for?").fill("Who is paged when the monitor fires?")
    page.get_by_label("The report as a whole").check()
    page.get_by_label("What form of answer would do?").select_option("short_text")
    portal.look(page, "request-new")
    click(page, "Submit the request")
    page.wait_for_url(re.compile(r"/requests/req_"))
    path = page.url.removeprefix(portal.url)
    page.close()
    return path


def answer(portal: Portal, path: str) -> None:
    """Triage, assignment, draft, release by somebody else, acceptance; notes stay inside."""
    page = portal.page_of(COORDINATOR, path="/requests")
    portal.look(page, "triage")
    page.goto(portal.url + path)
    click(page, "Take into triage")
    page.get_by_label("Who answers").select_option(
        label=page.locator("option:has-text('Dev Ramaswamy')").first.inner_text()
    )
    page.locator("input[id^=assign-nothing-withheld]").check()
    click(page, "Assign")
    page.locator("#note-text").fill("INTERNAL: ask the on-call lead first")
    click(page, "Add the note")
    page.close()
    page = portal.page_of(RESPONDER, path=path)
    assert "Northlight" not in page.content()
    page.get_by_label("Answer", exact=True).fill("The on-call engineer, within five minutes.")
    portal.look(page, "responder")
    click(page, "Send to release check")
    page.close()
    page = portal.page_of(COORDINATOR, path=path)
    page.locator("input[id^=release-nothing-withheld]").check()
    portal.look(page, "release-check")
    click(page, "Release to Northlight Evaluations")
    page.close()
    page = portal.page_of(REVIEWER_A, path=path)
    said = page.content()
    assert "within five minutes" in said
    assert "INTERNAL" not in said and "Ramaswamy" not in said and "Abendroth" not in said
    click(page, "Accept the answer")
    portal.look(page, "request-closed")
    page.close()


def revoke(portal: Portal, review: str) -> None:
    """The coordinator revokes the grant with a reason."""
    page = portal.page_of(COORDINATOR, path=review)
    page.locator("summary", has_text="Revoke").click()
    page.get_by_label("Why").fill("The test is over.")
    click(page, "Revoke")
    expect(page.get_by_text("Revoked").first).to_be_visible()
    page.close()


def export_log(portal: Portal, folder: Path, *, person: str, path: str) -> Path:
    """An auditor (or a lead) exports the log (or the record) with proof."""
    page = portal.page_of(person, path=path)
    portal.look(page, f"log-{person}")
    with page.expect_download() as waiting:
        click(page, "Export with proof")
    archive = folder / f"{person}.zip"
    waiting.value.save_as(archive)
    page.close()
    return archive
