"""Writing to people: the text in place or in $EDITOR, answers below their conversation, and first messages."""

from dataclasses import replace
from typing import TYPE_CHECKING

from retcon.desk import drafts
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.playbook import Moment
from retcon.screens import editor, sayings
from retcon.screens.deciding import DecidingScreen
from retcon.widgets import conversation, words

if TYPE_CHECKING:
    from retcon.widgets.composer import Composer


class WritingScreen(DecidingScreen):
    """A working list whose texts are written and edited."""

    def person_shown(self) -> Item | None:
        """What the reader shows of a person; else say why nobody is."""
        if self.shown_item is None and self.lines.current is not None:
            self.say("This is settled first: Enter shows how.")
        return self.shown_item

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
        title = f"To {name}, in {language}. Esc keeps what you wrote."
        beside = draft.operator_body if draft.operator_body != draft.body else ""
        with_subject = self._has_subject(item)
        composer = Composer(title, draft.subject, draft.body, beside, has_subject=with_subject)
        self._composer = composer, item
        self._share_with_composer()
        self.mount(composer, after=self.reader if item.said else self.rule)
        fields = (("Tab", "subject, text"),) if with_subject else ()
        self.footer.show((("Esc", "keeps it"), *fields))

    def _has_subject(self, item: Item) -> bool:
        channel = item.action.draft.channel
        return self.house.media.get(channel, channel or "email") == "email"

    def _share_with_composer(self) -> None:
        """What is answered stays in sight while it is answered; elsewhere the text takes the reader's place."""
        assert self._composer is not None
        _, item = self._composer
        if not item.said:
            self.reader.display = False
            return
        self.lines.styles.height = min(self.app.size.height // 4, len(self.list.entries) + 1)
        self.show_page()

    def end_writing(self) -> Item | None:
        """Put the reader back; the message that was written."""
        if self._composer is None:
            return None
        composer, item = self._composer
        self._composer = None
        composer.remove()
        self.reader.display = True
        self.share_rows()
        self.show_page()
        self.footer.show(self.keys_for(self.lines.current))
        self.focus_main()
        return item

    def on_composer_written(self, event: "Composer.Written") -> None:
        """Keep what was written; the row stays, with its new text."""
        event.stop()
        item = self.end_writing()
        if item is None or not event.changed:
            return
        if item.action.id:
            self._edit(item, event.subject, event.body)
        else:
            self._keep_letter(item, event.subject, event.body)

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
            self._edit(item, *written)

    def _edit(self, item: Item, subject: str, body: str) -> None:
        action = item.action

        def done(_: object) -> None:
            name = words.call_name(item.customer)
            self.say(f"{name}: your words are kept. a approves them, u takes them back.")
            self.reload()

        self.do(lambda: drafts.edit(self.house, action.id, action.revision, subject, body), done)

    def action_write(self) -> None:
        """Write to this person: the answer that is due, else a message of its own."""
        item = self.person_shown()
        if item is None:
            return
        due = self._answer_due(item)
        if due is None:
            self.write_here(_letter(item))
        elif due is item:
            self.action_edit()
        else:
            self.show_list(cursor=f"action:{due.action.id}")
            self.write_here(due)

    def _answer_due(self, item: Item) -> Item | None:
        """What is due to this person in a conversation; the shown one first."""
        if item.action.moment is Moment.ANSWER and not self.list.stays:
            return item
        rows = (other for line in self.list.lines if line.key != self.list.stays for other in line.items)
        same = (other for other in rows if other.customer.id == item.customer.id)
        return next((other for other in same if other.action.moment is Moment.ANSWER), None)

    def _keep_letter(self, letter: Item, subject: str, body: str) -> None:
        from retcon.desk import conversations  # few starts come to need it

        reference, channel = str(letter.customer.id), letter.action.draft.channel

        def done(id_: int) -> None:
            name = words.call_name(letter.customer)
            self.say(f"{name}: your words are kept. a approves them, u takes them back.")
            self.reload_at(f"action:{id_}")

        self.do(lambda: conversations.write(self.house, reference, channel, body, subject), done)


def _letter(item: Item) -> Item:
    """A message of its own to the person, not yet written or kept."""
    draft = replace(item.action.draft, subject="", body="", operator_subject="", operator_body="", notes=(), files=())
    return replace(item, action=replace(item.action, id=0, draft=draft, thread_id=None), said=(), thread=None)
