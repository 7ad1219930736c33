"""Files that came with messages are kept by what is in them, bounded, under names that harm nothing."""

from pathlib import Path

import pytest

from retcon.errors import StoreError
from retcon.model.conversations import IncomingFile
from retcon.sync import attachments


def file(name: str = "photo.jpg", content: bytes | None = b"jpeg", size: int = 4) -> IncomingFile:
    return IncomingFile(name=name, media_type="image/jpeg", size=size, content=content)


def test_a_file_is_kept_once_under_what_is_in_it_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    one, two = attachments.keep(folder, [file(), file("same.JPG")])
    assert one.path == two.path
    assert one.path.endswith(".jpg")
    kept = folder / one.path
    assert kept.read_bytes() == b"jpeg"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (
        0o600,
        0o700,
        0o700,
    )
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]


def test_what_is_too_large_is_kept_by_its_name_alone(tmp_path: Path) -> None:
    large = bytes(attachments.LARGEST + 1)
    unfetched = file("film.mp4", None, 60_000_000)
    kept = attachments.keep(tmp_path / "files", [file(content=large), unfetched])
    assert [(each.name, each.size, each.path) for each in kept] == [
        ("photo.jpg", len(large), ""),
        ("film.mp4", 60_000_000, ""),
    ]


def test_a_message_keeps_twenty_five_megabytes_together(tmp_path: Path) -> None:
    parts = [file(f"{number}.pdf", bytes([number]) * 10_000_000) for number in range(3)]
    kept = attachments.keep(tmp_path / "files", [*parts, file()])
    assert [bool(each.path) for each in kept] == [True, True, False, True]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("a\x00b\x1b[31m\u202ecod.exe\n.pdf", "ab [31m cod.exe .pdf"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("rechnung?<1>.pdf", "rechnung__1_.pdf"),
        ("請求書.pdf", "請求書.pdf"),
    ],
)
def test_a_name_has_no_folders_no_codes_and_an_end(told: str, name: str) -> None:
    assert attachments.name(told) == name


@pytest.mark.parametrize("name", ["run.sh", "page.html", "a.desktop", "x.jpg/../y", "noend"])
def test_what_no_picture_or_paper_is_called_gets_an_ending_that_nothing_opens(tmp_path: Path, name: str) -> None:
    (kept,) = attachments.keep(tmp_path / "files", [file(name)])
    assert kept.path.endswith(".bin")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        attachments.keep(tmp_path / "files", [file()])
