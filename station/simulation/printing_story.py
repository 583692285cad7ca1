"""The story of a seed of printing: which printers, how many people, and what happens in each life of the program."""

from __future__ import annotations

import random
from dataclasses import dataclass

from station.printing import press
from station.simulation import printing_devices, printing_model
from station.simulation.printing_sight import SIGHTS
from station.simulation.printing_world import World

ONE_IN = 20
"""So many seeds hold one over the shipped drivers; `--real` makes it all of them."""

SAYS = ("look", "truth", "truth", "wrong_nothing", "wrong_card", "this_is_it", "take_out", "by_two")
"""What the person does about a card in doubt: only scans, tells the truth, says wrongly that nothing came out, shows
another card and insists, insists, has it brought out by command, or finds no camera and reads it with a second person.
"""
NIGHTS = ("", "", "", "", "", "", "counted", "forgot")
"""What lies between two lives: a moment, or a night before which the blanks were counted, or were not."""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the program: what happens to its cards, where it dies, what the person says afterwards."""

    script: tuple[str, ...]
    sights: tuple[str, ...]
    dies: str
    visit: int
    says: str
    takes: bool
    night: str = ""
    meets: str = ""  # the point at which the second printer, where there is one, makes a whole card
    second: tuple[str, ...] = ()  # what happens to the cards of that one


@dataclass(frozen=True, slots=True)
class Story:
    """A seed."""

    kind: str
    driven: bool
    printers: int
    workers: int
    flushes: bool
    lives: tuple[Life, ...]

    def worlds(self) -> list[World]:
        """The printers, new."""
        return [self._world(place) for place in range(1, self.printers + 1)]

    def _world(self, place: int) -> World:
        if not self.driven:
            return printing_model.ModelWorld(self.kind, place)
        if self.kind == printing_devices.SPOOLED:
            return printing_devices.QueueWorld(place)
        return printing_devices.MachineWorld(self.kind, place, self.flushes)


def write_story(seed: int, driven: bool = False) -> Story:
    """The story of a seed; `driven`: over the shipped drivers, whatever the seed says."""
    dice = random.Random(f"printing {seed}")
    driven = driven or seed % ONE_IN == 0
    kind = dice.choice(printing_devices.KINDS if driven else printing_model.KINDS)
    printers = 2 if dice.random() < 0.2 else 1
    lives = tuple(_life(kind, driven, printers, dice) for _ in range(dice.randrange(1, 6)))
    return Story(kind, driven, printers, dice.randrange(1, 5), dice.random() < 0.7, lives)


def _life(kind: str, driven: bool, printers: int, dice: random.Random) -> Life:
    deaths = printing_devices.deaths(kind) if driven else ("feeding", "ejected")
    return Life(
        script=_script(kind, driven, dice),
        sights=tuple(dice.choice(SIGHTS) for _ in range(4)) if dice.random() < 0.4 else (),
        dies=dice.choice(("", "", *press.POINTS, *deaths)),
        visit=dice.randrange(1, 4),
        says=dice.choice(SAYS),
        takes=dice.random() < 0.5,
        night=dice.choice(NIGHTS),
        meets=dice.choice(press.POINTS) if printers > 1 else "",
        second=_script(kind, driven, dice) if printers > 1 else (),
    )


def _script(kind: str, driven: bool, dice: random.Random) -> tuple[str, ...]:
    if driven:
        return printing_devices.mishaps(kind, dice, 5)
    return tuple(dice.choice(printing_model.MISHAPS[kind]) for _ in range(dice.randrange(5)))
