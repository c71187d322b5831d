"""What the tests of evidence share."""

from tests.features.evidence.carried import (
    evidence_snapshot as evidence_snapshot,
)
from tests.features.evidence.carried import (
    two_versions as two_versions,
)
