"""What stands on a terminal that is too small for anything else."""

from textual.geometry import Size
from textual.strip import Strip

from retcon import keys
from retcon.widgets.drawing import Drawn, wrap

LEAST = Size(45, 16)


class Small(Drawn):
    """Lies over everything, says how much room there must be, and how to leave."""

    PREFIX = "small"

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        words = f"retcon needs {LEAST.width} columns and {LEAST.height} rows. This terminal has {self.size.width} and "
        words += f"{self.size.height}: make it larger, or the letters smaller. {keys.name('quit')} closes."
        rows = wrap(words, self.size.width)
        return self.row([(rows[y], "")] if y < len(rows) else [])
