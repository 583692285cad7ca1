"""Vaults: the same promise for memory, file and the keyring of the operating system."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from station.domain.errors import Fault
from station.ledger.vault import FileVault, KeyringVault, MemoryVault, Vault


class Ring(KeyringBackend):
    """A keyring for tests."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[Ring]:
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture(params=["memory", "file", "keyring"])
def vault(request: pytest.FixtureRequest, tmp_path: Path, ring: Ring) -> Vault:
    if request.param == "memory":
        return MemoryVault()
    return FileVault(tmp_path / "keys" / "keys.json") if request.param == "file" else KeyringVault("hz-01")


def test_a_key_is_made_once_and_kept(vault: Vault) -> None:
    assert not vault.has("ledger")
    key = vault.key("ledger")
    assert len(key) == 32
    assert vault.key("ledger") == key
    assert vault.has("ledger")
    assert vault.key("station") != key
    vault.put("city", b"c" * 32)
    assert vault.key("city") == b"c" * 32
    assert vault.key("ledger") == key
    with pytest.raises(ValueError, match="32 bytes"):
        vault.put("city", b"short")


def test_a_file_vault_is_found_again_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key = FileVault(path).key("ledger")
    assert FileVault(path).key("ledger") == key
    assert path.stat().st_mode & 0o077 == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["keys.json"]


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"a": "xyz"}', "not json", "\xff"])
def test_a_damaged_file_vault_makes_no_new_keys(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(Fault) as caught:
        FileVault(path).key("ledger")
    assert caught.value.code == "vault_broken"
    assert path.read_bytes() == content.encode("latin-1")


def test_a_file_vault_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(Fault) as caught:
        FileVault(tmp_path / "file" / "keys.json").key("ledger")
    assert caught.value.code == "vault_broken"


def test_no_keyring_no_production(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.fail import Keyring as NoKeyring

    keyring.set_keyring(NoKeyring())
    for attempt in (lambda: KeyringVault("hz-01").key("ledger"), lambda: KeyringVault("hz-01").put("a", b"k" * 32)):
        with pytest.raises(Fault) as caught:
            attempt()
        assert caught.value.code == "keyring_absent"
    keyring.set_keyring(ring)
    ring.held[("anxin-station", "hz-01/ledger")] = "not hex"
    with pytest.raises(Fault):
        KeyringVault("hz-01").key("ledger")
    monkeypatch.setattr(Ring, "set_password", lambda *args: None)
    with pytest.raises(Fault):
        KeyringVault("hz-01").key("station")
