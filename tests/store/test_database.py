"""The one file: what it refuses, and in what words."""

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from retcon.errors import StoreError
from retcon.store import database as databases
from retcon.store import facts, migrations
from retcon.store.database import SCHEMA, Connection, Database, open_database


def test_every_step_of_the_schema_is_counted() -> None:
    assert len(migrations.migrations.pending(migrations.sqlite_utils.Database(memory=True))) == SCHEMA


def test_an_older_file_has_everybody_ranked_anew(tmp_path: Path) -> None:
    file = tmp_path / "retcon.db"
    with sqlite3.connect(file) as old:
        migrations.migrations.apply(migrations.sqlite_utils.Database(old), stop_before="m004_the_ranking")
        old.execute("insert into facts values (?, 'yesterday')", (facts.REFRESHED_UNDER,))
        old.execute(f"pragma application_id = {databases.APPLICATION}")
        old.execute("pragma user_version = 3")
    opened = open_database(file)
    with opened.read() as tx:
        assert facts.get(tx, facts.REFRESHED_UNDER) is None
    opened.close()


def test_every_table_is_strict(database: Database) -> None:
    with database.read() as tx:
        loose = [
            row["name"]
            for row in tx.execute("select name, strict from pragma_table_list where type = 'table' and schema = 'main'")
            if not row["strict"] and not row["name"].startswith(("sqlite_", "_sqlite", "customer_search"))
        ]
    assert loose == []


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "retcon.db"
    open_database(file).close()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_newer_file_is_refused_without_sqlite_utils(database: Database) -> None:
    database.close()
    with sqlite3.connect(database.file) as tx:
        tx.execute(f"pragma user_version = {SCHEMA + 1}")
    program = (
        "import sys; from pathlib import Path; from retcon.errors import StoreError\n"
        "from retcon.store.database import open_database\n"
        f"try: open_database(Path({str(database.file)!r}))\n"
        "except StoreError as error: print(error)\n"
        "print('sqlite_utils' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "newer retcon" in printed
    assert "nothing was changed" in printed
    assert printed.endswith("False\n")


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "retcon.db"
    with sqlite3.connect(file) as tx:
        tx.execute("create table recipes (name)")
    with pytest.raises(StoreError, match="none of retcon's"):
        open_database(file)
    with sqlite3.connect(file) as tx:
        assert [row[0] for row in tx.execute("select name from sqlite_master")] == ["recipes"]


def test_a_corrupt_file_says_what_to_do(database: Database) -> None:
    database.write(lambda tx: facts.put(tx, "x", "y" * 100_000))
    database.close()
    raw = bytearray(database.file.read_bytes())
    raw[4096 : 4096 * 20] = b"\x55" * (4096 * 19)
    database.file.write_bytes(raw)
    with pytest.raises(StoreError, match="retcon restore"), Database(database.file).read() as tx:
        tx.execute("select * from facts").fetchall()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    file = tmp_path / "retcon.db"
    file.write_text("customer_id,placed_at,total\n" * 100)
    with pytest.raises(StoreError, match="no database of retcon"):
        open_database(file)


def test_a_locked_file_is_told_in_words(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(database.file, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreError, match="Another program has held"):
        database.write(lambda tx: facts.put(tx, "x", "1"))
    other.execute("rollback")
    other.close()
    database.write(lambda tx: facts.put(tx, "x", "1"))


def test_a_full_disk_keeps_what_was_kept(database: Database) -> None:
    database.write(lambda tx: facts.put(tx, "kept", "yes"))

    def fill(tx: Connection) -> None:
        tx.execute("pragma max_page_count = 100")
        for number in range(1000):
            facts.put(tx, f"more {number}", "x" * 10_000)

    with pytest.raises(StoreError, match="disk is full"):
        database.write(fill)
    with database.read() as tx:
        assert facts.get(tx, "kept") == "yes"
        assert facts.get(tx, "more 0") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="--home"):
        open_database(tmp_path / "below" / "retcon.db")


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="--home"):
        open_database(tmp_path / "home" / "retcon.db")


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def half(tx: Connection) -> None:
        facts.put(tx, "half", "done")
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        database.write(half)
    with database.read() as tx:
        assert facts.get(tx, "half") is None


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError), database.read() as tx:
        facts.put(tx, "x", "y")


def test_many_threads_and_two_processes_write_one_file(database: Database) -> None:
    with database.read() as tx:
        before = database.data_version()
    program = (
        "from pathlib import Path; from retcon.store.database import Database; from retcon.store import facts\n"
        f"d = Database(Path({str(database.file)!r}))\n"
        "for i in range(20): d.write(lambda tx: facts.put(tx, f'child {i}', 'x'))\n"
        "d.close()"
    )
    child = subprocess.Popen([sys.executable, "-c", program])
    threads = [
        threading.Thread(target=lambda n=n: database.write(lambda tx: facts.put(tx, f"thread {n}", "x")))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert child.wait() == 0
    with database.read() as tx:
        assert (
            tx.execute("select count(*) from facts where name like 'child%' or name like 'thread%'").fetchone()[0] == 40
        )
    assert database.data_version() != before


def test_what_others_wrote_is_counted_alike_in_every_thread(database: Database) -> None:
    before = database.data_version()
    database.write(lambda tx: facts.put(tx, "x", "y"))
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(database.data_version()))
    thread.start()
    thread.join()

    assert told == [database.data_version()]
    assert told != [before]


def test_two_processes_may_create_the_file_at_once(tmp_path: Path) -> None:
    file = tmp_path / "retcon.db"
    program = (
        "from pathlib import Path; from retcon.store.database import open_database\n"
        f"open_database(Path({str(file)!r})).close()"
    )
    children = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [child.communicate()[1] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], told
