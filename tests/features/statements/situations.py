"""Statements as tests need them: begun, written, shared, signed and released."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from app.audit.signatures import bytes_to_sign, fingerprint
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.signing import SigningKey
from app.rendering import plainforms, sandbox
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

TEXT = "The argument *holds*, with two reservations.\n\n- the first\n- the second"
LATER = "9999-01-01"


_KEYS: dict[str, Ed25519PrivateKey] = {}


def begun(world: SharedWorld, who: Someone | None = None, review: str = "") -> str:
    """Start a statement on organisation A's review; gives its id."""
    made = post_json(
        who or world.lead_a,
        f"/reviews/{review or world.made.review_a}/statement",
        version_id=world.made.version_id,
    )
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


def wrote(
    world: SharedWorld,
    statement: str,
    text: str = TEXT,
    *,
    topic: str = "rigour",
    revision: int = 0,
    who: Someone | None = None,
    **more: Any,
) -> None:
    """Keep a section."""
    body = {"text": text, "revision": revision, **more}
    path = f"/statements/{statement}/sections/{topic}"
    made = post_json(who or world.lead_a, path, **body)
    assert made.status_code == 200, made.text


def keyed(world: SharedWorld, who: Someone) -> tuple[str, Ed25519PrivateKey]:
    """Give somebody a key to sign with; gives its id and the private key."""
    key = _KEYS.setdefault(who.name, Ed25519PrivateKey.generate())
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    row = SigningKey(
        id=new_id("signing_key"), person_id=who.id, kind="ed25519", label="My key",
        public_key=pem, fingerprint=fingerprint(pem), registered_at=now(),
    )  # fmt: skip
    with Session(world.owner) as session:
        session.add(row)
        session.commit()
        return row.id, key


def signed(key: Ed25519PrivateKey, digest: str) -> str:
    """Sign a digest as `openssl pkeyutl -sign -rawin | base64` does."""
    return base64.b64encode(key.sign(bytes_to_sign(digest))).decode()


def release_of(
    world: SharedWorld, statement: str, who: Someone | None = None, **more: Any
) -> dict[str, Any]:
    """Prepare a statement, sign it, and give the command that releases it."""
    lead = who or world.lead_a
    sealed = post_json(lead, f"/statements/{statement}/seal")
    assert sealed.status_code == 200, sealed.text
    digest = sealed.json()["digest"]
    _, key = keyed(world, lead)
    return {"digest": digest, "signature": signed(key, digest), **more}


def released(world: SharedWorld, statement: str | None = None, **more: Any) -> str:
    """Have a statement of organisation A released, with words; gives its id."""
    if statement is None:
        statement = begun(world)
        wrote(world, statement)
    vouched = {"nothing_withheld": True, "hits_confirmed": True, **more}
    body = release_of(world, statement, **vouched)
    made = post_json(world.lead_a, f"/statements/{statement}/release", **body)
    assert made.status_code == 200, made.text
    return statement


def shared_draft(world: SharedWorld, text: str = TEXT) -> str:
    """Have a draft of organisation A shared for comments; gives its id."""
    statement = begun(world)
    wrote(world, statement, text)
    made = post_json(
        world.lead_a, f"/statements/{statement}/share", days=7, nothing_withheld=True,
        hits_confirmed=True,
    )  # fmt: skip
    assert made.status_code == 200, made.text
    return statement


def window_closed(world: SharedWorld, statement: str) -> None:
    """Let the window for comments lie in the past."""
    world.change(
        "UPDATE statements SET window_opens_at = now() - interval '9 days',"
        " window_closes_at = now() - interval '2 days' WHERE id = :id",
        id=statement,
    )


def commented(world: SharedWorld, statement: str, **more: Any) -> Any:
    """Have the coordinator comment on a shared draft; gives the answer."""
    body = {
        "kind": "fact", "section": "rigour", "quote": "with two reservations",
        "comment": "There are three.", "nothing_withheld": True, **more,
    }  # fmt: skip
    return post_json(world.coordinator, f"/statements/{statement}/comments", **body)


def righted(world: SharedWorld, right: str) -> None:
    """Have the publication right of organisation A's review be another one."""
    world.change(
        "UPDATE reviews SET publication_right = :p WHERE id = :r",
        p=right,
        r=world.made.review_a,
    )


def said_of(world: SharedWorld, statement: str, who: Someone | None = None) -> str:
    """Give the digest of the text that was shared, as somebody inside reads it."""
    view = (who or world.coordinator).client.get(f"/api/v1/statements/{statement}").json()
    return view["said"] or ""


def read_by(world: SharedWorld, statement: str, who: Someone) -> str:
    """Give the digest of a statement as somebody reads it; zeros where they do not."""
    view = who.client.get(f"/api/v1/statements/{statement}").json()
    return view.get("text_digest") or "0" * 64


def narrowed(world: SharedWorld, statement: str, who: Someone, **more: Any) -> Any:
    """Have somebody state that what they read holds nothing withheld; gives the answer."""
    body = {"digest": read_by(world, statement, who), "nothing_withheld": True, **more}
    return post_json(who, f"/statements/{statement}/narrowing", **body)


def decided(
    world: SharedWorld, statement: str, decision: str, who: Someone | None = None, **more: Any
) -> Any:
    """Have somebody of the publisher decide about the text that is shared; gives the answer."""
    digest = said_of(world, statement, who)
    body = {"decision": decision, "digest": digest, **more}
    return post_json(who or world.coordinator, f"/statements/{statement}/publication", **body)


def a_pdf(text: str) -> bytes:
    """Give a PDF that says a text."""
    blocks = [["paragraph", [[0, text]]]]
    names = {"title": "Ours", "author": "ORGA", "header": ""}
    ((_, made),) = sandbox.run("tagged", source=json.dumps(blocks).encode(), arguments=names)
    return bytes(made)


def a_docx(text: str) -> bytes:
    """Give a DOCX that says a text."""
    return plainforms.as_docx([["paragraph", [[0, text]]]], title="Ours", author="ORGA")
