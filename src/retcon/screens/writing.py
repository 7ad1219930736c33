"""Writing to people: the text in place or in $EDITOR, answers below their conversation, and first messages."""

from dataclasses import replace
from typing import TYPE_CHECKING

from retcon import keys
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.playbook import Action, Moment
from retcon.screens import editor, sayings
from retcon.screens.console import Shared
from retcon.screens.timing import TimingScreen
from retcon.widgets import conversation, words

if TYPE_CHECKING:
    from retcon.widgets.composer import Composer


class WritingScreen(TimingScreen):
    """A screen on which people are written to."""

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self._composer: tuple[Composer, Item] | None = None

    @property
    def writing(self) -> bool:
        """Whether a message is being written."""
        return self._composer is not None

    @property
    def composer(self) -> "Composer | None":
        """Where it is written."""
        return self._composer[0] if self._composer is not None else None

    @property
    def written_item(self) -> Item | None:
        """The message that is being written."""
        return self._composer[1] if self._composer is not None else None

    def make_room(self, composer: "Composer", item: Item) -> None:
        """Put the composer on the screen, in place of what it takes the room of."""

    def give_room_back(self) -> None:
        """Show again what the composer took the room of."""

    def due_answer(self, item: Item) -> Item | None:
        """What is due to this person in a conversation, on this screen; the shown one first."""
        return item if item.action.moment is Moment.ANSWER and item.action.id else None

    def show_item(self, item: Item) -> None:
        """Bring this one of what is due under the cursor."""

    def action_edit(self) -> None:
        """Write or edit the text, in place of the reader or below the conversation."""
        item = self.person_shown()
        if item is not None and not self.approved_already():
            self.write_here(item)

    def write_here(self, item: Item) -> None:
        """Edit the message; what is written comes as Composer.Written."""
        # The text area is a third of all that Textual's widgets cost to import; few starts come to need it.
        from retcon.widgets.composer import Composer

        if self._composer is not None:
            return
        draft = item.action.draft
        name, language = words.call_name(item.customer), words.language_name(draft.language)
        title = f"To {name}, in {language}"
        beside = draft.operator_body if draft.operator_body != draft.body else ""
        with_subject = self._has_subject(item)
        composer = Composer(title, draft.subject, draft.body, beside, has_subject=with_subject)
        self._composer = composer, item
        self.make_room(composer, item)
        fields = (("Tab", "subject, text"),) if with_subject else ()
        texts = next((keys.shown(key) for key in keys.names("texts") if len(key) > 1), "")
        self.footer.show((("Esc", "keeps it"), *fields, *(((texts, "your texts"),) if texts else ())))

    def _has_subject(self, item: Item) -> bool:
        channel = item.action.draft.channel
        return self.house.media.get(channel, channel or "email") == "email"

    def end_writing(self) -> Item | None:
        """Put the reader back; the message that was written."""
        if self._composer is None:
            return None
        composer, item = self._composer
        self._composer = None
        composer.remove()
        self.give_room_back()
        self.focus_main()
        return item

    def on_composer_written(self, event: "Composer.Written") -> None:
        """Keep what was written; the row stays, with its new text."""
        event.stop()
        item = self.end_writing()
        if item is None or not event.changed:
            return
        self._keep(item, event.subject, event.body, event.beside)

    def wrote(self, action: Action) -> None:
        """The operator wrote this text: nobody has to read it once more."""

    def action_editor(self) -> None:
        """Write or edit the text in $EDITOR, what was said below it."""
        item = self.person_shown()
        if item is None or self.approved_already():
            return
        draft = item.action.draft
        subject = draft.subject if self._has_subject(item) else None
        try:
            written = editor.write(self.app, subject, draft.body, conversation.as_text(item, self.view()))
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        if written is not None:
            self._keep(item, *written)

    def _keep(self, item: Item, subject: str, body: str, beside: str = "") -> None:
        from retcon.desk import conversations, drafts

        action = item.action

        def edited(fresh: Action) -> None:
            self.wrote(fresh)
            self.kept(item, 0)

        if action.id:
            self.do(
                lambda: drafts.edit(self.house, action.id, action.revision, subject, body, beside),
                edited,
            )
            return
        reference = f"thread:{action.thread_id}" if action.thread_id is not None else str(item.customer.id)
        self.do(
            lambda: conversations.write(self.house, reference, action.draft.channel, body, subject, beside),
            lambda id_: self.kept(item, id_),
        )

    def kept(self, item: Item, new: int) -> None:
        """The words are kept with what is due: say so, and show it; `new` is the action's id where there was none."""
        approve, undo = keys.name("approve"), keys.name("undo")
        self.say(
            f"{words.call_name(item.customer)}: your words are kept. {approve} approves them, {undo} takes them back."
        )
        if new:
            self.reload_at(f"action:{new}")
        else:
            self.reload()

    def action_write(self) -> None:
        """Write to this person: the answer that is due, else a message of its own."""
        item = self.person_shown()
        if item is None:
            return
        due = self.due_answer(item)
        if due is None:
            self.write_here(_letter(item))
        elif due is item:
            self.action_edit()
        else:
            self.show_item(due)
            self.write_here(due)


def _letter(item: Item) -> Item:
    """A message of its own to the person, not yet written or kept."""
    draft = replace(item.action.draft, subject="", body="", operator_subject="", operator_body="", notes=(), files=())
    return replace(item, action=replace(item.action, id=0, draft=draft, thread_id=None), said=(), thread=None)
