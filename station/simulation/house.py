"""What all machines of one simulated province share and never changes: keys, calendar, cities, people, staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from station.domain.authority import Actor
from station.domain.deadlines import WorkingCalendar
from station.domain.divisions import Divisions
from station.ledger.vault import MemoryVault
from station.reference import load_calendar, load_divisions
from station.services.people_of_rehearsal import citizen_check
from station.settings import Settings, load_city
from station.simulation.world import FIRST_DAY
from station.trust.founding import Founding, found
from station.trust.keyring import Keyring
from station.trust.register import Purpose

CITIES = ("330100", "330200")
DIVISIONS = {"330100": "330102", "330200": "330203"}
COMPANIES = {"330100": "91330102MA27TE5T2K", "330200": "91330102MA27TE5T2K"}
BLIND_KEY = b"B" * 32
PEOPLE = 4
"""So few in a city that two counters often have the same one in hand."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works at one station."""

    handler: Actor
    reviewer: Actor
    clerk: Actor
    supervisor: Actor
    bureau: Actor
    alone: Actor
    """One person with every role, who tries to do everything alone."""


@cache
def staff(station: str, city: str) -> Staff:
    def actor(name: str, *roles: str) -> Actor:
        return Actor(f"{name}@{station}", roles, city)

    every = ("COMPANY_HANDLER", "COMPANY_REVIEWER", "CLERK", "SUPERVISOR", "BUREAU")
    return Staff(
        actor("handler", "COMPANY_HANDLER"), actor("reviewer", "COMPANY_REVIEWER"), actor("clerk", "CLERK"),
        actor("supervisor", "SUPERVISOR"), actor("bureau", "BUREAU"), actor("alone", *every),
    )  # fmt: skip


@cache
def settings(station: str, city: str) -> Settings:
    return Settings(station, load_city(city), True, Path("simulated"))


@cache
def calendar() -> WorkingCalendar:
    return load_calendar()


@cache
def divisions() -> Divisions:
    return load_divisions()


@cache
def founding() -> Founding:
    return found(list(CITIES), [2026, 2027], Purpose.REHEARSAL, FIRST_DAY)


@cache
def register() -> tuple[bytes, bytes]:
    return founding().register_file(), founding().root_public_key


def keyring(today: date) -> Keyring:
    """The register as confirmed that day."""
    return Keyring.load(*register(), today)


def vault(station: str, city: str) -> MemoryVault:
    """Keys of one station; those of a city are the same at all of its stations."""
    shared = {"lookup": b"L" * 32, "city": city.encode().ljust(32, b"c"), "ledger": b"F" * 32}
    return MemoryVault({**shared, "station": station.encode().ljust(32, b"s")})


def city_key(city: str) -> bytes:
    """The key under which a city's person keys travel, as the centre has it."""
    return vault("", city).key("city")


@cache
def number_of(person: int) -> str:
    """The citizen number of a made-up person: born on the first of a year, division of nobody."""
    first = f"330102{1970 + person % 30}010199{person % 10}"
    return first + citizen_check(first)
