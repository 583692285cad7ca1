"""The colour rule: all 700 rows of the truth table, the boundary vectors of domain.md §13, and its edge rules."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from station.domain import facts
from station.domain.evidence import Background, Worth
from station.domain.record import fold_worker
from station.domain.standing import Colour, Seen, colour_in, colour_of, seen_through, standing, timetable
from tests.domain.told import NUMBER, Teller

TABLE = Path(__file__).parent.parent / "data" / "colour_truth_table.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
CHINA = timezone(timedelta(hours=8))


def test_the_table_has_all_rows() -> None:
    assert len(ROWS) == 700


@pytest.mark.parametrize("state", sorted({row["credential_state"] for row in ROWS}))
def test_truth_table(state: str) -> None:
    rows = [row for row in ROWS if row["credential_state"] == state]
    assert len(rows) == 100
    for row in rows:
        colour, reasons = colour_of(
            Seen[state], Background[row["background"]], Worth[row["medical"]], Worth[row["insurance"]]
        )
        assert (colour.name, ";".join(reasons)) == (row["colour"], row["reasons"]), row


def issued(medical_until: date = date(2025, 3, 4), insurance_from: date = date(2025, 3, 1)) -> Teller:
    tell = Teller()
    tell.papers(medical_until=medical_until, insurance=(insurance_from, date(2026, 2, 28)))
    tell.permit()
    return tell


@pytest.mark.parametrize(
    ("instant", "colour"),
    [
        ("2025-03-04T15:59:59+00:00", Colour.GREEN),
        ("2025-03-04T16:00:00+00:00", Colour.YELLOW),
        ("2025-02-28T12:00:00+08:00", Colour.YELLOW),  # insurance not started
        ("2025-03-01T00:00:00+08:00", Colour.GREEN),
        ("2026-02-28T15:59:59+00:00", Colour.YELLOW),  # only the medical lapsed
        ("2026-02-28T16:00:00+00:00", Colour.RED),
    ],
)
def test_boundary_vectors(instant: str, colour: Colour) -> None:
    day = datetime.fromisoformat(instant).astimezone(CHINA).date()
    assert standing(fold_worker("w", issued().facts), NUMBER, day).colour is colour


def test_look_ahead_names_the_next_colour_and_day() -> None:
    record = fold_worker("w", issued().facts)
    ahead = standing(record, NUMBER, date(2025, 3, 2)).next_change
    assert ahead is not None
    assert (ahead.on, ahead.colour, ahead.reasons) == (date(2025, 3, 5), Colour.YELLOW, ("MEDICAL_EXPIRED",))
    ahead = standing(record, NUMBER, date(2025, 3, 5)).next_change
    assert ahead is not None
    assert (ahead.on, ahead.colour) == (date(2026, 3, 1), Colour.RED)
    assert standing(record, NUMBER, date(2026, 3, 1)).next_change is None


def test_no_permit_is_unknown_and_carries_no_reason_about_the_person() -> None:
    found = standing(fold_worker("w", issued().facts), "3301022026999999", date(2025, 3, 2))
    assert (found.colour, found.reasons, found.stale) == (Colour.UNKNOWN, ("NO_CREDENTIAL",), False)


@pytest.mark.parametrize(
    ("acts", "seen"),
    [
        ((), Seen.NOT_ACTIVE),
        (("ask", "reserve", "send", "sent", "verify"), Seen.NOT_ACTIVE),
        (("ask", "reserve", "send", "sent", "verify", "activate"), Seen.ISSUED),
        (("ask", "reserve", "send", "sent", "verify", "activate", "hand_to_company", "hand_to_worker"), Seen.ISSUED),
        (("ask", "reserve", "send", "sent", "verify", "activate", "report_lost"), Seen.SUPERSEDED),
        (("ask", "reserve", "send", "void"), Seen.SUPERSEDED),
        (("ask", "reserve", "send", "sent", "spoil"), Seen.SUPERSEDED),
    ],
)
def test_what_a_card_shows(acts: tuple[str, ...], seen: Seen) -> None:
    tell = issued()
    tell.card(1, *acts)
    record = fold_worker("w", tell.facts)
    assert seen_through(record, NUMBER, 1) is seen
    assert seen_through(record, NUMBER) is Seen.ISSUED  # the phone code does not hang on plastic


def test_a_revoked_permit_shows_revoked_even_through_a_replaced_card() -> None:
    tell = issued()
    tell.active_card(1)
    tell(facts.PermitActed(NUMBER, "revoke", date(2025, 3, 2), "lent_card"))
    assert seen_through(fold_worker("w", tell.facts), NUMBER, 1) is Seen.REVOKED


def test_refresh_overdue_is_a_badge_and_no_colour() -> None:
    tell = issued(medical_until=date(2026, 1, 1))
    record = fold_worker("w", tell.facts)
    assert standing(record, NUMBER, date(2025, 7, 6)).stale is False  # released 2025-01-06, six months inclusive
    overdue = standing(record, NUMBER, date(2025, 7, 7))
    assert (overdue.stale, overdue.colour) == (True, Colour.GREEN)
    tell(facts.EvidenceRefreshed(date(2025, 7, 7)))
    assert standing(fold_worker("w", tell.facts), NUMBER, date(2025, 7, 7)).stale is False
    unreleased = Teller()
    unreleased.permit(released=False)
    assert standing(fold_worker("w", unreleased.facts), NUMBER, date(2030, 1, 1)).stale is False


def test_the_timetable_says_every_day_what_the_rule_says() -> None:
    tell = issued()
    tell(facts.MedicalRecorded(True, date(2025, 3, 20), date(2025, 3, 21), date(2025, 9, 30)))
    tell(facts.BackgroundRecorded("FAILED", date(2025, 10, 5), "bureau"))
    tell(facts.BackgroundRecorded("PASSED", date(2025, 10, 9), "bureau"))
    tell(facts.InsuranceEnded("P1", date(2025, 12, 31)))
    record = fold_worker(tell.subject, tell.facts)
    table = timetable(record, NUMBER)
    for n in range(900):
        day = date(2024, 12, 1) + timedelta(days=n)
        assert colour_in(table, day) is standing(record, NUMBER, day).colour, day
    assert {colour for _, colour in table} == {Colour.GREEN, Colour.YELLOW, Colour.RED}
    assert all(one[1] is not other[1] for one, other in pairwise(table))
    assert colour_in((), date(2025, 1, 1)) is Colour.UNKNOWN
    assert {colour for _, colour in timetable(record, "0" * 16)} == {Colour.UNKNOWN}
