"""Where the camera looks and where the subject is at each moment, and the painting of subjects and what they pass behind."""

import math

import torch
from torch import Tensor

from .canvas import Canvas, Pen, View, column, numbers
from .places import DARK_PLACES
from .shapes import both, box, disc, rotated
from .subjects import SUBJECTS, Moves
from .world import flies

# sRGB, as painted in full light.
PALETTE = {
    "red": (0.88, 0.13, 0.13),
    "orange": (0.98, 0.53, 0.08),
    "yellow": (0.98, 0.88, 0.16),
    "green": (0.15, 0.66, 0.25),
    "blue": (0.13, 0.33, 0.90),
    "purple": (0.58, 0.22, 0.74),
    "white": (0.97, 0.97, 0.97),
    "black": (0.06, 0.06, 0.07),
}
SHOT_SIZE = {"wide": 0.90, "medium": 1.35, "close-up": 1.95}
RATE = 12  # frames a second


def way(seconds: Tensor, length: float) -> tuple[Tensor, float]:
    """How much of the clip is over, 0 to 1; and the part of a way that it shows: a short clip shows less, so that speeds are alike."""
    return seconds / max(length - 1 / RATE, 1e-6), min(1.0, 0.45 + 0.11 * length)


class Path:
    """A subject over time: (n, frames, 1, 1) each."""

    def __init__(self, scenes: list[dict], subject: str, seconds: Tensor, length: float, aspect: float, side: float = 0.0):
        device = seconds.device
        t, part = way(seconds, length)

        def has(*motions) -> Tensor:
            return column([float(s["motion"] in motions) for s in scenes], device)

        a, b = numbers(scenes, f"path {side}", 2, device)
        unit = min(1.0, 0.55 + 0.45 * aspect)
        size = column([SHOT_SIZE[s["shot"]] * (0.78 if s["second"] else 1.0) for s in scenes], device) * unit
        self.along = has("left to right") - has("right to left")
        up, down = has("rising"), has("falling")
        grow, shrink = has("growing"), has("shrinking")
        self.size = size * (1 + grow * (-0.45 + 0.75 * t * part) + shrink * (0.30 - 0.75 * t * part))
        rest = (2 * a - 1) * 0.22 * min(aspect, 1.0) + side * 0.52 * min(aspect, 1.25)
        reach = min(aspect, 1.78) * 0.80
        self.x = rest * (1 - self.along.abs()) + self.along * reach * part * (2 * t - 1) + side * 0.5 * self.along.abs()
        floor = 0.46 + 0.20 * (size - 0.90)
        height = torch.full_like(size, -0.10 + 0.10 * side) if flies(subject) else floor - 0.30 * self.size
        if subject == "fish":
            height = torch.full_like(size, 0.02)
        y = height + (b - 0.5) * 0.06
        moves_y = up + down
        self.y = y * (1 - moves_y) + up * (0.05 + 0.62 * part * (1 - 2 * t)) + down * (0.0 - 0.62 * part * (1 - 2 * t))
        self.y = self.y - has("bouncing") * 0.42 * torch.sin(math.pi * seconds / 0.8).abs()
        self.angle = has("spinning") * (2 * math.pi * seconds / 2.4) + has("swaying") * 0.44 * torch.sin(2 * math.pi * seconds / 1.7)
        self.facing = torch.where(self.along < 0, -1.0, 1.0)
        going = (self.along.abs() + has("bouncing")).clamp(max=1)
        self.moves = Moves(seconds, going, has("waving"), has("sitting"))


def view_of(scenes: list[dict], seconds: Tensor, length: float, aspect: float) -> View:
    device = seconds.device
    t, part = way(seconds, length)

    def has(*cameras) -> Tensor:
        return column([float(s["camera"] in cameras) for s in scenes], device)

    middle = (t - 0.5) * part
    pan_x = (has("pan right") - has("pan left")) * 1.1 * middle
    pan_y = (has("tilt down") - has("tilt up")) * 0.85 * middle
    # Closer or wider by a factor of 1.9 over the whole way, around the size that the shot asks for.
    zoom = torch.exp((has("pull out") - has("push in")) * 1.3 * middle * 0.5)
    a, b = numbers(scenes, "camera", 2, device)
    shake = has("shake")
    pan_x = pan_x + shake * 0.045 * (torch.sin(17 * seconds + 6 * a) + 0.7 * torch.sin(29 * seconds + 6 * b))
    pan_y = pan_y + shake * 0.045 * (torch.sin(21 * seconds + 6 * b) + 0.7 * torch.sin(31 * seconds + 6 * a))
    along = column([float(s["motion"] == "left to right") - float(s["motion"] == "right to left") for s in scenes], device)
    pan_x = pan_x + has("track") * along * min(aspect, 1.78) * 0.80 * part * (2 * t - 1)
    orbit = has("orbit") * 1.9 * middle
    return View(pan_x + 0 * t, pan_y + 0 * t, zoom + 0 * t, orbit + 0 * t)


def paint_subjects(canvas: Canvas) -> None:
    """The second subject first, then the one that the scene is about; the mask is of both."""
    canvas.subject = True
    for key, colour_key, side in (("second", "second_colour", 1.0), ("subject", "colour", -1.0)):
        for subject in sorted({s[key] for s in canvas.scenes if s[key]}):
            rows = [i for i, s in enumerate(canvas.scenes) if s[key] == subject]
            part = canvas.select(rows)
            part.subject = True
            paint_subject(part, subject, colour_key, side)
            canvas.put_back(part, rows)
    canvas.subject = False


def paint_subject(c: Canvas, subject: str, colour_key: str, side: float) -> None:
    alone = [0.0 if s["second"] is None else side for s in c.scenes]
    paths = {where: Path(c.scenes, subject, c.seconds, c.length, c.aspect, where) for where in sorted(set(alone))}
    path = next(iter(paths.values()))
    if len(paths) > 1:
        for name in ("x", "y"):
            pick = column([float(a != 0.0) for a in alone], c.device)
            setattr(path, name, getattr(paths[0.0], name) * (1 - pick) + getattr(paths[side], name) * pick)
    layer = c.layer(1)
    # Seen from the side a subject is narrower.
    turned = torch.cos(c.view.orbit).clamp(min=0.3)
    dx, dy = (layer.x - path.x) / (path.size * turned), (layer.y - path.y) / path.size
    u, v = rotated(dx, dy, path.angle)
    # Without colours a subject has to stand out by how light it is.
    dark = column([float(s["time"] == "night" or s["place"] in DARK_PLACES) for s in c.scenes], c.device).view(-1, 1)
    greys = numbers(c.scenes, "grey", 1, c.device)[0].view(-1, 1) * 0.22 + 0.10 + 0.66 * dark
    colours = [PALETTE[s[colour_key]] if s[colour_key] else None for s in c.scenes]
    rgb = torch.stack([torch.tensor(k, device=c.device) if k else greys[i].expand(3) for i, k in enumerate(colours)])
    # A subject keeps more of its own colour than the place around it: it has to be named at night too.
    body = c.lit(rgb, 0.35)
    SUBJECTS[subject](Pen(c, layer, path.size, body), u * path.facing, v, path.moves)


def paint_occluder(c: Canvas) -> None:
    """Something in the way of the subject, wide enough to hide it for a moment."""
    rows = [i for i, s in enumerate(c.scenes) if s["occluder"]]
    if not rows:
        return
    part = c.select(rows)
    layer, (a,) = part.layer(1), part.numbers("occluder", 1)
    kinds = [s["occluder"] for s in part.scenes]
    wide = column([{"wide": 0.40, "medium": 0.60}[s["shot"]] for s in part.scenes], c.device) * min(1.0, c.aspect)
    x, y = layer.x - (a - 0.5) * 0.5 * min(1.0, c.aspect), layer.y

    def shown(kind):
        return column([float(k == kind) for k in kinds], c.device)

    away = 10.0
    wall = box(x, y - 0.36, wide * 1.25, 0.86) + away * (1 - shown("wall"))
    part.paint(layer, wall, part.lit((0.66, 0.40, 0.32)))
    rows_of_bricks = torch.minimum(((y % 0.2) - 0.1).abs(), (((x + 0.15 * torch.floor(y / 0.2)) % 0.3) - 0.15).abs()) - 0.010
    part.paint(layer, both(rows_of_bricks, wall), part.lit((0.50, 0.30, 0.25)))
    pillar = box(x, y, wide, 3.0) + away * (1 - shown("pillar"))
    part.paint(layer, pillar, part.lit((0.74, 0.72, 0.68)))
    part.paint(layer, both((x % 0.16 - 0.08).abs() - 0.014, pillar), part.lit((0.60, 0.58, 0.55)))
    trunk = (x + 0.05 * torch.sin(3 * y)).abs() - wide * 0.95 + away * (1 - shown("tree"))
    part.paint(layer, trunk, part.lit((0.36, 0.24, 0.15)))
    part.paint(layer, both(((x + 0.05 * torch.sin(3 * y)) % 0.19 - 0.09).abs() - 0.013, trunk), part.lit((0.27, 0.17, 0.10)))
    crown = disc(x, (y + 1.0) * 1.2, wide * 1.9) + away * (1 - shown("tree"))
    part.paint(layer, crown, part.lit((0.16, 0.38, 0.18)))
    c.put_back(part, rows)


def held(scenes: list[dict], frames: list[int], device) -> Tensor:
    """Seconds of some frames, (n, frames, 1, 1); stop motion holds each picture for three frames of 12 a second."""
    index = torch.tensor(frames, device=device, dtype=torch.float32)
    rows = [torch.floor(index / 3) * 3 if s["style"] == "stop motion" else index for s in scenes]
    return torch.stack(rows).view(len(scenes), -1, 1, 1) / RATE
