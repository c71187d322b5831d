"""`vitrine init`: what an operator is asked for a real installation, and what is printed.

How it is made is in `installing`.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.answers import Json
from app.cli.together import only_once
from app.kernel.config import settings

Address = Annotated[
    str, typer.Option(prompt="Public address (https://…)", help="How people reach the portal.")
]
Publisher = Annotated[
    str, typer.Option(prompt="Name of the publishing organisation", help="As everybody sees it.")
]
Code = Annotated[
    str, typer.Option(prompt="Its short code, such as ACME", help="Capital letters and digits.")
]
Discovery = Annotated[
    str, typer.Option(prompt="Its OpenID provider", help="Issuer or discovery address.")
]
Client = Annotated[str, typer.Option(prompt="Client id there", help="The portal's name there.")]
Secret = Annotated[
    str,
    typer.Option(
        prompt="Client secret there (empty for none)",
        hide_input=True,
        envvar="VITRINE_CLIENT_SECRET",
        help="Give it by the prompt or the variable: command lines can be read by others.",
    ),
]
Email = Annotated[
    str, typer.Option(prompt="E-mail of the first administrator", help="As the provider has it.")
]
Name = Annotated[str, typer.Option(prompt="Their name", help="As the invitation greets them.")]
LogKey = Annotated[
    Path | None, typer.Option(help="The log's signing key; default ~/.config/vitrine/HOST/log.key.")
]


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(init)


def init(
    *,
    public_url: Address,
    publisher: Publisher,
    code: Code,
    discovery_url: Discovery,
    client_id: Client,
    client_secret: Secret = "",
    email: Email,
    name: Name,
    log_key: LogKey = None,
    as_json: Json = False,
) -> None:
    """Set up a real installation: keys, database, publisher, sign-in, first administrator."""
    from app.cli import installing

    said = installing.beginning(
        public_url=public_url,
        log_key=log_key,
        publisher={"kind": "publisher", "code": code, "name": publisher},
        provider={
            "address": discovery_url,
            "client_id": client_id,
            "client_secret": client_secret,
        },
        administrator={"email": email, "name": name, "roles": ("administrator",)},
    )
    with only_once(settings().data_dir):
        begun = installing.begin_installation(said)
    if as_json:
        print(json.dumps({"key": begun.verifier_key, "link": begun.invitation.link}))
        return
    print(f"The signing key is {said.log_key}: back it up apart from the data.")
    print(f"Verifiers pin this key: {begun.verifier_key}")
    print("Start everything with `vitrine up`; then the first administrator opens, once:")
    print(f"  {begun.invitation.link}")
