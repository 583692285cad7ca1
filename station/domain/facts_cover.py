"""Kinds of fact about group insurance: a company's policy, who is in it by which endorsement (domain.md §5.3, D-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from station.domain.facts_base import Payload, kind

# --- on the company --------------------------------------------------------------------------------------------------


@kind("company.policy_written")
@dataclass(frozen=True, slots=True)
class PolicyWritten(Payload):
    """A policy of this company, both days inclusive. It covers nobody by itself: cover is per person."""

    policy: str
    insurer: str
    valid_from: date
    valid_until: date
    insurance_kind: str = "LIABILITY"  # LIABILITY | EMPLOYER | ACCIDENT; only LIABILITY counts for the colour
    policyholder: str = ""
    insured: str = ""
    verified_by: str = ""


@kind("company.policy_ended")
@dataclass(frozen=True, slots=True)
class PolicyEnded(Payload):
    """The whole policy ended before its time; last day of cover inclusive."""

    policy: str
    last_day: date
    reason: str = ""


# --- on the worker ---------------------------------------------------------------------------------------------------


@kind("policy.joined")
@dataclass(frozen=True, slots=True)
class PolicyJoined(Payload):
    """An endorsement (批单) put this person into a company's policy: covered from the first to the last day, inclusive.

    What the policy says is told again here, so that the cover of a person is known from the person's facts alone.
    """

    company: str  # USCC
    policy: str
    insurer: str
    valid_from: date
    valid_until: date
    insurance_kind: str = "LIABILITY"
    policyholder: str = ""
    endorsement: str = ""
    verified_by: str = ""
    paper: str | None = None


@kind("policy.left")
@dataclass(frozen=True, slots=True)
class PolicyLeft(Payload):
    """An endorsement took this person out, or the policy or the employment ended; last day of cover inclusive."""

    company: str
    policy: str
    last_day: date
    endorsement: str = ""
    reason: str = ""
