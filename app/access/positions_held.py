"""Which claims still lack a position of the acting organisation: asked by the claims register.

Here: the one question, so that the register need not know who answers it.
"""

from app.transaction import Transaction


def claims_without_position(_tx: Transaction, _version_id: str) -> frozenset[str] | None:
    """Give the claims on which the acting organisation holds no position yet, by id.

    None where nobody takes positions: then nothing is offered that asks for them.
    """
    return None
