"""Signatures of people are checked offline, and hold over one text and one key alone."""

import base64
import hashlib
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from app.audit.signatures import (
    BadKey,
    BadSignature,
    Passkey,
    bytes_to_sign,
    fingerprint,
    read_passkey,
    read_public_key,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PEM = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
DIGEST = hashlib.sha256(b"a statement").hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()
ORIGIN, PARTY = "https://vitrine.test", "vitrine.test"
EC_KEY = ec.derive_private_key(12345, ec.SECP256R1())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _assertion(**changes: object) -> str:
    client = json.dumps(
        {
            "type": changes.get("type", "webauthn.get"),
            "challenge": _base64url(bytes.fromhex(str(changes.get("digest", DIGEST)))),
            "origin": changes.get("origin", ORIGIN),
        }
    ).encode()
    party = hashlib.sha256(str(changes.get("party", PARTY)).encode()).digest()
    authenticator = party + bytes([int(str(changes.get("flags", 5)))]) + struct.pack(">I", 1)
    signed = authenticator + hashlib.sha256(client).digest()
    return json.dumps(
        {
            "authenticator_data": _base64url(authenticator),
            "client_data": _base64url(client),
            "signature": _base64url(EC_KEY.sign(signed, ec.ECDSA(SHA256()))),
        }
    )


def _der() -> bytes:
    return EC_KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _client(challenge: bytes, kind: str = "webauthn.create", origin: str = ORIGIN) -> str:
    said = {"type": kind, "challenge": _base64url(challenge), "origin": origin}
    return _base64url(json.dumps(said).encode())


def _passkey() -> str:
    return read_passkey(
        _base64url(_der()), _client(b"c"), challenge=b"c", relying_party=PARTY, origin=ORIGIN
    ).text()


def test_a_key_file_signs_and_nothing_else_fits() -> None:
    given = base64.b64encode(KEY.sign(bytes_to_sign(DIGEST))).decode()
    assert verify(f"{given[:40]}\n{given[40:]}\n", DIGEST, PEM) == "ed25519"
    stranger = read_public_key(
        Ed25519PrivateKey.from_private_bytes(bytes(32))
        .public_key()
        .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        .decode()
    )
    for signature, digest, key in (
        (given, OTHER, PEM),
        (given, DIGEST, stranger),
        (given[:-8], DIGEST, PEM),
        ("", DIGEST, PEM),
        ("x" * 30_000, DIGEST, PEM),
        ("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----", DIGEST, PEM),
        ("-----BEGIN SSH SIGNATURE-----\nAAAA", DIGEST, PEM),
    ):
        with pytest.raises(BadSignature):
            verify(signature, digest, key)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")
def test_what_ssh_keygen_signs_holds(tmp_path: Path) -> None:
    private = tmp_path / "key"
    private.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
    )
    private.chmod(0o600)
    for namespace, good in (("vitrine", True), ("file", False)):
        line = tmp_path / f"to-sign-{namespace}.txt"
        line.write_bytes(bytes_to_sign(DIGEST))
        subprocess.run(
            ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", private, line],
            check=True, capture_output=True,
        )  # fmt: skip
        given = line.with_suffix(".txt.sig").read_text()
        if good:
            assert verify(given, DIGEST, PEM) == "ssh"
            with pytest.raises(BadSignature):
                verify(given, OTHER, PEM)
        else:
            with pytest.raises(BadSignature, match="namespace"):
                verify(given, DIGEST, PEM)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_what_openssl_signs_holds(tmp_path: Path) -> None:
    private, line = tmp_path / "key.pem", tmp_path / "to-sign.txt"
    private.write_bytes(
        KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    line.write_bytes(bytes_to_sign(DIGEST))
    made = subprocess.run(
        ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", private, "-in", line],
        check=True, capture_output=True,
    )  # fmt: skip
    assert verify(base64.encodebytes(made.stdout).decode(), DIGEST, PEM) == "ed25519"


def test_a_passkey_signs_this_digest_on_this_site_with_a_person_there() -> None:
    assert verify(_assertion(), DIGEST, _passkey()) == "passkey"
    for changes in (
        {"digest": OTHER},
        {"origin": "https://evil.test"},
        {"party": "evil.test"},
        {"flags": 4},
        {"type": "webauthn.create"},
    ):
        with pytest.raises(BadSignature):
            verify(_assertion(**changes), DIGEST, _passkey())
    broken = json.loads(_assertion())
    for name in broken:
        with pytest.raises(BadSignature):
            verify(json.dumps({**broken, name: "AAAA"}), DIGEST, _passkey())
    with pytest.raises(BadSignature):
        verify("{", DIGEST, _passkey())


def test_a_passkey_is_taken_only_where_it_was_made_here() -> None:
    assert Passkey(**json.loads(_passkey())).origin == ORIGIN
    for key, client in (
        (_base64url(_der()), _client(b"other")),
        (_base64url(_der()), _client(b"c", kind="webauthn.get")),
        (_base64url(_der()), _client(b"c", origin="https://evil.test")),
        ("AAAA", _client(b"c")),
        (_base64url(_der()), "AAAA"),
    ):
        with pytest.raises(BadKey):
            read_passkey(key, client, challenge=b"c", relying_party=PARTY, origin=ORIGIN)


def test_a_key_has_one_fingerprint_however_it_was_given() -> None:
    line = KEY.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    assert read_public_key(f"{line.decode()} me@example") == PEM
    assert fingerprint(read_public_key(PEM)) == fingerprint(PEM)
    assert fingerprint(_passkey()).startswith("SHA256:")
    with pytest.raises(BadKey):
        read_public_key("x" * 30_000)


def test_checking_needs_no_database() -> None:
    said = "import sys, app.audit.signatures; print('sqlalchemy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "False"
