"""run: the one that stays awake, and the systemd unit that keeps it so."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from retcon import config, demo, jobs, worker
from retcon.cli.output import interactive, say
from retcon.desk import interruptions
from retcon.errors import UsageError

# What a user's systemd can do without rights of its own: nothing that needs a file system or a user of its own.
_UNIT = """\
# systemd user unit: retcon run --unit > ~/.config/systemd/user/retcon.service
[Unit]
Description=retcon: pulls the shop, lets approved messages leave at their hour
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart={command}
{home}Restart=on-failure
RestartSec=30
# Mistakes in config.toml: it waits for you. Mended while it runs, they need no restart.
RestartPreventExitStatus=2
# Only the worker is asked to end: it finishes the message in hand, and ends its children.
KillMode=mixed
TimeoutStopSec=240
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=default.target
"""


@click.command(epilog="Example: retcon run --every 10m")
@click.option("--every", metavar="TIME", help="How often to pull, such as 5m or 1h; else as [worker] says.")
@click.option("--unit", is_flag=True, help="Print a systemd user unit for this machine and home, and start nothing.")
@click.pass_obj
def run(home: Path | None, every: str | None, unit: bool) -> None:
    """Stay awake: pull on a schedule, send at the right hour, tell you what can't wait. ctrl+c ends it.

    One is enough; where one is awake already, the second says where and ends with exit code 1.
    """
    if every is not None and not config.is_interval(every):
        raise UsageError(f"--every {every} is no time.", "Write minutes or hours, such as 5m or 1h.")
    if unit:
        click.echo(_unit(home, every), nl=False)
        return
    for number in interruptions.INTERRUPTIONS:
        if number != signal.SIGINT and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _terminated)
    try:
        worker.run(
            lambda: demo.open_home(home, migrate_in_child=True),
            jobs.command_for(home),
            every=config.interval(every) if every else None,
            tell=_tell(),
        )
    except worker.Terminated:
        sys.exit(0)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise worker.Terminated


def _tell() -> worker.Tell:
    """Lines on stderr: with the hour on a terminal, as they are for a journal, which has its own."""
    if interactive():
        return lambda at, line: say(f"{at:%H:%M} {line}")
    return lambda _at, line: say(line)


def _unit(home: Path | None, every: str | None) -> str:
    command = (*jobs.command_for(None), "run", *(("--every", every) if every else ()))
    chosen = home is not None or os.environ.get("RETCON_HOME")
    folder = f"Environment={_quoted(f'RETCON_HOME={config.places(home).config}')}\n" if chosen else ""
    return _UNIT.format(command=" ".join(_quoted(word).replace("$", "$$") for word in command), home=folder)


def _quoted(word: str) -> str:
    """The word as a unit file has it: systemd.syntax(7); a command's dollars are doubled as well."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
