"""Draws captioned scenes as batched tensor operations, on any device."""

import torch
from torch import Tensor

from .canvas import Canvas
from .finish import paint_finish
from .motion import RATE, held, paint_occluder, paint_subjects, view_of
from .places import PLACES, SKYLESS
from .sky import light_of, paint_haze, paint_sky, paint_weather


def render(scenes: list[dict], height: int, width: int, frames: int, device="cpu", of: int | None = None, at: list[int] | None = None) -> tuple[Tensor, Tensor]:
    """Clips in 0..1, (n, 3, frames, height, width), and how much of each pixel is subject, (n, frames, height, width).

    12 frames a second. A scene looks the same at every size of one aspect ratio, and in every batch. Of a clip of `of`
    frames only those `at` some places can be drawn; then `frames` is their number.
    """
    n, length = len(scenes), (of or frames) / RATE
    seconds = held(scenes, at or list(range(frames)), device)
    image = torch.zeros(n, 3, frames, height, width, device=device)
    empty = torch.zeros(n, frames, height, width, device=device)
    light, tint = light_of(scenes, device)
    canvas = Canvas(scenes, image, empty, empty.clone(), view_of(scenes, seconds, length, width / height), seconds, length, light, tint)

    outdoors = [i for i, s in enumerate(scenes) if s["place"] not in SKYLESS or s["place"] == "space"]
    if outdoors:
        part = canvas.select(outdoors)
        paint_sky(part)
        canvas.put_back(part, outdoors)
    for place in sorted({s["place"] for s in scenes}):
        rows = [i for i, s in enumerate(scenes) if s["place"] == place]
        part = canvas.select(rows)
        PLACES[place](part)
        canvas.put_back(part, rows)
    paint_haze(canvas)
    paint_subjects(canvas)
    paint_occluder(canvas)
    paint_weather(canvas)
    paint_finish(canvas)
    return canvas.image.clamp(0, 1), canvas.mask
