"""The session as JSON. Signing in needs a browser; what follows does not."""

from fastapi import Response

from app.domain.actions import Action
from app.features.identity import sessions
from app.features.identity.schemas import SessionView, SignedOut, SwitchOrganisation
from app.web.routing import Routes, Tx
from app.web.session import clear_cookie, set_cookie

routes = Routes(prefix="/api/v1", tags=["session"])


@routes.read("/session", action=Action.SEE_HOME)
def get_session(tx: Tx) -> SessionView:
    """Say who is signed in, for whom, and as what."""
    return sessions.get_session(tx)


@routes.act("/session/end", action=Action.SIGN_OUT)
def end_session(tx: Tx, response: Response) -> SignedOut:
    """End the session; the answer names where the provider's own can be ended."""
    clear_cookie(response)
    return sessions.sign_out(tx)


@routes.act("/session/switch", action=Action.SWITCH_ORGANISATION)
def switch_organisation(tx: Tx, response: Response, command: SwitchOrganisation) -> dict[str, bool]:
    """Act for another organisation; the new session is in the cookie."""
    finished = sessions.switch_organisation(tx, command=command)
    set_cookie(response, finished.token, tx.installation.settings)
    return {"switched": True}
