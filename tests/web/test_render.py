"""Numbers, moments, Markdown and addresses as people read them."""

import datetime as dt
from html.parser import HTMLParser

import jinja2
import pytest
import time_machine
from starlette.requests import Request

from app.web.render import Viewer, byte_size, counted, environment, markdown, plural, render, spans
from app.web.theme import local_path, remember_theme

NOW = dt.datetime(2026, 11, 20, 14, 3, tzinfo=dt.UTC)


def _request(query: str = "", *, timezone: str | None = None, cookie: str = "") -> Request:
    request = Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "https",
            "path": "/requests",
            "query_string": query.encode(),
            "headers": [(b"cookie", cookie.encode())],
            "server": ("v.example", 443),
        }
    )
    if timezone:
        request.state.viewer = Viewer(
            name="A reviewer",
            organisation_name="Organisation A",
            roles=("Reviewer",),
            rail=(),
            csrf_token="t",
            timezone=timezone,
        )
    return request


def _show(source: str, request: Request | None = None, **context: object) -> str:
    template = environment().from_string(source)
    return render(request or _request(), template, **context)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "just now"), (0.5, "30 minutes ago"), (3, "3 hours ago"), (20, "yesterday"),
        (50, "2 days ago"), (24 * 10, "10 Nov"), (24 * 400, "16 Oct 2025"), (-2, "in 2 hours"),
        (-25, "tomorrow"), (-24 * 3, "in 3 days"),
    ],
)  # fmt: skip
def test_a_moment_is_told_relatively(hours: float, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert f">{words}</time>" in _show("{{ m|ago }}", m=NOW - dt.timedelta(hours=hours))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (3, ' class="late">today 17:03<'), (24, ">tomorrow<"), (24 * 13, ">3 Dec<"),
        (-1, ' class="late">1 hour late<'), (-50, ' class="late">2 days late<'),
    ],
)  # fmt: skip
def test_a_deadline_is_told_as_a_day(hours: float, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert words in _show("{{ m|due }}", m=NOW + dt.timedelta(hours=hours))


def test_the_exact_time_stands_in_the_persons_own_zone_inside_macros_too() -> None:
    with time_machine.travel(NOW, tick=False):
        shown = _show(
            "{{ ui.event('Filed', m) }}",
            _request(timezone="Asia/Tokyo"),
            m=NOW - dt.timedelta(0, 9),
        )
    assert 'title="20 November 2026, 23:02 JST"' in shown
    assert 'datetime="2026-11-20T14:02:51Z"' in shown


def test_a_moment_without_a_zone_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="time zone"):
        _show("{{ m|ago }}", m=NOW.replace(tzinfo=None))


def test_numbers_are_words_in_titles_and_figures_elsewhere() -> None:
    said = [counted(n, "request", "requests") for n in (0, 1, 7, 31)]
    assert said == ["No requests", "One request", "Seven requests", "31 requests"]
    assert [plural(n, "page", "pages") for n in (1, 1234)] == ["1 page", "1,234 pages"]
    sizes = [byte_size(n) for n in (1, 999, 1400, 1_400_000, 62_000_000, 999_600)]
    assert sizes == ["1 byte", "999 bytes", "1.4 kB", "1.4 MB", "62 MB", "1.0 MB"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/pixel.png)",
        "<a href='data:text/html,x' style='color:red'>x</a>",
        "[x](https://ok.example \"t' onmouseover='alert(1)\")",
    ],
)
def test_markdown_lets_nothing_active_through(hostile: str) -> None:
    found: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, attrs))

    Tags().feed(markdown(hostile))
    assert {tag for tag, _ in found} <= {"p", "a"}
    for name, value in [pair for _, attributes in found for pair in attributes]:
        assert name in ("href", "rel")
        assert name != "href" or value == "https://ok.example"


def test_markdown_keeps_words_lists_links_and_tables() -> None:
    shown = markdown("# Title\n\n*word*\n\n- one\n\n[go](https://ok.example)\n\n|a|\n|-|\n|b|")
    for kept in ('<p class="strong">Title</p>', "<em>word</em>", "<li>one</li>", "<td>b</td>"):
        assert kept in shown
    assert '<a href="https://ok.example" rel="noopener noreferrer nofollow">go</a>' in shown


def test_an_address_changes_one_thing_and_goes_back_to_the_first_page() -> None:
    request = _request("state=mine&sort=due&page=3")
    assert _show("{{ url_with(sort='-due') }}", request) == ("/requests?state=mine&amp;sort=-due")
    assert _show("{{ url_with(page=4) }}", request).endswith("state=mine&amp;sort=due&amp;page=4")
    assert _show("{{ url_with(state=None, sort=None) }}", request) == "/requests"


def test_text_is_escaped_and_an_unknown_name_is_an_error() -> None:
    assert _show("{{ t }}", t="<b>") == "&lt;b&gt;"
    assert "&lt;b&gt;" in _show("{{ ui.head(t) }}", t="<b>")
    with pytest.raises(jinja2.UndefinedError):
        _show("{{ nothing }}")


def test_the_frame_names_the_acting_organisation_only_when_somebody_is_signed_in() -> None:
    assert "Organisation A" in _show("{% extends 'base.html' %}", _request(timezone="UTC"))
    assert "Sign out" not in _show("{% extends 'base.html' %}")


def test_an_unknown_theme_is_the_systems() -> None:
    assert 'data-theme="dark"' in _show(
        "{% extends 'base.html' %}", _request(cookie="vitrine-theme=dark")
    )
    assert "data-theme=" not in _show(
        "{% extends 'base.html' %}", _request(cookie='vitrine-theme="x')
    )
    kept = remember_theme(_request(), theme="dark", back_to="/requests?state=mine")
    assert (kept.status_code, kept.headers["Location"]) == (303, "/requests?state=mine")
    assert "vitrine-theme=dark" in kept.headers["Set-Cookie"]
    assert "Secure" in kept.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "wish",
    [
        None,
        "",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/a\r\nb",
        "a",
    ],
)
def test_nobody_is_sent_to_another_site(wish: str | None) -> None:
    assert local_path(wish, otherwise="/home") == "/home"


def test_a_path_of_this_site_is_kept() -> None:
    assert local_path("/reports/1?page=2") == "/reports/1?page=2"


@pytest.mark.parametrize(
    ("numbers", "runs"),
    [((), []), ((7,), [(7, 7)]), ((5, 3, 4, 9), [(3, 5), (9, 9)]), ((1, 2), [(1, 2)])],
)
def test_numbers_in_a_row_are_said_as_a_span(
    numbers: tuple[int, ...], runs: list[tuple[int, int]]
) -> None:
    assert spans(numbers) == runs
