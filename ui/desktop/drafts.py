"""What was typed and not yet saved: encrypted in the station's own ledger file, so that a power cut loses nothing."""

from __future__ import annotations

import json

from station.ledger import log
from station.services.desk import Desk

PREFIX = "draft:"


class Drafts:
    """Drafts by the name of their form. The ledger file is encrypted at rest, so a draft is, too."""

    def __init__(self, desk: Desk) -> None:
        self._store = desk.ledger.store

    def keep(self, name: str, fields: dict[str, str]) -> None:
        """Durable on return."""
        with self._store.writing() as conn:
            log.keep_setting(conn, PREFIX + name, json.dumps(fields, ensure_ascii=False))

    def get(self, name: str) -> dict[str, str]:
        """What was kept last; empty when nothing."""
        with self._store.reading() as conn:
            found = json.loads(log.setting(conn, PREFIX + name) or "{}")
        return {str(key): str(value) for key, value in found.items()}

    def forget(self, name: str) -> None:
        """It was saved for good."""
        self.keep(name, {})
