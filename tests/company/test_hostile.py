"""More than sixty hostile files: a sentence each, the main process alive, memory bounded, good lists still read."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.company import child
from station.company.findings import rows_of
from station.company.guard import photo_names
from station.company.opener import Opener
from station.domain.errors import Refused
from tests.company.hostile import PHOTOS, SHEETS
from tests.company.lists import good_row, write_list


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    with Opener() as made:
        yield made


def test_the_corpus_is_large_enough() -> None:
    assert len(SHEETS) + len(PHOTOS) >= 60


@pytest.mark.parametrize("name", SHEETS)
def test_a_hostile_list_is_a_sentence(name: str, opener: Opener, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    SHEETS[name](path)
    with pytest.raises(Refused) as caught:
        rows_of(opener.rows(path))
    assert caught.value.sentence.endswith("。")
    assert any(word in caught.value.sentence for word in ("请", "拒绝"))


@pytest.mark.parametrize("name", PHOTOS)
def test_a_hostile_photo_is_a_sentence(name: str, opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(PHOTOS[name])
    with pytest.raises(Refused) as caught:
        opener.photo(tmp_path, "a.jpg")
    assert "请" in caught.value.sentence
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as pack:
        pack.writestr("a.jpg", PHOTOS[name])
    with pytest.raises(Refused):
        opener.photo(tmp_path / "a.zip", "a.jpg")


def test_the_good_list_is_read_after_all_of_them(opener: Opener, tmp_path: Path) -> None:
    path = write_list(tmp_path / "good.xlsx", [good_row(0)])
    for name in ("bomb of zeros", "macros", "entities in the sheet"):
        SHEETS[name](tmp_path / "bad.xlsx")
        with pytest.raises(Refused):
            opener.rows(tmp_path / "bad.xlsx")
        assert len(rows_of(opener.rows(path))) == 1


@pytest.mark.parametrize("name", ["../x.jpg", "/x.jpg", "a\\..\\x.jpg", "C:x.jpg"])
def test_a_zip_of_photos_that_leads_elsewhere(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as pack:
        pack.writestr(name, b"x")
    with pytest.raises(Refused, match="别处"):
        photo_names(tmp_path / "a.zip")


def test_photos_that_are_no_zip_and_a_name_that_is_a_path(opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"hello")
    with pytest.raises(Refused, match="zip"):
        opener.names(tmp_path / "a.zip")
    for name in ("../a.zip", "..", "sub/a.jpg"):
        with pytest.raises(Refused):
            opener.photo(tmp_path, name)
    (tmp_path / "link.jpg").symlink_to("/etc/passwd")
    assert opener.names(tmp_path) == []


def test_a_child_that_takes_too_long_is_ended_and_started_again(tmp_path: Path) -> None:
    path = write_list(tmp_path / "good.xlsx", [good_row(n) for n in range(400)])
    with Opener(seconds=0.01) as hasty:
        began = time.monotonic()
        with pytest.raises(Refused, match="安全退出"):
            hasty.rows(path)
        assert time.monotonic() - began < 20
        hasty._seconds = 30
        assert len(rows_of(hasty.rows(path))) == 400


def test_a_child_that_dies_between_the_look_and_the_question(
    opener: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = opener._running()
    dead.kill()
    dead.wait()
    monkeypatch.setattr(dead, "poll", lambda: None)
    with pytest.raises(Refused, match="安全退出"):
        opener.names(tmp_path)
    assert opener.names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the address space")
def test_memory_ends_at_half_a_gigabyte() -> None:
    code = "from station.company import child; child.limit_memory(); bytearray(600 * 1024 * 1024)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "MemoryError" in done.stderr
    assert child.MEMORY == 512 * 1024 * 1024


def test_a_good_photo_leaves_its_old_data_behind(opener: Opener, tmp_path: Path) -> None:
    import io

    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "home address"
    exif[0x0112] = 6
    Image.new("RGB", (4000, 3000), "white").save(tmp_path / "a.jpg", exif=exif)
    clean = opener.photo(tmp_path, "a.jpg")
    assert b"home address" not in clean
    with Image.open(io.BytesIO(clean)) as picture:
        assert picture.size == (1200, 1600), "upright, and no larger than needed"
