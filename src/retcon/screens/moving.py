"""The keys that move by a row or by half a page, the same wherever there are rows."""


class Moving:
    """Part of a screen with rows; what moves is the screen's."""

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """Move by so many rows, or (with `half`) half pages; up where negative."""
        raise NotImplementedError

    def action_down(self) -> None:
        """Next row."""
        self.move_by(1)

    def action_up(self) -> None:
        """Row before."""
        self.move_by(-1)

    def action_half_down(self) -> None:
        """Half a page down."""
        self.move_by(1, half=True)

    def action_half_up(self) -> None:
        """Half a page up."""
        self.move_by(-1, half=True)
