"""Writing to people, and what is kept of a conversation: answers, promises, what came with it, and being done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from retcon import text
from retcon.desk import conversations, drafts, promises, ways
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.conversations import File, Promise, PromiseState
from retcon.model.outbox import OutboxState
from retcon.model.playbook import Moment
from retcon.screens import editor, menus, opener, sayings
from retcon.screens.deciding import DecidingScreen
from retcon.widgets import conversation, words
from retcon.widgets.menu import Choice

if TYPE_CHECKING:
    from retcon.widgets.composer import Composer

_ANOTHER = "n"


class AnsweringScreen(DecidingScreen):
    """A working list with the conversations behind its rows."""

    # ---- writing

    def action_edit(self) -> None:
        """Write or edit the text, in place of the reader or below the conversation."""
        item = self.shown_item
        if item is not None:
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
        item = self.shown_item
        if item is None:
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
        item = self.shown_item
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
        reference, channel = str(letter.customer.id), letter.action.draft.channel

        def done(id_: int) -> None:
            name = words.call_name(letter.customer)
            self.say(f"{name}: your words are kept. a approves them, u takes them back.")
            self.reload_at(f"action:{id_}")

        self.do(lambda: conversations.write(self.house, reference, channel, body, subject), done)

    # ---- on which channel

    def action_how(self) -> None:
        """By which channels the person can be reached, and why not by the others."""
        item = self.shown_item
        if item is not None:
            self.do(lambda: ways.ways(self.house, item.customer.id), lambda found: self.ask_how(item, found))

    def ask_how(self, item: Item, found: Sequence[ways.Way]) -> None:
        """Ask which of the channels it goes by."""
        if not found:
            self.say("No channel is set up: retcon doctor says what is missing.", "warn")
            return
        letters = menus.letters([words.channel(way.medium) for way in found])
        now = item.action.draft.channel
        choices = [
            Choice(letter, f"{words.channel(way.medium)}{', as it is' if way.channel == now else ''}", way.why_not)
            for letter, way in zip(letters, found, strict=True)
        ]
        by_letter = {letter: way.channel for letter, way in zip(letters, found, strict=True)}
        title = f"How to reach {words.call_name(item.customer)}:"
        self.ask(title, choices, lambda key: self._go_by(item, by_letter[key]))

    def _go_by(self, item: Item, channel: str) -> None:
        action = item.action
        if channel == action.draft.channel:
            return

        def done(_: object) -> None:
            name, medium = words.call_name(item.customer), words.channel(self.house.media.get(channel, channel))
            self.say(f"{name}: by {medium} now. u takes it back.")
            self.reload()

        self.do(lambda: ways.take(self.house, action.id, action.revision, channel), done)

    # ---- staying with an opened one

    def leave_or_stay(self, items: Sequence[Item]) -> None:
        """An opened conversation stays until it is left, so that what is noted next is noted of the right person."""
        entry = self.lines.current
        if not self.opened or entry is None or len(items) != 1 or not items[0].said:
            self.decided(items)
            return
        self.list.stay(entry.key)
        self.took(1)
        self.show_page(keep=True)

    # ---- being done

    def action_done(self) -> None:
        """Done with this: the conversation, the promise; what perhaps left has arrived."""
        items, rows = self.chosen()
        uncertain = [row for row in rows if row.state == OutboxState.UNCERTAIN]
        said = [item for item in items if item.action.moment is Moment.ANSWER]
        if uncertain:
            self.resolve(uncertain, "arrived")
        elif said:
            self._done_with(said)
        else:
            self.say("d is for conversations, promises and what perhaps left. Here a approves, x skips, s shows later.")

    def _done_with(self, items: Sequence[Item]) -> None:
        ids, approved = [item.action.id for item in items], bool(self.list.stays)
        name, what = sayings.name_of(items), sayings.done_with(items)
        self.opened, self.list.stays = False, ""
        self.list.remove(ids) if approved else self.decided(items)
        self.show_list()
        self.lines.focus()
        if approved:
            self.say(f"{name}: done.")
            return

        def each() -> None:
            for id_ in ids:
                conversations.done(self.house, id_)

        back = "u takes it back." if len(ids) == 1 else "u takes them back, one by one."
        self.do(each, lambda _: self.say(f"{name}: {what}. {back}"))

    # ---- promises

    def action_promise(self) -> None:
        """Keep a promise: one that was offered, or a day and what."""
        item = self.shown_item
        if item is None:
            return
        offered = [promise for promise in item.promises if promise.state is PromiseState.OFFERED][:8]
        if not offered:
            self._ask_promise(item)
            return
        view = self.view()
        choices = [
            *(Choice(str(number + 1), conversation.in_a_line(promise, view)) for number, promise in enumerate(offered)),
            Choice(_ANOTHER, "another: a day and what"),
        ]
        self.ask(
            f"Promise {words.first_name(item.customer)}:",
            choices,
            lambda key: self._ask_promise(item) if key == _ANOTHER else self._take_up(item, offered[int(key) - 1]),
        )

    def _take_up(self, item: Item, promise: Promise) -> None:
        self.do(lambda: promises.take_up(self.house, promise.id), lambda kept: self._promised(item, kept))

    def _ask_promise(self, item: Item) -> None:
        name = words.first_name(item.customer)

        def understood(line: str) -> str:
            found = self._day_in(line)
            if found is None:
                return ""
            by, what = found
            day = conversation.by_both(by, item, self.view())
            return f"You promise {name} {f'“{what}”' if what else 'an answer'} by {day}. Enter keeps it."

        def given(line: str) -> None:
            found = self._day_in(line)
            if found is None:
                self.say("That names no day ahead. Say thu, 2d or 2026-12-01, then what: thu a new pot.", "warn")
                return
            by, what = found
            reference, thread = str(item.customer.id), item.action.thread_id
            self.do(
                lambda: promises.mark(self.house, reference, what, by, thread), lambda kept: self._promised(item, kept)
            )

        self.ask_line(f"Promise {name}, by when and what?   Esc back", "thu a new pot", understood, given)

    def _day_in(self, line: str) -> tuple[datetime, str] | None:
        """The day that the line begins with, and what follows it."""
        said = line.split()
        now, language = self.house.now(), self.house.settings.shop.language
        for length in range(min(len(said), 4), 0, -1):
            try:
                by = promises.parse_day(" ".join(said[:length]), now, self.zone, language)
            except RetconError:
                continue
            return by, " ".join(said[length:])
        return None

    def _promised(self, item: Item, promise: Promise) -> None:
        day = conversation.by(promise, self.view())
        self.say(f"Promised to {words.first_name(item.customer)}, by {day}. It comes up before. u takes it back.")
        self.reload()

    # ---- what came with it

    def action_attached(self) -> None:
        """Open what came with it: a file, the parcel's link."""
        item = self.shown_item
        things = conversation.attached(item)[:9] if item is not None else []
        if not things:
            self.say("Nothing came with this, and no parcel of it can be followed.")
        elif len(things) == 1:
            self._open(things[0][1])
        else:
            choices = [Choice(str(number + 1), name) for number, (name, _) in enumerate(things)]
            self.ask("Open:", choices, lambda key: self._open(things[int(key) - 1][1]))

    def _open(self, thing: File | str) -> None:
        if isinstance(thing, str):
            self._show(thing)
        else:
            self.do(lambda: str(conversations.kept_file(self.house, thing)), self._show)

    def _show(self, target: str) -> None:
        """Hand it to the system; where there is nothing to hand it to, copy where it lies."""
        if opener.show(target):
            self.say("Opened beside this window.")
            return
        self.app.copy_to_clipboard(text.line(target))
        why = "" if opener.harmless(target) else " It may be a program, so retcon doesn't open it."
        self.say(f"Copied, where your terminal allows it: {text.line(target)}.{why}")


def _letter(item: Item) -> Item:
    """A message of its own to the person, not yet written or kept."""
    draft = replace(item.action.draft, subject="", body="", operator_subject="", operator_body="", notes=(), files=())
    return replace(item, action=replace(item.action, id=0, draft=draft, thread_id=None), said=(), thread=None)
