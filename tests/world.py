"""Named situations for tests: organisations, people and sessions made in the database.

Set-up writes with the owner's role (there is no other way in before anybody can sign in);
everything that a test is about goes through the application, with grants like anybody's.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.audit import log
from app.installation import open_for_web, open_for_worker
from app.kernel.actor import Actor, Role, Side
from app.kernel.clock import now
from app.kernel.config import Settings
from app.kernel.ids import new_id
from app.kernel.keys import make_keys
from app.kernel.tokens import new_token
from app.main import create_app
from app.models.organisations import Organisation, Provider
from app.models.people import Membership, Person, SignedInSession
from app.transaction import Installation
from app.web.session import COOKIE
from app.worker import work
from tests.clients import client_of
from tests.database import Database

PUBLIC_URL = "https://vitrine.test"


@dataclass
class Someone:
    """A person with one membership and a signed-in browser (`client`)."""

    id: str
    name: str
    organisation_id: str
    organisation_kind: str
    membership_id: str
    roles: frozenset[Role]
    token: str
    csrf_secret: str = "test-secret"
    client: TestClient = field(init=False)

    @property
    def actor(self) -> Actor:
        """The actor that this person's requests run as."""
        side = Side.PUBLISHER if self.organisation_kind == "publisher" else Side.REVIEWER
        return Actor(
            id=self.id,
            kind="person",
            side=side,
            organisation_id=self.organisation_id,
            organisation_kind=self.organisation_kind,
            organisation_name="",
            name=self.name,
            membership_id=self.membership_id,
            roles=self.roles,
        )


@dataclass
class World:
    """One installation with a publisher, two reviewer organisations and an internal one."""

    web: Installation
    worker: Installation
    application: object
    owner: Engine
    organisations: dict[str, str]
    people: dict[str, Someone]

    def __getattr__(self, name: str) -> Someone:
        """Give a person by name: `world.coordinator`, `world.reviewer_a`."""
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def anonymous(self) -> TestClient:
        """Give a browser in which nobody is signed in."""
        return client_of(self.application, PUBLIC_URL)


CAST: dict[str, tuple[str, tuple[Role, ...]]] = {
    "author": ("PUB", (Role.AUTHOR,)),
    "second_author": ("PUB", (Role.AUTHOR,)),
    "coordinator": ("PUB", (Role.COORDINATOR,)),
    "responder": ("PUB", (Role.RESPONDER,)),
    "approver": ("PUB", (Role.APPROVER,)),
    "auditor": ("PUB", (Role.AUDITOR,)),
    "administrator": ("PUB", (Role.ADMINISTRATOR,)),
    "internal_reader": ("PUB", (Role.INTERNAL_READER,)),
    "lead_a": ("ORGA", (Role.LEAD,)),
    "reviewer_a": ("ORGA", (Role.REVIEWER,)),
    "lead_b": ("ORGB", (Role.LEAD,)),
    "reviewer_b": ("ORGB", (Role.REVIEWER,)),
    "stress_tester": ("TEAM", (Role.LEAD, Role.REVIEWER)),
}
KINDS = {"PUB": "publisher", "ORGA": "nonprofit", "ORGB": "government", "TEAM": "internal"}


def make_settings(database: Database, folder: Path) -> Settings:
    """Make settings for a test's own database and data folder."""
    made = Settings(
        public_url=PUBLIC_URL,
        data_dir=folder,
        database_url=database.urls.web,
        database_worker_url=database.urls.worker,
        database_sequencer_url=database.urls.sequencer,
        database_owner_url=database.urls.owner,
        pool_size=8,
    )
    make_keys(made)
    return made


def build_world(settings: Settings, owner: Engine) -> World:
    """Create the organisations and the cast, and give everybody a signed-in browser."""
    organisations: dict[str, str] = {}
    people: dict[str, Someone] = {}
    with Session(owner) as session:
        for code, kind in KINDS.items():
            organisations[code] = new_id("organisation")
            session.add(
                Organisation(
                    id=organisations[code],
                    code=code,
                    name=f"{code} organisation",
                    kind=kind,
                    state="active",
                    created_at=now(),
                )
            )
        session.flush()
        for code in KINDS:
            log.enrol(session, organisations[code])
            session.add(_provider(organisations[code]))
        session.flush()
        for name, (code, roles) in CAST.items():
            people[name] = _someone(session, name, organisations[code], KINDS[code], roles)
        session.commit()
    return open_world(settings, owner, organisations, people)


def open_world(
    settings: Settings, owner: Engine, organisations: dict[str, str], people: dict[str, Someone]
) -> World:
    """Start the application on a database that is there already, with a browser for everybody."""
    web, worker = open_for_web(settings), open_for_worker(settings)
    application = create_app(settings, web)
    for someone in people.values():
        client = client_of(application, PUBLIC_URL)
        client.cookies.set(COOKIE, someone.token, domain="vitrine.test", path="/")
        client.headers["X-Vitrine-CSRF"] = "1"
        someone.client = client
    return World(web, worker, application, owner, organisations, people)


def _provider(organisation_id: str) -> Provider:
    return Provider(
        id=f"idp_{organisation_id[4:]}", organisation_id=organisation_id,
        entry=f"entry-{organisation_id[4:12]}", issuer=f"https://issuer.test/{organisation_id}",
        discovery_url=f"https://issuer.test/{organisation_id}/.well-known/openid-configuration",
        client_id="vitrine", client_secret=b"", state="active", created_at=now(),
    )  # fmt: skip


def _someone(
    session: Session, name: str, organisation_id: str, kind: str, roles: tuple[Role, ...]
) -> Someone:
    person, membership = new_id("person"), new_id("membership")
    token, digest = new_token()
    session.add(
        Person(
            id=person,
            name=name.replace("_", " ").title(),
            email=f"{name}@example.test",
            time_zone="UTC",
            created_at=now(),
        )
    )
    session.flush()
    session.add(
        Membership(
            id=membership,
            person_id=person,
            organisation_id=organisation_id,
            roles=[role.value for role in roles],
            state="active",
            created_at=now(),
        )
    )
    session.flush()
    session.add(
        SignedInSession(
            id=new_id("session"),
            token_hash=digest,
            person_id=person,
            membership_id=membership,
            provider_id=f"idp_{organisation_id[4:]}",
            csrf_secret="test-secret",
            amr=[],
            created_at=now(),
            seen_at=now(),
            expires_at=now() + timedelta(hours=12),
        )
    )
    return Someone(
        id=person, name=name, organisation_id=organisation_id, organisation_kind=kind,
        membership_id=membership, roles=frozenset(roles), token=token,
    )  # fmt: skip


@pytest.fixture
def world(fresh_database: Database, tmp_path: Path) -> Iterator[World]:
    """Give a fresh installation; each test commits for real in its own clone."""
    made = build_world(make_settings(fresh_database, tmp_path / "data"), fresh_database.owner)
    yield made
    made.web.engine.dispose()
    made.worker.engine.dispose()


@pytest.fixture
def run_jobs() -> Callable[[World], None]:
    """Give a function that runs all waiting jobs with the real worker."""

    def run(made: World) -> None:
        asyncio.run(work(made.worker, wait=False))

    return run
