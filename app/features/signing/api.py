"""JSON API of the keys that people sign with."""

from app.domain.actions import Action
from app.features.signing import service
from app.features.signing.schemas import Keys, KeyView, RegisterKey
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["signing"])


@routes.read("/signing-keys", action=Action.KEEP_SIGNING_KEYS, response_model=Keys)
def list_keys(tx: Tx) -> Keys:
    """Give the caller's own keys."""
    return service.list_keys(tx)


@routes.act(
    "/signing-keys", action=Action.KEEP_SIGNING_KEYS, response_model=KeyView, status_code=201
)
def register_key(tx: Tx, command: RegisterKey) -> KeyView:
    """Register a public key of the caller's own, within 15 minutes of signing in."""
    return service.register_key(tx, command)


@routes.act(
    "/signing-keys/{key_id}/remove", action=Action.KEEP_SIGNING_KEYS, response_model=KeyView
)
def remove_key(tx: Tx, key_id: str) -> KeyView:
    """Remove a key of the caller's own; what it signed can still be checked."""
    return service.remove_key(tx, key_id)
