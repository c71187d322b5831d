"""What is generated: the appendix, PDF, DOCX and Markdown, the evidence that verifies offline."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader
from typer.testing import CliRunner

from app.audit.note import SigningKey, parse_verifier_key
from app.audit.statement import verify_published, verify_statement
from app.audit.verify import Fault
from app.cli.main import build
from app.domain.statements import VERDICTS
from tests.features.auditing.situations import sign
from tests.features.statements.situations import (
    begun,
    commented,
    decided,
    released,
    righted,
    shared_draft,
    wrote,
)
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import COM, LEG, PII, SEC
from tests.worlds.shared import SharedWorld

HOSTILE = "#panic() <script>alert(1)</script> | *a* $x$ [l](javascript:alert(1)) \\ `c` 中"


def test_the_appendix_is_made_from_the_record_for_its_own_organisation(
    shared: SharedWorld,
) -> None:
    path = f"/reviews/{shared.made.review_a}/statement/appendix"
    made = shared.reviewer_a.client.get(f"/api/v1{path}").json()
    assert made["review"]["organisation"] == "ORGA organisation"
    assert made["review"]["publication_right"] == "The publisher has no say in what is published"
    assert made["index_made"] is True
    gaps = {c["asks"] for c in made["checklists"][0]["checks"] if c["standing"] == "gap"}
    assert {"Payment", "Competing interests of the reviewers"} <= gaps
    page = shared.reviewer_a.client.get(path).text
    for text in (str(made), page):
        for word in (LEG, SEC, PII, COM, "ORGB", shared.organisations["ORGB"]):
            assert word not in text
        assert "certified" not in text.lower()
    for name in ("coordinator", "lead_b"):
        assert shared.people[name].client.get(path).status_code in (403, 404)


def test_the_appendix_tells_nothing_of_drafts(shared: SharedWorld) -> None:
    before = shared.reviewer_a.client.get(
        f"/api/v1/reviews/{shared.made.review_a}/statement/appendix"
    ).json()
    drafted = post_json(
        shared.reviewer_a, "/requests", review_id=shared.made.review_a, question="?",
        expected_form="short_text", basis={"kind": "report"},
    )  # fmt: skip
    assert drafted.status_code in (200, 201), drafted.text
    after = shared.reviewer_a.client.get(
        f"/api/v1/reviews/{shared.made.review_a}/statement/appendix"
    ).json()
    assert after["requests"] == before["requests"] == []
    assert after["pace"]["asked"] == 0


def test_a_pdf_is_tagged_and_made_in_time_and_says_that_a_draft_is_one(
    shared: SharedWorld,
) -> None:
    statement = begun(shared)
    wrote(shared, statement, HOSTILE)
    began = time.monotonic()
    made = shared.lead_a.client.get(f"/statements/{statement}/draft/pdf")
    assert time.monotonic() - began < 5
    assert made.headers["content-disposition"] == 'attachment; filename="statement-draft.pdf"'
    with pikepdf.open(io.BytesIO(made.content)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert "/StructTreeRoot" in pdf.Root
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == "Review statement on Sabotage risk report"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made.content)).pages)
    assert "Not signed, and not released" in text
    assert "<script>" in text
    assert "[U+4E2D]" in text


def test_every_form_says_the_same_and_no_text_becomes_markup(shared: SharedWorld) -> None:
    statement = begun(shared)
    wrote(shared, statement, HOSTILE)
    released(shared, statement)
    client = shared.coordinator.client
    plain = client.get(f"/statements/{statement}/files/md").text
    assert "\\<script\\>" in plain
    assert "](javascript" not in plain
    document = docx.Document(io.BytesIO(client.get(f"/statements/{statement}/files/docx").content))
    said = "\n".join(one.text for one in document.paragraphs)
    assert "<script>alert(1)</script>" in said
    assert "中" in said
    page = client.get(f"/statements/{statement}").text
    assert "<script>alert" not in page
    again = client.get(f"/statements/{statement}/files/docx").content
    assert again == client.get(f"/statements/{statement}/files/docx").content
    assert client.get(f"/statements/{statement}/files/exe").status_code == 404


def test_the_ledger_of_comments_is_printed_without_their_words(shared: SharedWorld) -> None:
    statement = shared_draft(shared)
    commented(shared, statement, comment="The publisher's own words.")
    made = shared.lead_a.client.get(f"/statements/{statement}/draft/md").text
    assert "Not decided" in made
    assert "own words" not in made


@pytest.fixture(scope="module")
def evidence(room_copies: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give the evidence of a statement that was approved and released, and the log's key."""
    world: SharedWorld = room_copies()
    righted(world, "approval")
    statement = begun(world)
    wrote(world, statement)
    path = f"/api/v1/statements/{statement}/file"
    world.lead_a.client.post(path, files={"file": ("ours.md", b"# Ours\n")})
    vouched = {"nothing_withheld": True, "hits_confirmed": True}
    assert post_json(world.lead_a, f"/statements/{statement}/share", days=7, **vouched).is_success
    assert decided(world, statement, "approved").is_success
    released(world, statement)
    assert post_json(world.coordinator, f"/statements/{statement}/evidence").status_code == 403
    early = world.lead_a.client.get(f"/api/v1/statements/{statement}/evidence")
    assert early.status_code == 409
    assert post_json(world.lead_a, f"/statements/{statement}/evidence").status_code == 201
    sign(world)
    made = world.lead_a.client.get(f"/statements/{statement}/evidence")
    assert made.status_code == 200, made.text
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "evidence.zip").write_bytes(made.content)
    with zipfile.ZipFile(folder / "evidence.zip") as archive:
        archive.extractall(folder / "out")
    assert [e.event for e in entries(world, action="statement:export", outcome="done")] == [
        "StatementExportStarted", "ExportFinished",
    ]  # fmt: skip
    return folder / "out", (folder / "out/record/log.vkey").read_text().strip()


def test_the_evidence_verifies_with_one_command_that_needs_no_database(
    evidence: tuple[Path, str],
) -> None:
    folder, key = evidence
    done = subprocess.run(
        [str(Path(sys.executable).parent / "vitrine"), "verify", str(folder), "--key", key],
        capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder.parent)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "intact" in done.stdout
    assert "SHA256:" in done.stdout
    asks = "import app.audit.statement as _, sys; print('sqlalchemy' in sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asks],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "False"


def test_what_a_third_party_is_told_where_something_is_wrong(
    evidence: tuple[Path, str], tmp_path: Path
) -> None:
    folder, key = evidence

    def told(bundle: Path, pinned: str) -> tuple[int, str]:
        done = CliRunner().invoke(build("verify"), ["verify", str(bundle), "--key", pinned])
        return done.exit_code, done.output

    assert told(folder, key)[0] == 0  # the control
    other = SigningKey(parse_verifier_key(key).name, Ed25519PrivateKey.generate())
    code, said = told(folder, str(other.verifier))
    assert (code, "not signed by the key that was given" in said) == (1, True), said
    for name in ("statement.json", "statement.pdf", "record/checkpoint"):
        less = _copied(folder, tmp_path / name.replace("/", "-"))
        (less / name).unlink()
        code, said = told(less, key)
        assert (code, f"FAULT {name}: it is listed in SHA256SUMS, and missing" in said) == (1, True)
    changed = _copied(folder, tmp_path / "changed")
    (changed / "statement.md").write_text("Not what was released.")
    code, said = told(changed, key)
    assert (code, "FAULT statement.md: its digest is not the one in SHA256SUMS" in said) == (
        1,
        True,
    )


def test_an_approval_that_the_log_does_not_tell_of_is_found(
    evidence: tuple[Path, str],
) -> None:
    folder, _ = evidence
    appendix = json.loads((folder / "appendix.json").read_bytes())
    content = json.loads((folder / "statement.json").read_bytes())
    said = appendix["publication"]["digest"]
    approved = (VERDICTS["approved"], said)
    verify_published(appendix, content, [approved])  # the control
    for decided_so in ([], [(VERDICTS["refused"], said)], [(VERDICTS["approved"], "0" * 64)]):
        with pytest.raises(Fault):
            verify_published(appendix, content, decided_so)
    content["sections"][0]["text"] += " And more."
    with pytest.raises(Fault, match="another text"):
        verify_published(appendix, content, [approved])
    bare = {**appendix, "publication": {**appendix["publication"], "steps": []}}
    with pytest.raises(Fault):
        verify_published(bare, content, [])


def test_the_evidence_names_nobody_and_quotes_nothing_withheld(
    evidence: tuple[Path, str],
) -> None:
    folder, _ = evidence
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".pdf", ".docx"):
            said = path.read_text(errors="replace")
            for word in (LEG, SEC, PII, COM, "@example.test"):
                assert word not in said, path.name
    lines = (folder / "record/entries.jsonl").read_text()
    assert '"personal":{"withheld"' in lines


@pytest.mark.parametrize(
    "name",
    [
        "statement.json", "appendix.json", "signature.json", "statement.pdf", "statement.docx",
        "statement.md", "redaction-index.csv", "as-uploaded.md", "README.txt", "SHA256SUMS",
        "record/entries.jsonl", "record/checkpoint", "record/evidence.json", "record/log.vkey",
        "record/SHA256SUMS",
    ],
)  # fmt: skip
def test_a_flipped_byte_is_found_wherever_it_is(
    evidence: tuple[Path, str], tmp_path: Path, name: str
) -> None:
    folder, key = evidence
    copy = _copied(folder, tmp_path)
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(bytes(content))
    verdict = verify_statement(copy, keys=[parse_verifier_key(key)])
    assert verdict.record.outcome == "fault"


@pytest.mark.parametrize(
    "name",
    [
        "statement.json", "appendix.json", "signature.json", "statement.pdf", "statement.docx",
        "statement.md", "redaction-index.csv", "as-uploaded.md", "record/entries.jsonl",
        "record/checkpoint", "record/evidence.json",
    ],
)  # fmt: skip
def test_sums_made_anew_hide_nothing(evidence: tuple[Path, str], tmp_path: Path, name: str) -> None:
    folder, key = evidence
    copy = _copied(folder, tmp_path)
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content.replace(b"e", b"a", 1) if b"e" in content else content + b"x")
    _sum_anew(copy / "record")
    _sum_anew(copy)
    verdict = verify_statement(copy, keys=[parse_verifier_key(key)])
    assert verdict.record.outcome == "fault"


def test_what_is_left_out_or_put_in_is_found(evidence: tuple[Path, str], tmp_path: Path) -> None:
    folder, key = evidence
    keys = [parse_verifier_key(key)]
    more = _copied(folder, tmp_path / "more")
    (more / "letter.txt").write_text("Dear reader")
    _sum_anew(more)
    fault = verify_statement(more, keys=keys).record.fault
    assert fault is not None
    assert fault.file == "letter.txt"
    less = _copied(folder, tmp_path / "less")
    (less / "statement.pdf").unlink()
    _sum_anew(less)
    assert verify_statement(less, keys=keys).record.outcome == "fault"
    assert verify_statement(folder, keys=keys).record.outcome == "intact"  # the control
    assert verify_statement(folder).record.outcome == "key not pinned"


def _copied(folder: Path, to: Path) -> Path:
    import shutil

    return Path(shutil.copytree(folder, to / "copy"))


def _sum_anew(folder: Path) -> None:
    from hashlib import sha256

    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / "SHA256SUMS"
    )
    lines = [f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines))
