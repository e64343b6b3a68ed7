"""What kind of paper it is, by the words printed on it. Sources: the papers' national forms (GA 482, GA/T 1186 …)."""

import re
from collections.abc import Mapping, Sequence

from onetrip.domain.papers.rules.reading import has
from onetrip.domain.papers.states import PaperKind as K

# Words and how much each speaks for a kind. Shared words (name, date of birth) speak for none.
_NUMBER = "#"  # stands for an ID number
WORDS: Mapping[str, Mapping[str, int]] = {
    K.ID_FRONT: {"公民身份号码": 4, _NUMBER: 2, "民族": 2, "住址": 1, "性别": 1},
    K.ID_BACK: {"居民身份证": 4, "签发机关": 3, "有效期限": 1},
    K.HOUSEHOLD: {
        "常住人口登记卡": 5, "居民户口簿": 5, "户主或与户主关系": 3, "与户主关系": 2, "曾用名": 2, "籍贯": 2,
        "文化程度": 2, "婚姻状况": 1, "兵役状况": 2, "服务处所": 2, "承办人签章": 1,
    },
    K.DRIVING: {"机动车驾驶证": 5, "准驾车型": 3, "初次领证日期": 3, "国籍": 1},
    K.VEHICLE: {
        "机动车行驶证": 5, "号牌号码": 2, "车辆类型": 2, "使用性质": 2, "品牌型号": 2, "车辆识别代号": 2,
        "发动机号码": 2, "注册日期": 1,
    },
    K.BIRTH: {
        "出生医学证明": 5, "新生儿姓名": 3, "出生孕周": 3, "接生机构": 2, "母亲姓名": 2, "父亲姓名": 2, "出生体重": 1,
    },
    K.PROPERTY: {
        "不动产权证书": 5, "不动产权": 2, "不动产单元号": 3, "共有情况": 2, "权利性质": 2, "权利类型": 2, "坐落": 1,
        "使用期限": 1,
        "房屋所有权": 2, "建筑面积": 1,
    },
    K.MARRIAGE: {"结婚证字号": 4, "结婚证": 2, "持证人": 3, "婚姻登记": 2, "结婚申请": 3, "予以登记": 1},
}  # fmt: skip
_ENOUGH = 4


def kind_of(rows: Sequence[str]) -> str | None:
    """Return the kind that the words speak for clearly, else None."""
    text = "\n".join(rows)
    if re.search(r"\d{17}[\dXx]", text):
        text += _NUMBER
    scores = {
        str(kind): sum(weight for word, weight in words.items() if has(word, text))
        for kind, words in WORDS.items()
    }
    best, second = sorted(scores, key=lambda kind: -scores[kind])[:2]
    return best if scores[best] >= _ENOUGH and scores[best] > scores[second] else None
