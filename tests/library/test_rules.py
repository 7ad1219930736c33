"""One rule asked for alone is the one that all of them hold."""

from pathlib import Path

import pytest

from retcon import library
from retcon.errors import ConfigError

OURS = [rule.id for rule in library.all_rules(Path("nobody's home"))]


@pytest.mark.parametrize("id_", OURS)
def test_a_rule_asked_for_alone_is_the_same(id_: str, tmp_path: Path) -> None:
    every = {rule.id: rule for rule in library.rules(tmp_path)}
    assert library.rule(tmp_path, id_) == every.get(id_)


def test_the_sellers_rule_wins_and_what_they_switched_off_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "quiet.toml").write_text('id = "sleepers"\nenabled = false\n')
    assert library.rule(tmp_path, "sleepers") is None
    found = library.rule(tmp_path, "vip-silent")
    assert found is not None
    assert not found.own
    assert library.rule(tmp_path, "no-such-rule") is None


def test_a_mistake_in_any_of_the_sellers_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "mine.toml").write_text('id = "mine"\ncolour = "red"\n')
    with pytest.raises(ConfigError, match="colour"):
        library.rule(tmp_path, "sleepers")
