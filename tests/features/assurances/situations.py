"""What the tests of assurances have in common: keys, a wording, a signature, a release."""

import base64
import hashlib
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from httpx import Response

from app.audit.canonical import canonical_bytes
from app.audit.signatures import bytes_to_sign
from app.domain.assurances import payload
from tests.features.findings.situations import cleared
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TEXT = "GANNET-DRAFT: no other model is deployed, as of {date}."
STATED = "GANNET-DRAFT: no other model is deployed, as of 2026-05-04."


def public_line(key: Ed25519PrivateKey = KEY) -> str:
    """Give the public half as an ssh-ed25519 line."""
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def registered(world: SharedWorld, someone: Someone, key: Ed25519PrivateKey = KEY) -> str:
    """Register somebody's key, soon after they signed in; gives its id."""
    world.change("UPDATE sessions SET created_at = now() WHERE person_id = :p", p=someone.id)
    made = post_json(someone, "/signing-keys", label="Mine", public_key=public_line(key))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def requested(world: SharedWorld, **more: Any) -> str:
    """Set an assurance up for organisation A; gives its id."""
    path = f"/reviews/{world.made.review_a}/assurances"
    made = post_json(world.coordinator, path, **more)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def wording(world: SharedWorld, **more: Any) -> dict[str, Any]:
    """Give a wording that the author signs."""
    return {
        "outcome": "affirmed",
        "text": TEXT,
        "scope": "All models.",
        "as_of": "2026-05-04",
        "signatory_id": world.author.id,
        **more,
    }


def act(world: SharedWorld, who: str, one: str, verb: str, **body: Any) -> Response:
    """Do something to an assurance by the API."""
    return post_json(world.people[who], f"/assurances/{one}/{verb}", **body)


def page(world: SharedWorld, who: str, one: str) -> Any:
    """Read an assurance by the API."""
    return world.people[who].client.get(f"/api/v1/assurances/{one}").json()


def signature(world: SharedWorld, one: str, key: Ed25519PrivateKey = KEY) -> str:
    """Sign what is worded, as openssl does."""
    digest = page(world, "author", one)["view"]["digest"]
    return base64.b64encode(key.sign(bytes_to_sign(digest))).decode()


def drafted(world: SharedWorld, **more: Any) -> str:
    """Have an assurance worded by the coordinator; gives its id."""
    cleared(world, world.coordinator, world.approver)
    one = requested(world)
    assert act(world, "coordinator", one, "draft", **wording(world, **more)).is_success
    return one


def signed(world: SharedWorld, **more: Any) -> str:
    """Have it signed by the author, too."""
    one = drafted(world, **more)
    registered(world, world.author)
    made = act(world, "author", one, "signature", signature=signature(world, one))
    assert made.is_success, made.text
    return one


def released(world: SharedWorld, **more: Any) -> str:
    """Have it released by the approver, too."""
    one = signed(world, **more)
    made = act(world, "approver", one, "release", nothing_withheld=True)
    assert made.is_success, made.text
    return one


def as_worded_before(world: SharedWorld, one: str) -> str:
    """Let an assurance be as it was before aliases: over number and organisation; its digest."""
    ((number, organisation, version),) = world.rows(
        "SELECT number, organisation_id, version_id FROM assurances WHERE id = :a", a=one
    )
    said = payload(
        number=str(number), outcome="affirmed", text=STATED, scope="All models.",
        qualification="", as_of=date(2026, 5, 4), version_id=str(version),
        organisation=str(organisation), signatory=world.author.name,
    )  # fmt: skip
    digest = hashlib.sha256(canonical_bytes(said)).hexdigest()
    world.change("UPDATE assurances SET nonce = NULL WHERE id = :a", a=one)
    world.change("UPDATE assurance_drafts SET digest = :d WHERE assurance_id = :a", d=digest, a=one)
    return digest
