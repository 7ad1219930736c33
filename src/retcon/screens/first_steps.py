"""The answers besides the file: where the orders are, which shop, and whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from retcon.desk import first_run, first_settle, first_typed
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look
from retcon.errors import InputError
from retcon.screens.first_step import Looking, Step, title
from retcon.widgets.drawing import wrap
from retcon.widgets.sheet import Choices, Field, Offer, Rows, Sheet

_OFFERS = (
    Offer(
        "1",
        "in a file",
        "CSV, TSV or JSON lines, gzipped or not; export files of Shopify and WooCommerce as they are.",
    ),
    Offer("2", "in WooCommerce", "By its address, a consumer key and its secret. Reading is enough."),
    Offer("3", "look around first", "In the sample shop, inside this program. Your own comes later: retcon"),
)


class Where(Step):
    """Where are your orders?"""

    def compose(self) -> ComposeResult:
        """The question and its choices."""
        yield title("Where are your orders?")
        self.choices = Choices(_OFFERS)
        yield self.choices
        yield Sheet(_about_shopify)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("1 2 3", "choose"), ("Enter", "take it"), ("q", "leave"))

    def begin(self) -> None:
        self.choices.focus()

    def press(self, key: str) -> None:
        if any(offer.key == key for offer in _OFFERS):
            self._take(key)

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._take(event.key)

    def _take(self, key: str) -> None:
        if key == "1":
            self.first.go(replace(self.answers, source=first_run.IN_FILE, step=first_run.FILE))
        elif key == "2":
            self.first.go(replace(self.answers, source=first_run.IN_WOOCOMMERCE, step=first_run.KEYS))
        else:
            self.first.end("sample")


def _about_shopify(width: int) -> Rows:
    said = (
        "Shopify: its export file works today. Orders → Export → All orders, as plain CSV.",
        "What you answer is kept: whatever happens, the next start goes on here.",
    )
    return [(("  " + row, "muted"),) for each in said for row in wrap(each, width - 4)]


class Form(Looking):
    """Some fields under each other: Enter takes all of them, the arrows go from one to the next."""

    def fields(self) -> Sequence[Field]:
        """The fields, in their order."""
        return list(self.query(Field))

    def values(self) -> dict[str, str]:
        """What stands in them, by name."""
        return {field.named: field.value for field in self.fields()}

    def begin(self) -> None:
        fields = self.fields()
        (next((field for field in fields if not field.value.strip()), fields[0])).line.focus()

    def on_key(self, event: events.Key) -> None:
        step = {"down": 1, "tab": 1, "up": -1, "shift+tab": -1}.get(event.key)
        fields = self.fields()
        here = next((place for place, field in enumerate(fields) if field.line.has_focus), None)
        if step is not None and here is not None:
            event.stop()
            event.prevent_default()
            fields[(here + step) % len(fields)].line.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.take()

    def take(self) -> None:
        """Take all of them."""


_OPEN_LINE = (
    "With http:// everybody on the way can read your customers' names and addresses. Write https:// if the shop has "
    "it; Enter once more takes it as it is."
)


_KEY, _SECRET = "ck_…", "cs_…"


class Keys(Form):
    """Which shop, and its keys."""

    _open_line = ""  # the address that was taken although everybody can read along

    def compose(self) -> ComposeResult:
        """Address, key and secret; the last two are never shown."""
        kept = "kept; Enter takes it" if first_settle.has_keys(self.first.where) else ""
        yield title(
            "Which WooCommerce shop?",
            "A key is made under WooCommerce → Settings → Advanced → REST API, with the permission Read.",
        )
        yield Field("url", "address", self.answers.url, hint="https://shop.example")
        yield Field("key", "consumer key", "", hint=kept or _KEY, hidden=True)
        yield Field("secret", "consumer secret", "", hint=kept or _SECRET, hidden=True)
        self.sheet = Sheet(lambda width: _about_keys(width, str(self.first.where.secrets_file)), fills=True)
        self.sheet.add_class("fills")
        yield self.sheet

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("Enter", "next, then check"), ("↑ ↓", "other field"), ("Esc", "back"), ("ctrl+c", "leave"))

    def before(self, answers: Answers) -> str:
        return first_run.WHERE

    def undone(self) -> bool:
        if not self.looks:
            return False
        self.leave()
        self._say("Not checked.", "muted")
        return True

    def take(self) -> None:
        fields = self.fields()
        here = next((place for place, field in enumerate(fields) if field.line.has_focus), len(fields) - 1)
        if here < len(fields) - 1:
            if here or self._address(fields[0]) is not None:
                fields[here + 1].line.focus()
            return
        values = self.values()
        answers = self._address(fields[0])
        if answers is None:
            fields[0].line.focus()
            return
        given = [bool(values[name].strip()) for name in ("key", "secret")]
        if not all(given) and (any(given) or not first_settle.has_keys(self.first.where)):
            self._say("Both the consumer key and the consumer secret are needed.", "warn")
            return
        self._say(f"Asking {answers.url} …", "muted")
        self.first.do(lambda: self._keep(answers, values), lambda _: self.look("--check"))

    def _address(self, field: Field) -> Answers | None:
        """Keep the address, where it is one."""
        url = first_typed.address_of(field.value)
        answers = replace(self.answers, url=url)
        try:
            _ = answers.plugin
        except InputError as error:
            self._say(str(error), "warn")
            return None
        if field.value != url:
            field.line.value = url
        self.answers = answers
        self.first.keep(answers)
        if url.startswith("http://") and not first_typed.is_near(url) and self._open_line != url:
            self._open_line = url
            self._say(_OPEN_LINE, "warn")
            return None
        return answers

    def _keep(self, answers: Answers, values: Mapping[str, str]) -> None:
        first_run.keep(self.first.where, answers)
        if values["key"].strip():
            first_settle.keep_keys(self.first.where, values["key"], values["secret"])

    def saw(self, look: Look) -> None:
        if look.trouble:
            self._say(f"{look.trouble} {look.hint}".rstrip(), "warn")
            _, key, secret = self.fields()
            if look.key_refused:
                key.line.value = secret.line.value = ""
                key.line.placeholder, secret.line.placeholder = _KEY, _SECRET
                self.first.do(lambda: first_settle.drop_keys(self.first.where), lambda _: None)
            (key if look.key_refused else secret).line.focus()
            return
        guess = {name: getattr(look.guess, name) for name in first_run.ASKED}
        guess |= {f"why {name}": why for name, why in look.guess.why.items()}
        self.first.go(replace(self.answers, guess=guess, step=first_run.SHOP))
        self.first.status.say(look.what.replace(", its customers, products, coupons and reviews", ""))

    def _say(self, words: str, style: str) -> None:
        self.sheet.show(lambda width: [(), *((("  " + row, style),) for row in wrap(words, width - 4))])


def _about_keys(width: int, file: str) -> Rows:
    said = f"Both are kept in {file}, which only you can read, and never shown."
    return [(), *((("  " + row, "muted"),) for row in wrap(said, width - 4))]


class Shop(Form):
    """Whose shop is it? All guessed but the name."""

    _LABELS: ClassVar = {
        "name": "name",
        "currency": "currency",
        "timezone": "time zone",
        "country": "country",
        "language": "language",
    }
    _HINTS: ClassVar = {"name": "as your customers know it", "country": "where you are established, such as DE"}

    def compose(self) -> ComposeResult:
        """The fields, with where each comes from."""
        guess, shop = self.answers.guess, self.answers.shop
        yield title("Whose shop is it?", "Guessed, all but the name: change what is wrong. Enter takes all five.")
        for name, label in self._LABELS.items():
            value = shop.get(name) or guess.get(name, "")
            yield Field(name, label, value, guess.get(f"why {name}", ""), hint=self._HINTS.get(name, ""))
        yield Sheet(_about_shop)

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("Enter", "take all"), ("↑ ↓", "other field"), ("Esc", "back"), ("ctrl+c", "leave"))

    def before(self, answers: Answers) -> str:
        return first_run.KEYS if answers.source == first_run.IN_WOOCOMMERCE else first_run.FILE

    def take(self) -> None:
        try:
            shop = first_typed.settings_of(self.values())
        except InputError as error:
            self.first.status.say(str(error), "warn")
            return
        self.first.go(replace(self.answers, shop=shop, step=first_run.WORK))


def _about_shop(width: int) -> Rows:
    said = (
        "Figures are shown in the currency, hours on the clock of the time zone. Messages show in your language",
        "beside the customer's. All of it stands in config.toml afterwards.",
    )
    return [(), *((("  " + row, "muted"),) for row in wrap(" ".join(said), width - 4))]
