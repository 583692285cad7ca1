"""Every story in `days/` is played: `day | what happens | papers | permit | card | colour`, checked after every line.

An empty column says: as in the line before. `✗ words` says: refused with a sentence (or a list) that has these words.
`-` is nothing there yet. The colour is what a phone code answers at that moment, from the station that acts.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from station.domain.decide.papers import Incomplete
from station.domain.errors import Fault, Refused
from station.services.inspecting import inspect_number
from tests.stories.acts import COLOURS, Story
from tests.stories.town import found_town
from ui.words import word

DAYS = sorted((Path(__file__).parent / "days").glob("*.txt"))
COLUMNS = 6


def test_there_are_enough_days() -> None:
    assert len(DAYS) >= 25
    assert len({path.read_text("utf-8").splitlines()[0] for path in DAYS}) == len(DAYS)


@pytest.mark.parametrize("path", DAYS, ids=lambda path: path.stem)
def test_day(path: Path, tmp_path: Path) -> None:
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    assert all(line.count("|") == COLUMNS - 1 for line in lines), "every line has six columns"
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    town = found_town(tmp_path, date.fromisoformat(rows[0][0]))
    try:
        story = Story(town)
        expected = ["-", "-", "-", "-"]
        for number, (day, sentence, *columns) in enumerate(rows, start=1):
            if day:
                town.morning(date.fromisoformat(day))
            tell(story, sentence)
            expected = [cell or before for cell, before in zip(columns, expected, strict=True)]
            assert seen(story) == expected, f"{path.stem}, line {number}: {sentence}"
        at_the_end(story)
    finally:
        town.close()


def tell(story: Story, sentence: str) -> None:
    sentence, _, refusal = (part.strip() for part in sentence.partition("✗"))
    if not refusal:
        story.says(sentence)
        return
    with pytest.raises((Refused, Fault)) as caught:
        story.says(sentence)
    said = str(caught.value)
    if isinstance(caught.value, Incomplete):
        said += "、".join(word("missing", item.code) for item in caught.value.missing)
    assert refusal in said, said


def seen(story: Story) -> list[str]:
    """Papers, permit, card and colour as the acting station has them now."""
    if not story.subject:
        return ["-", "-", "-", "-"]
    record = story.town.here.worker(story.subject)
    papers = record.applications.get(story.application)
    right = record.permits.get(story.number)
    # Issue numbers that were signed ahead and used up by a change of data were never cards.
    asked = [piece for piece in record.cards_of(story.number) if [s.act for s in piece.steps] != ["ask", "void"]]
    colour = COLOURS[inspect_number(story.town.here, story.number).colour.value] if right else "-"
    return [
        word("application", papers.state.value) if papers else "-",
        word("permit", right.state.value) if right else "-",
        word("card", asked[-1].state.value) if asked else "-",
        colour,
    ]


def at_the_end(story: Story) -> None:
    """Whatever happened: every station agrees with the centre, its chain holds, and a rebuild changes nothing."""
    desks = [desk for desk in (story.town.second, story.town.desk, story.town.second) if desk is not None]
    for desk in desks:
        assert desk.sync().ok
    for desk in desks:
        found = desk.ledger.verify()
        assert found.ok, found
    if story.town.second is not None:
        first, second = (desk.worker(story.subject) for desk in (story.town.desk, story.town.second))
        assert first == second
