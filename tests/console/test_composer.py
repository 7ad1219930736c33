"""What is pasted while writing: once, and harmless."""

import pytest
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.widgets import Input, TextArea

from retcon.widgets.composer import Composer


class Writing(App[None]):
    def compose(self) -> ComposeResult:
        yield Composer("title", "", "")


@pytest.mark.parametrize(
    ("field", "pasted", "value"),
    [
        (Input, "Your\x1b[31m parcel\nand more", "Your\N{REPLACEMENT CHARACTER}[31m parcel and more"),
        (TextArea, "Hello,\n\x07you", "Hello,\n\N{REPLACEMENT CHARACTER}you"),
    ],
)
async def test_what_is_pasted_comes_once_and_without_what_a_terminal_obeys(
    field: type[Input] | type[TextArea], pasted: str, value: str
) -> None:
    app = Writing()
    async with app.run_test() as pilot:
        box = app.query_one(field)
        box.focus()
        await pilot.pause()
        app.post_message(Paste(pasted))
        await pilot.pause()
        assert (box.value if isinstance(box, Input) else box.text) == value
