"""A backup comes back whole or is refused by name; the doctor names what is wrong."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.audit import log, signer
from app.audit.entry import Entry, uuid7
from app.audit.sequencer import Sequencer
from app.cli import backup as copies
from app.cli.checks import Finding, examine
from app.cli.proof import prove
from app.kernel.clock import now
from app.kernel.config import Settings
from app.kernel.errors import VitrineError
from app.kernel.ids import new_id
from app.kernel.keys import keys_folder, make_keys, source_public_key
from app.models.organisations import Organisation
from app.models.people import Person
from app.models.reports import Edition, Report, Version
from app.storage.blobs import BlobStore, open_store
from app.storage.sources import SealedSources
from tests.database import Database, DatabaseServer

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "vitrine.localhost/log"


@dataclass(frozen=True)
class Kept:
    """An installation with content, and what was put into it."""

    known: Settings
    image: str
    source: str


def settings_of(database: Database, folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database.urls.web,
        database_worker_url=database.urls.worker,
        database_sequencer_url=database.urls.sequencer,
        database_owner_url=database.urls.owner,
    )


def fill(known: Settings, database: Database) -> Kept:
    """Put a report, its edition's bytes and some signed entries into an installation."""
    image = BlobStore(open_store(known.objects)).put(b"a painted page")
    sources = SealedSources(open_store(known.sources), public_key=source_public_key(known))
    source = sources.put(b"%PDF the source")
    with Session(database.owner) as session:
        person, organisation = new_id("person"), new_id("organisation")
        report, version = new_id("report"), new_id("version")
        session.add(Person(id=person, name="P", email="p@example.test", created_at=now()))
        session.add(
            Organisation(id=organisation, code="ORG", name="O", kind="company", created_at=now())
        )
        session.flush()
        session.add(Report(id=report, title="R", owner_id=person, created_at=now()))
        session.flush()
        session.add(
            Version(
                id=version, report_id=report, number=1, label="1", state="working",
                source_digest=source, source_bytes=15, imported_by=person, created_at=now(),
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Edition(
                id=new_id("edition"), version_id=version, key="k", lifted=[], engine="1",
                withheld_redactions=[], state="ready", document_digest=image, created_at=now(),
            )
        )  # fmt: skip
        log.enrol(session, organisation)
        log.append(session, [an_entry(organisation) for _ in range(3)])
        session.commit()
    sequencer(known, database).sequence_once()
    with Session(database.owner) as session:
        log.append(session, [an_entry(organisation)])  # waits: a backup does not stop the world
        session.commit()
    return Kept(known, image, source)


def an_entry(organisation: str | None = None) -> Entry:
    """Give an entry about an organisation, or about none."""
    return Entry(
        id=uuid7(), at=now(), action="report:page:read", outcome="allowed", actor="per_1",
        object="ver_1", organisations=frozenset({organisation} if organisation else ()),
        core={"facts": {}}, personal={"name": "P"},
    )  # fmt: skip


def sequencer(known: Settings, database: Database) -> Sequencer:
    made = signer.load_or_create(known.log_key, origin=ORIGIN)
    return Sequencer(database.sequencer, made, known.log_state)


@pytest.fixture
def kept(fresh_database: Database, tmp_path: Path) -> Kept:
    known = settings_of(fresh_database, tmp_path / "first")
    make_keys(known)
    return fill(known, fresh_database)


def back_up(known: Settings, folder: Path) -> copies.Manifest:
    return copies.back_up(known, folder, say=lambda _step: None)


def restore(known: Settings, folder: Path) -> None:
    copies.read_manifest(folder)
    copies.restore_keys(known, copies.keys_file(folder))
    copies.restore_content(known, folder, say=lambda _step: None)


def test_a_restored_installation_proves_itself_and_its_log_goes_on(
    kept: Kept, empty_database: Database, tmp_path: Path
) -> None:
    made = back_up(kept.known, tmp_path / "backup")
    assert (made.objects, made.sources) == (1, 1)
    other = settings_of(empty_database, tmp_path / "second")
    restore(other, tmp_path / "backup")
    proof = prove(other)
    assert proof.faults == []
    assert (proof.entries, proof.objects, proof.sources) == (4, 1, 1)
    batch = sequencer(other, empty_database).sequence_once()
    assert batch is not None
    assert batch.entries == 1
    assert prove(other).entries == 4


def test_a_restored_database_has_its_second_wall(
    kept: Kept, empty_database: Database, tmp_path: Path
) -> None:
    back_up(kept.known, tmp_path / "backup")
    restore(settings_of(empty_database, tmp_path / "second"), tmp_path / "backup")
    with empty_database.web.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM reports")) == 0
    with empty_database.owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM reports")) == 1
    unwalled = [f for f in examine(settings_of(empty_database, tmp_path)) if f.check == "tables"]
    assert [finding.verdict for finding in unwalled] == ["good"]


def test_keys_lie_apart_and_only_their_owner_reads_any_of_it(kept: Kept, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    back_up(kept.known, folder)
    written = [folder, *folder.iterdir(), copies.keys_file(folder)]
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    secret = (keys_folder(kept.known) / "source.key").read_bytes()
    private = kept.known.log_key.read_bytes()
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert secret not in everything
    assert private not in everything
    assert b"%PDF the source" not in everything
    assert secret in copies.keys_file(folder).read_bytes()


def test_a_damaged_backup_is_refused_before_anything_is_restored(
    kept: Kept, tmp_path: Path
) -> None:
    back_up(kept.known, tmp_path / "backup")
    dump = tmp_path / "backup/database.dump"
    dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    with pytest.raises(VitrineError, match=r"database\.dump is missing or damaged"):
        copies.read_manifest(tmp_path / "backup")


def test_a_backup_never_overwrites_and_a_restore_needs_an_empty_database(
    kept: Kept, tmp_path: Path
) -> None:
    back_up(kept.known, tmp_path / "backup")
    with pytest.raises(VitrineError, match="never overwrites"):
        back_up(kept.known, tmp_path / "backup")
    with pytest.raises(VitrineError, match="not empty"):
        copies.restore_content(kept.known, tmp_path / "backup", say=lambda _step: None)


def test_another_installations_keys_are_not_overwritten(
    kept: Kept, empty_database: Database, tmp_path: Path
) -> None:
    back_up(kept.known, tmp_path / "backup")
    other = settings_of(empty_database, tmp_path / "second")
    make_keys(other)
    before = (keys_folder(other) / "source.key").read_bytes()
    with pytest.raises(VitrineError, match="is another key"):
        copies.restore_keys(other, copies.keys_file(tmp_path / "backup"))
    assert (keys_folder(other) / "source.key").read_bytes() == before


def test_proof_names_a_missing_object_a_changed_entry_and_a_foreign_signature(
    kept: Kept, database_server: DatabaseServer, tmp_path: Path
) -> None:
    assert prove(kept.known).faults == []
    stored = kept.known.data_dir / "objects" / kept.image[:2] / kept.image
    stored.write_bytes(b"another page")
    assert f"object {kept.image} is damaged" in prove(kept.known).faults
    stored.unlink()
    assert f"object {kept.image} is missing" in prove(kept.known).faults
    sealed = kept.known.data_dir / "sources" / kept.source[:2] / kept.source
    sealed.write_bytes(sealed.read_bytes()[:-1] + b"x")
    assert any(f"source {kept.source} is damaged" in fault for fault in prove(kept.known).faults)

    name = kept.known.database_owner_url.rsplit("/", 1)[1].split("?")[0]
    superuser = create_engine(database_server.server.bootstrap_url(name), poolclass=NullPool)
    with superuser.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))  # no trigger binds it
        connection.execute(
            text(
                "UPDATE audit_entry SET personal = convert_to("
                "replace(convert_from(personal, 'UTF8'), '\"P\"', '\"Q\"'), 'UTF8')"
                " WHERE id = (SELECT min(id::text)::uuid FROM audit_entry)"
            )
        )
    assert any("does not give the leaf" in fault for fault in prove(kept.known).faults)

    kept.known.log_key.unlink()
    signer.create(kept.known.log_key, origin=ORIGIN)
    assert any("not signed by the key" in fault for fault in prove(kept.known).faults)


def verdicts(known: Settings) -> dict[str, str]:
    order = {"good": 0, "warning": 1, "fault": 2}
    found: dict[str, str] = {}
    for finding in examine(known):
        if order[finding.verdict] >= order[found.get(finding.check, "good")]:
            found[finding.check] = finding.verdict
    return found


def test_the_doctor_finds_a_sound_installation_sound(kept: Kept) -> None:
    kept.known.data_dir.chmod(0o700)
    found = verdicts(kept.known)
    assert found.pop("worker") == "warning"  # none runs here
    assert found.pop("keys") == "warning"  # the signing key lies in the data folder
    assert set(found.values()) <= {"good", "warning"}
    assert found["database roles"] == found["migrations"] == found["objects"] == "good"


def test_the_doctor_names_each_fault_with_its_remedy(kept: Kept) -> None:
    known = kept.known.model_copy(
        update={
            "public_url": "http://reports.example",
            "database_url": kept.known.database_owner_url,
        }
    )
    known.data_dir.chmod(0o755)
    known.log_key.chmod(0o644)
    faults = {finding.check: finding for finding in examine(known) if finding.verdict == "fault"}
    assert set(faults) == {"data folder", "keys", "public address", "database roles"}
    assert all(finding.remedy for finding in faults.values())


def test_the_doctor_names_an_old_database(empty_database: Database, tmp_path: Path) -> None:
    known = settings_of(empty_database, tmp_path)
    [finding] = [f for f in examine(known) if f.check == "migrations"]
    assert isinstance(finding, Finding)
    assert finding.verdict == "fault"
    assert "vitrine migrate" in finding.remedy


def test_backup_and_restore_work_from_the_command_line(tmp_path: Path) -> None:
    def vitrine(*arguments: str, folder: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app.cli.main", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": str(tmp_path / folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert vitrine("migrate", folder="one").returncode == 0
    settings_file = "VITRINE_PUBLIC_URL=https://review.example.org\n"
    (tmp_path / "one" / "vitrine.env").write_text(settings_file)
    made = vitrine("backup", str(tmp_path / "copy"), "--json", folder="one")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["revision"]
    back = vitrine("restore", str(tmp_path / "copy"), "--json", folder="two")
    assert back.returncode == 0, back.stderr
    assert json.loads(back.stdout)["faults"] == []
    brought = tmp_path / "two" / "vitrine.env"
    assert brought.read_text() == settings_file
    assert brought.stat().st_mode & 0o777 == 0o600
    brought.unlink()
    again = vitrine("restore", str(tmp_path / "copy"), folder="two")
    assert again.returncode == 1
    assert "not empty" in again.stderr
    assert not brought.exists(), "a refused restore changed the settings of what is there"
