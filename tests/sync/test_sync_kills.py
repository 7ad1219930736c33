"""A pull that is killed at any instant, and one after it, leave the same rows as one that nobody disturbed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "sync_kills.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children that it forks")
def test_a_killed_pull_and_one_more_leave_the_rows_of_an_undisturbed_one() -> None:
    command = [sys.executable, str(SCRIPT), "--kills", "8", "--orders", "250"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "250 orders, 8 kills" in run.stdout
