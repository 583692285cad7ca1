"""The columns of a company's list: one table for template, reader, findings and the list given back."""

from __future__ import annotations

from dataclasses import dataclass

from station.domain.people import CONSENT_ITEMS


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its heading, what else it may be called, an example, a note for whoever fills it in."""

    key: str
    heading: str
    example: str
    required: bool = True
    also: tuple[str, ...] = ()
    width: int = 16
    note: str = ""


COLUMNS = (
    Column("name", "姓名", "王秀英", also=("人员姓名",), note="与证件完全一致；少数民族姓名用间隔号“·”。"),
    Column("document", "证件号码", "330102197001010021", also=("身份证号", "身份证号码", "身份证", "公民身份号码"),
           width=24, note="18 位；单元格须为文本格式，否则末尾数字会丢失。"),
    Column("phone", "手机号", "13800001234", False, ("手机", "手机号码", "联系电话", "电话")),
    Column("categories", "服务类别", "母婴护理、家务服务", also=("工种", "服务项目"), width=24,
           note="可写多个，用顿号隔开。"),
    Column("company", "统一社会信用代码", "91330102MA27TE5T2K", False, ("企业代码", "信用代码"), 24,
           "可不填；填写时必须是本企业。"),
    Column("authorised_on", "授权书签订日期", "2026-11-02", also=("签订日期",), note="办证授权认定书（附件2）的日期。"),
    Column("fingerprint", "已捺印", "是", note="授权认定书本人捺印。"),
    Column("consent_PRIVACY", "同意个人信息处理", "是", note="以下各项逐项填写本人在同意书上的勾选：是或否。"),
    Column("consent_HEALTH", "同意健康信息", "是"),
    Column("consent_BACKGROUND", "同意背景核查", "是"),
    Column("consent_SHARING", "同意对外提供", "是", note="向有关部门、信用平台和保险公司提供。"),
    Column("consent_SHOWING", "同意向雇主展示", "是"),
    Column("consent_CREDIT", "信用信息授权", "是", note="家政服务员信用信息授权书。"),
    Column("consent_FACE", "同意人脸比对", "是", False, note="可以不同意，不影响办证；不填即为不同意。"),
    Column("notice", "告知书版本", "2026-1", note="照抄本人所签告知书标题下的版本号。"),
    Column("training", "培训证书编号", "PX000001", False),
    Column("training_on", "培训发证日期", "2026-05-01"),
    Column("training_by", "培训发证机构", "杭州市家政行业协会", width=24, note="以证书上的为准。"),
    Column("fit", "体检结论", "合格", False, note="没有体检可不填。"),
    Column("examined_on", "体检日期", "2026-10-20", False),
    Column("tier", "体检类别", "母婴照护", False,
           note="一般、住家、养老照护或母婴照护；不填按“一般”，更高的服务类别不印在卡上。"),
    Column("policy", "保单号", "P2026-0001", False),
    Column("insurer", "保险公司", "人保财险", False),
    Column("insured_from", "保险起", "2026-11-01", False),
    Column("insured_until", "保险止", "2027-10-31", False),
    Column("photo", "照片文件名", "王秀英.jpg", False, ("照片", "照片文件"), 20, "不填时按证件号码找照片。"),
    Column("card", "制作实体证", "是", False),
)  # fmt: skip
PROBLEM = "问题"
"""The column added to the list that is given back."""
CONSENTS = {f"consent_{item}": item for item in CONSENT_ITEMS}
"""The columns of the separate consents, and which consent each is."""
OLD_CONSENTS = "已签同意书"
"""The one column that stood for all of them in templates before 2026-11."""
BY_KEY = {column.key: column for column in COLUMNS}
SHEET = "人员名单"
HELP = "填写说明"
HELP_HEADINGS = ("列", "必填", "示例", "说明")
CATEGORY_HELP = "服务类别可选"
SAID_YES, SAID_NO = "是", "否"
FIT, UNFIT = "合格", "不合格"
OCCUPATION = "家政服务员"
TRAINED_BY = "演练培训学校"
"""Who issues the certificates of made-up people."""
YES = frozenset({"是", "有", "已", "√", "✓", "Y", "YES", "1"})
NO = frozenset({"否", "无", "未", "×", "N", "NO", "0", ""})


def column_of(heading: str) -> str:
    """The key of a heading as somebody wrote it; empty for a column we do not know."""
    plain = heading.split("（")[0].split("(")[0].strip().rstrip("*").strip()
    return next((c.key for c in COLUMNS if plain == c.heading or plain in c.also), "")
