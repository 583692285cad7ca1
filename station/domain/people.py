"""Closed lists about people: documents, sex, ethnicity, service categories, medical tiers, certificates (§5, §7.2)."""

from __future__ import annotations

DOCUMENT_KINDS = {
    "ID_CARD": "居民身份证",
    "HMT_PERMIT": "港澳台居民居住证",
    "FOREIGN_PERMANENT": "外国人永久居留身份证",
}

CATEGORIES = {
    "HOUSEWORK": "家务服务",
    "HOURLY_CLEANING": "钟点保洁",
    "MATERNITY": "母婴护理",
    "INFANT": "育婴育儿",
    "ELDERLY": "养老照护",
    "PATIENT": "病患陪护",
    "APPLIANCE": "家电清洗维修",
    "ORGANISING": "整理收纳",
    "STEWARD": "管家",
    "OTHER": "其他",
}
"""D-7: closed, extensible by the province."""

MEDICAL_TIERS = ("GENERAL", "LIVE_IN", "ELDERLY", "MATERNITY")
"""Low to high (§5.2)."""

MEDICAL_TIER_WORDS = {"GENERAL": "一般", "LIVE_IN": "住家", "ELDERLY": "养老照护", "MATERNITY": "母婴照护"}

_TIER_OF = {"ELDERLY": "ELDERLY", "PATIENT": "ELDERLY", "MATERNITY": "MATERNITY", "INFANT": "MATERNITY"}

INSURANCE_KINDS = {"LIABILITY": "从业责任保险", "EMPLOYER": "雇主责任险", "ACCIDENT": "意外伤害险"}
"""Only LIABILITY counts for the colour (§5.3)."""

CONSENT_ITEMS = ("PRIVACY", "HEALTH", "BACKGROUND", "SHARING", "SHOWING", "CREDIT", "FACE")

CERTIFICATE_KINDS = {
    "TRAINING": "培训证书",
    "SPECIAL_ABILITY": "专项职业能力证书",
    "OCCUPATION_LEVEL": "职业技能等级证书",
}

LEVELS = {
    "家政服务员": ("五级/初级工", "四级/中级工", "三级/高级工", "二级/技师"),
    "养老护理员": ("五级/初级工", "四级/中级工", "三级/高级工", "二级/技师", "一级/高级技师"),
    "育婴员": ("五级/初级工", "四级/中级工", "三级/高级工"),
}
"""Levels are data per occupation: there is no 一级 for 家政服务员 (§5.1)."""

TRADES = {"家政服务员": ("家务服务员", "母婴护理员", "家庭照护员")}
UNDIVIDED = ("二级/技师",)
"""Levels that are not split by trade (§5.1)."""

SEX = {"1": "男", "2": "女", "0": "未知", "9": "未说明"}

_NAMES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
ETHNICITIES = {f"{code:02d}": name for code, name in enumerate(_NAMES.split(), 1)} | {"97": "其他"}
"""GB/T 3304."""


def tier_needed(categories: tuple[str, ...]) -> str:
    """The medical tier the worker's highest category asks for."""
    return max((_TIER_OF.get(code, "GENERAL") for code in categories), key=MEDICAL_TIERS.index, default="GENERAL")


def categories_covered(categories: tuple[str, ...], tier: str) -> tuple[str, ...]:
    """The categories a medical of that tier covers: the others are not printed (D-10)."""
    height = MEDICAL_TIERS.index(tier)
    return tuple(code for code in categories if MEDICAL_TIERS.index(_TIER_OF.get(code, "GENERAL")) <= height)
