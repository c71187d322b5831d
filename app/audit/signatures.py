"""Signatures of people: whether one holds over a digest, checked offline with the key alone.

Three forms, told apart by how they look: Ed25519 as base64 (openssl), an SSH signature
(`ssh-keygen -Y sign`), and the assertion of a passkey (WebAuthn). Imports `cryptography` and the
standard library only, so that whoever holds a statement checks it without Vitrine's database. Not
here: what is signed (the feature), whose key it is (features/signing).
"""

import base64
import binascii
import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
    load_ssh_public_key,
)

NAMESPACE = "vitrine"
_SSH_BEGIN, _SSH_END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_SSH_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_PRESENT = 0x01  # authenticator data: a person touched it
_MOST = 20_000  # characters of a key or a signature
_LEAST_BITS = 2048


class BadSignature(ValueError):
    """The signature does not hold, or cannot be read; the text says which, safe to show."""


class BadKey(ValueError):
    """No public key that can be used; the text says why, safe to show."""


@dataclass(frozen=True)
class Passkey:
    """A passkey as it is kept: its key, and where its assertions must come from."""

    spki: str  # PEM
    relying_party: str
    origin: str

    def text(self) -> str:
        """Write it as the `public_key` that `verify` takes."""
        return json.dumps(
            {"origin": self.origin, "relying_party": self.relying_party, "spki": self.spki},
            sort_keys=True,
        )


def bytes_to_sign(payload_sha256: str) -> bytes:
    """Give what a key signs: one line of text that names the digest (64 hexadecimal digits)."""
    return f"vitrine statement sha256:{payload_sha256}\n".encode()


def verify(signature: str, payload_sha256: str, public_key: str) -> str:
    """Check a signature over a digest with a public key; gives its form: ed25519, ssh or passkey.

    Args:
        signature: as it was given.
        payload_sha256: 64 hexadecimal digits.
        public_key: PEM, or what `Passkey.text` wrote.

    Raises:
        BadSignature: it does not hold, or cannot be read.
    """
    given = signature.strip()
    if len(given) > _MOST:
        raise BadSignature("This is too long to be a signature.")
    try:
        if public_key.startswith("{"):
            _verify_passkey(given, payload_sha256, json.loads(public_key))
            return "passkey"
        key = load_pem_public_key(public_key.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise BadSignature("The key is not an Ed25519 key.")
        if given.startswith(_SSH_BEGIN):
            _verify_ssh(given, payload_sha256, key)
            return "ssh"
        key.verify(_raw(given), bytes_to_sign(payload_sha256))
    except InvalidSignature as fault:
        raise BadSignature(
            "The signature does not fit this text and this key. Sign exactly the file given here."
        ) from fault
    except (KeyError, TypeError, ValueError, struct.error) as fault:
        if isinstance(fault, BadSignature):
            raise
        raise BadSignature("This cannot be read as a signature.") from fault
    return "ed25519"


def read_public_key(given: str) -> str:
    """Turn a pasted Ed25519 public key, PEM or an `ssh-ed25519` line, into PEM.

    Raises:
        BadKey: anything else; a private key is refused by name.
    """
    text = given.strip()
    if "PRIVATE KEY" in text:
        raise BadKey("This is a private key. Keep it to yourself and paste the public one.")
    if len(text) > _MOST:
        raise BadKey("This is too long to be a public key.")
    try:
        load = load_ssh_public_key if text.startswith("ssh-") else load_pem_public_key
        key: object = load(text.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BadKey("Paste an Ed25519 public key: PEM, or a line with ssh-ed25519.") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("Only Ed25519 keys can sign here.")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_passkey(
    public_key: str, client_data: str, *, challenge: bytes, relying_party: str, origin: str
) -> Passkey:
    """Take what a browser gives of a new passkey (base64url), bound to a challenge.

    Raises:
        BadKey: another page's, another challenge's, or a kind of key that cannot be used.
    """
    try:
        said = json.loads(_unpadded(client_data))
        _require_client(said, "webauthn.create", challenge, origin)
        key = load_der_public_key(_unpadded(public_key))
    except BadSignature as fault:
        raise BadKey("The passkey was not made on this page. Try again.") from fault
    except (KeyError, TypeError, ValueError, UnsupportedAlgorithm) as fault:
        raise BadKey("The passkey cannot be read.") from fault
    if not isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey) or (
        isinstance(key, RSAPublicKey) and key.key_size < _LEAST_BITS
    ):
        raise BadKey("This kind of passkey cannot sign here.")
    spki = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return Passkey(spki, relying_party, origin)


def fingerprint(public_key: str) -> str:
    """Give the short name of a key: SHA-256 over its DER form, base64 without padding."""
    pem = json.loads(public_key)["spki"] if public_key.startswith("{") else public_key
    der = load_pem_public_key(pem.encode()).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode().rstrip("=")


def _raw(given: str) -> bytes:
    found = base64.b64decode("".join(given.split()), validate=True)
    if len(found) != 64:
        raise BadSignature("An Ed25519 signature has 64 bytes; paste it as base64.")
    return found


def _verify_ssh(given: str, digest: str, key: Ed25519PublicKey) -> None:
    if not given.endswith(_SSH_END):
        raise BadSignature("The SSH signature is cut off; paste all of it.")
    body = "".join(given.removeprefix(_SSH_BEGIN).removesuffix(_SSH_END).split())
    blob = base64.b64decode(body, validate=True)
    if blob[:6] != b"SSHSIG" or struct.unpack(">I", blob[6:10])[0] != 1:
        raise BadSignature("This is no SSH signature of a known version.")
    _signer, namespace, reserved, hash_name, inner = _strings(blob[10:], 5)
    if namespace != NAMESPACE.encode():
        raise BadSignature(f"Sign with the namespace {NAMESPACE}: ssh-keygen -Y sign -n vitrine.")
    if hash_name not in _SSH_HASHES:
        raise BadSignature("This SSH signature uses a hash that is not taken here.")
    kind, raw = _strings(inner, 2)
    if kind != b"ssh-ed25519":
        raise BadSignature("The SSH signature was not made with an Ed25519 key.")
    hashed = _SSH_HASHES[hash_name](bytes_to_sign(digest)).digest()
    parts = (namespace, reserved, hash_name, hashed)
    key.verify(raw, b"SSHSIG" + b"".join(struct.pack(">I", len(p)) + p for p in parts))


def _strings(blob: bytes, count: int) -> list[bytes]:
    found, at = [], 0
    for _ in range(count):
        (length,) = struct.unpack(">I", blob[at : at + 4])
        found.append(blob[at + 4 : at + 4 + length])
        if len(found[-1]) != length:
            raise BadSignature("The SSH signature is cut off; paste all of it.")
        at += 4 + length
    if at != len(blob):
        raise BadSignature("This cannot be read as a signature.")
    return found


def _verify_passkey(given: str, digest: str, kept: Mapping[str, str]) -> None:
    said = json.loads(given)
    authenticator = _unpadded(said["authenticator_data"])
    client = _unpadded(said["client_data"])
    _require_client(json.loads(client), "webauthn.get", bytes.fromhex(digest), kept["origin"])
    party = hashlib.sha256(kept["relying_party"].encode()).digest()
    if len(authenticator) < 37 or authenticator[:32] != party:
        raise BadSignature("The passkey answered for another site.")
    if not authenticator[32] & _PRESENT:
        raise BadSignature("The passkey answered without a person.")
    signed = authenticator + hashlib.sha256(client).digest()
    signature = _unpadded(said["signature"])
    key = load_pem_public_key(kept["spki"].encode())
    if isinstance(key, EllipticCurvePublicKey):
        key.verify(signature, signed, ECDSA(SHA256()))
    elif isinstance(key, Ed25519PublicKey):
        key.verify(signature, signed)
    elif isinstance(key, RSAPublicKey):
        key.verify(signature, signed, PKCS1v15(), SHA256())
    else:
        raise BadSignature("This kind of passkey cannot sign here.")


def _require_client(said: Mapping[str, object], kind: str, challenge: bytes, origin: str) -> None:
    if said.get("type") != kind or said.get("crossOrigin"):
        raise BadSignature("The passkey answered another question.")
    if said.get("origin") != origin:
        raise BadSignature("The passkey answered another site.")
    if _unpadded(str(said.get("challenge"))) != challenge:
        raise BadSignature("The passkey signed another text.")


def _unpadded(text: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        plain = text.rstrip("=").replace("-", "+").replace("_", "/")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64url") from fault
