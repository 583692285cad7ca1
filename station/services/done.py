"""What a service answers: its value and what it touched. Stands alone, so that the window opens before the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class Topic(Enum):
    """What an act touched: a visible screen with that topic refreshes, a hidden one marks itself stale."""

    ROLL = "roll"
    APPLICATIONS = "applications"
    PERMITS = "permits"
    CARDS = "cards"
    STOCK = "stock"
    COMPANIES = "companies"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """The answer of a service: its value, what it touched, and a sentence for the clerk where one is due."""

    value: T
    touched: frozenset[Topic] = frozenset()
    said: str = ""
