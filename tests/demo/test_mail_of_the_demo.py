"""The demo's mail server: it takes what the portal sends and shows it on a page of the demo."""

import smtplib
import socket
import time

from fastapi.testclient import TestClient

from app.demo.provider import create_app
from app.demo.sink import Sink
from app.jobs.mail import Letter, Outcome, Postbox, server_of

LETTER = Letter(
    address="lead@example.test", subject="Your request was answered",
    text="Your request was answered\n.hidden dot\nhttp://localhost:8000/requests/req_1",
    page="<p>It was <b>answered</b>.</p>", message_id="<mai_1@localhost>",
    preferences="http://localhost:8000/notices/preferences",
)  # fmt: skip


def test_what_the_portal_sends_stands_on_the_page_of_the_demo() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sink = Sink(listener)
        sink.start()
        address = f"smtp://127.0.0.1:{listener.getsockname()[1]}?starttls=no"
        with Postbox(server_of(address), "vitrine@localhost") as postbox:
            assert postbox.send(LETTER) == Outcome()
            assert postbox.send(LETTER) == Outcome()
        mails = sink.mails()
        assert [(mail.to, mail.subject) for mail in mails] == [(LETTER.address, LETTER.subject)] * 2
        assert mails[0].text.splitlines() == LETTER.text.splitlines()
        page = _page(sink)
        assert LETTER.subject in page
        assert ".hidden dot" in page


def test_markup_in_a_mail_stays_text() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sink = Sink(listener)
        sink.start()
        with smtplib.SMTP("127.0.0.1", listener.getsockname()[1], timeout=5) as client:
            client.sendmail("a@b.test", ["c@d.test"], b"Subject: <script>x()</script>\r\n\r\nhi")
        assert "<script>" not in _page(sink)
        assert "&lt;script&gt;" in _page(sink)


def test_what_breaks_off_was_never_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sink = Sink(listener)
        sink.start()
        with socket.create_connection(listener.getsockname(), timeout=5) as caller:
            caller.sendall(b"EHLO x\r\nMAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\nSubject: half\r\n")
        time.sleep(0.2)
        assert sink.mails() == []
        assert "No mail yet" in _page(sink)


def _page(sink: Sink) -> str:
    app = create_app(
        port=8199, redirect_uris=["http://localhost:8000/sign-in/callback"],
        client_id="c", client_secret="s", sink=sink,
    )  # fmt: skip
    answer = TestClient(app, base_url="http://127.0.0.1:8199", client=("127.0.0.1", 1)).get("/mail")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text
