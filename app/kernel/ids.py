"""Public ids: a prefix that names the kind and 100 random bits, so that nobody can count them."""

import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH = 20

PREFIXES: dict[str, str] = {
    "organisation": "org",
    "provider": "idp",
    "person": "per",
    "identity": "idn",
    "membership": "mem",
    "invitation": "inv",
    "session": "ses",
    "sign_in": "sig",
    "report": "rep",
    "version": "ver",
    "section": "sec",
    "pathway": "pth",
    "claim": "clm",
    "ownership": "own",
    "redaction": "red",
    "comment": "cmt",
    "template": "tpl",
    "edition": "edn",
    "evidence": "evi",
    "terms": "trm",
    "review": "rev",
    "grant": "grt",
    "undertaking": "und",
    "receipt": "rct",
    "shared": "sha",
    "request": "req",
    "assignment": "asg",
    "team": "tea",
    "member": "mbt",
    "absence": "abs",
    "rule": "rul",
    "answer": "ans",
    "interview": "itv",
    "interview_slot": "its",
    "interview_notes": "itn",
    "attachment": "att",
    "note": "not",
    "reader_note": "rdn",
    "finding": "fnd",
    "finding_draft": "fdr",
    "file": "fil",
    "download": "dwn",
    "response": "rsp",
    "message": "msg",
    "claw_back": "clb",
    "deletion": "del",
    "assessment": "asm",
    "challenge": "chl",
    "assurance": "ast",
    "signing_key": "key",
    "signature": "sgn",
    "position": "pos",
    "position_release": "psr",
    "released_position": "psd",
    "recommendation": "rec",
    "recommendation_response": "rrs",
    "recommendation_adoption": "rad",
    "statement": "stm",
    "statement_comment": "stc",
    "statement_verdict": "stv",
    "pack": "pck",
    "pack_run": "pkr",
    "field": "fld",
    "stage": "stg",
    "notice": "ntc",
    "mail": "mai",
    "occurrence": "occ",
    "comparison": "cmp",
    "claim_carry": "ccy",
    "part_carry": "pcy",
    "material_change": "mtc",
    "job": "job",
    "installation": "ins",
}


def new_id(kind: str) -> str:
    """Make a fresh public id such as `rep_4k2m…` for a kind of PREFIXES."""
    tail = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{PREFIXES[kind]}_{tail}"


def kind_of(public_id: str) -> str | None:
    """Name the kind that an id's prefix says, or None when the prefix is not ours."""
    prefix = public_id.partition("_")[0]
    return next((kind for kind, known in PREFIXES.items() if known == prefix), None)
