"""Which of a worker's categories the medical covers: the others are named at review and printed nowhere (D-10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from station.domain.evidence import Medical
from station.domain.people import MEDICAL_TIERS, categories_covered
from station.domain.worker import WorkerRecord


def tier_on(papers: Iterable[Medical], day: date) -> str:
    """The highest tier of the FIT certificates that cover `day`; where none does, of the one examined last.

    Empty where there is none, or where a later examination said UNFIT. A certificate of tomorrow says nothing yet.
    """
    known = [one for one in papers if one.period.first <= day]
    unfit = max((one.examined_on for one in known if not one.fit), default=date.min)
    fit = [one for one in known if one.fit and one.examined_on > unfit]
    running = [one for one in fit if one.period.covers(day)]
    last = max((one.examined_on for one in fit), default=day)
    tiers = [one.tier for one in running or fit if running or one.examined_on == last]
    return max((tier for tier in tiers if tier in MEDICAL_TIERS), key=MEDICAL_TIERS.index, default="")


def printable(record: WorkerRecord, categories: tuple[str, ...], day: date) -> tuple[str, ...]:
    """Those of these categories that may stand on card and page; none where no examination stands behind them."""
    tier = tier_on(record.medicals, day)
    return categories_covered(categories, tier) if tier else ()


def uncovered(record: WorkerRecord, day: date) -> tuple[str, ...]:
    """The worker's categories that ask for a higher tier than was examined; empty before any medical is recorded."""
    categories = record.person.categories if record.person is not None else ()
    tier = tier_on(record.medicals, day)
    if not tier:
        return ()
    covered = categories_covered(categories, tier)
    return tuple(code for code in categories if code not in covered)
