"""Signed notes, keys, checkpoints, pins: the specification's examples, and everything beside it."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.checkpoint import Checkpoint, parse_checkpoint, parse_signed_checkpoint
from app.audit.note import (
    MAX_NOTE,
    NoteMalformed,
    SignatureInvalid,
    SigningKey,
    VerifierKey,
    format_signing_key,
    open_note,
    parse_note,
    parse_signing_key,
    parse_verifier_key,
    sign,
)
from app.audit.signer import KeyUnusable, create, load, load_or_create, verifier_of
from app.audit.trust import default_pins, parse_pins, read_pins

# The example of golang.org/x/mod/sumdb/note, which the specification describes.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"  # noqa: E501 - one line of the note
)


def _key(seed: bytes = b"k" * 32, name: str = "example.org/log") -> SigningKey:
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(seed))


def test_the_example_of_the_specification_opens() -> None:
    key = parse_verifier_key(PETER)
    assert str(key) == PETER
    note = parse_note(PETER_NOTE.encode())
    assert open_note(note, [key]) == (key,)
    assert note.text.endswith("problem is.\n")


def test_a_note_that_a_known_key_did_not_sign_is_refused() -> None:
    changed = PETER_NOTE.replace("answer", "Answer")
    with pytest.raises(SignatureInvalid):
        open_note(parse_note(changed.encode()), [parse_verifier_key(PETER)])


def test_unknown_keys_are_ignored_and_several_may_sign() -> None:
    first, second = _key(), _key(b"w" * 32, "witness.example")
    once = sign("text\n", first)
    twice = once + sign("text\n", second).split("\n\n")[1]
    note = parse_note(twice.encode())
    assert open_note(note, [first.verifier]) == (first.verifier,)
    assert open_note(note, [second.verifier, first.verifier]) == (first.verifier, second.verifier)
    assert open_note(note, [_key(b"x" * 32).verifier]) == ()


def test_the_same_signature_twice_counts_once() -> None:
    note = sign("text\n", _key())
    doubled = parse_note((note + note.split("\n\n")[1]).encode())
    assert open_note(doubled, [_key().verifier]) == (_key().verifier,)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        "text\n\n— name AAAA".encode(),
        b"text\n\n- name AAAAAAAA\n",
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n— name !!!!\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "te\txt\n\n— name AAAAAAAA\n".encode(),
        "text\n\n— name AAAAAAAA\nmore\n".encode(),
        b"\xff\n",
        b"x" * (MAX_NOTE + 1),
        ("text\n\n" + "— name AAAAAAAA\n" * 101).encode(),
    ],
)
def test_what_is_not_a_note_is_refused(note: bytes) -> None:
    with pytest.raises(NoteMalformed):
        parse_note(note)


def test_only_text_that_ends_in_a_newline_is_signed() -> None:
    for text in ("text", "te\rxt\n"):
        with pytest.raises(NoteMalformed):
            sign(text, _key())


@pytest.mark.parametrize(
    "text",
    ["", "name", PETER.replace("c74f20a3", "c74f20a4"), PETER.replace("Peter", "Pet er"),
     PETER[:-4], PETER.replace("+ARpc", "+Arpc"), PETER + "AA=="],
)  # fmt: skip
def test_what_is_not_a_key_is_refused(text: str) -> None:
    with pytest.raises(NoteMalformed):
        parse_verifier_key(text)


def test_a_private_key_reads_back_and_is_never_shown() -> None:
    key = _key()
    text = format_signing_key(key)
    assert parse_signing_key(text).verifier == key.verifier
    assert "PRIVATE" not in repr(key)
    for damaged in (
        "x" + text,
        text[:-4],
        text.replace("org/log", "org/lag"),
        text.replace("example", ""),
    ):
        with pytest.raises(NoteMalformed) as caught:
            parse_signing_key(damaged)
        assert text.rsplit("+", 1)[1][:20] not in str(caught.value)


def test_a_checkpoint_reads_back_and_has_three_lines() -> None:
    checkpoint = Checkpoint("example.org/log", 7, b"r" * 32)
    signed = sign(checkpoint.text(), _key())
    assert parse_signed_checkpoint(signed.encode())[0] == checkpoint
    assert checkpoint.text().count("\n") == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "extension\n",
        lambda text: text.replace("\n7\n", "\n07\n"),
        lambda text: text.replace("\n7\n", "\n-7\n"),
        lambda text: text.replace("\n7\n", "\n٧\n"),
        lambda text: text.replace("\n7\n", "\n9007199254740992\n"),
        lambda text: text.replace("\n7\n", f"\n{'7' * 5000}\n"),
        lambda text: text.replace("example", "exa mple"),
        lambda text: text[:-1],
        lambda text: text.split("\n", 1)[1],
        lambda text: text.replace("cnI=", "cnJy"),
    ],
)
def test_what_is_not_a_checkpoint_of_ours_is_refused(change: object) -> None:
    text = Checkpoint("example.org/log", 7, b"r" * 32).text()
    assert callable(change)
    with pytest.raises(NoteMalformed):
        parse_checkpoint(change(text))


def test_pins_are_keys_one_a_line_with_comments(tmp_path: Path) -> None:
    assert parse_pins(["# ours", "", f"{PETER}  # the log"]) == [parse_verifier_key(PETER)]
    (tmp_path / "pins").write_text(f"{PETER}\n")
    assert read_pins(tmp_path / "pins") == [parse_verifier_key(PETER)]
    assert read_pins(tmp_path / "absent") == []
    assert default_pins().parts[-3:] == (".config", "vitrine", "pinned-keys")
    with pytest.raises(NoteMalformed):
        parse_pins(["nonsense"])


def test_a_key_file_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "log.key"
    made = load_or_create(path, origin="example.org/log")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create(path, origin="example.org/log").vkey == made.vkey
    assert verifier_of(path) == made.verifier == parse_verifier_key(made.vkey)
    with pytest.raises(FileExistsError):
        create(path, origin="example.org/log")


def test_a_key_file_that_is_open_damaged_or_of_another_log_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    with pytest.raises(KeyUnusable, match="cannot be read"):
        load(path)
    create(path, origin="example.org/log")
    with pytest.raises(KeyUnusable, match="is of the log example"):
        load_or_create(path, origin="example.org/other")
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="others may read"):
        load(path)
    path.chmod(0o600)
    path.write_text("PRIVATE+KEY+x")
    with pytest.raises(KeyUnusable, match=r"log\.key"):
        load(path)


def test_a_signer_signs_its_own_log_only(tmp_path: Path) -> None:
    signer = create(tmp_path / "log.key", origin="example.org/log")
    note = parse_note(signer.sign(Checkpoint("example.org/log", 1, b"r" * 32)).encode())
    assert open_note(note, [signer.verifier]) == (signer.verifier,)
    with pytest.raises(KeyUnusable, match="not example"):
        signer.sign(Checkpoint("example.org/other", 1, b"r" * 32))


def test_keys_of_one_name_are_told_apart_by_their_id() -> None:
    first, second = _key(), _key(b"z" * 32)
    assert first.verifier.key_id != second.verifier.key_id
    assert isinstance(first.verifier, VerifierKey)
