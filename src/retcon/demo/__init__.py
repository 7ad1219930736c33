"""The sample shop and the sandbox that plays its systems inside the process; nothing leaves the machine."""

from pathlib import Path

MARKER = "demo.json"


def is_demo(folder: Path) -> bool:
    """Whether the folder is a home of the sample shop."""
    return (folder / MARKER).is_file()
