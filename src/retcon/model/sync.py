"""What a pull brought."""

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """One source's run; the counts are of records of all kinds. `error` is a sentence, empty where all went well.

    `notes` are sentences on what was odd in what came, whether or not all went well.
    """

    source: str
    kind: str
    ok: bool
    pages: int
    read: int
    added: int
    changed: int
    unchanged: int
    removed: int
    seconds: float
    error: str = ""
    notes: tuple[str, ...] = ()
    key_refused: bool = False  # the error is one that only the operator can mend
    no_network: bool = False  # this machine reached nobody

    @staticmethod
    def failed(source: str, kind: str, error: str, *, key_refused: bool = False) -> "SyncResult":
        """A run that never began."""
        return SyncResult(
            source=source,
            kind=kind,
            ok=False,
            pages=0,
            read=0,
            added=0,
            changed=0,
            unchanged=0,
            removed=0,
            seconds=0.0,
            error=error,
            key_refused=key_refused,
        )
