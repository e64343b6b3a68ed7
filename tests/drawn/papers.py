"""What is printed on each kind of paper, after the national forms, with invented people."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

TODAY = date(2026, 6, 1)
KINDS = ("id_front", "id_back", "household", "driving", "vehicle", "birth", "property", "marriage")
OTHER = "other"
EXPIRING = ("id_back", "driving", "vehicle")
NAMED = ("id_front", "household", "driving")

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "秀英",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "建国",
    "志强",
    "桂兰",
    "晓明",
    "海燕",
    "文博",
    "雨桐",
]
_STREETS = ["文化路", "花园路", "嵩山路", "农业路", "建设路", "东风路", "黄河路", "人民路"]
_DISTRICTS = [("410102", "中原区"), ("410103", "二七区"), ("410105", "金水区"), ("410108", "惠济区")]


@dataclass(frozen=True)
class Word:
    """A piece of print: place and size in thousandths of the paper's width."""

    x: int
    y: int
    size: int
    text: str


@dataclass(frozen=True)
class Print:
    """A paper: proportion (height / width), colour, and its words. `name`: whose it is."""

    kind: str
    proportion: float
    colour: tuple[int, int, int]
    words: tuple[Word, ...]
    name: str


def make(kind: str, chance: random.Random, *, expired: bool = False) -> Print:
    """Print one paper of the kind."""
    return _MAKERS[kind](chance, expired)


def person(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + chance.choice(_GIVEN)


def id_number(chance: random.Random, born: date | None = None) -> str:
    """An ID number with the right check digit."""
    day = born or _day(chance, 1955, 2005)
    body = f"{chance.choice(_DISTRICTS)[0]}{day:%Y%m%d}{chance.randrange(1000):03}"
    # ISO 7064 MOD 11-2: the digits, weighted with powers of two, and the check digit leave a rest of 1.
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    check = (1 - total) % 11
    return body + ("X" if check == 10 else str(check))


def _day(chance: random.Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(days=chance.randrange(365 * (last - first) + 1))


def _address(chance: random.Random) -> str:
    house = f"{chance.randrange(1, 200)}号院{chance.randrange(1, 30)}号楼{chance.randrange(1, 40)}号"
    place = f"{chance.choice(_STREETS)}{house}"
    return f"郑州市{chance.choice(_DISTRICTS)[1]}{place}"


def _span(chance: random.Random, expired: bool, years: int) -> tuple[date, date]:
    until = TODAY + timedelta(days=chance.randrange(60, 2500)) if not expired else (
        TODAY - timedelta(days=chance.randrange(30, 2000))
    )  # fmt: skip
    until = until.replace(day=min(until.day, 28))
    return until.replace(year=until.year - years), until


def _id_front(chance: random.Random, expired: bool) -> Print:
    name, born = person(chance), _day(chance, 1955, 2005)
    address = f"河南省{_address(chance)}"
    words = [
        Word(60, 70, 46, f"姓名  {name}"),
        Word(60, 160, 42, f"性别  {chance.choice('男女')}    民族  汉"),
        Word(60, 245, 42, f"出生  {born.year} 年 {born.month} 月 {born.day} 日"),
        Word(60, 335, 42, f"住址  {address[:11]}"),
        Word(175, 395, 42, address[11:]),
        Word(60, 530, 46, f"公民身份号码  {id_number(chance, born)}"),
    ]
    return Print("id_front", 0.63, (214, 226, 236), tuple(words), name)


def _id_back(chance: random.Random, expired: bool) -> Print:
    start, until = _span(chance, expired, chance.choice((10, 20)))
    span = f"{start:%Y.%m.%d}-{until:%Y.%m.%d}"
    if not expired and chance.random() < 0.2:
        span = f"{start:%Y.%m.%d}-长期"
    place = chance.choice(_DISTRICTS)[1].removesuffix("区")
    words = [
        Word(330, 90, 62, "中华人民共和国"),
        Word(360, 190, 78, "居民身份证"),
        Word(200, 440, 42, f"签发机关  郑州市公安局{place}分局"),
        Word(200, 520, 42, f"有效期限  {span}"),
    ]
    return Print("id_back", 0.63, (222, 228, 226), tuple(words), "")


def _household(chance: random.Random, expired: bool) -> Print:
    name, born = person(chance), _day(chance, 1955, 2015)
    words = [
        Word(330, 40, 52, "常住人口登记卡"),
        Word(50, 140, 30, f"姓名  {name}"),
        Word(540, 140, 30, f"户主或与户主关系  {chance.choice(('户主', '妻', '子', '女'))}"),
        Word(50, 200, 30, "曾用名"),
        Word(540, 200, 30, f"性别  {chance.choice('男女')}"),
        Word(50, 260, 30, "出生地  河南省郑州市"),
        Word(540, 260, 30, "民族  汉族"),
        Word(50, 320, 30, "籍贯  河南省郑州市"),
        Word(540, 320, 30, f"出生日期  {born.year}年{born.month}月{born.day}日"),
        Word(50, 380, 30, f"公民身份号码  {id_number(chance, born)}"),
        Word(50, 440, 30, f"文化程度  {chance.choice(('高中', '大学本科', '初中'))}"),
        Word(540, 440, 30, f"婚姻状况  {chance.choice(('已婚', '未婚'))}"),
        Word(50, 500, 30, "兵役状况  未服兵役"),
        Word(540, 500, 30, "职业"),
        Word(50, 560, 30, "服务处所"),
        Word(50, 640, 28, "承办人签章"),
        Word(540, 640, 28, f"登记日期  {_day(chance, 2005, 2024):%Y年%m月%d日}"),
    ]
    return Print("household", 0.72, (238, 232, 218), tuple(words), name)


def _driving(chance: random.Random, expired: bool) -> Print:
    name, born = person(chance), _day(chance, 1960, 2003)
    start, until = _span(chance, expired, chance.choice((6, 10)))
    words = [
        Word(230, 40, 50, "中华人民共和国机动车驾驶证"),
        Word(270, 105, 28, "Driving License of the People's Republic of China"),
        Word(60, 160, 38, f"证号  {id_number(chance, born)}"),
        Word(60, 230, 36, f"姓名  {name}"),
        Word(420, 230, 36, f"性别  {chance.choice('男女')}"),
        Word(660, 230, 36, "国籍  中国"),
        Word(60, 300, 34, f"住址  {_address(chance)}"),
        Word(300, 380, 32, f"出生日期  {born:%Y-%m-%d}"),
        Word(300, 440, 32, f"初次领证日期  {start:%Y-%m-%d}"),
        Word(300, 500, 32, f"准驾车型  {chance.choice(('C1', 'C2', 'B2', 'A1A2', 'C1D'))}"),
        Word(60, 580, 34, f"有效期限  {start:%Y-%m-%d}至{until:%Y-%m-%d}"),
    ]
    return Print("driving", 0.68, (236, 238, 236), tuple(words), name)


def _vehicle(chance: random.Random, expired: bool) -> Print:
    name, first = person(chance), _day(chance, 2012, 2022)
    until = _span(chance, expired, 6)[1]
    vin = "L" + "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _n in range(16))
    words = [
        Word(230, 40, 50, "中华人民共和国机动车行驶证"),
        Word(60, 130, 36, f"号牌号码  豫A{chance.randrange(10000, 99999)}"),
        Word(540, 130, 36, "车辆类型  小型轿车"),
        Word(60, 195, 36, f"所有人  {name}"),
        Word(60, 260, 34, f"住址  {_address(chance)}"),
        Word(60, 325, 34, "使用性质  非营运"),
        Word(480, 325, 34, f"品牌型号  {chance.choice(('大众牌SVW71', '宇通牌ZK610', '比亚迪牌BYD71'))}"),
        Word(60, 390, 34, f"车辆识别代号  {vin}"),
        Word(60, 455, 34, f"发动机号码  {chance.randrange(100000, 999999)}"),
        Word(60, 520, 34, f"注册日期  {first:%Y-%m-%d}"),
        Word(520, 520, 34, f"发证日期  {first:%Y-%m-%d}"),
        Word(60, 600, 34, f"检验记录  检验有效期至{until:%Y年%m月}豫A"),
    ]
    return Print("vehicle", 0.7, (232, 236, 240), tuple(words), name)


def _birth(chance: random.Random, expired: bool) -> Print:
    name, born = person(chance), _day(chance, 2005, 2026)
    words = [
        Word(320, 50, 60, "出生医学证明"),
        Word(60, 170, 34, f"新生儿姓名  {name}"),
        Word(560, 170, 34, f"性别  {chance.choice('男女')}"),
        Word(60, 240, 34, f"出生时间  {born:%Y年%m月%d日}"),
        Word(560, 240, 34, f"出生孕周  {chance.randrange(36, 42)}周"),
        Word(60, 310, 34, f"出生体重  {chance.randrange(2600, 4200)}克"),
        Word(560, 310, 34, f"出生身长  {chance.randrange(46, 54)}厘米"),
        Word(60, 380, 34, "出生地点  河南省郑州市"),
        Word(60, 450, 34, f"接生机构  郑州市{chance.choice(('第一', '第三', '妇幼'))}医院"),
        Word(60, 540, 34, f"母亲姓名  {person(chance)}"),
        Word(60, 600, 32, f"身份证件号码  {id_number(chance)}"),
        Word(60, 680, 34, f"父亲姓名  {person(chance)}"),
        Word(60, 740, 32, f"身份证件号码  {id_number(chance)}"),
        Word(60, 840, 30, f"签发日期  {born + timedelta(days=9):%Y年%m月%d日}"),
    ]
    return Print("birth", 1.0, (236, 240, 232), tuple(words), name)


def _property(chance: random.Random, expired: bool) -> Print:
    name = person(chance)
    unit = f"4101{chance.randrange(10**8, 10**9)}GB{chance.randrange(10000, 99999)}F{chance.randrange(1000, 9999)}"
    words = [
        Word(
            60,
            50,
            36,
            f"豫（{chance.randrange(2016, 2026)}）郑州市不动产权第{chance.randrange(10**6, 10**7)}号",
        ),
        Word(60, 160, 34, f"权利人  {name}"),
        Word(60, 230, 34, f"共有情况  {chance.choice(('单独所有', '共同共有'))}"),
        Word(60, 300, 34, f"坐落  {_address(chance)}"),
        Word(60, 370, 34, f"不动产单元号  {unit}"),
        Word(60, 440, 34, "权利类型  国有建设用地使用权/房屋所有权"),
        Word(60, 510, 34, "权利性质  出让/市场化商品房"),
        Word(60, 580, 34, "用途  城镇住宅用地/住宅"),
        Word(60, 650, 34, f"面积  建筑面积{chance.randrange(50, 200)}.{chance.randrange(10, 99)}平方米"),
        Word(60, 720, 34, "使用期限  2010年03月01日起2080年02月28日止"),
        Word(60, 800, 34, "权利其他状况  钢筋混凝土结构"),
    ]
    return Print("property", 1.1, (240, 234, 226), tuple(words), name)


def _marriage(chance: random.Random, expired: bool) -> Print:
    name, day = person(chance), _day(chance, 1995, 2025)
    words = [
        Word(60, 50, 40, f"持证人  {name}"),
        Word(60, 120, 36, f"登记日期  {day:%Y年%m月%d日}"),
        Word(60, 190, 36, f"结婚证字号  J410105-{day.year}-{chance.randrange(1000, 9999):06}"),
        Word(60, 260, 36, "备注"),
        Word(60, 380, 36, f"姓名  {name}"),
        Word(560, 380, 36, "性别  男"),
        Word(60, 440, 34, "国籍  中国"),
        Word(60, 500, 34, f"身份证件号  {id_number(chance)}"),
        Word(60, 610, 36, f"姓名  {person(chance)}"),
        Word(560, 610, 36, "性别  女"),
        Word(60, 670, 34, "国籍  中国"),
        Word(60, 730, 34, f"身份证件号  {id_number(chance)}"),
        Word(60, 830, 30, "结婚申请，符合《中华人民共和国民法典》规定，予以登记，发给此证"),
    ]
    return Print("marriage", 1.2, (244, 232, 230), tuple(words), name)


def _other(chance: random.Random, expired: bool) -> Print:
    papers = [
        (
            "增值税电子普通发票",
            ["发票代码", "开票日期", "购买方名称", "货物或应税劳务", "金额", "税率", "价税合计"],
        ),
        ("体检报告单", ["受检者", "血压", "心率", "肝功能", "检查结论", "主检医师", "报告日期"]),
        ("房屋租赁合同", ["出租方", "承租方", "租金", "租期", "押金", "违约责任", "签订日期"]),
        ("毕业证书", ["学生", "专业", "学制", "修完教学计划", "成绩合格", "准予毕业", "校长"]),
        ("银行流水", ["账号", "户名", "币种", "交易日期", "收入", "支出", "余额"]),
    ]
    title, fields = chance.choice(papers)
    words = [Word(330, 50, 56, title)]
    for number, field in enumerate(fields):
        value = chance.choice(
            (person(chance), str(chance.randrange(1000, 99999)), f"{_day(chance, 2020, 2026):%Y-%m-%d}")
        )
        words.append(Word(60, 170 + 75 * number, 36, f"{field}  {value}"))
    return Print(OTHER, 0.8, (240, 240, 238), tuple(words), "")


_MAKERS = {
    "id_front": _id_front, "id_back": _id_back, "household": _household, "driving": _driving, "vehicle": _vehicle,
    "birth": _birth, "property": _property, "marriage": _marriage, OTHER: _other,
}  # fmt: skip
