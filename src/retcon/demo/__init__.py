"""The sample shop and the sandbox that plays its systems inside the process; nothing leaves the machine."""

from pathlib import Path

from retcon import config
from retcon.desk.house import House, open_house

MARKER = "demo.json"


def is_demo(folder: Path) -> bool:
    """Whether the folder is a home of the sample shop."""
    return (folder / MARKER).is_file()


def open_home(home: Path | None, *, migrate_in_child: bool = False) -> House:
    """The house of that home; one of the sample shop opens with its sandbox."""
    folder = config.places(home).config
    if not is_demo(folder):
        return open_house(home, migrate_in_child=migrate_in_child)
    from retcon.demo import sandbox

    return sandbox.open_demo(folder)
