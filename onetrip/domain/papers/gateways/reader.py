"""Reading a picture with RapidOCR (models from its wheel, no network), on one thread.

The reader is told nothing of orientation: its confidence is no sign of it (an upside-down page has scored 0.996). A
few long lines are read both ways round, and the way that gives more sure letters wins.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from onetrip.domain.papers.gateways import measures
from onetrip.domain.papers.views import Line, Look

Picture = Any  # numpy array, rows × columns × BGR
Box = Any  # numpy array, four corners

_LONGER_SIDE = 1600
_MOST_LINES = 45
_TRIED_BOTH_WAYS = 3
_FEW = 3  # lines; with fewer, the picture as a whole says how soft it is
_LINE_HEIGHT = 48  # what the recogniser scales a line to


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = "EngineConfig.onnxruntime.{}_op_num_threads"
    return RapidOCR(
        params={
            threads.format("intra"): 1,
            threads.format("inter"): 1,
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Det.limit_type": "max",
            "Det.limit_side_len": 640,
        }
    )


def look_at(jpeg: bytes) -> Look:
    """Read and measure a picture. Raises ValueError for bytes that are none."""
    cv2.setNumThreads(1)
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("not a picture")
    scale = _LONGER_SIDE / max(picture.shape[:2])
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    boxes = _boxes(picture)
    if not boxes:
        return Look(lines=(), turned=0, tilt=0.0, softness=measures.overall(picture), glare=0.0, cut=0.0)
    upended = _is_upended(boxes)
    crops = [_crop(picture, box, upended=upended) for box in boxes]
    texts, reversed_ = _read(crops)
    turned = (90 if upended else 0) + (180 if reversed_ else 0)
    tilt = _tilt(boxes, upended=upended)
    lines = tuple(
        _line(text, confidence, box, crop, picture, turned=turned, tilt=tilt)
        for (text, confidence), box, crop in zip(texts, boxes, crops, strict=True)
        if text.strip()
    )
    return Look(
        lines=lines,
        turned=turned,
        tilt=tilt,
        softness=measures.softness(crops) if len(boxes) >= _FEW else measures.overall(picture),
        glare=measures.glare(picture, boxes),
        cut=measures.cut(picture, boxes),
    )


def _boxes(picture: Picture) -> list[Box]:
    found = _engine()(picture, use_det=True, use_cls=False, use_rec=False).boxes
    boxes = [] if found is None else [np.asarray(box, np.float32) for box in found]
    return sorted(boxes, key=lambda box: -cv2.contourArea(box))[:_MOST_LINES]


def _sides(box: Box) -> tuple[float, float]:
    """Return (length along the top edge, length along the left edge) in pixels."""
    return float(np.linalg.norm(box[1] - box[0])), float(np.linalg.norm(box[3] - box[0]))


def _is_upended(boxes: Sequence[Box]) -> bool:
    """Say whether most of the writing runs up or down: the picture lies on its side."""
    across = down = 0.0
    for box in boxes:
        width, height = _sides(box)
        if width > 1.5 * height:
            across += width
        elif height > 1.5 * width:
            down += height
    return down > across


def _tilt(boxes: Sequence[Box], *, upended: bool) -> float:
    """Return how many degrees the longer lines are off the straight, -45 to 45."""
    angles = []
    for box in sorted(boxes, key=lambda box: -max(_sides(box)))[:8]:
        along = box[3] - box[0] if upended else box[1] - box[0]
        angle = float(np.degrees(np.arctan2(along[1], along[0]))) - (90 if upended else 0)
        angles.append((angle + 45) % 90 - 45)
    return float(np.median(angles))


def _crop(picture: Picture, box: Box, *, upended: bool) -> Picture:
    """Cut a line out and lay it flat; an upended line is turned clockwise by 90 degrees less than it would need."""
    corners = np.roll(box, 1, axis=0) if upended else box  # the lower left corner becomes the upper left one
    width, height = _sides(corners)
    size = (max(8, round(width)), max(8, round(height)))
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    through = cv2.getPerspectiveTransform(corners.astype(np.float32), flat)
    return cv2.warpPerspective(picture, through, size, borderMode=cv2.BORDER_REPLICATE)


def _read_line(crop: Picture) -> tuple[str, float]:
    if crop.shape[0] > _LINE_HEIGHT:
        share = _LINE_HEIGHT / crop.shape[0]
        crop = cv2.resize(
            crop, (max(8, round(crop.shape[1] * share)), _LINE_HEIGHT), interpolation=cv2.INTER_AREA
        )
    found: Any = _engine()(crop, use_det=False, use_cls=False, use_rec=True)
    if not found.txts:
        return "", 0.0
    return str(found.txts[0]), float(found.scores[0])


def _read(crops: Sequence[Picture]) -> tuple[list[tuple[str, float]], bool]:
    """Read all lines the right way round; say whether that was the other way round."""
    longest = sorted(range(len(crops)), key=lambda n: crops[n].shape[0] / crops[n].shape[1])[
        :_TRIED_BOTH_WAYS
    ]
    ahead = {n: _read_line(crops[n]) for n in longest}
    back = {n: _read_line(_reverse(crops[n])) for n in longest}
    is_reversed = _sure_letters(back.values()) > _sure_letters(ahead.values())
    known = back if is_reversed else ahead
    texts = [
        known[n] if n in known else _read_line(_reverse(crop) if is_reversed else crop)
        for n, crop in enumerate(crops)
    ]
    return texts, is_reversed


def _reverse(crop: Picture) -> Picture:
    return cv2.rotate(crop, cv2.ROTATE_180)


def _sure_letters(read: Any) -> float:
    return float(sum(len(text) * max(0.0, confidence - 0.5) for text, confidence in read))


def _line(
    text: str, confidence: float, box: Box, crop: Picture, picture: Picture, *, turned: int, tilt: float
) -> Line:
    """Give a line its place in the upright, straightened picture."""
    rows, columns = picture.shape[:2]
    longer = max(rows, columns)
    x, y = (box.mean(axis=0) - np.array([columns / 2, rows / 2])) / longer
    angle = np.radians(turned - tilt)
    upright_x = x * np.cos(angle) - y * np.sin(angle)
    upright_y = x * np.sin(angle) + y * np.cos(angle)
    return Line(
        text=text,
        confidence=confidence,
        x=float(upright_x),
        y=float(upright_y),
        height=crop.shape[0] / longer,
    )
