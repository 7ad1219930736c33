"""Reading a mailbox: what came in and what was sent, new mails alone, nothing in it changed.

The cursor has each folder's UIDVALIDITY and the last UID that was read. A folder whose UIDVALIDITY is another is a new
one and read again; nothing doubles, because a message is known by its Message-ID.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from retcon import text
from retcon.errors import SourceError
from retcon.frozen import dataclass
from retcon.platforms.imap import Envelope, Folder, Mailbox, open_mailbox
from retcon.platforms.imap_line import Account
from retcon.platforms.wiring import Wiring
from retcon.sync.imap import FOLDERS, INBOX, SENT, ImapSettings
from retcon.sync.mime import Own, Told, read
from retcon.sync.mime_words import SENT_FOLDERS
from retcon.sync.source import EARLIEST, Cursor, Page

_MAILS = 50  # on a page
_BYTES = 16 * 1024 * 1024  # of a page at most, unless one mail alone is larger
_TOO_LARGE = 30 * 1024 * 1024
_log = logging.getLogger("retcon.imap")


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be read in one folder."""

    folder: str
    sent: bool
    validity: int
    uids: list[int]


class Pull:
    """One visit to the mailbox."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._settings: ImapSettings = wiring.settings
        self._own = Own.of((self._settings.user, *self._settings.own, *wiring.own))
        self._account = Account(
            section=f"sources.{wiring.name}",
            host=self._settings.host,
            port=self._settings.port,
            security=self._settings.security,
            user=self._settings.user,
            ca_file=str(wiring.folder / self._settings.ca_file) if self._settings.ca_file else "",
        )

    def pages(self, cursor: Cursor, *, full: bool) -> Iterator[Page]:
        """The mails that are new since the cursor, or all of the last `days`: what came in, then what was sent."""
        stands = _stands(cursor)
        first = not stands
        with self._open() as mailbox:
            chosen, missing = self._chosen(mailbox.folders())
            since = max(self._wiring.clock() - timedelta(days=self._settings.days), EARLIEST).date()
            works = [self._work(mailbox, folder, {} if full else stands, since) for folder in chosen]
            # A full reading that breaks off goes on where it was, in every folder.
            stands = {work.folder: (work.validity, _before(work, stands, full)) for work in works}
            done, total = 0, sum(len(work.uids) for work in works)
            notes = (missing,) if missing and first else ()
            for work in works:
                for page in self._read(mailbox, work, stands, done, total):
                    done = page.done
                    yield Page(
                        records=page.records,
                        cursor=page.cursor,
                        what=page.what,
                        done=page.done,
                        total=page.total,
                        notes=(*notes, *page.notes),
                    )
                    notes = ()
            if not total and _as_json(stands) != dict(cursor):
                yield Page(records=(), cursor=_as_json(stands), what="mails", total=0, notes=notes)

    def check(self) -> str:
        """What is in the mailbox, in a sentence; raises SourceError where it can't be read."""
        with self._open() as mailbox:
            chosen, missing = self._chosen(mailbox.folders())
            for folder in chosen:
                mailbox.examine(folder.name)
        names = " and ".join(text.line(folder.name) for folder in chosen)
        return f"{self._account.where} lets {self._settings.user} read {names}.{' ' + missing if missing else ''}"

    def _open(self) -> Any:
        return open_mailbox(self._account, self._wiring.transports.connect, self._wiring.secret("password"))

    # ---- folders ------------------------------------------------------------------------------------------------

    def _chosen(self, there: Sequence[Folder]) -> tuple[list[Folder], str]:
        """The folders that are read, and what to say where the Sent folder isn't found. Raises SourceError."""
        wanted = self._settings.folders or FOLDERS
        chosen: dict[str, Folder] = {}
        missing = ""
        for name in wanted:
            folder = next((each for each in there if each.name == name), None) or next(
                (each for each in there if name.upper() == INBOX == each.name.upper()), None
            )
            if folder is None and name == SENT:
                folder = _sent_folder(there)
                if folder is None and wanted == FOLDERS:
                    missing = "No Sent folder was found, so answers written elsewhere aren't seen: name it in folders."
                    continue
            if folder is None:
                names = ", ".join(text.line(each.name) for each in there[:20]) or "none"
                raise SourceError(
                    f"The mailbox has no folder {text.line(name)}; it has: {names}.",
                    f"Look at folders under [{self._account.section}].",
                )
            chosen[folder.name] = folder
        # What came in goes first: an answer belongs to what it answers.
        return sorted(chosen.values(), key=lambda folder: (_is_sent(folder), folder.name.upper() != INBOX)), missing

    def _work(self, mailbox: Mailbox, folder: Folder, stands: Mapping[str, tuple[int, int]], since: date) -> _Work:
        validity = mailbox.examine(folder.name)
        known, last = stands.get(folder.name, (validity, 0))
        uids = mailbox.uids(since, last if known == validity else 0)
        return _Work(folder.name, _is_sent(folder), validity, uids)

    # ---- mails --------------------------------------------------------------------------------------------------

    def _read(
        self, mailbox: Mailbox, work: _Work, stands: dict[str, tuple[int, int]], done: int, total: int
    ) -> Iterator[Page]:
        if not work.uids:
            return
        if mailbox.examine(work.folder) != work.validity:
            raise SourceError(
                f"The folder {text.line(work.folder)} was made anew while it was read.", "Try again: retcon sync"
            )
        for start in range(0, len(work.uids), _MAILS):
            uids = work.uids[start : start + _MAILS]
            mailbox.renew()
            envelopes = mailbox.envelopes(uids)
            for batch in _batches(envelopes) or [[]]:
                mailbox.renew()
                records, notes = self._fetch(mailbox, work, batch)
                last = uids[-1] if not batch or batch[-1] is envelopes[-1] else batch[-1].uid
                stands[work.folder] = (work.validity, last)
                done += sum(uid <= last for uid in uids)
                uids = [uid for uid in uids if uid > last]
                yield Page(
                    records=tuple(records),
                    cursor=_as_json(stands),
                    what="mails",
                    done=done,
                    total=total,
                    notes=tuple(notes),
                )

    def _fetch(self, mailbox: Mailbox, work: _Work, batch: Sequence[Envelope]) -> tuple[list[Told], list[str]]:
        """What the mails of the batch tell, and a note on each that can't be read."""
        small = [envelope.uid for envelope in batch if envelope.size <= _TOO_LARGE]
        bodies = mailbox.mails(small)
        records: list[Told] = []
        notes: list[str] = []
        for envelope in batch:
            whole = envelope.uid in bodies
            content = bodies[envelope.uid] if whole else b"" if envelope.uid in small else mailbox.head(envelope.uid)
            if not content and envelope.uid in small:
                if mailbox.envelopes([envelope.uid]):
                    notes.append(_unreadable(work.folder, envelope.arrived_at))
                continue  # else it was thrown away meanwhile
            if not content:
                continue
            arrived_at = envelope.arrived_at if envelope.arrived_at > EARLIEST else self._wiring.clock()
            try:
                told = read(content, self._own, arrived_at, sent=work.sent, whole=0 if whole else envelope.size)
            except Exception:  # the parsers' own holes: one mail must not keep all others out
                _log.exception("mail %s of %s", envelope.uid, work.folder)
                told = None
                notes.append(_unreadable(work.folder, arrived_at))
            if told is not None:
                records.append(told)
        return records, notes


def _unreadable(folder: str, arrived_at: datetime) -> str:
    day = arrived_at.astimezone(UTC)
    return f"A mail in {text.line(folder)} of {day:%d %B %Y} can't be read; look at it in your mail program."


def _batches(envelopes: Sequence[Envelope]) -> list[list[Envelope]]:
    """Cut so that no batch is larger than a page may be, unless one mail alone is."""
    batches: list[list[Envelope]] = []
    size = 0
    for envelope in envelopes:
        weight = envelope.size if envelope.size <= _TOO_LARGE else 0
        if not batches or size + weight > _BYTES:
            batches.append([])
            size = 0
        batches[-1].append(envelope)
        size += weight
    return batches


def _sent_folder(there: Sequence[Folder]) -> Folder | None:
    marked = [folder for folder in there if "\\sent" in folder.flags]
    named = [folder for folder in there if _is_sent(folder)]
    return next(iter((*marked, *sorted(named, key=lambda folder: len(folder.name)))), None)


def _is_sent(folder: Folder) -> bool:
    last = folder.name.replace(".", "/").rpartition("/")[2]
    return "\\sent" in folder.flags or last.casefold() in SENT_FOLDERS


def _stands(cursor: Cursor) -> dict[str, tuple[int, int]]:
    folders = cast("Mapping[str, Any]", cursor.get("folders") or {})
    return {name: (int(stand["uidvalidity"]), int(stand["uid"])) for name, stand in folders.items()}


def _as_json(stands: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    folders = {name: {"uidvalidity": validity, "uid": uid} for name, (validity, uid) in stands.items()}
    return {"folders": folders}


def _before(work: _Work, stands: Mapping[str, tuple[int, int]], full: bool) -> int:
    """The UID behind which the work of a folder begins."""
    known, last = stands.get(work.folder, (work.validity, 0))
    return last if known == work.validity and not full else 0
