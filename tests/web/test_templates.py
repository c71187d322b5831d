"""Tripwires over every template: what the policy would refuse, and what would not be escaped."""

import re

import pytest

from app.web.headers import STATIC_ROOT
from app.web.render import TEMPLATES, environment

ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
REFUSED = {
    "a style attribute": r"<[a-z][^>{}]*\sstyle\s*=",
    "an inline handler": r"<[a-z][^>{}]*\son[a-z]+\s*=",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline style sheet": r"<style\b",
    "unescaped text": r"\|\s*safe\b|autoescape\s+false",
    "another host": r"(?:src|href)=\"(?:https?:)?//",
}


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_a_template_holds_nothing_that_the_policy_refuses(name: str) -> None:
    source = re.sub(r"\{#.*?#\}", "", _source(name), flags=re.S)
    assert [what for what, pattern in REFUSED.items() if re.search(pattern, source)] == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p class="x" style="color: red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        "<style>",
        "{{ text | safe }}",
        '<img src="//evil.example/x">',
    ],
)
def test_the_tripwire_goes_off(planted: str) -> None:
    assert any(re.search(pattern, planted) for pattern in REFUSED.values())


@pytest.mark.parametrize("name", ALL)
def test_a_template_compiles_and_names_icons_that_exist(name: str) -> None:
    environment().get_template(name)
    sprite = (STATIC_ROOT / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    named = set(re.findall(r'icon(?:_name)?(?:=|\(|": )"([a-z]+)"', _source(name)))
    assert named <= known


def test_every_post_form_of_a_template_carries_the_token() -> None:
    bare = []
    for name in ALL:
        for form in re.findall(r'<form[^>]*method="post".*?</form>', _source(name), flags=re.S):
            if "csrf()" not in form:
                bare.append(name)
    assert bare == []


def test_style_sheets_and_modules_stay_readable() -> None:
    kept = [*STATIC_ROOT.rglob("*.css"), *STATIC_ROOT.rglob("*.js"), *TEMPLATES.rglob("*.html")]
    assert [path for path in kept if len(path.read_text("utf-8").splitlines()) > 450] == []
