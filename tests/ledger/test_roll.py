"""Finding people, companies, permits, applications and cards by what a clerk knows of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from station.domain import facts
from station.domain.standing import standing
from station.domain.worker import WorkerRecord
from station.ledger.ledger import Ledger
from station.ledger.readings import NOTHING, readings_of
from station.ledger.schema import roll_terms
from station.ledger.search import LEADING
from tests.ledger.office import COMPANY, DAY, NUMBER, PERMIT, Office, registered, whole_life

PEOPLE = [
    ("张三丰", "330102197001010021", "13800001234"),
    ("张小三", "330103196802291144", "13900005678"),
    ("欧阳清风", "330113200506090032", "13700000032"),
    ("单雄信", "330104197512315583", "13600000001"),
    ("吕丽", "33032419660203009X", "057188880000"),
    ("阿卜杜热西提·买买提", "810000198507150014", "13500000002"),
    ("王𬱖", "820000198507150024", "13400000003"),
    ("Anna de Boer", "933840198507150019", "13300000004"),
]


@pytest.fixture
def roll(ledger: Ledger) -> Ledger:
    for name, number, phone in PEOPLE:
        ledger.append([(ledger.subject_of("ID_CARD", number), registered(name, number, phone))], actor="c")
    return ledger


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("张", ["张三丰", "张小三"]),
        ("三", ["张三丰", "张小三"]),
        ("三丰", ["张三丰"]),
        ("清风", ["欧阳清风"]),
        ("买买提", ["阿卜杜热西提·买买提"]),
        ("·买", []),
        ("𬱖", ["王𬱖"]),
        ("zhang", ["张三丰", "张小三"]),
        ("ZhangSanFeng", ["张三丰"]),
        ("zsf", ["张三丰"]),
        ("ouyang", ["欧阳清风"]),
        ("oyqf", ["欧阳清风"]),
        ("shanxiong", ["单雄信"]),
        ("danxiong", ["单雄信"]),
        ("sxx", ["单雄信"]),
        ("lvli", ["吕丽"]),
        ("luli", ["吕丽"]),
        ("lyuli", ["吕丽"]),
        ("abodu", ["阿卜杜热西提·买买提"]),
        ("anna", ["Anna de Boer"]),
        ("adb", ["Anna de Boer"]),
        ("boer", ["Anna de Boer"]),
        ("zhang san", ["张三丰"]),
        ("ou yang qing", ["欧阳清风"]),
        ("san zhang", []),
        ("anna boer", ["Anna de Boer"]),
        ("张 0021", ["张三丰"]),
        ("1234 zsf", ["张三丰"]),
        ("san 1234", []),
        ("三 1234", ["张三丰"]),
        ("丰 5678", []),
        ("% 1234", []),
        ("_ 1234", []),
        ("| 1234", []),
        ("boer 0019", ["Anna de Boer"]),
        ("oer 0019", ["Anna de Boer"]),
        ("0021 1234", ["张三丰"]),
        ("0021 5678", []),
        ("0021", ["张三丰"]),
        ("010021", ["张三丰"]),
        ("009x", ["吕丽"]),
        ("009X", ["吕丽"]),
        ("5678", ["张小三"]),
        ("13900005678", ["张小三"]),
        ("330103196802291144", ["张小三"]),
        ("330103196802291145", []),
        ("33032419660203009x", ["吕丽"]),
        ("张 0021", ["张三丰"]),
        ("0021 张", ["张三丰"]),
        ("张 1144", ["张小三"]),
        ("zs 1234", ["张三丰"]),
        ("张 三 丰", ["张三丰"]),
        ("张 欧", []),
        ("330103196802291144 张", ["张小三"]),
        ("330103196802291144 王", []),
        ("", []),
        ("   ", []),
        ("%", []),
        ("_", []),
        ("张%", []),
        ("'; DROP TABLE facts; --", []),
        ("\ud7ff", []),
        ("０", []),
    ],
)
def test_people_are_found(roll: Ledger, query: str, names: list[str]) -> None:
    assert sorted(row.name or "" for row in roll.roll.find(query)) == sorted(names)


def test_the_roll_is_in_the_order_of_surnames_as_they_are_said(roll: Ledger) -> None:
    names = [row.name for row in roll.roll.page()]
    assert names == [
        "阿卜杜热西提·买买提",
        "Anna de Boer",
        "吕丽",
        "欧阳清风",
        "单雄信",
        "王𬱖",
        "张三丰",
        "张小三",
    ]
    first = roll.roll.page(limit=3)
    rest = roll.roll.page(limit=100, after=first[-1])
    assert [row.name for row in (*first, *rest)] == names
    assert [row.name for row in roll.roll.find("张", limit=1)] == ["张三丰"]


def test_a_corrected_spelling_comes_first() -> None:
    said = readings_of("乐乐", "Yue Le")
    assert said.full[0] == "yuele"
    assert said.sort_key == "yue le 乐乐"
    assert readings_of(None) == readings_of("") == NOTHING
    assert readings_of("·").full == ()
    assert len(readings_of("单行行行").full) <= 12
    assert readings_of("王").full[0] == "wang"
    assert "dan" in readings_of("单").full


def test_a_changed_name_is_found_under_the_new_one_only(roll: Ledger) -> None:
    subject = roll.subject_of("ID_CARD", PEOPLE[0][1])
    roll.append([(subject, registered("李时珍", PEOPLE[0][1], "13811112222"))], actor="c")
    assert [row.name for row in roll.roll.find("李时珍")] == ["李时珍"]
    assert [row.name for row in roll.roll.find("zsf")] == []
    assert [row.name for row in roll.roll.find("1234")] == []
    assert roll.roll.count() == len(PEOPLE)


def test_what_a_number_says_is_read_as_the_name_is(roll: Ledger) -> None:
    """A word that others answer, so that the number leads: a spelling from its start, a name anywhere, no pattern."""
    for index, name in enumerate(("三木", "A_b", "Axb")):
        number = f"330102198001010{index}99"
        roll.append([(roll.subject_of("ID_CARD", number), registered(name, number, f"1370000777{index}"))], actor="c")
    assert roll.roll.find("san 1234") == []
    assert roll.roll.find("an 1234") == []
    assert roll.roll.find("a_b 7772") == []
    assert [row.name for row in roll.roll.find("a_b 7771")] == ["A_b"]
    assert [row.name for row in roll.roll.find("三 1234")] == ["张三丰"]


def test_a_number_says_whose_it_is_now(ledger: Ledger) -> None:
    """The end of a number carries the name: it follows the name, and goes with it."""
    subject = ledger.subject_of("ID_CARD", NUMBER)
    ledger.append([(subject, registered("王丽", NUMBER))], actor="c")
    assert [row.name for row in ledger.roll.find(f"王 {NUMBER[-4:]}")] == ["王丽"]
    ledger.append([(subject, registered("汪莉", NUMBER))], actor="c")
    assert [row.name for row in ledger.roll.find(f"汪 {NUMBER[-4:]}")] == ["汪莉"]
    assert ledger.roll.find(f"王 {NUMBER[-4:]}") == []
    ledger.append([(subject, facts.WorkerErased("本人申请"))], actor="c")
    with ledger.store.reading() as conn:
        said = " ".join(conn.scalars(select(roll_terms.c.said)))
    assert "汪" not in said and "wang" not in said


def test_a_whole_life_in_the_tables(ledger: Ledger) -> None:
    told = [(f"company:{COMPANY}", facts.CompanyRegistered(COMPANY, "杭州好阿姨家政服务有限公司", "好阿姨", "330102"))]
    ledger.append([*told, *[("worker:a", payload) for payload in whole_life()]], actor="clerk-1")
    row = ledger.roll.worker("worker:a")
    assert row is not None
    assert (row.permit_number, row.permit_state, row.company, row.photo) == (PERMIT, "issued", COMPANY, "ab" * 32)
    assert (row.medical_until, row.insurance_until) == (date(2027, 11, 1), date(2027, 11, 1))
    assert ledger.roll.worker("worker:z") is None
    for query in (PERMIT, "3301022026", "000123", "0123", "0123 王"):
        assert [found.subject for found in ledger.roll.find(query)] == ["worker:a"], query
    assert ledger.roll.find("王", company="X") == []
    assert [found.subject for found in ledger.roll.find("王", company=COMPANY)] == ["worker:a"]
    assert ledger.subject_of_permit(PERMIT) == "worker:a"
    assert ledger.subject_of_permit("3301022026999999") is None
    assert [p.number for p in ledger.roll.permits(state="issued", live=True)] == [PERMIT]
    assert ledger.roll.permits(state="revoked") == []
    assert [w.subject for w in ledger.roll.workers_of(COMPANY)] == ["worker:a"]
    assert [w.subject for w in ledger.roll.running_out("medical", DAY, date(2027, 11, 1))] == ["worker:a"]
    assert ledger.roll.running_out("insurance", DAY, date(2027, 10, 31)) == []
    assert ledger.roll.running_out("refresh", DAY, DAY) == []
    for query in ("好阿姨", "阿姨", "家政", "hzhay", "hay", "haoayi", "9133", "好 家政", "ha 家政"):
        assert [c.uscc for c in ledger.roll.find_company(query)] == [COMPANY], query
    assert ledger.roll.find_company("") == ledger.roll.find_company("王") == []
    job = ledger.jobs.job(PERMIT, 1)
    assert job is not None
    assert (job.state, job.sure, job.printer, job.asked_by) == ("with_company", "sure", "p-1", "clerk-1")
    assert ledger.jobs.job(PERMIT, 2) is None
    assert ledger.jobs.of_permit(PERMIT) == ledger.jobs.of_batch("b-1") == [job]
    assert ledger.jobs.in_states(["with_company"], printer="p-1") == [job]
    assert ledger.jobs.in_states(["with_company"], printer="p-2") == []
    assert ledger.jobs.in_states(["asked"]) == []
    assert ledger.jobs.counts() == {"with_company": 1}
    assert ledger.inbox.subject_of("A-1") == "worker:a"
    assert ledger.inbox.subject_of("A-9") is None


def test_cards_in_doubt_are_named_until_they_are_settled(ledger: Ledger) -> None:
    for payload in whole_life()[:-5]:
        ledger.append([("worker:a", payload)], actor="c")
    assert ledger.jobs.doubtful() == []
    ledger.append([("worker:a", facts.CardActed(PERMIT, 1, "send", DAY, printer="p-1"))], actor="c")
    assert [job.state for job in ledger.jobs.doubtful(printer="p-1")] == ["sending"]
    assert ledger.jobs.doubtful(printer="p-2") == []
    ledger.append([("worker:a", facts.CardActed(PERMIT, 1, "void", DAY))], actor="c")
    assert ledger.jobs.doubtful() == []


def test_the_inbox_shows_what_is_due_first(ledger: Ledger) -> None:
    for index, due in enumerate((date(2026, 11, 20), None, date(2026, 11, 16))):
        subject, name = f"worker:{index}", f"A-{index}"
        told: list[facts.Payload] = [facts.ApplicationOpened(name, COMPANY)]
        told += [facts.ApplicationActed(name, act, DAY) for act in ("put_to_review", "pass_review")]
        if due is not None:
            told.append(facts.ApplicationActed(name, "accept", DAY, due=due))
        ledger.append([(subject, payload) for payload in told], actor="c")
    assert [row.application for row in ledger.inbox.open()] == ["A-2", "A-0", "A-1"]
    assert [row.application for row in ledger.inbox.open(state="submitted", company=COMPANY)] == ["A-1"]
    assert [row.application for row in ledger.inbox.due_by(date(2026, 11, 16))] == ["A-2"]
    assert ledger.inbox.counts() == {"credit_review": 2, "submitted": 1}
    assert ledger.inbox.conflicts() == []
    ledger.append([("worker:0", facts.ApplicationActed("A-0", "release", DAY))], actor="c")
    assert [(row.subject, row.about) for row in ledger.inbox.conflicts()] == [("worker:0", "A-0")]


def test_of_two_people_with_one_number_the_earlier_answers(ledger: Ledger) -> None:
    for subject, day in (("worker:b", date(2026, 11, 3)), ("worker:a", date(2026, 11, 2))):
        told = facts.PermitGenerated(PERMIT, "A-1", COMPANY, "好阿姨", ("HOUSEWORK",), day)
        ledger.append([(subject, told)], actor="c")
    assert ledger.subject_of_permit(PERMIT) == "worker:a"
    assert len(ledger.roll.permits()) == 2


def test_many_namesakes_are_narrowed_by_the_rarer_word(ledger: Ledger) -> None:
    told = [(f"worker:{n}", registered("王芳", "330102197001010021", f"138{n:08}")) for n in range(60)]
    ledger.append(told, actor="c")
    assert len(ledger.roll.find("王")) == 50
    assert len(ledger.roll.find("王芳", limit=7)) == 7
    assert [row.subject for row in ledger.roll.find("王 00000042")] == ["worker:42"]
    assert [row.subject for row in ledger.roll.find("wf 00000042")] == ["worker:42"]


def test_people_of_one_name_are_all_on_the_pages(office: Office) -> None:
    ledger = office.open()
    for index in range(5):
        ledger.append([(f"worker:{index:0>24}", registered("王秀英", NUMBER[:-1] + str(index)))], actor="c")
    seen: list[str] = []
    last = None
    while rows := ledger.roll.page(limit=2, after=last):
        seen += [row.subject for row in rows]
        last = rows[-1]
    assert seen == sorted(seen)
    assert len(set(seen)) == 5


FIRMS = (
    ("91330102MA27TE5T2K", "杭州好阿姨家政服务有限公司", "好阿姨"),
    ("92330110MA2DEM009N", "杭州王牌家政服务部", "王牌"),
    ("513301005012345694", "张记家政", "张记"),
)


@pytest.fixture
def firms(ledger: Ledger) -> Ledger:
    """Three people at the first company, two at the second, one of them called as it; nobody at the third."""
    for uscc, name, short in FIRMS:
        ledger.append([(f"company:{uscc}", facts.CompanyRegistered(uscc, name, short, "330102"))], actor="c")
    staff = [("李一", 0), ("张二", 0), ("王三", 0), ("王牌", 1), ("赵五", 1)]
    for index, (name, firm) in enumerate(staff):
        told = [registered(name, f"33010219700101{index:04}", f"138{index:08}")]
        joined = facts.AffiliationBegan(FIRMS[firm][0], DAY, True)
        ledger.append([(f"worker:{index}", payload) for payload in (*told, joined)], actor="c")
    return ledger


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("好阿姨", ["李一", "王三", "张二"]),
        ("hay", ["李一", "王三", "张二"]),
        ("haoayi", ["李一", "王三", "张二"]),
        ("91330102MA27TE5T2K", ["李一", "王三", "张二"]),
        ("92330110", ["王牌", "赵五"]),
        ("王牌", ["王牌", "赵五"]),  # in person first
        ("王", ["王牌", "王三", "赵五"]),
        ("王 好阿姨", ["王三"]),
        ("好阿姨 王", ["王三"]),
        ("hay 0001", ["张二"]),
        ("王 家政", ["王牌", "王三", "赵五"]),  # the last one works at 王牌家政
        ("家政 杭州", ["李一", "王牌", "王三", "张二", "赵五"]),
        ("赵 好阿姨", []),
        ("张记", []),
        ("好阿姨 王牌", []),
    ],
)
def test_people_are_found_by_their_company(firms: Ledger, query: str, names: list[str]) -> None:
    assert [row.name for row in firms.roll.find(query)] == names


def test_a_word_of_more_companies_than_lead_still_narrows(firms: Ledger) -> None:
    for index in range(LEADING):
        uscc, name = f"9133{index:014}", f"第{index}家政"
        firms.append([(f"company:{uscc}", facts.CompanyRegistered(uscc, name, name, "330102"))], actor="c")
    assert [row.name for row in firms.roll.find("家政 0003")] == ["王牌"]
    assert [row.name for row in firms.roll.find("家政 王")] == ["王牌", "王三", "赵五"]
    assert firms.roll.find("好阿姨 0003") == []


@pytest.mark.parametrize(("query", "names"), [("王", ["王三"]), ("0002", ["王三"]), ("王 0003", []), ("赵", [])])
def test_within_one_company_nobody_else_is_found(firms: Ledger, query: str, names: list[str]) -> None:
    assert [row.name for row in firms.roll.find(query, company=FIRMS[0][0])] == names


def test_a_company_fills_up_what_the_names_left(firms: Ledger) -> None:
    assert [row.name for row in firms.roll.find("王牌", limit=1)] == ["王牌"]
    assert [row.name for row in firms.roll.find("好阿姨", limit=2)] == ["李一", "王三"]
    both = [row.name for row in firms.roll.find("家政", limit=3)]
    assert both == ["李一", "王牌", "王三"], "two companies as one list"
    assert [row.name for row in firms.roll.find("王牌", limit=2)] == ["王牌", "赵五"], "nobody twice, nobody left out"
    assert [row.name for row in firms.roll.find("家政", company=FIRMS[1][0], limit=2)] == ["王牌", "赵五"]
    assert firms.roll.find("好阿姨", company=FIRMS[1][0]) == []
    assert [row.name for row in firms.roll.find("王", company=FIRMS[0][0])] == ["王三"]
    assert firms.roll.short_names({FIRMS[0][0], FIRMS[2][0], "x"}) == {FIRMS[0][0]: "好阿姨", FIRMS[2][0]: "张记"}
    assert firms.roll.short_names(set()) == {}
    known = firms.roll.workers(["worker:0", "worker:3", "worker:x"])
    assert sorted(row.name or "" for row in known) == ["李一", "王牌"]


def test_the_colour_of_a_line_is_what_the_facts_say(ledger: Ledger) -> None:
    ledger.append([("worker:a", payload) for payload in whole_life()], actor="c")
    row, record = ledger.roll.worker("worker:a"), ledger.record("worker:a")
    assert row is not None
    assert isinstance(record, WorkerRecord)
    seen = set()
    for n in range(-40, 800):
        day = DAY + timedelta(days=n)
        seen.add(row.colour_on(day))
        assert row.colour_on(day) is standing(record, PERMIT, day).colour, day
    assert len(seen) > 1


def test_the_half_yearly_clock_in_the_tables(ledger: Ledger) -> None:
    ledger.append([("worker:a", payload) for payload in whole_life()], actor="c")
    since = ledger.roll.permits()[0].fresh_since
    assert since is not None
    assert ledger.roll.fresh_before(since - timedelta(days=1)) == []
    assert [row.number for row in ledger.roll.fresh_before(since)] == [PERMIT]
    ledger.append([("worker:a", facts.EvidenceRefreshed(since + timedelta(days=90)))], actor="c")
    assert ledger.roll.fresh_before(since + timedelta(days=89)) == []
    assert ledger.roll.fresh_before(since + timedelta(days=90))
    assert [row.number for row in ledger.roll.released_at_closed_companies()] == [PERMIT]  # nobody knows the company
    told = facts.CompanyRegistered(COMPANY, "杭州好阿姨家政服务有限公司", "好阿姨", "330102")
    ledger.append([(f"company:{COMPANY}", told)], actor="c")
    assert ledger.roll.released_at_closed_companies() == []
    ledger.append([(f"company:{COMPANY}", facts.CompanyStatusChanged(COMPANY, "REVOKED", DAY))], actor="c")
    assert [row.number for row in ledger.roll.released_at_closed_companies()] == [PERMIT]
    ledger.append([("worker:a", facts.PermitActed(PERMIT, "cancel", DAY, "deceased"))], actor="c")
    assert ledger.roll.released_at_closed_companies() == []
    assert ledger.roll.fresh_before(DAY + timedelta(days=900)) == []
