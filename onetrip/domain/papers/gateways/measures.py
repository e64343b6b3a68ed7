"""How a picture was taken: softness of the letters, burnt-out light, edges that run out of the picture. Pure."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

_USUAL_HEIGHT = 50  # pixels of a line of writing
_BURNT = 250  # of 255, in the darkest channel
_SMALL = 400  # longer side of the picture in which the paper's outline is looked for
_EDGE = 9  # of 255, from one pixel of that picture to the next but one
_COLOUR = (45, 45, 45)
_LEAK = 3  # sides of the picture that may be touched before the outline counts as not found


def softness(crops: Sequence[Any]) -> float:
    """Return the middle width of the letters' edges as a share of the letters' height; 0.05 is sharp.

    Contrast over the steepest slope is a width whatever the light, and letters carry it whatever their size.
    """
    found = []
    for crop in crops:
        grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32)
        low, high = np.percentile(grey, (2, 98))
        if high - low < 25 or min(grey.shape) < 8:
            continue
        across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3) / 8
        down = cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3) / 8
        steepest = float(np.percentile(np.hypot(across, down), 98))
        found.append((high - low) / max(steepest, 0.5) / grey.shape[0])
    return float(np.median(found)) if found else 1.0


def overall(picture: Any) -> float:
    """Return the softness of a picture with next to no writing, by its steepest edges; 1 without any contrast."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (2, 98))
    if high - low < 40:
        return 1.0
    slopes = (
        np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=3)) / 8
    )
    width = (high - low) / max(float(np.percentile(slopes, 99.7)), 0.5)
    return min(0.99, float(width) / _USUAL_HEIGHT)


def glare(picture: Any, boxes: Sequence[Any]) -> float:
    """Return the share of the written area that one burnt-out patch covers."""
    rows, columns = picture.shape[:2]
    hull = cv2.convexHull(np.concatenate(boxes).astype(np.float32)).astype(np.int32)
    area = np.zeros((rows, columns), np.uint8)
    cv2.fillConvexPoly(area, hull, 1)
    area = cv2.dilate(area, np.ones((25, 25), np.uint8))
    burnt = ((picture.min(axis=2) >= _BURNT) & (area == 1)).astype(np.uint8)
    burnt = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    count, _labels, sizes, _centres = cv2.connectedComponentsWithStats(burnt)
    largest = max((int(sizes[n, cv2.CC_STAT_AREA]) for n in range(1, count)), default=0)
    return largest / max(1, int(area.sum()))


def cut(picture: Any, boxes: Sequence[Any]) -> float:
    """Return the largest share of one side of the picture that the paper runs over.

    The paper is grown from around its writing to where the colour changes. Where it runs over every side, the table
    has the paper's colour: then the outline is unknown and only writing at the very border counts.
    """
    scale = _SMALL / max(picture.shape[:2])
    small = cv2.GaussianBlur(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), (5, 5), 0
    )
    paper = _paper_mask(small, [box * scale for box in boxes])
    sides = [float(side.mean()) for side in (paper[1], paper[-2], paper[:, 1], paper[:, -2])]
    touched = [side for side in sides if side > 0.04]
    if len(touched) > _LEAK:
        return _writing_at_border(picture, boxes)
    return max(sides)


def _paper_mask(small: Any, boxes: Sequence[Any]) -> Any:
    """Return 1 where the paper is: flooded from around each line of writing, stopped by edges and other colours."""
    rows, columns = small.shape[:2]
    steps = cv2.morphologyEx(small, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).max(axis=2)
    flooded = np.zeros((rows + 2, columns + 2), np.uint8)
    flooded[1:-1, 1:-1] = steps > _EDGE
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    for box in boxes:
        centre = box.mean(axis=0)
        for corner in box:
            x, y = np.round(corner + (corner - centre) * 0.03 + np.sign(corner - centre) * 2.5).astype(int)
            if 0 < x < columns - 1 and 0 < y < rows - 1 and not flooded[y + 1, x + 1]:
                cv2.floodFill(small, flooded, (int(x), int(y)), 0, _COLOUR, _COLOUR, flags)
    found = (flooded[1:-1, 1:-1] == 255).astype(np.uint8)
    return cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))


def _writing_at_border(picture: Any, boxes: Sequence[Any]) -> float:
    rows, columns = picture.shape[:2]
    margin = 0.012 * max(rows, columns)
    for box in boxes:
        left, top = box.min(axis=0)
        right, bottom = box.max(axis=0)
        if min(left, top, columns - right, rows - bottom) < margin:
            return 1.0
    return 0.0
