"""The folder of the centre without its database: missing settings and missing keys each have their sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.centre import SETTINGS, Centre
from station.clock import SystemClock
from station.domain.errors import Fault
from station.ledger.vault import FileVault

TOLD = 'address = "postgresql://db/anxin"\nadmin = "postgresql://db/anxin"\nrehearsal = true\nsecrets = "{}"\n'


def test_keys_that_are_not_there_are_never_made_anew(tmp_path: Path) -> None:
    keys = tmp_path / "other-disk" / "secrets.json"
    (tmp_path / SETTINGS).write_text(TOLD.format(keys.as_posix()), encoding="utf-8")
    with pytest.raises(Fault) as told:
        Centre(tmp_path, SystemClock())
    assert told.value.code == "no_secrets"
    assert "secrets.json" in told.value.sentence
    assert not keys.exists()
    FileVault(keys).key("blind")
    assert Centre(tmp_path, SystemClock()).city_key("330100")


@pytest.mark.parametrize("damaged", ["", "address =", "[centre]", TOLD + 'more = "x"\n'])
def test_settings_that_do_not_read(tmp_path: Path, damaged: str) -> None:
    (tmp_path / SETTINGS).write_text(damaged, encoding="utf-8")
    with pytest.raises(Fault) as told:
        Centre(tmp_path, SystemClock())
    assert told.value.code == "no_centre"
