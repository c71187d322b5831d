"""What a page can do a program can: each form and page has its JSON, each pair a test.

Nothing here is a list of routes. They come from the running application, and the tests that
compare two doors say themselves which address they are about (`pytest.mark.paired`); the fixture
that they use fails a test whose word is not true.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.domain.actions import Action
from app.web.routing import DeclaredRoute, Public
from tests.worlds.doors import API, TWINS, json_of

FEATURES = Path(__file__).resolve().parents[1] / "features"
COMPARING = "pair"  # the fixture that holds a test to what it says

# Forms without JSON. A line here is a decision.
ONLY_FORMS = {
    "/sign-in": "a browser signs in",
    "/theme": "a choice that stays in the browser",
}
# Forms that anybody may send although their JSON asks for a session.
OPEN_FORMS = {"/sign-out": "somebody whose session has ended gets a page, not a refusal"}

# Pages whose JSON has another address, and pages that need none, with the reason.
SIBLINGS = {
    "/recommendations.csv": f"{API}/recommendations",
    "/versions/{version_id}/positions.csv": f"{API}/versions/{{version_id}}/positions",
    "/assurances/{assurance_id}/statement.json": f"{API}/assurances/{{assurance_id}}",
    "/assurances/{assurance_id}/to-sign.txt": f"{API}/assurances/{{assurance_id}}",
    "/reviews/{review_id}/statement/sections/{topic}": f"{API}/reviews/{{review_id}}/statement",
    "/statements/{statement_id}/release": f"{API}/statements/{{statement_id}}/to-sign",
    "/statements/{statement_id}/to-sign.txt": f"{API}/statements/{{statement_id}}/to-sign",
    "/": f"{API}/home",
    "/reports/{report_id}/versions/{version_id}": f"{API}/versions/{{version_id}}/desk",
    "/versions/{version_id}/claims/export": f"{API}/versions/{{version_id}}/claims",
    "/claims/{claim_id}/reader": f"{API}/claims/{{claim_id}}",
}
PAGES_ALONE = {
    "/healthz": "is JSON itself",
    "/sign-in": "a browser signs in",
    "/sign-in/{entry}": "a browser signs in",
    "/sign-in/callback": "a browser signs in",
    "/invitations/{token}": "a browser signs in",
    "/organisations/new": "an empty form",
    "/reports/new": "an empty form",
    "/teams/new": "an empty form",
    "/routing/new": "an empty form",
    "/routing/try": "a form; what it shows is the JSON of its act",
    "/versions/{version_id}/claims/import": "a form; what it shows is the JSON of its act",
    "/requests/new": "a form; its reviews and the words it quotes have JSON of their own",
    "/findings/new": "a form; the words it quotes are the page's own JSON",
    "/versions/{version_id}/notes": "a form; the words it quotes are the page's own JSON",
    "/our-people": "one's own organisation, by its short name",
    "/versions/{version_id}/pages": "sends on to the page with a number",
    "/versions/{version_id}/redactions/pages": "sends on to the page with a number",
    "/shared-items.csv": "the ledger's JSON in another form",
    "/our-work/export.json": "is JSON itself; the API gives the same",
}


@dataclass(frozen=True)
class Comparing:
    """A test that says it compares two doors."""

    name: str
    forms: frozenset[str]
    fixtures: frozenset[str]


def _declared(routes: Iterable[DeclaredRoute], method: str) -> dict[str, Action | Public | None]:
    return {route.path: route.declared for route in routes if method in (route.methods or ())}


def _apart(declared: dict[str, Action | Public | None]) -> tuple[set[str], set[str]]:
    api = {path for path in declared if path.startswith("/api/")}
    return set(declared) - api, api


def comparing_tests(folder: Path) -> list[Comparing]:
    """Read from the source of the tests which of them compare two doors, and which."""
    return [
        found
        for path in sorted(folder.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and (found := _comparing(f"{path.relative_to(folder)}::{node.name}", node)).forms
    ]


def _comparing(name: str, node: ast.FunctionDef) -> Comparing:
    marks = [
        call
        for decorator in node.decorator_list
        for call in ast.walk(decorator)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.paired"
    ]
    forms = frozenset(str(ast.literal_eval(argument)) for call in marks for argument in call.args)
    return Comparing(name, forms, frozenset(argument.arg for argument in node.args.args))


def uncompared(declared: dict[str, Action | Public | None], tests: list[Comparing]) -> set[str]:
    """Give the forms that no test compares with their JSON."""
    forms, _ = _apart(declared)
    return forms - set(ONLY_FORMS) - {form for test in tests for form in test.forms}


def test_every_form_has_its_json_and_every_json_act_its_form(routes: list[DeclaredRoute]) -> None:
    forms, api = _apart(_declared(routes, "POST"))
    assert len(api) > 50
    assert {form for form in forms if json_of(form) not in api} == set(ONLY_FORMS)
    assert api - {json_of(form) for form in forms} == set()
    assert set(TWINS) <= forms
    assert set(TWINS.values()) <= api


def test_a_form_and_its_json_stand_for_the_same_action(routes: list[DeclaredRoute]) -> None:
    declared = _declared(routes, "POST")
    forms, _ = _apart(declared)
    different = {
        form for form in forms - set(ONLY_FORMS) if declared[form] is not declared[json_of(form)]
    }
    assert different == set(OPEN_FORMS)
    assert all(isinstance(declared[form], Public) for form in OPEN_FORMS)


def test_every_intention_is_performed_through_both_doors_by_a_test_that_compares(
    routes: list[DeclaredRoute],
) -> None:
    declared, tests = _declared(routes, "POST"), comparing_tests(FEATURES)
    assert uncompared(declared, tests) == set()
    gone = {form for test in tests for form in test.forms} - _apart(declared)[0]
    assert gone == set(), "said to be compared, but no form's address"


def test_who_says_that_it_compares_uses_the_fixture_that_checks_it() -> None:
    idle = [test.name for test in comparing_tests(FEATURES) if COMPARING not in test.fixtures]
    assert idle == []


def test_an_intention_that_nobody_compares_is_noticed(tmp_path: Path) -> None:
    """The positive control: a form more than there are tests, and a test without the fixture."""
    (tmp_path / "test_planted.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.paired('/planted'))])\n"
        "def test_planted(n): ...\n"
        "@pytest.mark.slow\n"
        "def test_other(pair): ...\n"
    )
    (planted,) = comparing_tests(tmp_path)
    assert planted == Comparing(
        "test_planted.py::test_planted", frozenset({"/planted"}), frozenset("n")
    )
    declared: dict[str, Action | Public | None] = dict.fromkeys(
        ("/planted", "/forgotten", f"{API}/planted"), Action.SEE_HOME
    )
    assert uncompared(declared, [planted]) == {"/forgotten"}


def test_every_page_has_its_json_with_the_same_action_or_a_reason(
    routes: list[DeclaredRoute],
) -> None:
    declared = _declared(routes, "GET")
    pages, api = _apart(declared)
    twins = {page: SIBLINGS.get(page, f"{API}{page}") for page in pages}
    assert {page for page, twin in twins.items() if twin not in api} == set(PAGES_ALONE)
    different = {
        page for page, twin in twins.items() if twin in api and declared[page] is not declared[twin]
    }
    assert different == set()


@pytest.mark.parametrize(
    "reasons", [ONLY_FORMS, OPEN_FORMS, PAGES_ALONE], ids=["forms", "open", "pages"]
)
def test_every_exception_has_its_reason(reasons: dict[str, str]) -> None:
    assert all(len(why) > 10 for why in reasons.values())
    assert len(reasons) < 20
