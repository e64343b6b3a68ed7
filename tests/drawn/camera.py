"""Photographing a drawn paper: a table, light, a hand that is not quite steady; and each thing that goes wrong."""

import math
import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.drawn.fonts import font_file
from tests.drawn.papers import Print

WIDTH, HEIGHT = 2048, 1536
_TABLES = (
    (96, 72, 52),
    (70, 74, 82),
    (128, 104, 84),
    (52, 60, 56),
    (150, 150, 146),
    (176, 160, 138),
    (110, 60, 50),
)


@dataclass(frozen=True)
class Shot:
    """How the photograph is taken; the defaults are a good one."""

    turned: int = 0  # counter-clockwise degrees, a multiple of 90
    tilted: bool = False
    blurred: bool = False
    glare: bool = False
    cut: bool = False


def photograph(paper: Print, *, font: int, shot: Shot, chance: random.Random) -> bytes:
    """Return a JPEG of the paper on a table."""
    flat = _printed(paper, font, chance)
    scene = _on_table(flat, shot, chance)
    scene = _lit(scene, chance)
    if shot.glare:
        scene = _with_glare(scene, shot, chance)
    if shot.blurred:
        scene = _blurred(scene, chance)
    else:
        scene = cv2.GaussianBlur(scene, (0, 0), chance.uniform(0.4, 0.9))
    noise = np.random.default_rng(chance.randrange(2**31)).standard_normal(scene.shape, np.float32)
    scene = _clipped(scene + noise * chance.uniform(1, 3.5)).astype(np.uint8)
    scene = np.ascontiguousarray(np.rot90(scene, shot.turned // 90))
    return bytes(cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, chance.randrange(78, 94)])[1])


def _printed(paper: Print, font: int, chance: random.Random) -> Any:
    width = 1500
    sheet = Image.new("RGB", (width, round(width * paper.proportion)), paper.colour)
    pen = ImageDraw.Draw(sheet)
    path, index = font_file(font)
    ink = tuple(chance.randrange(10, 55) for _channel in range(3))
    for word in paper.words:
        face = ImageFont.truetype(path, round(word.size * width / 1000), index=index)
        pen.text((word.x * width / 1000, word.y * width / 1000), word.text, font=face, fill=ink)
    return np.asarray(sheet)[:, :, ::-1].astype(np.float32)


def _on_table(flat: Any, shot: Shot, chance: random.Random) -> Any:
    table = np.empty((HEIGHT, WIDTH, 3), np.float32)
    table[:] = chance.choice(_TABLES)[::-1]
    grain = (
        np.random.default_rng(chance.randrange(2**31))
        .normal(0, 1, (HEIGHT // 8, WIDTH // 64, 1))
        .astype(np.float32)
    )
    table += cv2.resize(grain, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)[:, :, None] * chance.uniform(
        2, 7
    )
    rows, columns = flat.shape[:2]
    scale = min(WIDTH / columns, HEIGHT / rows) * chance.uniform(0.72, 0.86)
    half = (
        np.array([[-columns, -rows], [columns, -rows], [columns, rows], [-columns, rows]], np.float32)
        * scale
        / 2
    )
    angle = chance.uniform(-3, 3)
    if shot.tilted:
        angle = chance.choice((-1, 1)) * chance.uniform(11, 18)
        half *= 0.86
    turn = np.radians(angle)
    corners = half @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32)
    corners += np.array(
        [WIDTH / 2 + chance.uniform(-20, 20), HEIGHT / 2 + chance.uniform(-20, 20)], np.float32
    )
    wobble = 22 if not shot.tilted else 30
    corners += np.array(
        [[chance.uniform(-wobble, wobble), chance.uniform(-wobble, wobble)] for _n in corners]
    )
    if shot.cut:
        corners = _pushed_out(corners, chance)
    through = cv2.getPerspectiveTransform(
        np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32), corners.astype(np.float32)
    )
    where = cv2.warpPerspective(np.ones(flat.shape[:2], np.float32), through, (WIDTH, HEIGHT))[:, :, None]
    shadow = cv2.GaussianBlur(where[:, :, 0], (0, 0), 12)[:, :, None] * 0.35
    laid = cv2.warpPerspective(flat, through, (WIDTH, HEIGHT))
    return table * (1 - shadow) * (1 - where) + laid * where


def _pushed_out(corners: Any, chance: random.Random) -> Any:
    """Move the paper so that a tenth to a third of it leaves the picture."""
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    share = chance.uniform(0.1, 0.3)
    step_x, step_y = share * (right - left), share * (bottom - top)
    moves = (
        (-left - step_x, 0),
        (WIDTH - right + step_x, 0),
        (0, -top - step_y),
        (0, HEIGHT - bottom + step_y),
    )
    return corners + np.array(chance.choice(moves), np.float32)


def _lit(scene: Any, chance: random.Random) -> Any:
    angle = chance.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(
        np.linspace(-1, 1, WIDTH, dtype=np.float32), np.linspace(-1, 1, HEIGHT, dtype=np.float32)
    )
    slope = (x * math.cos(angle) + y * math.sin(angle)) * chance.uniform(0, 0.1)
    warmth = np.array([chance.uniform(0.94, 1), 1, chance.uniform(0.97, 1.0)], np.float32)
    return _clipped(scene * warmth * (chance.uniform(0.78, 0.9) + slope)[:, :, None])


def _with_glare(scene: Any, shot: Shot, chance: random.Random) -> Any:
    spot = np.zeros((HEIGHT, WIDTH), np.float32)
    for _number in range(chance.randrange(1, 3)):
        centre = (int(WIDTH * chance.uniform(0.32, 0.68)), int(HEIGHT * chance.uniform(0.35, 0.65)))
        axes = (chance.randrange(110, 260), chance.randrange(80, 180))
        cv2.ellipse(spot, centre, axes, chance.uniform(0, 180), 0, 360, 1.0, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), chance.uniform(15, 40))[:, :, None]
    return _clipped(scene * (1 - spot) + 275 * spot)


def _blurred(scene: Any, chance: random.Random) -> Any:
    if chance.random() < 0.5:
        return cv2.GaussianBlur(scene, (0, 0), chance.uniform(4.5, 7))
    length = chance.randrange(15, 25)
    kernel = np.zeros((length, length), np.float32)
    cv2.line(kernel, (0, chance.randrange(length)), (length - 1, chance.randrange(length)), 1.0, 2)
    return cv2.GaussianBlur(cv2.filter2D(scene, -1, kernel / kernel.sum()), (0, 0), 2.5)


def _clipped(scene: Any) -> Any:
    """Bring it into a picture's range, in place. Single precision throughout: double takes twice as long."""
    assert scene.dtype == np.float32
    return np.clip(scene, 0, 255, out=scene)
