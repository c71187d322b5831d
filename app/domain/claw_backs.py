"""Undoing a share: what an organisation certifies to have deleted, and by when. Pure."""

from collections.abc import Mapping

COVERS: Mapping[str, str] = {
    "copies": "Downloaded copies and prints",
    "notes": "Quotations in notes and drafts",
    "mails": "Quotations in mails and chats",
    "backups": "Backups, or they expire within 90 days",
}
"""What a certificate says was looked through; a fixed vocabulary."""

DAYS = 5
"""Business days that an organisation is given to delete and certify."""
