"""How a run goes on the command line: from the list to permits, devices, a forecast, cards, and answers to doubts."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from station.bootstrap import open_bench, open_place, places
from station.company.opener import Opener
from station.domain.authority import Actor
from station.domain.errors import Fault, Refused
from station.printing.press import Printed
from station.printing.queue import Phase
from station.printing.settle import Word
from station.services import batch_report, batches
from station.services.batch_list import read_list, run_name
from station.services.batch_people import Listed, Photos, permits_of
from station.services.batch_report import Task
from station.services.bench import Bench
from station.services.desk import Desk
from station.services.printing import load_rehearsal_blanks
from station.services.rehearsal import cast
from ui.cli import answer
from ui.cli.batch_show import document, told
from ui.cli.progress import progress, telling
from ui.cli.staff import operator

ASK = "现场看到什么？ [1] 再看一次  [2] 就是这张  [3] 没有出卡  [4] 先停下  [5] 把卡退到废卡盒"
WORDS = {"1": Word.LOOK.value, "2": Word.THIS_IS_IT.value, "3": Word.NOTHING.value, "5": ""}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    sheet: Path
    photos: Path | None
    company: str
    printers: tuple[str, ...]
    cameras: tuple[str, ...]
    name: str
    resume: bool


@dataclass(slots=True)
class Pass:
    """What happened while cards were printed: the stops, the orders passed over, how many cards."""

    stops: list[batches.Step] = field(default_factory=list)
    refused: list[batches.Step] = field(default_factory=list)
    printed: int = 0


def run_list(desk: Desk, wanted: Wanted, as_json: bool) -> int:
    """Read the list, bring or find its people, open or resume the run, print."""
    name = wanted.name or run_name(wanted.sheet)
    known = name in batches.names(desk)
    if known and not wanted.resume:
        raise Refused(f"这份名单的批次 {name} 已经开始过，请加 --resume 从断点继续。", "batch_known")
    person = operator(desk)
    listed = [] if known else _listed(desk, wanted, as_json)
    if not known:
        good = [(one.subject, one.number) for one in listed if one.good]
        if not good:
            raise Refused(f"名单里没有可以制卡的人。{listed[0].sentence}", "nobody_listed")
        batches.open_run(desk, name, good, company=wanted.company, actor=person)
    elif batches.find(desk, name).phase is Phase.PAUSED:
        batches.resume(desk, name, actor=person)
    desk.sync()
    bad = [one for one in listed if not one.good]
    return print_batch(desk, name, wanted.printers, wanted.cameras, as_json, bad=bad)


def _listed(desk: Desk, wanted: Wanted, as_json: bool) -> list[Listed]:
    """The rows of the list as permits; in a rehearsal its people first walk through the counter."""
    staff = cast(desk.settings.city.code) if desk.settings.rehearsal else None
    with Opener() as opener:
        rows = read_list(wanted.sheet, opener)
        photos = Photos(wanted.photos, opener) if wanted.photos is not None else None
        found = permits_of(desk, rows, photos, company=wanted.company, staff=staff)
        return list(progress(found, len(rows), "名单", quiet=as_json))


def print_batch(
    desk: Desk, name: str, printers: Sequence[str], cameras: Sequence[str], as_json: bool, *, only: str = "",
    bad: Sequence[Listed] = (),
) -> int:  # fmt: skip
    """Print what waits, ask the person at the terminal about doubts, and say how it stands."""
    person, began = operator(desk), time.monotonic()
    with open_benches(desk, printers, cameras) as benches:
        foreseen = _prepare(desk, benches, batches.waiting(desk, name), as_json)
        while True:
            went = _pass(desk, benches, name, only, as_json)
            if as_json or not sys.stdin.isatty() or not _answered(desk, benches, went):
                break
    synced = desk.sync()
    made = batch_report.report(desk, name)
    doc = document(desk, made)
    doc["tasks"] = [_newest(task, went.stops) for task in doc["tasks"]]
    doc |= {
        "list_refused": bad,
        "not_printed": [{"number": s.turn.number, "code": s.turn.code, "sentence": s.turn.sentence}
                        for s in went.refused],
        "stopped": bool(went.stops),
        "stops": [{"printer": s.printer, "number": s.turn.number, "code": s.turn.code, "sentence": s.turn.sentence}
                  for s in went.stops],
        "printed_now": went.printed, "forecast": foreseen, "synced": synced.ok,
        "seconds": round(time.monotonic() - began, 2), "operator": person.person,
    }  # fmt: skip
    if as_json:
        answer.print_json(doc)
    else:
        told(doc)
    if made.done and not bad:
        return answer.OK
    return answer.FAULT if went.stops or doc["tasks"] else answer.REFUSED


@contextmanager
def open_benches(desk: Desk, printers: Sequence[str], cameras: Sequence[str]) -> Iterator[list[Bench]]:
    """One bench for each printer, with the camera of the same place in the list; those of the settings by default."""
    urls = printers or ("",) * len(cameras)
    if len(cameras) not in (0, max(len(printers), 1)):
        raise Refused("写了几个 --printer，就要写几个 --camera（或者都不写）。", "cameras_and_printers")
    benches: list[Bench] = []
    try:
        for place in () if urls else range(places(desk.settings)):
            benches.append(open_place(desk.settings, place))
        for at, url in enumerate(urls):
            benches.append(open_bench(desk.settings, printer=url, camera=cameras[at] if cameras else ""))
        yield benches
    finally:
        for bench in benches:
            bench.printer.close()
            if bench.camera is not None:
                bench.camera.close()


def settle_there(desk: Desk, printers: Sequence[str], cameras: Sequence[str], word: str, as_json: bool) -> int:
    """Settle everything these printers left open with that word; without one the card inside is brought out first."""
    person, answers = operator(desk), []
    with open_benches(desk, printers, cameras) as benches:
        for bench in benches:
            for one in _settled(desk, bench, word, person):
                answers.append(
                    {"number": one.order.number, "issue_number": one.order.issue_number, "state": one.card.state,
                     "code": one.ruling.word, "sentence": one.ruling.sentence, "settled": one.ruling.settles}
                )  # fmt: skip
    left = batch_report.tasks(desk)
    if as_json:
        answer.print_json({"settled": answers, "tasks": left})
    for one_told in [] if as_json else answers:
        click.echo(f"{one_told['number']}-{one_told['issue_number']}  {one_told['sentence'] or '已启用。'}")
    return answer.FAULT if any(not one["settled"] for one in answers) else answer.OK


def _settled(desk: Desk, bench: Bench, word: str, person: Actor) -> Sequence[Printed]:
    if word:
        return batches.settle_at(desk, bench, word=Word(word), actor=person).value
    return batches.take_out(desk, bench, actor=person).value


def _prepare(desk: Desk, benches: Sequence[Bench], cards: int, as_json: bool) -> list[str]:
    """Rehearsal blanks where there are none; then what to have at hand before the first card."""
    share = -(-cards // len(benches))
    said: list[str] = []
    for bench in benches:
        if desk.settings.rehearsal:
            load_rehearsal_blanks(desk, bench, actor=operator(desk))
        said += batches.foresee(desk, bench, share).sentences
    for sentence in [] if as_json else said:
        click.echo(f"· {sentence}")
    return said


def _pass(desk: Desk, benches: Sequence[Bench], name: str, only: str, as_json: bool) -> Pass:
    went = Pass()
    with telling("制卡", quiet=as_json) as tell:
        for step in batches.run(desk, benches, name, actor=operator(desk), only=only):
            tell(step.progress.done, step.progress.total)
            went.printed += step.turn.printed is not None and step.turn.printed.active
            if step.turn.stopped:
                went.stops.append(step)
            elif step.turn.printed is None:
                went.refused.append(step)
    return went


def _newest(task: Task, stops: Sequence[batches.Step]) -> Task:
    """The task as the last look left it: the journal keeps the first sentence, the person has acted on it since."""
    for step in stops:
        if step.turn.number == task.number and step.turn.sentence:
            return replace(task, code=step.turn.code, sentence=step.turn.sentence)
    return task


def _answered(desk: Desk, benches: Sequence[Bench], went: Pass) -> bool:
    """Ask the person at the terminal about every stop; True when the run may go on."""
    for step in went.stops:
        click.echo(f"✗ {step.turn.sentence}")
        doubtful = step.turn.printed is not None and not step.turn.printed.ruling.settles
        if not doubtful:
            if not click.confirm("处理好了，继续吗？"):
                return False
            continue
        said = click.prompt(ASK, type=click.Choice(["1", "2", "3", "4", "5"]), show_choices=False)
        if said not in WORDS:
            return False
        try:
            settled = _settled(desk, benches[step.printer], WORDS[said], operator(desk))
        except (Refused, Fault) as why:  # nothing to bring out, or it would not come: the next look asks again
            click.echo(str(why))
            continue
        for one in settled:
            click.echo(one.ruling.sentence or "已启用。")
    return bool(went.stops)
