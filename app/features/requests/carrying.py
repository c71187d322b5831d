"""What went with an answer goes with it to a request that follows, as far as that is safe.

It is carried where every edition that the follower's organisation would read of it withholds no
more words than may stay in view of the first asker: who attached and marked it looked at those.
Anything else is left behind, which is said, and attached by hand or not at all.
"""

from collections.abc import Collection

from app.access.attached import grants_of_asker
from app.access.editions import active_redactions
from app.domain.actions import Action
from app.features.requests.attaching import attachments_of, told_of_check
from app.features.requests.parts import Part
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.requests import Answer, Attachment, Request
from app.models.reviews import Receipt
from app.transaction import Transaction


def carry_attachments(
    tx: Transaction,
    row: Request,
    part: Part,
    answer: Answer,
    *,
    main: Request,
    answers: Collection[Answer],
) -> tuple[int, int]:
    """Attach to the answer of a follower what was released with the one it follows.

    It is granted by its own release, by the follower's own grants and a second person, like
    anything attached. Gives how many were carried, and how many were left behind.
    """
    carried = left = 0
    known: set[str] = set()
    for given in answers:
        for one in attachments_of(tx, main.id, given.round):
            if one.released_at is None or one.version_id in known:
                continue
            if not _reads_no_less(tx, row, given, one):
                left += 1
                continue
            known.add(one.version_id)
            carried += 1
            _attach(tx, row, part, answer, one)
    return carried, left


def _reads_no_less(tx: Transaction, row: Request, given: Answer, one: Attachment) -> bool:
    receipt = tx.session.get(Receipt, given.receipt_id or "")
    items = receipt.items if receipt else []
    withheld = [set(item["withholds"]) for item in items if item.get("attachment_id") == one.id]
    grants = grants_of_asker(tx, row)
    if not withheld or not grants:
        return False
    # Somebody of the first asker read it with the least withheld.
    open_to_first = set.intersection(*withheld)
    occurring = {code for r in active_redactions(tx, one.version_id) for code in r.categories}
    return all(occurring - set(grant.lifted) <= open_to_first for grant in grants)


def _attach(tx: Transaction, row: Request, part: Part, answer: Answer, one: Attachment) -> None:
    made = Attachment(
        id=new_id("attachment"),
        request_id=row.id,
        assignment_id=part.row.id,
        organisation_id=row.organisation_id,
        round=answer.round,
        version_id=one.version_id,
        title=one.title,
        added_by=one.added_by,
        added_at=now(),
    )
    tx.session.add(made)
    tx.session.flush()
    told_of_check(tx, row, made, licence=Action.CARRY_ANSWER)
