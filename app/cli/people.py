"""`vitrine provider | invite | person`: organisations' sign-in and people, for an operator.

The same services as the administrator's pages; decided by the policies and recorded, with the
operating-system user, as the person named by `--as` or as the installation's operator.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel, ValidationError
from rich.console import Console
from rich.table import Table

from app.cli.answers import Json
from app.cli.runtime import installation
from app.kernel.context import RequestContext
from app.kernel.errors import Invalid, VitrineError

if TYPE_CHECKING:
    from app.transaction import Transaction

Organisation = Annotated[str, typer.Option("--organisation", help="Code or id.")]
As = Annotated[
    str | None,
    typer.Option("--as", metavar="PERSON", help="Id or e-mail of who acts; else the operator."),
]
Address = Annotated[str, typer.Argument(help="Issuer or discovery address of the provider.")]
Client = Annotated[str, typer.Option("--client-id", help="The portal's client id there.")]
Secret = Annotated[
    str,
    typer.Option(
        prompt="Client secret there (empty for none)",
        hide_input=True,
        envvar="VITRINE_CLIENT_SECRET",
        help="Give it by the prompt or the variable: command lines can be read by others.",
    ),
]
Email = Annotated[str, typer.Argument(help="As the organisation's provider has it.")]
Name = Annotated[str, typer.Option(help="As the invitation greets them.")]
Roles = Annotated[list[str], typer.Option("--role", help="Once for each role.")]
Days = Annotated[int, typer.Option(help="How long the link works.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    provider = typer.Typer(no_args_is_help=True, help="How organisations sign in.")
    provider.command("try")(try_address)
    provider.command("add")(add)
    person = typer.Typer(no_args_is_help=True, help="The people of organisations.")
    person.command("list")(list_people)
    app.add_typer(provider, name="provider")
    app.add_typer(person, name="person")
    app.command()(invite)


def try_address(address: Address, *, as_json: Json = False) -> None:
    """Look at a provider as a sign-in would, and save nothing; exit code 1 when it cannot serve."""
    from app.kernel.outbound import reach_of
    from app.web.openid import try_provider

    with installation() as known:
        trial = try_provider(address, reach_of(known))
    if as_json:
        said = {"issuer": trial.issuer, "keys": trial.keys, "problems": trial.problems}
        print(json.dumps({**said, "endpoints": dict(trial.endpoints)}))
    else:
        for label, found in (("Issuer", trial.issuer or "unknown"), *trial.endpoints):
            print(f"{label}: {found}")
        for problem in trial.problems:
            print(f"Problem: {problem}")
    if not trial.usable:
        raise typer.Exit(1)


def add(
    address: Address,
    *,
    organisation: Organisation,
    client_id: Client,
    client_secret: Secret = "",
    person: As = None,
    as_json: Json = False,
) -> None:
    """Let an organisation's people sign in through a provider; it is tried first."""
    from app.features.organisations.providers import add_provider
    from app.features.organisations.schemas import AddProvider

    with _acting(person) as tx, _said_plainly():
        command = AddProvider(address=address, client_id=client_id, client_secret=client_secret)
        made = add_provider(tx, organisation_id=_organisation(tx, organisation), command=command)
        tx.commit()
    _tell(made, f"People sign in at {made.issuer} by the name {made.entry}", as_json=as_json)


def invite(
    email: Email,
    *,
    organisation: Organisation,
    role: Roles,
    name: Name,
    days: Days = 7,
    person: As = None,
    as_json: Json = False,
) -> None:
    """Make a link that lets one person in, once."""
    from app.features.organisations.schemas import InvitePerson
    from app.features.organisations.service import invite_person

    with _acting(person) as tx, _said_plainly():
        asked = {"email": email, "name": name, "roles": role, "days": days}
        made = invite_person(
            tx,
            organisation_id=_organisation(tx, organisation),
            command=InvitePerson.model_validate(asked),
        )
        tx.commit()
    _tell(made, f"For {made.email}, once, until {made.expires_at:%Y-%m-%d}: {made.link}",
          as_json=as_json)  # fmt: skip


def list_people(*, person: As = None, as_json: Json = False) -> None:
    """List organisations with their people and sign-in names."""
    from app.features.organisations import service

    with _acting(person) as tx:
        views = service.list_people(tx)
    if as_json:
        print(json.dumps([view.model_dump(mode="json") for view in views], ensure_ascii=False))
        return
    table = Table("Organisation", "Person", "E-mail", "Roles", "State", box=None)
    for view in views:
        entries = ", ".join(p.entry for p in view.providers if p.state == "active")
        table.add_row(f"{view.code} {view.name}", f"sign-in: {entries or 'not set up'}")
        for member in view.members:
            table.add_row("", member.name, member.email, ", ".join(member.roles), member.state)
    Console(highlight=False, markup=False).print(table)


@contextmanager
def _acting(person: str | None) -> Iterator["Transaction"]:
    """Open a transaction as a person, or as the installation's operator."""
    from app.cli.acting import actor_as, operator_actor
    from app.installation import open_for_web, open_for_worker
    from app.transaction import begin

    with installation() as known:
        if person is not None:
            actor, opened = actor_as(known, person), open_for_web(known)
        else:
            actor, opened = operator_actor(), open_for_worker(known)
        try:
            with begin(opened, actor, RequestContext(channel="cli")) as tx:
                yield tx
        finally:
            opened.engine.dispose()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what was typed wrongly into one line."""
    try:
        yield
    except ValidationError as error:
        wrong = [f"{e['loc'][-1]}: {e['msg']}" for e in error.errors(include_input=False)]
        raise VitrineError(f"That cannot be right: {'; '.join(wrong)}") from error
    except Invalid as error:
        said = "; ".join(error.fields.values()) or error.message
        raise VitrineError(said) from error


def _organisation(tx: "Transaction", named: str) -> str:
    """Find an organisation by code or id, or leave the name to the services, who find nothing."""
    from sqlalchemy import or_, select

    from app.models.organisations import Organisation as Row

    found = tx.session.scalars(
        select(Row.id).where(or_(Row.id == named, Row.code == named.upper()))
    ).one_or_none()
    if found is None:
        raise VitrineError(f"No organisation {named} is known here.")
    return found


def _tell(made: BaseModel, words: str, *, as_json: bool) -> None:
    print(made.model_dump_json() if as_json else words)
