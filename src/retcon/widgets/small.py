"""What stands on a terminal that is too small for anything else."""

from textual.geometry import Size
from textual.strip import Strip

from retcon.widgets.drawing import Drawn, wrap

LEAST = Size(60, 20)


class Small(Drawn):
    """Lies over everything and says how much room there must be."""

    PREFIX = "small"

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        words = f"retcon needs {LEAST.width} columns and {LEAST.height} rows. This terminal has {self.size.width} and "
        rows = wrap(f"{words}{self.size.height}: make it larger, or the letters smaller.", self.size.width)
        return self.row([(rows[y], "")] if y < len(rows) else [])
