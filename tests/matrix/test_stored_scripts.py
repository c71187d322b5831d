"""AC-40, AC-41, AC-45, AC-46: every name, title and text is hostile, and no page comes alive.

The rows are written by the owner's role, as if every check on the way in had been passed: what is
held here is the way out, on every page that there is.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from sqlalchemy import Connection, text

from app.rendering.lines import Shown, ShownLine
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.crawling import addresses
from tests.turns import has_turn

HOSTILE = (
    '=HYPERLINK("https://evil.example")\r\nSet-Cookie: evil=1 "\'><script>alert(1)</script>'
    "<img src=x onerror=alert(1)>{{ 9**9 }}${9**9}</textarea></title><svg onload=alert(1)>"
)
MARKDOWN = (
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <iframe src=//evil.example>"
    " [d](data:text/html,<script>alert(1)</script>) <a href='vbscript:x' onclick=alert(1)>y</a>"
)
pytestmark = pytest.mark.turns
WHO = ("coordinator", "author", "approver", "auditor", "administrator", "responder", "lead_a")
COLUMNS = {
    "organisations": ("name",), "people": ("name",), "reports": ("title",),
    "versions": ("label", "changelog"), "terms": ("title", "body"), "reviews": ("scope",),
    "redactions": ("character", "justification", "decision_reason"), "grants": ("purpose",),
    "teams": ("name",), "routing_rules": ("name", "topic"),
    "guarded_fields": ("body",), "evidence_items": ("title",),
}  # fmt: skip
KINDS = {
    *("", "text/html", "text/csv", "text/plain", "text/markdown", "image/png", "image/jpeg"),
    *("application/json", "application/problem+json", "application/zip", "application/pdf"),
    *("application/x-ndjson", "text/calendar", "application/octet-stream"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LIVING = {"script", "iframe", "object", "embed", "base", "applet", "frame", "meta", "style"}
OWN_SCRIPT = re.compile(r"/static/[0-9a-f]{16}/js/[a-z_/-]+\.js")


@dataclass
class Alive(HTMLParser):
    """Finds what a browser would run, load from elsewhere, or send somewhere else."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = {name.lower(): (value or "").strip() for name, value in attrs}
        self.found += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        if "style" in given or "srcdoc" in given:
            self.found.append(f"<{tag} style>")
        if tag == "script" and not OWN_SCRIPT.fullmatch(given.get("src", "")):
            self.found.append(f"<script {given}>")
        if tag in LIVING - {"script", "meta"} or (tag == "meta" and _leads_away(given)):
            self.found.append(f"<{tag}>")
        for name in ("href", "src", "action", "formaction", "data", "poster", "xlink:href"):
            if name in given and not _harmless(tag, name, given[name]):
                self.found.append(f"<{tag} {name}={given[name][:60]}>")


def _leads_away(meta: dict[str, str]) -> bool:
    """Say whether a meta element does more than to ask for this very page again."""
    again = meta.get("http-equiv") == "refresh" and meta.get("content", "").isdigit()
    return "http-equiv" in meta and not again


def _harmless(tag: str, name: str, target: str) -> bool:
    parts = urlsplit(re.sub(r"[\x00-\x20]", "", target))
    if tag == "a" and name == "href" and parts.scheme in ("http", "https", "mailto"):
        return True  # somebody's link: it is shown, and leads away only when it is followed
    return not parts.scheme and not parts.netloc


# Of kept JSON: what a person typed, or what repeats a title, name or label that one typed.
TYPED = {
    *("text", "organisation", "report", "label", "note", "question", "purpose", "instead", "title"),
    *("item", "scope", "version_label", "terms_title", "signatory", "what", "reason", "where"),
    "quoted",
}


def _spoil_within(connection: Connection) -> None:
    """Put the hostile words into every text that kept JSON holds."""
    rows = connection.execute(
        text("SELECT id, field, body FROM guarded_fields WHERE body ~ '^[[{]'")
    ).all()
    spoilt = set()
    for row in rows:
        body = json.dumps(_spoilt(json.loads(row.body)), ensure_ascii=False)
        assert "alert(1)" in body or row.body in ("[]", "{}"), row.field
        spoilt.add(row.field)
        connection.execute(
            text("UPDATE guarded_fields SET body = :body WHERE id = :id"),
            {"body": body, "id": row.id},
        )
    assert spoilt >= {"content", "appendix", "shared"}, "the statements are among them"


def _spoilt(value: object, name: str = "") -> object:
    """Give a JSON value with the hostile words where somebody's words were."""
    if isinstance(value, dict):
        return {key: _spoilt(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spoilt(inner, name) for inner in value]
    if name not in TYPED or not isinstance(value, str):
        return value
    return f"{HOSTILE} {MARKDOWN}" if name == "text" else HOSTILE


@pytest.fixture(scope="module")
def hostile(canaries: CanaryWorld) -> CanaryWorld:
    """Write the hostile words into every text that there is, the words of the pages included."""
    with canaries.owner.begin() as connection:
        for table, columns in COLUMNS.items():
            # What must be unique stays so by a number at the end.
            changes = ", ".join(f"{c} = :said || ' ' || left(md5(id), 6)" for c in columns)
            said = f"{HOSTILE} {MARKDOWN}" if table == "guarded_fields" else HOSTILE
            # A field that holds JSON is made hostile from within, and stays what it is.
            plain = " WHERE body !~ '^[[{]'" if table == "guarded_fields" else ""
            connection.execute(text(f"UPDATE {table} SET {changes}{plain}"), {"said": said})
        _spoil_within(connection)
        connection.execute(
            text("UPDATE receipts SET items = jsonb_set(items::jsonb, '{0,item}',"
                 " to_jsonb(CAST(:said AS text)))"), {"said": HOSTILE},
        )  # fmt: skip
        connection.execute(
            text("UPDATE edition_outlines SET entries = (SELECT jsonb_agg(jsonb_set(e, '{title}',"
                 " to_jsonb(CAST(:said AS text)))) FROM jsonb_array_elements(entries::jsonb) e)"),
            {"said": HOSTILE},
        )  # fmt: skip
        for edition, page, packed in connection.execute(
            text("SELECT edition_id, page, words FROM edition_pages")
        ).all():
            words = [[HOSTILE, *word[1:]] for word in msgspec.msgpack.decode(packed)]
            connection.execute(
                text("UPDATE edition_pages SET words = :w WHERE edition_id = :e AND page = :p"),
                {"w": msgspec.msgpack.encode(words), "e": edition, "p": page},
            )
        said = ShownLine(0, (Shown("w", (HOSTILE,)),))
        connection.execute(
            text("UPDATE edition_evidence SET lines = :lines"),
            {"lines": msgspec.msgpack.encode([said])},
        )
    return canaries


@pytest.fixture(scope="module")
def answers(hostile: CanaryWorld) -> list[tuple[str, str, httpx.Response]]:
    """Fetch every page as everybody who has something to see."""
    found = []
    for who in WHO:
        for address in addresses(hostile):
            mixed = len({tag for _, tag in address.things}) > 1
            if address.route.startswith("/api/") or address.names_missing or mixed:
                continue
            if not has_turn(f"{who} {address.route}", of=2):
                continue
            answer = hostile.people[who].client.get(address.url)
            found.append((who, address.route, answer))
    return found


def _pages(answers: list[tuple[str, str, httpx.Response]]) -> list[tuple[str, str, str]]:
    pages = [
        (who, route, answer.text)
        for who, route, answer in answers
        if answer.headers.get("content-type", "").startswith("text/html")
    ]
    assert len([page for page in pages if "alert(1)" in page[2]]) > 40, "the words are on them"
    return pages


def test_no_page_comes_alive(answers: list[tuple[str, str, httpx.Response]]) -> None:
    living = {}
    for who, route, page in _pages(answers):
        parser = Alive()
        parser.feed(page)
        if parser.found:
            living[who, route] = sorted(set(parser.found))[:5]
    assert living == {}


def test_no_template_runs_what_somebody_wrote(
    answers: list[tuple[str, str, httpx.Response]],
) -> None:
    assert [(who, route) for who, route, page in _pages(answers) if str(9**9) in page] == []


def test_a_page_that_came_alive_would_be_noticed() -> None:
    """The positive control."""
    for planted in (
        *("<script>x</script>", "<p onclick=x>", "<a href='java\nscript:x'>", "<iframe>"),
        *("<img src=//evil.example/x>", "<p style='x'>", "<form action=https://evil.example>"),
        *("<a href='data:text/html,x'>", "<base href=/>", "<meta http-equiv=refresh>"),
        "<meta http-equiv=refresh content='0; url=//evil.example'>",
    ):
        parser = Alive()
        parser.feed(planted)
        assert parser.found, planted
    calm = Alive()
    calm.feed("<a href='https://example.org'>x</a><img src='/versions/v/pages/1/image'>")
    assert calm.found == []


def test_every_answer_forbids_guessing_and_scripts_of_others(
    answers: list[tuple[str, str, httpx.Response]],
) -> None:
    for who, route, answer in answers:
        where = (who, route)
        policy = answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff", where
        assert "script-src 'self'" in policy, where
        assert "unsafe" not in policy, where
        assert "evil" not in str(dict(answer.headers)), where
        disposition = answer.headers.get("content-disposition")
        if disposition:
            assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', disposition), where
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert kind in KINDS, where


def test_nobody_meets_a_fault_because_of_what_somebody_wrote(
    answers: list[tuple[str, str, httpx.Response]],
) -> None:
    assert [(w, r, a.status_code) for w, r, a in answers if a.status_code >= 500] == []


def test_no_cell_of_a_table_is_run_by_a_spreadsheet(
    answers: list[tuple[str, str, httpx.Response]],
) -> None:
    tables = [a.text for _, r, a in answers if r == "/shared-items.csv" and a.status_code == 200]
    assert tables
    rows = list(csv.reader(io.StringIO(tables[0], newline="")))
    assert len(rows) > 2
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [cell for cell in cells if cell.startswith("'=HYPERLINK")], "the words are in it"
