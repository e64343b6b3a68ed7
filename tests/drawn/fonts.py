"""Eight Chinese fonts of Debian's packages (see ops/build/system-packages.sh)."""

from pathlib import Path

_FOLDER = Path("/usr/share/fonts")
# Name, file, number within a collection.
FONTS = (
    ("Noto Sans", "opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("Noto Serif", "opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    ("WenQuanYi Zen Hei", "truetype/wqy/wqy-zenhei.ttc", 0),
    ("WenQuanYi Micro Hei", "truetype/wqy/wqy-microhei.ttc", 0),
    ("AR PL UMing", "truetype/arphic/uming.ttc", 0),
    ("AR PL UKai", "truetype/arphic/ukai.ttc", 0),
    ("AR PL SungtiL", "truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0),
    ("AR PL KaitiM", "truetype/arphic-gkai00mp/gkai00mp.ttf", 0),
)


def font_file(number: int) -> tuple[str, int]:
    """Return (path, number within the collection) of the font; raises FileNotFoundError where it is missing."""
    name, path, index = FONTS[number % len(FONTS)]
    if not (_FOLDER / path).exists():
        raise FileNotFoundError(f"{name}: run ops/build/system-packages.sh")
    return str(_FOLDER / path), index
