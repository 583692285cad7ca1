"""Numbers: never twice, durable, good offline, never again from a restored backup."""

from __future__ import annotations

import threading

import pytest

from station.domain.errors import Fault, Refused
from station.domain.facts import PermitGenerated
from station.sync.exchange import exchange, reenrol
from station.sync.numbers import Numbers, Stock
from station.sync.sql import SqlCentral
from tests.ledger.office import COMPANY, DAY, Office


class Offline:
    """No line."""

    def __getattr__(self, name: str) -> object:
        def call(*arguments: object) -> object:
            raise Fault("连不上省级平台。", "请检查网络。", code="not_reached")

        return call


def test_numbers_come_one_by_one_and_survive_reopening(office: Office, central: SqlCentral) -> None:
    numbers = Numbers(office.open("hz-01"), central, block=3)
    assert [numbers.take("330102", 2026) for _ in range(2)] == ["3301022026000001", "3301022026000002"]
    assert numbers.left("330102", 2026) == 1
    assert numbers.stock() == [Stock("330102", 2026, 1)]
    assert numbers.left("330105", 2026) == 0
    again = Numbers(office.open("hz-01"), central, block=3)
    assert [again.take("330102", 2026) for _ in range(3)] == [
        "3301022026000003",
        "3301022026000004",
        "3301022026000005",
    ]
    assert again.take("330102", 2027) == "3301022027000001"


def test_stations_never_share_a_number(office: Office, central: SqlCentral) -> None:
    taken = []
    for station in ("hz-01", "hz-02"):
        numbers = Numbers(office.open(station), central, block=5)
        taken += [numbers.take("330102", 2026) for _ in range(12)]
    assert len(set(taken)) == 24


def test_threads_never_share_a_number(office: Office, central: SqlCentral) -> None:
    numbers, taken = Numbers(office.open("hz-01"), central, block=50), []

    def work() -> None:
        for _ in range(10):
            taken.append(numbers.take("330102", 2026))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == 40


def test_offline_a_block_lasts_and_then_a_sentence(office: Office, central: SqlCentral) -> None:
    ledger = office.open("hz-01")
    Numbers(ledger, central, block=2).lease("330102", 2026)
    numbers = Numbers(ledger, Offline(), block=2)  # type: ignore[arg-type]
    numbers.take("330102", 2026)
    numbers.take("330102", 2026)
    with pytest.raises(Refused) as caught:
        numbers.take("330102", 2026)
    assert caught.value.code == "numbers_exhausted"
    assert "330102" in caught.value.sentence


def test_a_lease_whose_answer_was_lost_is_found_again(office: Office, central: SqlCentral) -> None:
    central.lease_numbers("hz-01", "330102", 2026, 5)
    numbers = Numbers(office.open("hz-01"), central, block=5)
    assert numbers.take("330102", 2026) == "3301022026000001"
    assert len(central.blocks_of("hz-01", 1)) == 1


def test_low_blocks_are_refilled(office: Office, central: SqlCentral) -> None:
    numbers = Numbers(office.open("hz-01"), central, block=10, refill_below=8)
    numbers.take("330102", 2026)
    assert numbers.refill(2026) == 0
    for _ in range(2):
        numbers.take("330102", 2026)
    assert numbers.refill(2027) == 0
    assert numbers.refill(2026) == 1
    assert numbers.left("330102", 2026) == 17


def test_a_restored_backup_never_gives_a_number_again(office: Office, central: SqlCentral) -> None:
    ledger = office.open("hz-01")
    numbers = Numbers(ledger, central, block=20)
    numbers.take("330102", 2026)
    exchange(ledger, central)
    ledger.close()
    backup = office.path("hz-01").read_bytes()
    ledger = office.open("hz-01")
    numbers = Numbers(ledger, central, block=20)
    given = [numbers.take("330102", 2026) for _ in range(5)]
    told = [PermitGenerated(number, "A", COMPANY, "好阿姨", ("HOUSEWORK",), DAY) for number in given[:2]]
    ledger.append([("worker:a", payload) for payload in told], actor="c")
    exchange(ledger, central)
    ledger.close()
    office.path("hz-01").write_bytes(backup)
    ledger = office.open("hz-01")
    exchange(ledger, central)
    numbers = Numbers(ledger, central, block=20)
    assert numbers.take("330102", 2026) == given[2]  # numbers of permits are skipped; this one cannot become one
    reenrol(ledger, central)
    assert numbers.take("330102", 2026) == "3301022026000021"
    assert numbers.left("330102", 2026) == 19


def test_an_old_disk_is_given_no_block_of_the_life_after_it(office: Office, central: SqlCentral) -> None:
    """It had leased without end: each block was for the new life, and none was for this disk."""
    ledger = office.open("hz-01")
    central.renew("hz-01")
    numbers = Numbers(ledger, central, block=20)
    with pytest.raises(Refused) as caught:
        numbers.take("330102", 2026)
    assert caught.value.code == "epoch"
    assert ledger.frozen == caught.value.sentence
    with pytest.raises(Refused) as caught:
        numbers.take("330102", 2026)
    assert caught.value.code == "station_frozen"
    assert len(central.blocks_of("hz-01", 2)) == 1
    reenrol(ledger, central)
    assert numbers.take("330102", 2026) == "3301022026000021"


def test_a_block_whose_numbers_all_have_permits_is_passed_over(office: Office, central: SqlCentral) -> None:
    ledger = office.open("hz-01")
    told = PermitGenerated("3301022026000001", "A", COMPANY, "好阿姨", ("HOUSEWORK",), DAY)
    ledger.append([("worker:a", told)], actor="c")
    assert Numbers(ledger, central, block=1).take("330102", 2026) == "3301022026000002"


def test_a_refused_decision_gives_its_number_back(office: Office, central: SqlCentral) -> None:
    ledger = office.open("hz-01")
    numbers = Numbers(ledger, central, block=20)
    numbers.lease("330102", 2026)

    def never(record: object) -> list[tuple[str, PermitGenerated]]:
        assert numbers.take("330102", 2026) == "3301022026000001"
        raise Refused("不行。")

    with pytest.raises(Refused):
        ledger.decide("worker:a", never, actor="c")
    assert numbers.take("330102", 2026) == "3301022026000001"


def test_a_year_that_is_used_up(office: Office, central: SqlCentral) -> None:
    for _ in range(100):
        central.lease_numbers("hz-02", "330102", 2026, 10_000)
    with pytest.raises(Refused) as caught:
        Numbers(office.open("hz-01"), central).take("330102", 2026)
    assert caught.value.code == "numbers_exhausted"
