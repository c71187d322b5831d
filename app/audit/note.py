"""C2SP signed notes: text with Ed25519 signature lines, and verifier keys as text.

Here: the format of c2sp.org/signed-note, signature type 0x01. Not here: what the text says
(`checkpoint`), where the private key is kept (`signer`), which keys are trusted (`trust`).
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_NOTE = 64 * 1024
"""Bytes that a note may have."""

MAX_SIGNATURES = 100
"""Signature lines that a note may have (the specification asks for at least 16)."""

_ED25519 = 0x01
_SEPARATOR = "\n\n— "
_PRIVATE = "PRIVATE+KEY+"


class NoteMalformed(ValueError):
    """The bytes are not a signed note, or the text is not a key."""


class SignatureInvalid(NoteMalformed):
    """A key that we know signed something else."""


@dataclass(frozen=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([_ED25519]) + self.public).digest()[:4]

    def __str__(self) -> str:
        body = b64encode(bytes([_ED25519]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{body}"


@dataclass(frozen=True)
class SigningKey:
    """A private key with the name it signs under; its text form is for the key file only."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"


@dataclass(frozen=True)
class Signature:
    """One signature line: who claims to have signed, under which key, and the bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A parsed note; nothing about it is verified."""

    text: str
    signatures: tuple[Signature, ...]


def strict_base64(text: str) -> bytes:
    """Decode the one canonical base64 spelling of some bytes; raise NoteMalformed on any other."""
    try:
        value = b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteMalformed(f"not base64: {text[:80]!r}") from error
    if b64encode(value).decode() != text:
        raise NoteMalformed(f"not canonical base64: {text[:80]!r}")
    return value


def check_name(name: str) -> str:
    """Return a key name that the format can carry; raise NoteMalformed otherwise."""
    if not name or "+" in name or not name.isprintable() or any(c.isspace() for c in name):
        raise NoteMalformed(f"not a key name: {name!r}")
    return name


def parse_verifier_key(text: str) -> VerifierKey:
    """Read `name+keyid+base64`; raise NoteMalformed, also when the key id does not belong."""
    name, _, rest = text.strip().partition("+")
    key_id, _, body = rest.partition("+")
    key = VerifierKey(check_name(name), _key_bytes(body))
    if key.key_id.hex() != key_id:
        raise NoteMalformed(f"key id {key_id!r} does not belong to this key")
    return key


def format_signing_key(key: SigningKey) -> str:
    """Return the secret text `PRIVATE+KEY+name+keyid+base64`."""
    body = b64encode(bytes([_ED25519]) + key.private.private_bytes_raw()).decode()
    return f"{_PRIVATE}{key.name}+{key.verifier.key_id.hex()}+{body}"


def parse_signing_key(text: str) -> SigningKey:
    """Read the secret text; raise NoteMalformed without repeating it."""
    if not text.startswith(_PRIVATE):
        raise NoteMalformed("not a private key of signed-note form")
    name, _, rest = text.strip().removeprefix(_PRIVATE).partition("+")
    key_id, _, body = rest.partition("+")
    try:
        seed = _key_bytes(body)
    except NoteMalformed as error:
        raise NoteMalformed("the private key is damaged") from error.__cause__
    key = SigningKey(check_name(name), Ed25519PrivateKey.from_private_bytes(seed))
    if key.verifier.key_id.hex() != key_id:
        raise NoteMalformed("the private key is damaged: its id does not belong to it")
    return key


def sign(text: str, key: SigningKey) -> str:
    """Return the note: `text` (which ends in a newline) with one signature line."""
    if not text.endswith("\n"):
        raise NoteMalformed("the text of a note ends in a newline")
    _check_characters(text)
    value = key.verifier.key_id + key.private.sign(text.encode())
    return f"{text}\n— {key.name} {b64encode(value).decode()}\n"


def parse_note(note: bytes) -> Note:
    """Split a note into text and signature lines without verifying; raise NoteMalformed."""
    if len(note) > MAX_NOTE:
        raise NoteMalformed(f"a note of more than {MAX_NOTE} bytes")
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise NoteMalformed("a note is UTF-8") from error
    _check_characters(whole)
    split = whole.rfind(_SEPARATOR)
    if split < 0 or not whole.endswith("\n"):
        raise NoteMalformed("no signature lines")
    lines = whole[split + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteMalformed(f"more than {MAX_SIGNATURES} signatures")
    return Note(whole[: split + 1], tuple(_signature(line) for line in lines))


def open_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the given keys that signed; unknown keys are ignored.

    Raises SignatureInvalid when a given key's signature is wrong. An empty result means that none
    of the keys signed: the caller decides what that is worth.
    """
    known = {(key.name, key.key_id): key for key in keys}
    signed: list[VerifierKey] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None or key in signed:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(line.value, note.text.encode())
        except InvalidSignature as error:
            raise SignatureInvalid(f"the signature of {key.name} does not verify") from error
        signed.append(key)
    return tuple(signed)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, body = rest.partition(" ")
    if dash != "—":
        raise NoteMalformed(f"not a signature line: {line[:80]!r}")
    value = strict_base64(body)
    if len(value) < 5:
        raise NoteMalformed("a signature is longer than its key id")
    return Signature(check_name(name), value[:4], value[4:])


def _key_bytes(body: str) -> bytes:
    value = strict_base64(body)
    if len(value) != 33 or value[0] != _ED25519:
        raise NoteMalformed("not an Ed25519 key of type 0x01")
    return value[1:]


def _check_characters(text: str) -> None:
    if any(character < " " and character != "\n" for character in text):
        raise NoteMalformed("a note has no control characters but newlines")
