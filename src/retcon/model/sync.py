"""What a pull brought."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """One source's run; the counts are of records of all kinds. `error` is a sentence, empty where all went well."""

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
