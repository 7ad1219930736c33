"""Copies of the file, and telling a copy from the original."""

import sqlite3
from pathlib import Path

import pytest

from retcon.errors import StoreError
from retcon.store import facts, installation, keeping
from retcon.store.database import SCHEMA, Database, open_database
from tests.conftest import NOW


def test_a_backup_holds_what_stood_then(database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    database.write(lambda tx: facts.put(tx, "colour", "blue"))
    keeping.backup(database, copy)
    database.write(lambda tx: facts.put(tx, "colour", "red"))
    database.close()
    aside = keeping.restore(copy, database.file, NOW)
    restored = open_database(database.file)
    with restored.read() as tx:
        assert facts.get(tx, "colour") == "blue"
    restored.close()
    assert aside is not None
    assert aside.exists()


def test_a_backup_replaces_an_older_one_and_nothing_else(database: Database, tmp_path: Path) -> None:
    keeping.backup(database, tmp_path / "copy.db")
    keeping.backup(database, tmp_path / "copy.db")
    (tmp_path / "taxes.txt").write_text("mine")
    with pytest.raises(StoreError, match="Name another file"):
        keeping.backup(database, tmp_path / "taxes.txt")
    assert (tmp_path / "taxes.txt").read_text() == "mine"


def test_a_damaged_backup_is_not_restored(database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    database.write(lambda tx: facts.put(tx, "x", "y" * 200_000))
    keeping.backup(database, copy)
    raw = bytearray(copy.read_bytes())
    raw[8192:40960] = b"\0" * (40960 - 8192)
    copy.write_bytes(raw)
    with pytest.raises(StoreError, match=r"damaged|malformed"):
        keeping.restore(copy, database.file, NOW)
    with database.read() as tx:
        assert facts.get(tx, "x") is not None


def test_a_newer_backup_is_not_restored(database: Database, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    keeping.backup(database, copy)
    with sqlite3.connect(copy) as tx:
        tx.execute(f"pragma user_version = {SCHEMA + 1}")
    with pytest.raises(StoreError, match="newer"):
        keeping.restore(copy, database.file, NOW)


def test_a_backup_brings_a_damaged_file_back(database: Database, tmp_path: Path) -> None:
    keeping.backup(database, tmp_path / "copy.db")
    database.close()
    database.file.write_bytes(b"no database at all" * 1000)
    keeping.restore(tmp_path / "copy.db", database.file, NOW)
    open_database(database.file).close()
    assert keeping.integrity(database.file) == ()


def test_the_same_file_on_the_same_machine_is_no_copy(database: Database, tmp_path: Path) -> None:
    assert not installation.is_copy(database, tmp_path)
    assert not installation.is_copy(database, tmp_path)


def test_a_file_beside_another_state_folder_is_a_copy_until_it_is_adopted(database: Database, tmp_path: Path) -> None:
    installation.is_copy(database, tmp_path / "here")
    assert installation.is_copy(database, tmp_path / "there")
    installation.adopt(database, tmp_path / "there")
    assert not installation.is_copy(database, tmp_path / "there")


def test_a_restored_file_is_a_copy(database: Database, tmp_path: Path) -> None:
    installation.is_copy(database, tmp_path)
    keeping.backup(database, tmp_path / "copy.db")
    database.close()
    keeping.restore(tmp_path / "copy.db", database.file, NOW)
    assert installation.is_copy(open_database(database.file), tmp_path)
