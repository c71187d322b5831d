"""How the portal and the demo's identity provider know each other: one client, one secret.

Both sides compute it from the settings, so nothing is handed over.
"""

import hmac
from pathlib import Path

from app.kernel.config import Settings
from app.kernel.keys import web_secret

CLIENT_ID = "vitrine"


def client_secret(settings: Settings) -> str:
    """Give the portal's secret at the demo's provider, different for each installation."""
    return hmac.digest(web_secret(settings), b"vitrine/demo-client/1", "sha256").hex()


def redirect_uris(settings: Settings) -> list[str]:
    """Give the addresses that the provider may answer to."""
    return [f"{settings.url}/sign-in/callback"]


def issuer(settings: Settings, slug: str) -> str:
    """Give the issuer of one of the demo's organisations."""
    return f"http://127.0.0.1:{settings.demo_provider_port}/{slug}"


def sign_in_file(settings: Settings) -> Path:
    """Give the file that says where each organisation's people sign in (code → address)."""
    return settings.data_dir / "demo-sign-in.json"
