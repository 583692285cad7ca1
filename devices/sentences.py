"""What a person does about a fault of a printer: one Chinese sentence a code, whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping

from devices.contracts import FaultCode

SENTENCES: Mapping[FaultCode, str] = {
    FaultCode.OFFLINE: "打印机没有回应：请检查电源和数据线。",
    FaultCode.COVER_OPEN: "打印机盖板开着：请合上盖板。",
    FaultCode.FEEDER_EMPTY: "进卡盒空了：请放入空白卡。",
    FaultCode.FEED_FAIL: "没有送进卡片：请取出进卡盒里的卡，扇开后放回。",
    FaultCode.CARD_JAM: "卡片卡在打印机里：请打开盖板取出卡片，不要重新使用。",
    FaultCode.RIBBON_MISSING: "没有检测到色带：请装好色带。",
    FaultCode.RIBBON_WRONG: "色带型号不对：请换成设置中的色带。",
    FaultCode.RIBBON_END: "色带用完了：请换一卷新色带。",
    FaultCode.RIBBON_BROKEN: "色带断裂或粘连：请打开盖板检查色带。",
    FaultCode.HEAD_HOT: "打印头过热：请等几分钟再打印。",
    FaultCode.OUTPUT_FULL: "出卡盒满了：请取走做好的卡。",
    FaultCode.REJECT_FULL: "废卡盒满了：请取走废卡并登记。",
    FaultCode.CARD_IN_PATH: "打印机里还有一张卡：请先取出并登记。",
    FaultCode.CLEAN_DUE: "打印机该清洁了。",
    FaultCode.CLEAN_MUST: "打印机必须先清洁才能打印：请使用清洁卡。",
    FaultCode.RIBBON_LOW: "色带快用完了，请准备新色带。",
    FaultCode.FEEDER_LOW: "空白卡快用完了，请准备空白卡。",
    FaultCode.LAMINATE: "覆膜部分有故障：请检查覆膜带。",
    FaultCode.ENCODER: "写卡部分有故障。",
    FaultCode.LOCKED: "打印机被锁定：请解锁后再打印。",
    FaultCode.BUSY: "打印机正忙：请稍后再试。",
    FaultCode.REBOOTED: "打印机中途重新启动过：请查看有没有做好的卡。",
    FaultCode.SYNTAX: "打印机不认识发给它的指令：请核对打印机型号设置。",
    FaultCode.UNKNOWN: "打印机报告了未知的故障：请查看打印机。",
}
"""What a person does about a fault, in Chinese: one sentence a code, whoever shows it."""
