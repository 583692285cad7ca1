"""The Chinese words for codes and instants that several faces show, codes read once from resources/i18n. No rule."""

from __future__ import annotations

import functools
import tomllib
from datetime import datetime, timedelta, timezone
from pathlib import Path

from station.domain.words import STATES

CHINA = timezone(timedelta(hours=8))
_FILE = Path(__file__).resolve().parent.parent / "resources" / "i18n" / "zh.toml"


@functools.cache
def _tables() -> dict[str, dict[str, str]]:
    return {**tomllib.loads(_FILE.read_text(encoding="utf-8")), **STATES}


def word(table: str, code: str) -> str:
    """The word for a code. Raises KeyError for a code nobody gave a word: a convention test walks all of them."""
    return _tables()[table][code]


def words(table: str) -> dict[str, str]:
    """A whole table, code -> word."""
    return dict(_tables()[table])


def moment(ms: int) -> str:
    """An instant in words, Asia/Shanghai."""
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%Y-%m-%d %H:%M")
