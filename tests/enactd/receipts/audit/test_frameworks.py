"""Controls refer to sections that there are."""

from __future__ import annotations

import pytest

from enactd.receipts.audit.document import Proof, compose
from enactd.receipts.audit.frameworks import FRAMEWORKS
from enactd.receipts.audit.gathering import Gathered
from enactd.receipts.pairs import Pairs


@pytest.mark.parametrize("name", ["soc2", "hipaa", "gdpr", "iso27001"])
def test_every_reference_leads_somewhere(name: str) -> None:
    """Also that no statement of compliance is made."""
    framework = FRAMEWORKS[name]
    document = compose(Gathered(0, 1), Pairs(), Proof(verdict="good"), framework, made=0)
    keys = {section.key for section in document.sections}
    assert keys >= {key for control in framework.controls for key in control.sections}
    assert "not a statement" in document.sections[0].about
    assert len({control.name for control in framework.controls}) == len(framework.controls)
