"""Claims of the demo's report that it does not number itself: its authors marked them in the text.

An outsider knows them by their references, since no page prints their codes.
"""

from app.demo.claims import CLAIMS, PATHWAYS, DemoClaim

_OWNER = {pathway.number: pathway.owner for pathway in PATHWAYS}
_SENTENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("1.2", "The pairs were judged for likeness by engineers who did not know the purpose.", ()),
    ("1.3", "It did not depend on whether the purpose was stated, implied or absent.", ("E-4",)),
    (
        "1.4",
        "The Stress-Testing Team built forty pairs of their own, and their estimate lies inside our"
        " interval.",
        (),
    ),
    (
        "2.3",
        "Evaluation code is protected in the same way as training code, and scores are written by a"
        " service to which no session has write access.",
        (),
    ),
    ("2.4", "We searched the data and did not find it.", ("E-3",)),
    (
        "2.5",
        "In two of them the person had read the scores after the meeting and before the release; we"
        " count both as satisfying the claim, and the companion review does not.",
        (),
    ),
    (
        "3.3",
        "The rule is enforced by the repositories, and we verified it against their records for all"
        " 4,612 changes of the period.",
        (),
    ),
    (
        "3.4",
        "The sampler has since been rewritten so that its rate can be recomputed from its output.",
        (),
    ),
    ("3.5", "LANTERN is maintained by a team of six who use no agent for that work.", ()),
    (
        "3.6",
        "In planted tasks we tell the model to take the opportunity and to hide it.",
        ("E-4",),
    ),
    ("4.3", "During the period 6.3 million items were written and 22 million graded.", ()),
    (
        "4.4",
        "Copying without labels has since been made impossible for the two stores that matter.",
        (),
    ),
    ("4.5", "The factor in our largest experiment was 34.", ()),
    ("4.6", "We could not connect any of them to a goal.", ()),
    (
        "5.2",
        "The weights are large, the way out is narrow, and the width is set by a device that no"
        " session can reach.",
        (),
    ),
    (
        "5.3",
        "For screens we assume that a person photographs everything they see, all day.",
        (),
    ),
    ("5.4", "With the permissions of a session they failed in three weeks.", ()),
    ("5.5", "The argument needs only that the weights do not arrive.", ()),
    (
        "6.2",
        "Sessions start work through the scheduler, KILN, which charges every job to a person.",
        (),
    ),
    ("6.3", "All but nine were artefacts of restarts.", ()),
    ("6.4", "In July 14 per cent of records were confirmed after more than a working day.", ()),
    (
        "7.2",
        "Readers agreed with each other only moderately (kappa 0.52), and the sample is 1.7 per"
        " cent of the conversations that touched the topics.",
        ("E-3",),
    ),
    ("7.3", "The rule was applied to eleven decisions in the period.", ()),
    (
        "8.2",
        "The one excess, in update code, is explained by a single library whose documentation"
        " recommends an unsafe default; people make the same error.",
        (),
    ),
    (
        "8.3",
        "In planted tasks the monitor flagged 91 per cent of deliberate weaknesses.",
        ("E-4",),
    ),
    (
        "9.2",
        "The number is now four, and their changes are replayed by another team.",
        (),
    ),
    ("9.3", "There were 318, and three could not be explained from the record.", ()),
    (
        "9.4",
        "The team now draws its formats from a list, and a repetition with a new format succeeded.",
        ("E-3",),
    ),
)
SUPPORTING: tuple[DemoClaim, ...] = tuple(
    DemoClaim(
        code=code,
        pathway=int(code[0]),
        quote=quote,
        load_bearing=False,
        owner=_OWNER[int(code[0])],
        evidence=evidence,
    )
    for code, quote, evidence in _SENTENCES
)

REGISTER: tuple[DemoClaim, ...] = tuple(
    sorted((*CLAIMS, *SUPPORTING), key=lambda claim: claim.code)
)
"""All forty, in the order of the register."""
