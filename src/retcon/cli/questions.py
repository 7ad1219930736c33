"""The questions that are asked once, after the first customers have come."""

import sys
from datetime import date

import click

from retcon.cli.output import interactive, say
from retcon.config import SHOP_MAILS
from retcon.desk import questions
from retcon.desk.consents import Counts
from retcon.desk.house import House
from retcon.errors import InputError


def ask_once(house: House) -> None:
    """Ask what is still open, on a terminal; elsewhere say once where the answers go."""
    counts = questions.counts(house)
    open_ = questions.pending(house, counts)
    if not open_:
        return
    say(questions.words(counts))
    if not (sys.stdin.isatty() and interactive()):
        say(f"To be said under [policy] in config.toml: {' and '.join(open_)}. On a terminal, import and sync ask.")
        questions.remember(house, open_)
        return
    try:
        if questions.SOFT_OPT_IN in open_:
            _ask_told(house, counts)
        if questions.MAILS in open_:
            _ask_mails(house)
    except click.Abort:
        questions.remember(house, open_)
        say("\nNot answered. The answers go under [policy] in config.toml, whenever you like.")


def _ask_told(house: House, counts: Counts) -> None:
    say("Were buyers told at the checkout that you may write to them about similar goods, and how to object?")
    if not click.confirm(f"Then {counts.could:,} more may be written to", default=False, err=True):
        questions.told_since(house, None)
        return
    while True:
        try:
            questions.told_since(house, click.prompt("Since when", value_proc=_day, err=True))
            return
        except InputError as error:
            say(f"{error.title} {error.hint}")


def _ask_mails(house: House) -> None:
    say(f"Which of these does your shop mail to buyers by itself: {', '.join(SHOP_MAILS)}? retcon won't do them again.")
    while True:
        told = click.prompt("Several with commas, nothing for none", default="", show_default=False, err=True)
        try:
            questions.mails(house, [name.strip().lower() for name in told.split(",") if name.strip()])
            return
        except InputError as error:
            say(f"{error.title} {error.hint}")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise click.BadParameter("that is no day; write it as 2024-03-01") from None
