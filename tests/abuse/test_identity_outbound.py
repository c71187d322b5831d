"""AC-44: addresses that an administrator types must not lead into our own network."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.kernel import outbound
from app.kernel.outbound import OutboundFault, Reach, checked_addresses, fetch_object
from app.web.openid import try_provider
from tests.worlds.signing_in import ScriptedProvider, listening

PUBLIC = Reach()
HERE = Reach(loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_inside_are_out_of_reach(address: str) -> None:
    assert not PUBLIC.allows(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_of_the_internet_are_within_reach(address: str) -> None:
    assert PUBLIC.allows(ipaddress.ip_address(address))


def test_this_machine_is_within_reach_only_of_an_installation_on_it() -> None:
    loopback = ipaddress.ip_address("127.0.0.1")
    assert HERE.allows(loopback)
    assert not HERE.allows(ipaddress.ip_address("10.0.0.1"))
    named = Reach(networks=(ipaddress.ip_network("10.0.0.0/8"),))
    assert named.allows(ipaddress.ip_address("10.0.0.1"))
    assert not named.allows(loopback)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.test/", "file:///etc/passwd", "https://user:secret@example.test/",
        "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://[::1]/",
        "https://[::ffff:127.0.0.1]/", "http://localhost/",
    ],
)  # fmt: skip
def test_spellings_of_this_machine_are_refused(url: str) -> None:
    with pytest.raises((OutboundFault, httpx.InvalidURL)):
        checked_addresses(httpx.URL(url), PUBLIC)


def test_plain_http_is_for_this_machine_only(names: dict[str, list[str]]) -> None:
    names["provider.test"] = ["93.184.215.14"]
    assert checked_addresses(httpx.URL("https://provider.test/"), PUBLIC) == ["93.184.215.14"]
    with pytest.raises(OutboundFault, match="not encrypted"):
        checked_addresses(httpx.URL("http://provider.test/"), HERE)
    assert checked_addresses(httpx.URL("http://127.0.0.1:1/"), HERE) == ["127.0.0.1"]


def test_a_name_with_one_inside_address_is_refused(names: dict[str, list[str]]) -> None:
    names["mixed.test"] = ["93.184.215.14", "10.0.0.1"]
    with pytest.raises(OutboundFault, match="not on the public internet"):
        checked_addresses(httpx.URL("https://mixed.test/"), PUBLIC)


def test_the_connection_goes_to_the_address_that_was_checked(
    names: dict[str, list[str]], answering: Callable[[bytes], int]
) -> None:
    """DNS rebinding: the second answer of a name server is never asked for."""
    port = answering(_http(b'{"ok": true}'))
    names["rebinding.test"] = ["127.0.0.1"]
    before = len(names["asked"])
    assert fetch_object(f"http://rebinding.test:{port}/", HERE) == {"ok": True}
    assert names["asked"][before:] == ["rebinding.test", "127.0.0.1"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            "302",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!", "JSON"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "JSON object"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", "compressed"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (outbound.MAX_BYTES + 1), "too much"),
        (b"nonsense\r\n\r\n", "does not answer"),
    ],
)
def test_answers_that_are_not_what_was_asked_for_are_refused(
    answering: Callable[[bytes], int], answer: bytes, words: str
) -> None:
    assert fetch_object(f"http://127.0.0.1:{answering(_http(b'{}'))}/", HERE) == {}
    with pytest.raises(OutboundFault, match=words):
        fetch_object(f"http://127.0.0.1:{answering(answer)}/", HERE)


def test_a_silent_server_is_given_up(
    monkeypatch: pytest.MonkeyPatch, answering: Callable[[bytes], int]
) -> None:
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(OutboundFault, match="does not answer"):
        fetch_object(f"http://127.0.0.1:{answering(b'')}/", HERE)


def test_a_trial_says_in_words_what_is_wrong() -> None:
    scripted = ScriptedProvider()
    with listening(scripted.application):
        good = try_provider(scripted.issuer, HERE)
        assert (good.usable, good.issuer, good.keys) == (True, scripted.issuer, 1)
        assert not try_provider(scripted.issuer, PUBLIC).usable
        for change, words in [
            ({"issuer": "https://accounts.example"}, "calls itself https://accounts.example"),
            ({"jwks_uri": "https://10.0.0.1/keys"}, "not on the public internet"),
            ({"code_challenge_methods_supported": ["plain"]}, "PKCE with S256"),
            ({"response_types_supported": ["id_token"]}, "authorization code"),
            ({"id_token_signing_alg_values_supported": ["HS256"]}, "signs with none"),
            ({"token_endpoint": "file:///etc/passwd"}, "token_endpoint"),
        ]:
            scripted.metadata = change
            trial = try_provider(scripted.issuer, HERE)
            assert not trial.usable
            assert words in " ".join(trial.problems)


def _http(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Let names of `.test` resolve as a test says; `asked` lists every question."""
    known: dict[str, list[str]] = {"asked": []}
    real = socket.getaddrinfo

    def resolve(host: str, port: Any, *rest: Any, **more: Any) -> Any:
        known["asked"].append(host)
        if host not in known:
            return real(host, port, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def answering() -> Iterator[Callable[[bytes], int]]:
    """Give a function that starts a server with one fixed answer and gives its port."""
    listeners: list[socket.socket] = []
    held: list[socket.socket] = []

    def start(answer: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            held.append(connection)
            if not answer:
                return
            try:
                connection.recv(65536)
                connection.sendall(answer)
            except OSError:
                pass
            connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return int(listener.getsockname()[1])

    yield start
    for opened in (*listeners, *held):
        opened.close()
