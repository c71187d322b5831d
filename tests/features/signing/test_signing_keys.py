"""Keys are a person's own: registered with a recent sign-in, removed by nobody else."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.features.assurances.situations import KEY, public_line, registered
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def test_a_key_is_its_persons_own(shared: SharedWorld) -> None:
    key = registered(shared, shared.lead_a)
    (mine,) = shared.lead_a.client.get("/api/v1/signing-keys").json()["keys"]
    assert mine["fingerprint"].startswith("SHA256:")
    for who in ("reviewer_a", "author", "auditor", "lead_b"):
        client = shared.people[who].client
        assert client.get("/api/v1/signing-keys").json()["keys"] == []
        assert post_json(shared.people[who], f"/signing-keys/{key}/remove").status_code == 404
    assert ("SigningKeyRegistered", "done") in {entry[:2] for entry in shared.entries()}
    assert mine["fingerprint"] in shared.lead_a.client.get("/signing-keys").text


@pytest.mark.parametrize(
    "given",
    [
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----",
        "not a key",
    ],
)
def test_what_is_no_public_ed25519_key_is_refused(shared: SharedWorld, given: str) -> None:
    refused = post_json(shared.author, "/signing-keys", label="x", public_key=given)
    assert set(refused.json()["fields"]) == {"public_key"}
    assert shared.rows("SELECT id FROM signing_keys") == []


def test_keys_are_changed_only_soon_after_signing_in(shared: SharedWorld) -> None:
    key = registered(shared, shared.author)
    shared.change("UPDATE sessions SET created_at = created_at - interval '16 minutes'")
    refused = post_json(shared.author, "/signing-keys", label="x", public_key=public_line(OTHER))
    assert refused.status_code == 403
    assert post_json(shared.author, f"/signing-keys/{key}/remove").status_code == 403
    page = shared.author.client.get("/signing-keys").text
    assert "signed in a while ago" in page
    assert "Register this key" not in page


def test_a_removed_key_signs_no_more_and_cannot_be_registered_twice_before(
    shared: SharedWorld,
) -> None:
    key = registered(shared, shared.author)
    again = post_json(shared.author, "/signing-keys", label="x", public_key=public_line(KEY))
    assert again.status_code == 409
    assert post_json(shared.author, f"/signing-keys/{key}/remove").is_success
    assert post_json(shared.author, f"/signing-keys/{key}/remove").status_code == 409
    (kept,) = shared.author.client.get("/api/v1/signing-keys").json()["keys"]
    assert kept["removed_at"] is not None


@pytest.mark.paired("/signing-keys")
def test_registering_by_form_and_by_json(pair: Doors) -> None:
    body = {"label": "Mine", "public_key": public_line()}
    pair.assert_alike(
        lambda w: post_form(w.author, "/signing-keys", **body),
        lambda w: post_json(w.author, "/signing-keys", **body),
    )


@pytest.mark.paired("/signing-keys/{key_id}/remove")
def test_removing_by_form_and_by_json(pair: Doors) -> None:
    key = pair.ids(lambda w: registered(w, w.approver))
    pair.assert_alike(
        lambda w: post_form(w.approver, f"/signing-keys/{key(w)}/remove"),
        lambda w: post_json(w.approver, f"/signing-keys/{key(w)}/remove"),
    )
