"""Commands and views of the keys that people sign with."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from app.kernel.values import Frozen

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Blob = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]


class RegisterKey(Frozen):
    """Register a public key of one's own: pasted, or a passkey as the browser gives it.

    For a passkey `public_key`, `client_data` and `credential_id` are base64url.
    """

    kind: Literal["ed25519", "passkey"] = "ed25519"
    label: Line
    public_key: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    client_data: Blob = ""
    credential_id: Annotated[str, StringConstraints(max_length=2_000)] = ""


class KeyView(Frozen):
    """A key of one's own; a removed one is kept for checking what it signed."""

    id: str
    kind: str
    label: str
    fingerprint: str
    public_key: str
    credential_id: str | None
    registered_at: datetime
    removed_at: datetime | None


class Keys(Frozen):
    """One's keys, and what a browser needs to make a passkey."""

    keys: tuple[KeyView, ...]
    recent: bool  # the sign-in is recent enough to change keys
    challenge: str  # hexadecimal
    relying_party: str
    person_handle: str  # hexadecimal, says nothing of the person
    person_name: str


class SignatureView(Frozen):
    """A signature with all that checking it elsewhere needs."""

    form: str
    digest: str
    signature: str
    public_key: str
    fingerprint: str
    signer_name: str
    signed_at: datetime
    holds: bool
