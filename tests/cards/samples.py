"""Card contents for tests: invented people of one city, distinct by number."""

from __future__ import annotations

import functools
import random
from datetime import date
from typing import Any

from devices.contracts import Picture
from station.cards.artwork import CardContent
from station.cards.portraits import rehearsal_portrait

PREFIX = "https://anxin.zj.example/"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "英芳秀丽美华红玉兰梅珍琴霞云燕凤娟敏静洁莉桂香月彩萍荣爱春菊"


@functools.cache
def photo() -> Picture:
    """A portrait; drawn when it is first asked for, so that importing a test starts no Qt."""
    return rehearsal_portrait(5)


def token_url(number: int) -> str:
    """A prefix and 191 digits below 2^632, as wide as a real token's."""
    dice = random.Random(number)
    return PREFIX + str(dice.randrange(2**631, 2**632)).zfill(191)


def content(number: int = 1, **changes: Any) -> CardContent:
    """The card of invented person `number`."""
    dice = random.Random(f"person-{number}")
    made: dict[str, Any] = {
        "title": "浙江省家政从业人员居家上门服务证",
        "name": dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2)))),
        "permit_number": f"3301022026{number:06d}",
        "company": "杭州安心家政",
        "categories": ("母婴护理", "养老护理"),
        "issuer": "杭州市家政行业协会",
        "issued_on": date(2026, 11, 23),
        "issue_number": 1,
        "token_url": token_url(number),
        "host": "anxin.zj.example",
        "photo": photo(),
        "hotline": "0571-12345",
        "complaint_phone": "12345",
        "return_address": "杭州市家政行业协会制证窗口",
    }
    return CardContent(**{**made, **changes})
