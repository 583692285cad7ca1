"""Made-up people for rehearsals: names, numbers and companies that pass every check and belong to nobody by intent.

Deterministic: the n-th person is the same on every machine, so a rehearsal can be repeated and compared.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蔡蒋余叶程单解仇翟查区钭乐"
_GIVEN = """
秀英 桂兰 建芳 丽华 玉梅 海燕 雪琴 春花 小红 国珍 爱娟 美玲 素珍 凤英 晓燕
志强 建国 永福 家豪 文斌 慧敏 佩芬 金凤 银娣 阿妹 彩霞 月娥 巧云 水英 杏花
"""
GIVEN = _GIVEN.split()
SPECIAL = ("阿卜杜热西提·买买提", "欧阳雪梅", "古丽·热合曼", "张䶮", "诸葛文静", "𬱖秀兰")
_PREFIXES = """
330102 330103 330104 330110 330113 330324 330681 340123 341221 360123 411522 522601
"""
PREFIXES = _PREFIXES.split()
CATEGORIES = ("HOUSEWORK", "HOURLY_CLEANING", "MATERNITY", "INFANT", "ELDERLY", "PATIENT", "ORGANISING")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class RehearsalPerson:
    """One made-up worker with papers' dates relative to the day of the rehearsal."""

    index: int
    name: str
    number: str
    phone: str
    categories: tuple[str, ...]
    examined_on: date
    insured_from: date
    insured_until: date


@dataclass(frozen=True, slots=True)
class RehearsalCompany:
    uscc: str
    name: str
    short_name: str
    phone: str


def citizen_check(first17: str) -> str:
    """The check character of GB 11643."""
    return "10X98765432"[sum(int(c) * w for c, w in zip(first17, WEIGHTS, strict=True)) % 11]


def person(index: int, today: date) -> RehearsalPerson:
    """The made-up worker number `index` (from 0) as of `today`."""
    dice = random.Random(f"anxin-{index}")  # noqa: S311 – repeatable on purpose, guards nothing
    name = dice.choice(SURNAMES) + dice.choice(GIVEN)
    if index % 5 == 4:
        name = SPECIAL[(index // 5) % len(SPECIAL)]
    born = date(1968, 1, 1) + timedelta(days=dice.randrange(12_000))
    first17 = f"{dice.choice(PREFIXES)}{born:%Y%m%d}{index % 1000:03d}"
    number = first17 + citizen_check(first17)
    phone = f"1{dice.choice('3578')}{dice.randrange(10**9):09d}"
    categories = tuple(dice.sample(CATEGORIES, dice.choice((1, 2, 2, 3))))
    examined = today - timedelta(days=dice.randrange(5, 200))
    insured = today - timedelta(days=dice.randrange(0, 150))
    until = insured.replace(year=insured.year + 1, day=min(insured.day, 28)) - timedelta(days=1)
    return RehearsalPerson(index, name, number, phone, categories, examined, insured, until)


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NAMES = ("金桥", "阳光里", "好管家", "巾帼", "安居", "乐邻")


def company(index: int, division: str, city: str) -> RehearsalCompany:
    """The made-up company number `index` registered in `division`."""
    short = f"{_NAMES[index % len(_NAMES)]}家政"
    organisation = _organisation(f"MA2R{index:04d}")
    first17 = f"91{division}{organisation}"
    total = sum(_USCC.index(c) * pow(3, i, 31) for i, c in enumerate(first17))
    uscc = first17 + _USCC[(31 - total % 31) % 31]
    return RehearsalCompany(uscc, f"{city}{short}服务有限公司", short, f"0571-8{index:07d}")


def _organisation(first8: str) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(digits.index(c) * w for c, w in zip(first8, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return first8 + "0123456789X0"[11 - total % 11]
