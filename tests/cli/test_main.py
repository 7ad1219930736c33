"""The command line: exit codes, one sentence for every mistake, and nothing heavy to print a help page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from retcon.cli.help import SUMMARIES
from retcon.cli.main import COMMANDS, main


def _run(*arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "retcon", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, **more},
    )


def test_every_command_has_a_line_of_help_and_a_module() -> None:
    assert SUMMARIES.keys() == COMMANDS.keys()


def test_help_loads_neither_the_console_nor_the_network() -> None:
    program = (
        "import sys; from retcon.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('textual', 'httpx', 'numpy', 'sqlite_utils', 'babel') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "Commands" in printed
    assert printed.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert not ended.value.code
    assert "Example: retcon" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["surprise"], ["today", "--surprise"], ["approve"], ["snooze"], ["approve", "one"], ["customers", "x"]],
)
def test_wrong_words_are_exit_2_in_a_sentence(arguments: list[str]) -> None:
    done = _run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("retcon: ")
    assert "Traceback" not in done.stderr


def test_a_mistake_in_the_settings_is_exit_2_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[shop]\ncurency = 1\n")
    done = _run("--home", str(tmp_path), "today", "--json")
    assert done.returncode == 2
    assert f"{tmp_path}/config.toml:2: shop: curency is unknown." in done.stderr
    assert done.stdout == ""


def test_without_a_terminal_the_console_prints_today(tmp_path: Path) -> None:
    done = _run("--home", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Nothing is due" in done.stderr


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    program = f"{sys.executable} -m retcon --home {tmp_path} orders --json | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0"
    assert done.stderr == ""


def test_an_empty_home_answers_every_reading_command(tmp_path: Path) -> None:
    for arguments in (["today"], ["customers"], ["orders"], ["outbox"]):
        done = _run("--home", str(tmp_path), *arguments, "--json")
        assert (done.returncode, done.stdout.strip()) == (0, "[]"), (arguments, done.stderr)


def test_nobody_of_that_name_is_said(tmp_path: Path) -> None:
    done = _run("--home", str(tmp_path), "customer", "nobody@example.com")
    assert done.returncode == 1
    assert "Nobody is known as" in done.stderr


def test_all_that_is_written_is_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    assert _run("--home", str(home), "today").returncode == 0
    assert [path.name for path in (home, *home.rglob("*")) if path.stat().st_mode & 0o077] == []
