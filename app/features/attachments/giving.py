"""Giving what is attached to a finding to who filed it: by a second person, compared before.

As with the release of an answer: whoever attached a file does not give it, it goes out by a grant
that follows the organisation's own, and with a receipt (decisions/0044).
"""

from app.access.attached import grants_of_asker
from app.access.attached_given import Giving, give
from app.access.decide import require
from app.access.facts import forget
from app.access.given_receipts import digest_of, pin, tell_receipt
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.targets import Target
from app.features.attachments.finding_queries import compared, files_view, waiting_one
from app.features.attachments.schemas import FindingFilesView, GiveFile
from app.features.findings.moving import locked, tell
from app.features.findings.threads import append_message
from app.kernel.clock import now
from app.kernel.errors import Forbidden, Invalid
from app.models.findings import Finding
from app.models.requests import Attachment
from app.transaction import Decision, Transaction


def give_file(tx: Transaction, finding_id: str, command: GiveFile) -> FindingFilesView:
    """Give a file to who filed a finding, with a message; they read it as they read the version.

    Raises:
        Forbidden: the acting person attached it.
        Invalid: it is not ready, or not for who gives it (`attachments`); the leak linter found
            something that was not confirmed (`hits_confirmed`).
        Unavailable: what it is compared with is being built.
    """
    target = Target("finding", finding_id)
    require(tx, Action.GIVE_FILE, target)
    require(tx, Action.READ_FINDING, target)
    finding = locked(tx, finding_id)
    one = waiting_one(tx, finding, command.attachment_id)
    _refuse_own(tx, target, one)
    _refuse_hits(tx, finding, one, command)
    act = Giving(
        home=finding,
        licence=Action.GIVE_FILE,
        goes_with=f"a message about {finding.number}",
        failed="take it off, or attach it anew",
        wider="somebody with a wider grant gives it",
    )
    if not grants_of_asker(tx, finding):
        said = "The organisation has no grant in force, so nothing can be given to it."
        raise Invalid(fields={"attachments": said})
    message = append_message(tx, finding, command.body, kind="file_given")
    one.message_id, one.released_at = message.id, now()  # both or neither, in one statement
    items = give(tx, act, [(1, one)])
    item = f"Message about {finding.number}"
    receipt = pin(tx, finding, item=item, text=command.body, attached=items)
    forget(tx, target)
    facts: dict[str, Fact] = {
        "message": message.id, "attachment": one.id, "version_id": one.version_id,
        "digest": digest_of(command.body), "receipt": receipt.id,
        "stated": "contains nothing withheld from this organisation",
    }  # fmt: skip
    tell(tx, finding, "FileGiven", Action.GIVE_FILE, facts=facts)
    tell_receipt(tx, finding, receipt, Action.GIVE_FILE)
    return files_view(tx, finding)


def _refuse_own(tx: Transaction, target: Target, one: Attachment) -> None:
    """Who attached ≠ who gives, for each file by itself: the policies know the finding alone."""
    if one.added_by != tx.actor.id:
        return
    policies = ("door.four-eyes-file",)
    tx.decisions.append(
        Decision(action=Action.GIVE_FILE, target=target, allowed=False, policies=policies)
    )
    raise Forbidden("You attached this file, so somebody else gives it.")


def _refuse_hits(tx: Transaction, finding: Finding, one: Attachment, command: GiveFile) -> None:
    found = compared(
        tx, finding, [one], command.body, licence=Action.GIVE_FILE,
        confirmed=command.hits_confirmed,
    )  # fmt: skip
    if found.hits and not command.hits_confirmed:
        said = ", ".join(
            f"“{hit.words}”" + (" in the file" if place else "") for place, hit in found.hits[:3]
        )
        raise Invalid(
            fields={
                "hits_confirmed": f"This says what is withheld from this organisation: {said}. "
                "Word it otherwise, have it marked in the file, or confirm that each can be said."
            }
        )
