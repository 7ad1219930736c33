"""What docs/ takes from the code is what the code says."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def test_settings_and_fields_are_described_as_they_are_declared() -> None:
    assert runpy.run_path(str(DOCS / "generate.py"))["outdated"]() == []
