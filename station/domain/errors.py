"""The three kinds of failure, and nothing else.

`Refused`: a rule says no. `Fault`: the world is not as it should be. `Bug`: we broke our own promise.
Callers decide by type; the sentence inside is written for the person at the counter.
"""

from __future__ import annotations


class Refused(Exception):
    """A rule says no. `sentence` is shown as it is; `code` is stable and safe to log (never personal data)."""

    def __init__(self, sentence: str, code: str = "refused") -> None:
        super().__init__(code)
        self.sentence = sentence
        self.code = code

    def __str__(self) -> str:
        return self.sentence


class Fault(Exception):
    """The world: a cable, a disk, a clock, a file. `sentence` says what happened, `remedy` what to do next."""

    def __init__(self, sentence: str, remedy: str = "", code: str = "fault") -> None:
        super().__init__(code)
        self.sentence = sentence
        self.remedy = remedy
        self.code = code

    def __str__(self) -> str:
        return f"{self.sentence}{self.remedy and ' ' + self.remedy}"


class Bug(Exception):
    """Ours: an invariant does not hold. Stop writing, keep the ledger, report."""
