"""By what a person is recognised: rules only, read and written elsewhere.

1. An account of the source is one person ("woo:17").
2. An e-mail address is one person, however it is written (case, Unicode form, international domain): guests join by
   it. That a provider ignores dots or a +tag is likely to mean the same person, and proves nothing.
3. Where the account and the address point at two people, the account wins and nobody is merged.
4. An address that nobody has yet is added to the person who came with it.
5. An order once placed stays with its person when its account is deleted; it moves when it is given to another
   account, or when its address becomes another person's.
6. An order with neither account nor address is a person of its own.
7. An id in a chat is one person ("telegram:700100200"); it becomes a customer's when they follow an invitation.
8. A phone number joins nobody: families and shops share them. Two who have the same are proposed as one.
9. An address that a marketplace lends to its buyer leads to that buyer alone: it joins nobody who has an account.
10. Two who were put together by hand are one for all that comes later, two who were taken apart stay apart.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from retcon.store import addresses
from retcon.text import keep_name

# The kind and the value that compares: ("email", "ada@example.com"), ("account", "woo:17").
Identity = tuple[str, str]

# The e-mail address as it compares; empty where it is none.
address = addresses.email


@lru_cache(maxsize=16_384)
def by_email(email: str) -> Identity | None:
    """The identity that an e-mail address is; None where it is no address."""
    folded = address(email)
    return ("email", folded) if folded else None


@lru_cache(maxsize=16_384)
def by_account(source: str, account_id: str | None) -> Identity | None:
    """The identity that an account of a source is; None for a guest."""
    return ("account", f"{source}:{keep_name(account_id)}") if account_id else None


def by_chat(medium: str, id_: str) -> Identity:
    """The identity that a person's id in a chat is."""
    return ("chat", f"{medium}:{keep_name(id_)}")


def by_phone(number: str, country: str = "") -> Identity | None:
    """The identity that a phone number is, read as people of the country write it; None where it is no number."""
    known = addresses.phone(number, country)
    return ("phone", known) if known else None


@dataclass(slots=True)
class Register:
    """Whose the identities are that a page speaks of; grows as its records are read, one after the other."""

    owners: dict[Identity, int]
    holders: set[int]  # those who have an account of this source
    next_id: int
    strangers: list[int] = field(default_factory=list[int])  # customers that are new
    claims: dict[Identity, tuple[int, str]] = field(default_factory=dict[Identity, tuple[int, str]])  # and as shown

    def person(
        self, account: Identity | None, email: str, current: int | None = None, *, same_address: bool = False
    ) -> int:
        """The customer whom a record belongs to; `current` is the one whom it belonged to so far.

        `same_address` says that the record came with this address before.
        """
        mail = by_email(email)
        by_mail = self.owners.get(mail) if mail else None
        if account is not None:
            person = self.owners.get(account)
            if person is None:
                person = self._newcomer(None if mail and addresses.is_lent(mail[1]) else by_mail, current)
                self._claim(account, person, account[1])
                self.holders.add(person)
        elif current is not None and (same_address or by_mail is None):
            person = current
        else:
            person = by_mail if by_mail is not None else self._stranger()
        if mail is not None and by_mail is None:
            self._claim(mail, person, keep_name(email))
        return person

    def _newcomer(self, *candidates: int | None) -> int:
        """Who gets an account that nobody has: the first candidate without one, else somebody new."""
        free = (person for person in candidates if person is not None and person not in self.holders)
        return next(free, None) or self._stranger()

    def _stranger(self) -> int:
        person = self.next_id
        self.next_id += 1
        self.strangers.append(person)
        return person

    def _claim(self, identity: Identity, person: int, shown: str) -> None:
        self.owners[identity] = person
        self.claims[identity] = (person, shown)
