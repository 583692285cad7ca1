"""What each kind of paper is worth on one day: medical, insurance, background. Both ends of a period are inclusive.

Pure functions over the papers of one worker (domain.md §5, §13): 体检、保险 "当天都在有效期内".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from station.domain.errors import Refused


class Worth(Enum):
    """What one kind of evidence says on a day."""

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    MISSING = "MISSING"
    NOT_YET_VALID = "NOT_YET_VALID"
    TERMINATED = "TERMINATED"  # insurance only: taken out by an endorsement
    UNFIT = "UNFIT"  # medical only


class Background(Enum):
    """Conclusion only; nothing but PASSED opens the door (D-4)."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    PENDING = "PENDING"
    MISSING = "MISSING"


Holder = tuple[str, str]
"""Name and document number as they stand on a paper; empty where nobody wrote them down."""
NOBODY: Holder = ("", "")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both inclusive, civil days in Asia/Shanghai."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date, last: date) -> Period:
        """A period someone typed. Raises Refused when it ends before it starts."""
        if last < first:
            raise Refused(f"截止日期 {last} 早于开始日期 {first}，请核对原件后重新填写。", "period_backwards")
        return cls(first, last)

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Medical:
    fact: str
    fit: bool
    examined_on: date
    period: Period
    tier: str
    reference: str | None = None
    institution: str | None = None
    paper: str | None = None
    holder: Holder = NOBODY


@dataclass(frozen=True, slots=True)
class Insurance:
    """One membership of this person in one policy; `ended_on` is the last covered day after an endorsement.

    `company` is whose policy it is, empty for the person's own; `member` says that an endorsement put them in.
    """

    fact: str
    policy: str
    insurer: str
    kind: str
    period: Period
    ended_on: date | None = None
    policyholder: str = ""
    paper: str | None = None
    holder: Holder = NOBODY
    company: str = ""
    member: bool = False

    @property
    def last_day(self) -> date:
        """The last covered day."""
        return self.period.last if self.ended_on is None else min(self.ended_on, self.period.last)


@dataclass(frozen=True, slots=True)
class BackgroundCheck:
    fact: str
    conclusion: Background
    checked_on: date
    source: str
    reference: str | None = None


def medical_on(papers: Iterable[Medical], day: date) -> Worth:
    """The medical on `day`. Any FIT certificate covering the day counts, unless a later UNFIT one stands (§13).

    On the same examination day UNFIT wins. What was examined after `day` says nothing about `day`, except that a
    FIT certificate not yet begun shows as NOT_YET_VALID.
    """
    papers = tuple(papers)
    unfit = max((p.examined_on for p in papers if not p.fit and p.examined_on <= day), default=None)
    fit = [p for p in papers if p.fit and (unfit is None or p.examined_on > unfit)]
    if unfit is not None and not any(p.examined_on <= day for p in fit):
        return Worth.UNFIT
    if any(p.period.covers(day) for p in fit):
        return Worth.VALID
    return _not_covering([p.period for p in fit], day)


def insurance_on(memberships: Iterable[Insurance], day: date) -> Worth:
    """从业责任保险 on `day`: any membership that still runs and covers the day (§5.3, D-11)."""
    liability = [m for m in memberships if m.kind == "LIABILITY"]
    left = [m for m in liability if m.ended_on is None or day <= m.ended_on]
    if any(m.period.covers(day) for m in left):
        return Worth.VALID
    if any(m.period.covers(day) for m in liability):
        return Worth.TERMINATED
    return _not_covering([m.period for m in liability], day)


def counting_for(memberships: Iterable[Insurance], company: str) -> list[Insurance]:
    """The memberships that count for work at this company: the person's own, and those of its policies (§12.8)."""
    return [m for m in memberships if m.company in ("", company)]


def _not_covering(periods: list[Period], day: date) -> Worth:
    if not periods:
        return Worth.MISSING
    if any(period.last < day for period in periods):
        return Worth.EXPIRED
    return Worth.NOT_YET_VALID


def background_on(checks: Iterable[BackgroundCheck], day: date) -> Background:
    """The newest conclusion known on `day`; on the same day FAILED wins, then PENDING, whatever the order."""
    known = [check for check in checks if check.checked_on <= day]
    if not known:
        return Background.MISSING
    newest = max(check.checked_on for check in known)
    return min((check.conclusion for check in known if check.checked_on == newest), key=_WORST_FIRST.index)


_WORST_FIRST = (Background.FAILED, Background.PENDING, Background.MISSING, Background.PASSED)


def boundaries(
    medicals: Iterable[Medical], memberships: Iterable[Insurance], checks: Iterable[BackgroundCheck] = ()
) -> set[date]:
    """Every day on which the worth of some paper may change: first days and the days after the last."""
    medicals, memberships = tuple(medicals), tuple(memberships)
    days = {m.examined_on for m in medicals} | {check.checked_on for check in checks}
    days |= {m.period.first for m in medicals} | {i.period.first for i in memberships}
    lasts = {m.period.last for m in medicals} | {i.period.last for i in memberships}
    lasts |= {i.ended_on for i in memberships if i.ended_on is not None}
    return days | {date.fromordinal(last.toordinal() + 1) for last in lasts if last < date.max}
