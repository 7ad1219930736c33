"""A sender that is killed at any instant doubles nothing and loses nothing."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def kills() -> ModuleType:
    """The benchmark of the same name, which prints the same with two hundred kills."""
    file = Path(__file__).parents[2] / "benchmarks" / "kills.py"
    sys.path.insert(0, str(file.parent))
    spec = importlib.util.spec_from_file_location("benchmark_kills", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_sixteen_kills_double_nothing_and_lose_nothing(kills: ModuleType) -> None:
    figures = kills.run(16, seed=20)
    assert figures.kills >= 12
    assert all(figures.by_place[mark] for mark in kills.MARKS)
    assert (figures.doubled, figures.unseen, figures.claimed_untrue) == (0, 0, 0)
    assert figures.dropped_done + figures.dropped > 0
    assert figures.uncertain <= figures.kills + figures.dropped_done + figures.dropped
    assert 0 < figures.delivered_by_bot < figures.delivered
    assert figures.settled_once == figures.messages
