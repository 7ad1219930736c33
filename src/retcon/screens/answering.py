"""What becomes of a conversation: on which channel it goes on, promises, what came with it, being done."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from retcon import keys, text
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.model.conversations import File, Promise, PromiseState
from retcon.model.playbook import Moment
from retcon.screens import menus, opener, sayings
from retcon.screens.texting import TextingScreen
from retcon.widgets import conversation, words
from retcon.widgets.menu import Choice

if TYPE_CHECKING:
    from retcon.desk.ways import Way

# The desk's verbs for conversations are imported when they are asked for first: few starts come to need them.
_ANOTHER = "n"


class AnsweringScreen(TextingScreen):
    """A screen of people with what they say: everything that one person can be the object of."""

    # ---- on which channel

    def action_how(self) -> None:
        """By which channels the person can be reached, and why not by the others."""
        from retcon.desk import ways

        item = self.person_shown()
        if item is not None:
            self.do(lambda: ways.ways(self.house, item.customer.id), lambda found: self.ask_how(item, found))

    def ask_how(self, item: Item, found: Sequence["Way"]) -> None:
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
        from retcon.desk import ways

        action = item.action
        if channel == action.draft.channel:
            return

        def done(_: object) -> None:
            name, medium = words.call_name(item.customer), words.channel(self.house.media.get(channel, channel))
            self.say(f"{name}: by {medium} now. {sayings.taken_back()}")
            self.reload()

        self.do(lambda: ways.take(self.house, action.id, action.revision, channel), done)

    # ---- being done

    def close_opened(self) -> None:
        """Shut what is opened, where something is."""

    def action_done(self) -> None:
        """Done with this: the conversation, the promise."""
        self.done_with(self.chosen_items())

    def done_with(self, items: Sequence[Item]) -> None:
        """Be done with what these are about."""
        said = [item for item in items if item.action.moment is Moment.ANSWER]
        # A confirmation and a message of one's own close nothing.
        open_ = [item for item in said if not item.action.anchor.startswith(("stop:", "reply:"))]
        approve, skip, snooze = (keys.name(action) for action in ("approve", "skip", "snooze"))
        if open_:
            self._done_with(open_)
        elif said:
            self.say(f"Nothing waits here: {skip} drops this message.")
        else:
            done = keys.name("done")
            self.say(
                f"{done} is for conversations, promises and what perhaps left."
                f" Here {approve} approves, {skip} skips, {snooze} shows later."
            )

    def _done_with(self, items: Sequence[Item]) -> None:
        from retcon.desk import conversations

        ids, name, what = [item.action.id for item in items], sayings.name_of(items), sayings.done_with(items)
        self.close_opened()
        self.decided(items)
        self.focus_main()

        def each() -> None:
            for id_ in ids:
                conversations.done(self.house, id_)

        back = sayings.taken_back() if len(ids) == 1 else f"{keys.name('undo')} takes them back, one by one."
        self.do(each, lambda _: self.say(f"{name}: {what}. {back}"))

    def done_with_answered(self, item: Item) -> None:
        """The answer is on its way, so the conversation is; what they complained of in it is over as well."""
        from retcon.desk import conversations

        name = words.call_name(item.customer)
        unhappy = [complaint.id for complaint in item.complaints if complaint.thread_id == item.action.thread_id]
        self.close_opened()
        if not unhappy:
            self.say(f"{name}: done.")
            return

        def each() -> None:
            for id_ in unhappy:
                conversations.close_complaint(self.house, id_)

        self.do(each, lambda _: self.say(f"{name}: done, and advertising may go on. {sayings.taken_back('that')}"))

    # ---- promises

    def action_promise(self) -> None:
        """Keep a promise: one that was offered, or a day and what."""
        item = self.person_shown()
        if item is None:
            return
        offered = [promise for promise in item.promises if promise.state is PromiseState.OFFERED][:8]
        offered = offered or self._just_offered(item)
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

    def _just_offered(self, item: Item) -> list[Promise]:
        """What was found in an answer that was approved a moment ago and is still shown as it was."""
        from retcon.desk import promises

        found = (promise for promise in promises.offers(self.house) if promise.thread_id == item.action.thread_id)
        return [promise for promise in found if promise.customer_id == item.customer.id][:8]

    def _take_up(self, item: Item, promise: Promise) -> None:
        from retcon.desk import promises

        self.do(lambda: promises.take_up(self.house, promise.id), lambda kept: self._promised(item, kept))

    def _ask_promise(self, item: Item) -> None:
        from retcon.desk import promises

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
        from retcon.desk import promises

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
        self.say(f"Promised to {words.first_name(item.customer)}, by {day}. It comes up before. {sayings.taken_back()}")
        self.reload()

    # ---- what came with it

    def action_attached(self) -> None:
        """Open what came with it: a file, the parcel's link."""
        item = self.person_shown()
        if item is None:
            return
        things = conversation.attached(item)[:9]
        if not things:
            self.say("Nothing came with this, and no parcel of it can be followed.")
        elif len(things) == 1:
            self._open(things[0][1])
        else:
            choices = [Choice(str(number + 1), name) for number, (name, _) in enumerate(things)]
            self.ask("Open:", choices, lambda key: self._open(things[int(key) - 1][1]))

    def _open(self, thing: File | str) -> None:
        from retcon.desk import conversations

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
