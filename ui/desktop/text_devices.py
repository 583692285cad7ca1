"""Chinese of the devices screen, in one place. No code decides here."""

from __future__ import annotations

TITLE = "设备"
TABS = {"state": "状态", "choose": "选择设备", "camera": "试看镜头", "practice": "演练故障"}
KEYS = "数字键 1–4 换页，5–8 是“状态”页下面的按钮；F9 做这一页的主要操作，Tab 到下一项。"
BUSY = "正在办理…"

PRINTER = "打印机"
PRINTER2 = "第二台打印机"
SAID = "{model}（{serial}）"
NO_SERIAL = "没有序列号"
READY = "就绪，可以打印"
UNREADY = "不能打印"
ASKING = "正在询问…"
SILENT = "没有应答"
FIELDS = {
    "device": "型号",
    "ribbon": "色带",
    "counters": "计数",
    "card": "卡的位置",
    "clean": "清洁",
    "trace": "通信记录",
}
RIBBON = "{kind}，还可印 {left} 张"
RIBBON_KIND = "{kind}，余量不知道"
COUNTED = "已走卡 {cards} 张，已用色带 {panels} 格"
NO_COUNTERS = "这台打印机不报告计数（打印队列和只收数据的打印机都是这样）"
UNKNOWN = "不知道"
POSITIONS = {"none": "机内没有卡", "inside": "机内有一张卡，请先取出并核实", "unknown": UNKNOWN}
CLEAN = {"": "暂不需要", "clean_due": "该清洁了，还可以印", "clean_must": "必须先清洁"}
CLEAN_LEFT = "再打 {left} 张该清洁"
NOTHING_SET = "还没有设置打印机：按 2 选择。"

OTHERS = "所设的设备"
SLOTS = {
    "printer": "制证打印机",
    "camera": "核读镜头",
    "second_printer": "第二台打印机",
    "second_camera": "第二台的镜头",
    "portrait": "拍照摄像头",
    "scanner": "扫码枪",
    "idcard": "身份证阅读器",
    "slip": "单据打印机",
    "label": "标签打印机",
}
NOT_SET = "未设置"
NOT_SET_NOTES = {
    "scanner": "未设置（键盘式扫码枪不用设置）",
    "portrait": "未设置（与核读镜头同一个）",
    "second_camera": "未设置（由两人核对）",
}
PRACTISED = "{url}（演练：{fault}）"
WAYS = {
    "usb": "USB {model}",
    "serial": "串口 {place} {model}",
    "queue": "打印队列 {place}",
    "spooler": "系统打印机 {place}",
    "folder": "写到文件夹 {model}",
    "memory": "只在内存中 {model}",
    "replay": "播放通信记录 {model}",
    "emulator": "模拟设备 {model}",
    "webcam": "摄像头 {place}",
    "stills": "照片文件夹",
    "tray": "模拟镜头（看出卡槽）",
}

TEST_CARD, TEST_SLIP, RECORD, SUPPORT = "5 测试卡", "6 测试单", "7 开始记录", "8 支持包"
RECORD_OFF = "7 停止记录"
PROBE = "检测 (F9)"
ASK_TEST = "测试卡会用去一张白卡并登记：卡包 {pack} 余 {remaining} 张。再按一次 5 就打印。"
TESTED = "测试卡已送出，登记用卡 {booked} 张，卡包 {pack} 余 {remaining} 张。请看箭头是否在两面的左上角。"
NOT_TESTED = "{said} 登记用卡 {booked} 张，卡包 {pack} 余 {remaining} 张。"
TEST_DOUBT = "打印机没有确认这张测试卡，请看有没有出卡。"
SLIP_SENT = "测试单已打印。"
SLIP_FAILED = "测试单没有打完。{said}"
NO_SLIP = "还没有设置单据打印机：按 2 选择。"
RECORDING = "正在记录：站点文件夹 traces 里的 {name}，卡面数据只记长度和摘要。"
RECORDING_SOON = "下一次询问打印机时开始记录。"
NOT_RECORDING = "没有记录"
NO_RECORD = "打印队列没有通信可记，请看系统的打印日志。"
RECORDED = "已停止记录，记录会随支持包一起导出。"
SUPPORT_FILE = "支持包 (*.zip)"
SUPPORT_TITLE = "支持包存到哪里"
SUPPORT_NAME = "anxin-support.zip"
SUPPORTED = "支持包 {name} 已写好（{size} KB），不含个人信息，可以发给技术支持。"

COLUMNS = ("设备", "种类", "状态")
WIDTHS = (216, 136)
KINDS = {
    "printer": "制证打印机",
    "slip": "单据打印机",
    "camera": "摄像头",
    "scanner": "扫码枪",
    "idcard": "身份证阅读器",
    "queue": "打印队列",
    "port": "串口",
}
USED = "正在用作{slots}"
USABLE = "可以使用"
NOT_DRIVEN = "还不能使用"
NONE_FOUND = "没有发现设备。请接好数据线、打开电源，再按 F5 重新查找；地址也可以直接输入。"
LOOKING = "正在查找…"
REFRESH = "重新查找"
USE_AS = "用作"
ADDRESS = "地址"
NOW = "现在：{url}"
SAVE = "保存 (F9)"
CLEAR_HINT = "地址空着保存，就是不再使用这个设备。"
TWO_NEEDED = "更换打印机须主管办理，并由另一人确认。"
SAVED = "已保存：{slot}。"
REMOVED = "已去掉：{slot}。"
NO_SETTING = "键盘式扫码枪不用设置，插上就能扫。"

LOOK = "开始试看 (F9)"
STOP = "停止试看 (F9)"
VIEW = "镜头画面"
PACE = "每秒 {pace} 帧，来不及取的 {dropped} 帧，重新接通 {reopened} 次"
CODES = {
    "code": "看得见二维码，读得出来。",
    "no_frame": "镜头没有画面，请看镜头盖和连线；演练时出卡槽里还没有卡。",
    "too_dark": "画面太暗，请调亮灯光。",
    "too_bright": "画面太亮，请减弱灯光。",
    "too_blurred": "画面模糊，请对焦，并让卡停稳。",
    "no_code": "画面里没有二维码，请把一张卡放到镜头下。",
    "part_covered": "二维码被挡住了一部分。",
}
NO_CAMERA = "还没有设置核读镜头：按 2 选择。"
CAMERA_HINT = "把一张卡放到出卡口的镜头下，看画面是否清楚、二维码读不读得出。试看只用核读镜头，不保存画面。"

FAULT = "故障"
DEVICE = "设备"
PLACE = "发生在"
APPLY = "使用这个故障 (F9)"
NO_FAULT = "无故障"
PRACTICE_HINT = (
    "打印机的故障在下一张卡上只发生一次，其他设备的一直有效，到选“无故障”为止。\n"
    "处理完毕后，用下面的按钮像操作员那样排除。"
)
SET = "{device}：{fault}（{place}）。"
SET_FREE = "{device}：没有故障。"
MEND = "像操作员那样"
ACTS = {
    "ribbon": "换好色带",
    "feeder": "加满卡",
    "cover": "合上盖",
    "path": "取出机内的卡",
    "reject": "清空废卡盒",
    "clean": "做清洁",
}
MENDED = "已{act}。"
NOTHING_TO_PRACTISE = "这里没有模拟设备，不能演练故障。"
PLACES = {
    "": "通常的时候",
    "y": "印黄色时",
    "m": "印品红时",
    "c": "印青色时",
    "k": "印黑色时",
    "o": "覆膜时",
    "back": "印背面时",
    "end": "印完、出卡之前",
    "reply": "出卡之后、应答之前",
    "status": "卡出来后第一次问状态时",
}
FAULTS = {
    "card": {
        "ribbon_end": "色带用尽",
        "ribbon_broken": "色带断裂",
        "feeder_empty": "卡槽缺卡",
        "feed_fail": "进卡失败",
        "cover_open": "上盖打开",
        "jam": "卡纸",
        "half_card": "只印了半张",
        "two_cards": "一次出了两张",
        "late_card": "卡迟迟不出",
        "head_hot": "打印头过热",
        "reject_full": "废卡盒已满",
        "clean_due": "该清洁了（还可以印）",
        "clean_must": "必须清洁",
        "mute": "打印机无应答",
        "wrong_answer": "打印机答非所问",
        "slow": "打印机应答很慢",
        "unplug": "拔掉数据线（再插上）",
        "gone": "拔掉数据线（不再插上）",
        "reboot": "打印机中途重启",
        "other_printer": "同一接口换了另一台打印机",
        "counter_reset": "打印机计数清零",
        "no_varnish": "没有上保护膜",
        "wrong_ribbon": "装了别的色带",
    },
    "queue": {
        "feeder_empty": "卡槽缺卡",
        "ribbon_end": "色带用尽",
        "ribbon_low": "色带快用完",
        "cover_open": "上盖打开",
        "jam": "卡纸",
        "offline": "打印机离线",
        "abort": "作业中止，没有出卡",
        "abort_late": "作业中止，卡却出来了",
        "twice": "印了两张，说是两张",
        "twice_silently": "印了两张，说是一张",
        "lose": "说印完了，其实没有",
        "hold": "作业一直排着",
        "vanish": "作业查不到，卡出来了",
        "cut": "送完作业后断线",
        "refuse": "队列不接受作业",
        "gone": "连不上打印服务",
    },
    "slip": {
        "paper_end": "没有纸",
        "paper_end_inside": "打到一半没纸",
        "paper_low": "纸快用完",
        "cover_open": "盖子打开",
        "jam": "卡纸",
        "ribbon_end": "碳带用完",
        "head_hot": "打印头过热",
        "paused": "打印机暂停",
        "mute": "没有应答",
        "unplug": "打印中拔线",
        "gone": "没有接上",
    },
    "label": {
        "paper_end": "没有纸",
        "paper_end_inside": "打到一半没纸",
        "paper_low": "纸快用完",
        "cover_open": "盖子打开",
        "jam": "卡纸",
        "ribbon_end": "碳带用完",
        "head_hot": "打印头过热",
        "paused": "打印机暂停",
        "mute": "没有应答",
        "unplug": "打印中拔线",
        "gone": "没有接上",
        "slow": "打得慢",
        "stuck": "标签一直没有打完",
    },
    "scanner": {
        "twice": "一次扫两遍",
        "noise": "夹着乱码",
        "silence": "没有结束符",
        "unplug": "拔线（再插上）",
        "gone": "没有接上",
        "flood": "发来一长串",
    },
    "idcard": {
        "no_card": "没有放身份证",
        "select_fail": "选不中身份证",
        "read_fail": "读到一半失败",
        "damaged": "数据损坏",
        "foreign": "外国人居留证",
        "noise": "夹着乱码",
        "mute": "没有应答",
        "unplug": "读卡时拔线",
        "gone": "没有接上",
        "module": "安全模块故障",
    },
    "camera": {
        "no_frame": "没有画面",
        "black": "一片黑",
        "old_frame": "画面停在以前",
        "other_card": "镜头下是另一张卡",
        "two_cards": "镜头下有两张卡",
    },
}
