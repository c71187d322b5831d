"""Settings, read once from the environment (prefix VITRINE_, plus the few well-known names)."""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Where things are and how large they may be; every field can be set by VITRINE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="VITRINE_", extra="ignore", populate_by_name=True)

    port: int = Field(default=8000, validation_alias=AliasChoices("VITRINE_PORT", "PORT"))
    host: str = "127.0.0.1"
    public_url: str = ""
    data_dir: Path = Field(
        default=ROOT / "var", validation_alias=AliasChoices("VITRINE_DATA_DIR", "DATA_DIR")
    )
    database_url: str = Field(
        default="", validation_alias=AliasChoices("VITRINE_DATABASE_URL", "DATABASE_URL")
    )
    database_owner_url: str = Field(
        default="",
        validation_alias=AliasChoices("VITRINE_DATABASE_OWNER_URL", "DATABASE_OWNER_URL"),
    )
    database_worker_url: str = Field(
        default="",
        validation_alias=AliasChoices("VITRINE_DATABASE_WORKER_URL", "DATABASE_WORKER_URL"),
    )
    database_sequencer_url: str = Field(
        default="",
        validation_alias=AliasChoices("VITRINE_DATABASE_SEQUENCER_URL", "DATABASE_SEQUENCER_URL"),
    )
    objects_url: str = ""  # file:///… (default: DATA_DIR/objects), s3://bucket/prefix, memory:///
    sources_url: str = ""  # likewise for source files; default DATA_DIR/sources
    secret: SecretStr = SecretStr("")  # signs cookies and seals client secrets; made on first start
    source_public_key: str = ""  # 32 bytes hex; default: a file beside the log key
    source_key: SecretStr = SecretStr("")  # 32 bytes hex; given to the worker only
    log_key_path: Path | None = None  # Ed25519 key of the audit log; default DATA_DIR/keys/log.key
    log_origin: str = "vitrine.localhost/log"
    log_state_path: Path | None = None
    max_upload_bytes: int = 200 * 1024 * 1024
    max_pages: int = 2000
    view_dpi: int = 110
    build_processes: int = min(4, os.cpu_count() or 1)
    session_hours: int = 12
    session_idle_minutes: int = 120
    pool_size: int = 40
    provider_networks: str = ""  # private networks (CIDR) where identity providers may live
    smtp_url: SecretStr = SecretStr(
        ""
    )  # smtp://user:password@host:port or smtps://…; none: no mail
    mail_from: str = ""  # the address that mail comes from; default vitrine@ and our host's name
    demo: bool = False
    demo_provider_port: int = 0
    demo_report: Path | None = Field(
        default=None, validation_alias=AliasChoices("VITRINE_DEMO_REPORT", "DEMO_REPORT")
    )

    @property
    def url(self) -> str:
        """Give the public address without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def mail_sender(self) -> str:
        """Give the address that mail comes from."""
        return self.mail_from or f"vitrine@{self.mail_domain}"

    @property
    def mail_domain(self) -> str:
        """Give the name under which messages get their ids."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def objects(self) -> str:
        """Give the address of the object store for editions."""
        return self.objects_url or (self.data_dir / "objects").resolve().as_uri()

    @property
    def sources(self) -> str:
        """Give the address of the store for source files."""
        return self.sources_url or (self.data_dir / "sources").resolve().as_uri()

    @property
    def log_key(self) -> Path:
        """Give the path of the audit log's signing key."""
        return self.log_key_path or self.data_dir / "keys" / "log.key"

    @property
    def log_state(self) -> Path:
        """Give the path of the file that holds the last signed size and root."""
        return self.log_state_path or self.data_dir / "log-state.json"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the settings of this process once."""
    return Settings()
