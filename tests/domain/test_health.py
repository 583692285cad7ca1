"""Code health: each condition of domain.md §14 by a story that triggers it and one, nearly the same, that does not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from station.domain import facts
from station.domain.days import start_of_day
from station.domain.health import ACTIONS, ON_SCAN, Class, Finding, counts
from station.domain.health_across import Across
from station.domain.health_seen import Scan, of_host, of_readback, of_scan, of_symbol
from station.domain.health_visits import Anomaly, anomalies, of_visits
from station.domain.health_worker import Known, of_history, of_worker
from station.domain.record import fold_worker
from station.domain.standing import Seen
from tests.domain.told import COMPANY, NUMBER, SUBJECT, Teller

DAY = date(2025, 2, 3)
OTHER = "worker:zyxwvutsrqponmlkjihgfedc"
KEY = (NUMBER, 1)


@dataclass
class Tale:
    """A worker whose permit was released on 2025-01-06 with papers good until far later; then what a story adds."""

    tell: Teller = field(default_factory=Teller)
    day: date = DAY
    known: Known = field(default_factory=Known)

    def __post_init__(self) -> None:
        self.tell.papers(medical_until=date(2026, 3, 4), insurance=(date(2025, 1, 1), date(2026, 1, 1)))

    def permit(self, **how: object) -> Tale:
        self.tell.permit(**how)  # type: ignore[arg-type]
        return self

    def then(self, *payloads: facts.Payload) -> Tale:
        for payload in payloads:
            self.tell(payload)
        return self

    def card(self, *acts: str, on: date = date(2025, 1, 6), check: int = 7, last: date = date(2028, 1, 1)) -> Tale:
        self.tell(facts.TokenSigned(NUMBER, 1, "1" * 191, 1, check, date(2025, 1, 6), last))
        for act in ("ask", "reserve", "send", "sent", *acts):
            self.tell(facts.CardActed(NUMBER, 1, act, on))
        return self

    def doubted(self, word: str) -> Tale:
        self.card()
        self.tell(facts.CardActed(NUMBER, 1, "doubt", date(2025, 1, 6), word))
        return self

    def on(self, day: date) -> Tale:
        self.day = day
        return self

    def knowing(self, **how: object) -> Tale:
        self.known = replace(self.known, **how)  # type: ignore[arg-type]
        return self

    def found(self) -> list[Finding]:
        return of_worker(fold_worker(SUBJECT, self.tell.facts), self.day, self.known)


def shown(colour: str, *, late: bool = False) -> list[Finding]:
    """A household was shown `colour` on a green day; with `late` the insurance was entered only afterwards."""
    tale = Tale().permit()
    noon = start_of_day(DAY) + 12 * 3_600_000
    if late:
        gone = facts.InsuranceEnded("P1", date(2025, 1, 20))
        tale.tell(gone, at=noon - 2)
    tale.tell(facts.HouseholdScanned(NUMBER, 0, colour, noon), at=noon)
    if late:
        tale.tell(facts.InsuranceRecorded("P2", "PICC", date(2025, 1, 21), date(2026, 1, 1)), at=noon + 1)
    return of_history(SUBJECT, tale.tell.facts)


NOON = start_of_day(DAY) + 12 * 3_600_000


def entered(minutes: int, *, days: int = 0) -> list[Finding]:
    """Two entries of different views so many minutes apart, looked at so many days later."""
    tale = Tale().permit()
    for nonce, at in (("n1", NOON), ("n2", NOON + minutes * 60_000)):
        tale.tell(facts.HouseholdConfirmed(NUMBER, 1, nonce, "green"), at=at)
    return of_visits(SUBJECT, tale.tell.facts, DAY + timedelta(days=days))


def scanned(count: int, times: int = 1) -> list[Finding]:
    """So many facts of scans within 59 minutes, and one more just after the hour."""
    tale = Tale().permit()
    for nth in range(count):
        at = NOON + nth * 59 * 60_000 // count
        tale.tell(facts.HouseholdScanned(NUMBER, 1, "green", 0, times if nth else 1), at=at)
    tale.tell(facts.HouseholdScanned(NUMBER, 1, "green", 0), at=NOON + 3_600_000)
    return of_visits(SUBJECT, tale.tell.facts, DAY)


def two(change: Callable[[Teller], None], *, second: str = "3301022026000124", subject: str = OTHER) -> list[Finding]:
    """Two workers seen one after the other; `change` tells what differs at the second."""
    across = Across()
    first = Tale().permit().tell
    across.see(fold_worker(SUBJECT, first.facts))
    teller = Teller(station="hz02", subject=subject)
    teller(facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True))
    teller(facts.WorkerPhotographed("cd" * 32, "camera", 358, 441))
    change(teller)
    teller.permit(number=second)
    across.see(fold_worker(subject, teller.facts))
    return across.findings()


TWO = ("clerk-1", "clerk-2")
GREEN_SCAN = Scan(NUMBER, 1, True, shown="green", now="green")
TRAINED = facts.TrainingRecorded("TRAINING", "家政服务员", "市家协", date(2024, 5, 1), number="PX1")
JULY = date(2025, 7, 7)  # the refresh of a permit released on 2025-01-06 was due the day before

EXAMINED = facts.MedicalRecorded(True, DAY, DAY, date(2026, 2, 3), holder="王秀英")


def renamed(name: str) -> facts.WorkerRegistered:
    return facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, "330102197001010021", name)


def held(name: str, number: str, *, void: bool = False) -> list[Finding]:
    """A policy whose member list names somebody, joined to the file of 王秀英."""
    tale = Tale().permit()
    tale.tell(facts.InsuranceRecorded("P2", "PICC", DAY, DAY, holder=name or None, holder_number=number or None))
    if void:
        tale.tell(facts.EvidenceVoided(str(tale.tell.facts[-1].id), "OTHER"))
    return tale.found()


Story = Callable[[], list[Finding]]
STORIES: list[tuple[str, str, Story, Story]] = [
    ("DEAD-1", "the worker left the company",
     lambda: Tale().permit().then(facts.AffiliationEnded(COMPANY, DAY, "worker")).found(),
     lambda: Tale().permit().then(facts.AffiliationEnded(COMPANY, DAY, "worker"),
                                  facts.AffiliationBegan(COMPANY, DAY, True)).found()),
    ("DEAD-2", "the company was struck off",
     lambda: Tale().permit().knowing(closed=frozenset({COMPANY})).found(),
     lambda: Tale().permit(released=False).knowing(closed=frozenset({COMPANY})).found()),
    ("DEAD-3", "the holder died",
     lambda: Tale().permit().then(facts.WorkerClosed("DECEASED", DAY)).found(),
     lambda: Tale().permit().then(facts.WorkerClosed("DECEASED", DAY),
                                  facts.PermitActed(NUMBER, "cancel", DAY, "deceased")).found()),
    ("DEAD-4", "the half-yearly refresh is overdue",
     lambda: Tale().permit().on(JULY).found(),
     lambda: Tale().permit().then(facts.EvidenceRefreshed(date(2025, 7, 6))).on(JULY).found()),
    ("DEAD-5", "red by evidence for more than ninety days",
     lambda: Tale().permit().then(facts.EvidenceRefreshed(date(2026, 6, 1))).on(date(2026, 6, 3)).found(),
     lambda: Tale().permit().then(facts.EvidenceRefreshed(date(2026, 6, 1))).on(date(2026, 6, 2)).found()),
    ("DEAD-5", "red for as long, but covered for one week in between",
     lambda: Tale().permit().on(date(2026, 6, 3)).found(),
     lambda: Tale().permit().then(facts.InsuranceRecorded("P2", "PICC", date(2026, 4, 1), date(2026, 4, 7)))
     .on(date(2026, 6, 3)).found()),
    ("DEAD-6", "generated and never issued",
     lambda: Tale().permit(released=False).on(date(2025, 2, 6)).found(),
     lambda: Tale().permit(released=False).on(date(2025, 2, 5)).found()),
    ("DEAD-6", "read back and never handed over",
     lambda: Tale().permit().card("verify", "activate").on(date(2025, 2, 6)).found(),
     lambda: Tale().permit().card("verify", "activate", "hand_to_company").on(date(2025, 2, 6)).found()),
    ("DEAD-7", "known here for a day and not at the centre",
     lambda: Tale().permit().knowing(unsent=frozenset({NUMBER})).found(),
     lambda: Tale().permit().knowing(unsent=frozenset({"3301022026000999"})).found()),
    ("DEAD-7", "a genuine code of which nothing is known",
     lambda: of_scan(replace(GREEN_SCAN, known=False)), lambda: of_scan(GREEN_SCAN)),
    ("WRONG-1", "the company on the card is not the company on file",
     lambda: Tale().permit().card("verify", "activate").knowing(checks={KEY: 8}).found(),
     lambda: Tale().permit().card("verify", "activate").knowing(checks={KEY: 7}).found()),
    ("WRONG-1", "scanned: other bytes than those that were signed",
     lambda: of_scan(replace(GREEN_SCAN, body_matches=False)), lambda: of_scan(GREEN_SCAN)),
    ("WRONG-1", "scanned: printed fields changed since",
     lambda: of_scan(replace(GREEN_SCAN, printed_matches=False)), lambda: of_scan(GREEN_SCAN)),
    ("WRONG-2", "the ministry's record has another name",
     lambda: Tale().permit().then(facts.CreditRecorded("PASSED", DAY, "mofcom", name_matches=False)).found(),
     lambda: Tale().permit().then(facts.CreditRecorded("PASSED", DAY, "mofcom", name_matches=True)).found()),
    ("WRONG-3", "a second live permit",
     lambda: Tale().permit().permit(number="3301022026000777").found(),
     lambda: Tale().permit().then(facts.PermitActed(NUMBER, "cancel", DAY, "duplicate"))
     .permit(number="3301022026000777").found()),
    ("WRONG-3", "one number of two people",
     lambda: two(lambda tell: None, second=NUMBER), lambda: two(lambda tell: None)),
    ("WRONG-3", "no such county in that year",
     lambda: Tale().permit().knowing(number_exists=lambda number: False).found(),
     lambda: Tale().permit().found()),
    ("WRONG-4", "green was shown where yellow was true",
     lambda: shown("green", late=True), lambda: shown("yellow", late=True)),
    ("WRONG-4", "red was shown where green was true", lambda: shown("red"), lambda: shown("unknown")),
    ("WRONG-4", "the page painted another colour",
     lambda: of_scan(replace(GREEN_SCAN, now="red")), lambda: of_scan(replace(GREEN_SCAN, shown="unknown"))),
    ("WRONG-5", "a replaced card was scanned",
     lambda: of_scan(replace(GREEN_SCAN, seen=Seen.SUPERSEDED)), lambda: of_scan(GREEN_SCAN)),
    ("WRONG-5", "the card in hand is past its last day",
     lambda: Tale().permit().card("verify", "activate", last=date(2025, 2, 2)).found(),
     lambda: Tale().permit().card("verify", "activate", last=DAY).found()),
    ("WRONG-6", "one photo of two people",
     lambda: two(lambda tell: tell(facts.WorkerPhotographed("ab" * 32, "file", 358, 441)) and None),
     lambda: two(lambda tell: None)),
    ("WRONG-6", "the face on audit is another's",
     lambda: Tale().permit().then(facts.FaceMatched("ab" * 32, "no_match", "dlib", 0.9, 0.42, TWO, False)).found(),
     lambda: Tale().permit().then(facts.FaceMatched("ab" * 32, "no_match", "dlib", 0.9, 0.42, TWO, True)).found()),
    ("WRONG-6", "two people deny who applies, before there is a permit",
     lambda: Tale().then(facts.ApplicationOpened("A1", COMPANY),
                         facts.FaceMatched("ab" * 32, "declined", "", None, None, TWO, False)).found(),
     lambda: Tale().then(facts.FaceMatched("ab" * 32, "declined", "", None, None, TWO, False)).found()),
    ("WRONG-7", "one training certificate of two people",
     lambda: _same_training("PX1"), lambda: _same_training("PX2")),
    ("WRONG-7", "the policy's member list has another name", lambda: held("王秀兰", ""), lambda: held("王秀英", "")),
    ("WRONG-7", "the policy's member list has another number",
     lambda: held("王秀英", "330103196802291144"), lambda: held("王秀英", "330102197001010021")),
    ("WRONG-7", "another's policy, voided meanwhile",
     lambda: held("王秀兰", ""), lambda: held("王秀兰", "", void=True)),
    ("WRONG-7", "the person turned out to be somebody else than the medical says",
     lambda: Tale().permit().then(EXAMINED, renamed("李小红")).found(),
     lambda: Tale().permit().then(EXAMINED, renamed("王秀英")).found()),
    ("WRONG-7", "a training certificate of somebody else",
     lambda: Tale().permit().then(replace(TRAINED, holder="张三")).found(),
     lambda: Tale().permit().then(replace(TRAINED, holder=None)).found()),
    ("WRONG-8", "issued although the background was not passed",
     lambda: Tale().permit().then(facts.BackgroundRecorded("PENDING", DAY, "bureau")).found(),
     lambda: Tale().permit(released=False).then(facts.BackgroundRecorded("PENDING", DAY, "bureau")).found()),
    ("WRONG-8", "a consent was taken back",
     lambda: Tale().permit().then(facts.ConsentWithdrawn("SHOWING", DAY)).found(),
     lambda: Tale().permit().then(facts.ConsentWithdrawn("FACE", DAY)).found()),
    ("WRONG-9", "two households let somebody in with one permit", lambda: entered(29), lambda: entered(30)),
    ("WRONG-9", "thirteen scans in an hour", lambda: scanned(13), lambda: scanned(12)),
    ("WRONG-9", "thirteen scans, some counted in the fact that follows", lambda: scanned(2, 12), lambda: scanned(2, 6)),
    ("WRONG-9", "it was seen a week ago", lambda: entered(10, days=6), lambda: entered(10, days=7)),
    ("BAD-1", "read in two of five frames",
     lambda: of_readback("c", read=2, frames=5, expected="a", decoded="a"),
     lambda: of_readback("c", read=3, frames=5, expected="a", decoded="a")),
    ("BAD-1", "a slow camera gave four frames, and one was read",
     lambda: of_readback("c", read=1, frames=4, expected="a", decoded="a"),
     lambda: of_readback("c", read=1, frames=3, expected="a", decoded="a")),
    ("BAD-1", "printed, and nobody could read it",
     lambda: Tale().permit().card("doubt").found(), lambda: Tale().permit().card("verify").found()),
    ("BAD-2", "another code than the one asked for",
     lambda: of_readback("c", read=5, frames=5, expected="a", decoded="b"),
     lambda: of_readback("c", read=5, frames=5, expected="a", decoded="a")),
    ("BAD-2", "another card lay before the camera",
     lambda: Tale().permit().doubted("look_wrong_card").found(), lambda: Tale().permit().doubted("look_weak").found()),
    ("BAD-4", "the printed symbol is too pale",
     lambda: Tale().permit().doubted("look_pale").found(), lambda: Tale().permit().doubted("look_weak").found()),
    ("BAD-2", "the stored token is another card's",
     lambda: Tale().permit().card("verify").knowing(says={KEY: (NUMBER, 2)}).found(),
     lambda: Tale().permit().card("verify").knowing(says={KEY: KEY}).found()),
    ("BAD-3", "a forged code was scanned",
     lambda: of_scan(Scan(genuine=False, reason="bad_signature")),
     lambda: of_scan(Scan(genuine=False, reason="not_a_code"))),
    ("BAD-3", "the key of a card in hand was withdrawn",
     lambda: Tale().permit().card("verify").knowing(refused={KEY: "withdrawn_key"}).found(),
     lambda: Tale().permit().card("verify", "activate", "take_back").knowing(refused={KEY: "withdrawn_key"}).found()),
    ("BAD-4", "a narrow quiet zone",
     lambda: of_symbol("s", quiet_modules=3, module_mm=0.42), lambda: of_symbol("s", quiet_modules=4, module_mm=0.42)),
    ("BAD-4", "small modules",
     lambda: of_symbol("s", quiet_modules=4, module_mm=0.34), lambda: of_symbol("s", quiet_modules=4, module_mm=0.35)),
    ("BAD-4", "pale print",
     lambda: of_symbol("s", quiet_modules=4, module_mm=0.42, contrast=0.39),
     lambda: of_symbol("s", quiet_modules=4, module_mm=0.42, contrast=0.4)),
    ("BAD-5", "an address of somebody else",
     lambda: of_host("https://evil.example/", frozenset({"a.example"})),
     lambda: of_host("https://a.example/", frozenset({"a.example"}))),
    ("BAD-5", "an address without encryption",
     lambda: of_host("http://a.example/", frozenset({"a.example"})),
     lambda: of_host("https://a.example/", frozenset({"a.example"}), answers=True)),
    ("BAD-5", "the official address does not answer",
     lambda: of_host("https://a.example/", frozenset({"a.example"}), answers=False),
     lambda: of_host("https://a.example/", frozenset({"a.example"}))),
    ("BAD-5", "a sticker with a look-alike address",
     lambda: of_scan(Scan(genuine=False, reason="foreign_host")),
     lambda: of_scan(Scan(genuine=False, reason="not_a_code"))),
    ("BAD-6", "a character without a glyph",
     lambda: Tale().permit().card("verify").knowing(unprintable="glyph").found(),
     lambda: Tale().permit().card().knowing(unprintable="glyph").found()),
    ("BAD-6", "words that no longer fit the card",
     lambda: Tale().permit().card("verify").knowing(unprintable="text").found(),
     lambda: Tale().permit().card("verify").knowing(unprintable="").found()),
]  # fmt: skip


def _same_training(number: str) -> list[Finding]:
    across = Across()
    for subject, held, permit in ((SUBJECT, "PX1", NUMBER), (OTHER, number, "3301022026000124")):
        tell = Teller(subject=subject)
        tell(replace(TRAINED, number=held))
        tell.permit(number=permit)
        across.see(fold_worker(subject, tell.facts))
    return across.findings()


@pytest.mark.parametrize(("condition", "words", "does", "does_not"), STORIES, ids=[f"{s[0]} {s[1]}" for s in STORIES])
def test_story(condition: str, words: str, does: Story, does_not: Story) -> None:
    assert condition in {one.condition for one in does()}, words
    assert condition not in {one.condition for one in does_not()}, words


def test_every_condition_has_a_story() -> None:
    assert {story[0] for story in STORIES} == set(ACTIONS)
    assert len(ACTIONS) == 22, "twenty-one of domain.md §14, one of trust.md T3"
    assert set(ACTIONS) >= ON_SCAN


def test_a_healthy_worker_shows_nothing() -> None:
    tale = Tale().permit().card("verify", "activate", "hand_to_company", "hand_to_worker")
    assert tale.knowing(checks={KEY: 7}, says={KEY: KEY}).found() == []
    assert of_scan(GREEN_SCAN) == []


def test_an_ended_permit_answers_for_nothing() -> None:
    ended = Tale().permit().card("verify", "activate").then(facts.PermitActed(NUMBER, "revoke", DAY, "false_material"))
    bad = Known(frozenset({COMPANY}), checks={KEY: 8}, refused={KEY: "x"}, unprintable="glyph")
    assert of_worker(fold_worker(SUBJECT, ended.tell.facts), date(2027, 1, 1), bad) == []


def test_an_ended_permit_shares_nothing() -> None:
    across = Across()
    for subject, number in ((SUBJECT, NUMBER), (OTHER, "3301022026000124")):
        tell = Teller(subject=subject)
        tell(facts.WorkerPhotographed("ab" * 32, "camera", 358, 441))
        tell.permit(number=number)
        tell(facts.PermitActed(number, "cancel", DAY, "worker_asked"))
        across.see(fold_worker(subject, tell.facts))
    assert across.findings() == []


def test_findings_say_class_and_action_and_are_counted() -> None:
    (one,) = of_scan(replace(GREEN_SCAN, seen=Seen.SUPERSEDED, city="330100"))
    assert (one.kind, one.action, one.about) == (Class.WRONG, ACTIONS["WRONG-5"], f"{NUMBER}-1")
    told = [one, one, Finding("DEAD-1", "x", city="330100"), Finding("BAD-3", "y", city="330200")]
    assert counts(told) == {
        "330100": {"WRONG": {"WRONG-5": 2}, "DEAD": {"DEAD-1": 1}},
        "330200": {"BAD": {"BAD-3": 1}},
    }


# --- a month at the doors (trust.md T3) -------------------------------------------------------------------------------

MONTHS, WORKERS, DAYS, CLONES = 3, 1_500, 30, 40


def a_month(seed: int) -> tuple[dict[str, list[facts.Fact]], dict[str, str]]:
    """Facts per worker of a month of honest visits with planted clones; and what was planted at whom.

    Honest: up to three visits a day, half an hour apart and more, each scanned one to four times; now and then a
    household reloads the page eight times. A clone goes to a door while the
    worker is at another, or its picture is passed around and scanned by many.
    """
    rng = random.Random(seed)
    told: dict[str, list[facts.Fact]] = {}
    for nth in range(WORKERS):
        tell = Teller(subject=f"worker:{nth}")
        number = f"33010220260{nth:05d}"
        for day in range(DAYS):
            hour = rng.uniform(7, 10)
            for _ in range(rng.choice((0, 1, 1, 2, 3))):
                at = NOON + day * 86_400_000 + int((hour - 12) * 3_600_000)
                looks = 8 if rng.random() < 0.01 else rng.randint(1, 4)
                for look in range(looks):
                    tell(facts.HouseholdScanned(number, 1, "green", 0), at=at + look * 20_000)
                tell(facts.HouseholdConfirmed(number, 1, f"{nth}.{day}.{hour}", "green"), at=at + looks * 20_000)
                hour += rng.uniform(0.55, 4)
        told[number] = tell.facts
    planted = {}
    for number in rng.sample(sorted(told), CLONES):
        visits = [one for one in told[number] if isinstance(one.payload, facts.HouseholdConfirmed)]
        true, tell = rng.choice(visits), Teller(station="hz02", subject="worker:clone")
        kind = planted[number] = rng.choice(("overlap", "many_scans"))
        if kind == "overlap":
            away = rng.choice((-1, 1)) * rng.randint(60_000, 29 * 60_000)
            tell(facts.HouseholdConfirmed(number, 1, f"clone.{number}", "green"), at=true.at_ms + away)
        else:
            for nth in range(rng.randint(13, 40)):
                tell(facts.HouseholdScanned(number, 1, "green", 0), at=true.at_ms + nth * 60_000)
        told[number] = [*told[number], *tell.facts]
    return told, planted


def test_every_planted_clone_of_a_month_is_flagged_and_hardly_anybody_else() -> None:
    """T3: every planted clone, and of all workers fewer than one in a thousand for nothing."""
    wrong = 0
    for seed in range(MONTHS):
        told, planted = a_month(seed)
        flagged = {number: {one.kind for one in found} for number, row in told.items() if (found := anomalies(row))}
        assert not {number for number, kind in planted.items() if kind not in flagged.get(number, set())}
        wrong += len(set(flagged) - set(planted))
    assert wrong < MONTHS * WORKERS / 1000, f"{wrong} of {MONTHS * WORKERS} flagged for nothing"


def test_a_month_of_honest_visits_flags_nobody() -> None:
    """Visits at different times and a page reloaded a few times are no anomaly."""
    told, planted = a_month(7)
    quiet = [row for number, row in told.items() if number not in planted][:300]
    assert [found for row in quiet if (found := anomalies(row))] == []


def test_an_anomaly_is_told_once_and_by_permit() -> None:
    tell = Teller()
    for nth in range(20):
        tell(facts.HouseholdScanned(NUMBER, 1, "green", 0), at=NOON + nth * 60_000)
    for nonce, at in (("a", NOON), ("a", NOON + 60_000), ("b", NOON + 600_000)):
        tell(facts.HouseholdConfirmed(NUMBER, 0, nonce, "green"), at=at)
    tell(facts.HouseholdConfirmed("3301022026000777", 0, "c", "green"), at=NOON)
    assert anomalies(tell.facts) == [
        Anomaly(NUMBER, NOON + 600_000, "overlap"), Anomaly(NUMBER, NOON + 720_000, "many_scans"),
    ]  # fmt: skip
    assert of_visits(SUBJECT, [], DAY) == []
