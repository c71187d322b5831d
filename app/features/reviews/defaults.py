"""The terms that a new review starts from; the coordinator edits them before anybody reads."""

TERMS_TITLE = "Terms of review"

TERMS_BODY = """\
By accepting you undertake, for the time of the review and after it:

1. to use what you read for this review only;
2. to keep confidential what your edition shows and the public edition does not, and to pass it \
to nobody outside your organisation's named reviewers;
3. to tell the publisher at once when you come upon something that seems to have been shown by \
mistake;
4. to delete what you were allowed to download when the window ends, and to confirm it.

What you write here (drafts, notes, findings, requests) stays your organisation's own. You may \
publish your opinion; the publisher may ask you to leave out confidential passages and says why.

What you open and search is recorded; the publisher's people do not see it.
"""
