"""A small way to tell facts in tests: `Teller` numbers and stamps them as a station would."""

from __future__ import annotations

from datetime import date

from station.domain import facts

NUMBER = "3301022026000123"
COMPANY = "91330102MA27TE5T2K"
SUBJECT = "worker:abcdefghijklmnopqrstuvwx"


class Teller:
    """Tells facts one after another at one station."""

    def __init__(self, station: str = "hz01", subject: str = SUBJECT, start: int = 1_000) -> None:
        self.station, self.subject, self.seq, self.clock = station, subject, 0, start
        self.facts: list[facts.Fact] = []

    def __call__(self, payload: facts.Payload, *, at: int | None = None, actor: str = "clerk-1") -> facts.Fact:
        self.seq += 1
        self.clock = self.clock + 1 if at is None else at
        fact = facts.Fact(
            facts.FactId(self.station, 1, self.seq), self.subject, "330100", actor, self.clock << 16, payload
        )
        self.facts.append(fact)
        return fact

    def papers(self, *, medical_until: date, insurance: tuple[date, date]) -> None:
        """Everything a permit stands on."""
        self(facts.WorkerRegistered("ID_CARD", ("HOUSEWORK",), True, "330102197001010021", "王秀英"))
        self(facts.AffiliationBegan(COMPANY, date(2025, 1, 2), True))
        for item in ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING", "CREDIT"):
            self(facts.ConsentGiven(item, "1", date(2025, 1, 2)))
        self(facts.TrainingRecorded("TRAINING", "家政服务员", "市家协", date(2024, 5, 1)))
        self(facts.WorkerPhotographed("ab" * 32, "camera", 358, 441))
        self(facts.CreditRecorded("PASSED", date(2025, 1, 3), "mofcom"))
        self(facts.BackgroundRecorded("PASSED", date(2025, 1, 3), "bureau"))
        self(facts.MedicalRecorded(True, date(2024, 3, 4), date(2024, 3, 5), medical_until))
        self(facts.InsuranceRecorded("P1", "PICC", *insurance))

    def permit(self, number: str = NUMBER, *, released: bool = True, on: date = date(2025, 1, 6)) -> None:
        self(facts.ApplicationOpened(f"A-{number}", COMPANY))
        self(facts.PermitGenerated(number, f"A-{number}", COMPANY, "金桥家政", ("HOUSEWORK",), on))
        if released:
            self(facts.PermitActed(number, "release", on))

    def card(self, issue: int = 1, *acts: str, number: str = NUMBER) -> None:
        for act in acts:
            self(facts.CardActed(number, issue, act, date(2025, 1, 6)))

    def active_card(self, issue: int = 1, number: str = NUMBER) -> None:
        self.card(issue, "ask", "reserve", "send", "sent", "verify", "activate", number=number)
