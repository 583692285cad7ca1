"""One rehearsal with a case at every stage, made once for all papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from station.bootstrap import found_rehearsal
from station.cards.portraits import rehearsal_portrait
from station.services import intake, rehearsal, review
from station.services.desk import Desk
from station.services.people_of_rehearsal import citizen_check


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[str]]]:
    """Company review, returned, credit review, extended, ready."""
    desk = found_rehearsal(tmp_path_factory.mktemp("papers") / "station")
    subjects = rehearsal.seed_stages(desk, rehearsal_portrait)
    people = rehearsal.cast(desk.settings.city.code)

    def papers(subject: str) -> str:
        found = desk.worker(subject).open_application
        assert found is not None
        return found.id

    listed = ["photo", "other"]
    review.return_papers(desk, subjects[1], papers(subjects[1]), listed, note="第 3 页缺", actor=people.clerk)
    review.extend(
        desk, subjects[3], papers(subjects[3]), 5, reason="MEDICAL_WAITING", note="等待结论", actor=people.supervisor
    )
    first17 = "33010219700101125"
    form = intake.WorkerForm(first17 + citizen_check(first17), "𬱖秀兰", ("HOUSEWORK",), wants_card=False)
    subjects.append(intake.register_worker(desk, form, actor=people.clerk).value.subject)
    yield desk, subjects
    desk.ledger.close()
