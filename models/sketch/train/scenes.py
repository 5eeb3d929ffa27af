"""Draws captioned clips: flat, graphic scenes as batched tensor operations, on any device.

Coordinates: the picture is 2 high (-1 top, 1 bottom) and 2·width/height wide. Shapes are signed distances, turned into
coverage over one pixel, so edges are smooth at any size. Scenes of one batch are grouped by place and by subject; each
group is drawn at once.
"""

import math
import random

import torch
from torch import Tensor

PALETTE = {
    "red": (0.86, 0.16, 0.16),
    "orange": (0.95, 0.55, 0.12),
    "yellow": (0.96, 0.86, 0.20),
    "green": (0.20, 0.65, 0.28),
    "blue": (0.16, 0.36, 0.86),
    "purple": (0.55, 0.25, 0.70),
    "white": (0.96, 0.96, 0.96),
    "black": (0.06, 0.06, 0.07),
}
SKY = {
    "noon": ((0.35, 0.62, 0.95), (0.75, 0.88, 0.98)),
    "sunset": ((0.30, 0.16, 0.42), (0.98, 0.55, 0.28)),
    "night": ((0.02, 0.03, 0.10), (0.08, 0.10, 0.25)),
    "space": ((0.01, 0.01, 0.04), (0.03, 0.02, 0.08)),
}
LIGHT = {"noon": 1.0, "sunset": 0.75, "night": 0.42}
SUN = {"noon": (1.0, 0.95, 0.60), "sunset": (1.0, 0.75, 0.35), "night": (0.90, 0.92, 0.97)}
SHOT_SCALE = {"wide": 0.7, "medium": 1.05, "close-up": 1.6}
HORIZON = 0.25


def box(x, y, w, h):
    return torch.maximum(x.abs() - w, y.abs() - h)


def circle(x, y, radius):
    return torch.sqrt(x * x + y * y + 1e-9) - radius


def triangle(x, y, w, h):
    """Points up; `w` is the half width of the base at y = h, the tip is at y = -h."""
    return torch.maximum(y - h, (x.abs() * h * 2 - w * (y + h)) / (4 * h * h + w * w) ** 0.5)


class Canvas:
    """A batch of clips being painted: `image` (n, 3, frames, height, width), coordinates (n, frames, height, width)."""

    def __init__(self, image: Tensor, x: Tensor, y: Tensor, pixel: Tensor, time: Tensor):
        self.image, self.x, self.y, self.pixel, self.time = image, x, y, pixel, time
        self.covered: Tensor | None = None

    def select(self, rows: Tensor) -> "Canvas":
        return Canvas(self.image[rows], self.x[rows], self.y[rows], self.pixel[rows], self.time)

    def paint(self, distance: Tensor, colour: Tensor, scale: Tensor | float = 1.0) -> None:
        """Covers where `distance` < 0 with `colour`, (n, 3) or (n, 3, 1, 1, 1)."""
        coverage = (0.5 - distance * scale / self.pixel).clamp(0, 1)
        self.blend(coverage, colour)

    def blend(self, coverage: Tensor, colour: Tensor) -> None:
        colour = colour.reshape(-1, 3, 1, 1, 1)
        self.image = torch.lerp(self.image, colour.expand_as(self.image), coverage.unsqueeze(1))
        if self.covered is not None:
            self.covered = torch.maximum(self.covered, coverage)


def column(values, device) -> Tensor:
    """One number a scene, shaped (n, 1, 1, 1)."""
    return torch.tensor(values, dtype=torch.float32, device=device).view(-1, 1, 1, 1)


def tone(rgb, light: Tensor) -> Tensor:
    """A colour under each scene's light, (n, 3)."""
    return torch.tensor(rgb, device=light.device).view(1, 3) * light.view(-1, 1)


def render(scenes: list[dict], height: int, width: int, frames: int, device="cpu") -> tuple[Tensor, Tensor]:
    """Clips in 0..1, (n, 3, frames, height, width), and how much of each pixel is subject, (n, frames, height, width)."""
    n = len(scenes)
    rolls = [random.Random(s["seed"]) for s in scenes]
    aspect = width / height
    t = torch.linspace(0, 1, frames, device=device).view(1, frames, 1, 1)
    ys = torch.linspace(-1 + 1 / height, 1 - 1 / height, height, device=device).view(1, 1, height, 1)
    xs = torch.linspace(-aspect + 1 / height, aspect - 1 / height, width, device=device).view(1, 1, 1, width)

    camera = [s["camera"] for s in scenes]
    pan = column([{"pan left": -0.7, "pan right": 0.7}.get(c, 0.0) for c in camera], device) * (t - 0.5)
    zoom = torch.ones(n, frames, 1, 1, device=device)
    push = column([c == "push in" for c in camera], device)
    pull = column([c == "pull out" for c in camera], device)
    zoom = zoom + push * (1 / (0.75 + 0.75 * t) - 1) + pull * (1 / (1.5 - 0.75 * t) - 1)
    pixel = (2.0 / height) * zoom
    base_x, base_y = xs * zoom, ys * zoom

    image = torch.zeros(n, 3, frames, height, width, device=device)
    ground = Canvas(image, (base_x + pan).expand(n, frames, height, width), base_y.expand(n, frames, height, width), pixel, t)
    light = torch.tensor([LIGHT[s["time"]] for s in scenes], device=device)

    paint_sky(ground, scenes, rolls, pan, aspect)
    for place in sorted({s["place"] for s in scenes}):
        rows = [i for i, s in enumerate(scenes) if s["place"] == place]
        index = torch.tensor(rows, device=device)
        part = ground.select(index)
        PLACES[place](part, light[index], [rolls[i] for i in rows], pan[index], [scenes[i] for i in rows])
        ground.image = ground.image.index_copy(0, index, part.image)

    mask = torch.zeros(n, frames, height, width, device=device)
    for subject in sorted({s["subject"] for s in scenes}):
        rows = [i for i, s in enumerate(scenes) if s["subject"] == subject]
        index = torch.tensor(rows, device=device)
        part = ground.select(index)
        part.covered = mask[index]
        paint_subject(part, subject, [scenes[i] for i in rows], [rolls[i] for i in rows], light[index], aspect)
        ground.image = ground.image.index_copy(0, index, part.image)
        mask = mask.index_copy(0, index, part.covered)
    return ground.image.clamp(0, 1), mask


def paint_sky(canvas: Canvas, scenes, rolls, pan: Tensor, aspect: float) -> None:
    device = canvas.image.device
    names = ["space" if s["place"] == "space" else s["time"] for s in scenes]
    top = torch.tensor([SKY[k][0] for k in names], device=device).view(-1, 3, 1, 1, 1)
    low = torch.tensor([SKY[k][1] for k in names], device=device).view(-1, 3, 1, 1, 1)
    canvas.image = torch.lerp(top, low, ((canvas.y + 1) / 1.5).clamp(0, 1).unsqueeze(1))
    far_x = canvas.x - pan * 0.7  # the sky moves least
    rows = [i for i, k in enumerate(names) if k in ("night", "space")]
    if rows:
        index = torch.tensor(rows, device=device)
        x, y, pixel = far_x[index], canvas.y[index], canvas.pixel[index]
        stars = torch.zeros_like(x)
        for _ in range(22):
            at = [(rolls[i].uniform(-2, 2), rolls[i].uniform(-1, 0.9 if names[i] == "space" else 0.15), rolls[i].uniform(0.018, 0.03)) for i in rows]
            star_x, star_y, radius = (column([p[i] for p in at], device) for i in range(3))
            stars = torch.maximum(stars, 0.5 - circle(x - star_x, y - star_y, radius) / pixel)
        sky = canvas.select(index)
        sky.blend(stars.clamp(0, 1) * 0.9, torch.ones(len(rows), 3, device=device))
        canvas.image = canvas.image.index_copy(0, index, sky.image)
    sun_x = column([r.uniform(-0.7, 0.7) * min(aspect, 1.2) for r in rolls], device)
    sun_y = column([0.02 if s["time"] == "sunset" else -0.58 for s in scenes], device)
    shown = column([float(s["place"] != "space") for s in scenes], device)
    colour = torch.tensor([SUN[s["time"]] for s in scenes], device=device)
    coverage = (0.5 - circle(far_x - sun_x, canvas.y - sun_y, 0.17) / canvas.pixel).clamp(0, 1)
    canvas.blend(coverage * shown, colour)


def sea(c: Canvas, light, rolls, pan, scenes):
    phase = column([r.uniform(0, 6) for r in rolls], c.x.device)
    far = HORIZON + 0.02 * torch.sin(7 * c.x + 6 * c.time + phase)
    c.paint(far - c.y, tone((0.10, 0.36, 0.60), light))
    near = HORIZON + 0.25 + 0.025 * torch.sin(6 * c.x - 8 * c.time + phase)
    c.paint(near - c.y, tone((0.07, 0.28, 0.50), light))


def desert(c: Canvas, light, rolls, pan, scenes):
    phase = column([r.uniform(0, 6) for r in rolls], c.x.device)
    c.paint(HORIZON + 0.09 * torch.sin(2.2 * (c.x - pan * 0.4) + phase) - c.y, tone((0.88, 0.70, 0.42), light))
    c.paint(HORIZON + 0.28 + 0.06 * torch.sin(2.8 * c.x + 2 * phase) - c.y, tone((0.80, 0.60, 0.33), light))


def mountains(c: Canvas, light, rolls, pan, scenes):
    phase = column([r.uniform(0, 6) for r in rolls], c.x.device)
    far_x = c.x - pan * 0.5

    def ridge(x, k, p):
        return ((x * k + p) % 1 - 0.5).abs()

    c.paint(HORIZON - 0.62 + 1.0 * ridge(far_x, 0.7, phase) - c.y, tone((0.40, 0.43, 0.54), light))
    caps = torch.maximum(HORIZON - 0.62 + 1.0 * ridge(far_x, 0.7, phase) - c.y, c.y - (HORIZON - 0.44))
    c.paint(caps, tone((0.93, 0.95, 0.98), light))
    c.paint(HORIZON - 0.18 + 0.6 * ridge(c.x - pan * 0.2, 1.2, phase * 2) - c.y, tone((0.24, 0.33, 0.35), light))
    c.paint(HORIZON + 0.12 - c.y, tone((0.28, 0.52, 0.25), light))


def city(c: Canvas, light, rolls, pan, scenes):
    device = c.x.device
    far_x = c.x - pan * 0.3
    night = column([float(s["time"] == "night") for s in scenes], device)
    window = torch.tensor((0.97, 0.86, 0.42), device=device).expand(len(scenes), 3)
    for i in range(-6, 7):
        height = column([r.uniform(0.25, 0.85) for r in rolls], device)
        shade = column([r.uniform(0.85, 1.25) for r in rolls], device).view(-1)
        x = far_x - i * 0.36
        c.paint(box(x, c.y - (HORIZON - height / 2), 0.165, height / 2), tone((0.30, 0.32, 0.39), light * shade))
        for wy in (0.12, 0.30):
            coverage = (0.5 - box(x, c.y - (HORIZON - height + wy), 0.07, 0.045) / c.pixel).clamp(0, 1)
            c.blend(coverage * (0.25 + 0.75 * night) * (height > wy + 0.08), window)
    c.paint(HORIZON - c.y, tone((0.36, 0.36, 0.38), light))
    c.paint(HORIZON + 0.34 - c.y, tone((0.28, 0.28, 0.30), light))


def space(c: Canvas, light, rolls, pan, scenes):
    device = c.x.device
    x = column([r.uniform(-1, 1) for r in rolls], device)
    y = column([r.uniform(-0.6, 0.5) for r in rolls], device)
    shades = torch.tensor([(r.uniform(0.25, 0.5), r.uniform(0.2, 0.4), r.uniform(0.35, 0.6)) for r in rolls], device=device)
    far_x = c.x - pan * 0.6
    c.paint(circle(far_x - x, c.y - y, 0.26), shades)
    ring = (circle(far_x - x, (c.y - y) * 3.2, 0.40)).abs() - 0.03
    c.paint(ring, shades * 1.5, 0.5)


def snow(c: Canvas, light, rolls, pan, scenes):
    phase = column([r.uniform(0, 6) for r in rolls], c.x.device)
    c.paint(HORIZON + 0.05 * torch.sin(1.7 * c.x + phase) - c.y, tone((0.90, 0.93, 0.98), light) + 0.03)
    c.paint(HORIZON + 0.3 + 0.05 * torch.sin(2.3 * c.x + 2 * phase) - c.y, tone((0.97, 0.98, 1.0), light) + 0.02)


def forest(c: Canvas, light, rolls, pan, scenes):
    device = c.x.device
    c.paint(HORIZON - 0.02 - c.y, tone((0.18, 0.36, 0.18), light))
    far_x = c.x - pan * 0.3
    for i in range(-5, 6):
        shift = column([r.uniform(-0.08, 0.08) for r in rolls], device)
        height = column([r.uniform(0.75, 1.05) for r in rolls], device)
        x = far_x - i * 0.42 - shift
        c.paint(box(x, c.y - (HORIZON - 0.05), 0.03, 0.12), tone((0.30, 0.20, 0.12), light))
        c.paint(triangle(x, (c.y - (HORIZON - 0.38)) / height, 0.21, 0.32), tone((0.10, 0.34, 0.18), light))
    c.paint(HORIZON + 0.1 - c.y, tone((0.25, 0.46, 0.20), light))


PLACES = {"sea": sea, "desert": desert, "mountains": mountains, "city": city, "space": space, "snow": snow, "forest": forest}


def paint_subject(c: Canvas, subject: str, scenes, rolls, light: Tensor, aspect: float) -> None:
    """Places the subject by its motion and draws it in its own coordinates, about 0.3 around the origin."""
    device, t = c.x.device, c.time
    flies = subject in ("bird", "balloon", "rocket")
    reach = min(aspect, 1.78) * 0.85
    unit = min(1.0, 0.55 + 0.45 * aspect)

    def is_motion(name):
        return column([float(s["motion"] == name) for s in scenes], device)

    along = is_motion("left to right") - is_motion("right to left")
    rising, falling = is_motion("rising"), is_motion("falling")
    moves = along.abs() + rising + falling
    rest_x = column([r.uniform(-0.3, 0.3) * min(aspect, 1.0) for r in rolls], device)
    ground_y = -0.22 if flies else 0.16
    x = rest_x * (1 - along.abs()) + along * reach * (2 * t - 1)
    y = ground_y * (1 - rising - falling) + rising * (0.75 - 1.35 * t) + falling * (-0.75 + 1.2 * t)
    bounce = is_motion("bouncing")
    y = y + bounce * (0.12 - 0.65 * torch.sin(2 * math.pi * t * 1.5).abs())
    angle = is_motion("spinning") * 2 * math.pi * t
    size = column([SHOT_SCALE[s["shot"]] for s in scenes], device) * unit * (1 + is_motion("growing") * (0.85 * t - 0.45))
    # Large subjects stand with their feet in the picture.
    y = y - (0 if flies else 1) * (size - 1).clamp(min=0) * 0.08 * (1 - (rising + falling).clamp(max=1))

    dx, dy = (c.x - x) / size, (c.y - y) / size
    u, v = dx * torch.cos(angle) + dy * torch.sin(angle), -dx * torch.sin(angle) + dy * torch.cos(angle)
    facing = torch.where(along < 0, -1.0, 1.0)
    u = u * facing
    glow = 0.55 + 0.45 * light
    body = torch.tensor([PALETTE[s["colour"]] for s in scenes], device=device) * glow.view(-1, 1)
    pen = Pen(c, size, body, light)
    steps = moves + bounce
    SUBJECTS[subject](pen, u, v, t, steps.clamp(max=1))


class Pen:
    """Paints in a subject's own coordinates. `body` is its colour under the scene's light, `dark` its shaded side."""

    def __init__(self, canvas: Canvas, size: Tensor, body: Tensor, light: Tensor):
        self.canvas, self.size, self.body, self.light = canvas, size, body, light
        self.dark = body * 0.62

    def fill(self, distance: Tensor, colour) -> None:
        if not isinstance(colour, Tensor):
            colour = tone(colour, 0.5 + 0.5 * self.light)
        self.canvas.paint(distance, colour, self.size)


def ball(p: Pen, x, y, t, moving):
    p.fill(circle(x, y, 0.28), p.body)
    p.fill(torch.maximum(circle(x, y, 0.28), -circle(x + 0.09, y + 0.09, 0.32)), p.dark)
    p.fill(circle(x + 0.09, y + 0.10, 0.06), (p.body + 0.35).clamp(max=1))


def car(p: Pen, x, y, t, moving):
    p.fill(box(x + 0.02, y + 0.13, 0.24, 0.11), p.body)
    p.fill(box(x + 0.02, y + 0.13, 0.19, 0.07), (0.75, 0.88, 0.95))
    p.fill(box(x + 0.02, y + 0.13, 0.018, 0.09), p.body)
    p.fill(box(x, y - 0.05, 0.45, 0.12), p.body)
    p.fill(box(x - 0.42, y - 0.03, 0.03, 0.035), (1.0, 0.92, 0.55))
    for q in (-0.26, 0.26):
        p.fill(circle(x - q, y - 0.17, 0.115), (0.08, 0.08, 0.09))
        p.fill(circle(x - q, y - 0.17, 0.05), (0.75, 0.75, 0.78))


def boat(p: Pen, x, y, t, moving):
    p.fill(torch.maximum(box(x, y - 0.18, 0.46, 0.10), x.abs() + (y - 0.18) * 1.2 - 0.40), p.dark)
    p.fill(box(x + 0.02, y + 0.10, 0.022, 0.30), (0.35, 0.24, 0.14))
    p.fill(triangle(x - 0.17, y + 0.11, 0.34, 0.27), p.body)
    p.fill(triangle(x + 0.17, y + 0.07, 0.24, 0.20), p.body)


def bird(p: Pen, x, y, t, moving):
    flap = 0.22 * torch.sin(2 * math.pi * t * 4)
    p.fill(circle(x * 0.62, y, 0.125), p.body)
    p.fill(triangle(-(y + 0.01) * 1.0, (x + 0.27), 0.10, 0.10), p.dark)
    lift = 0.07 + 1.2 * flap.abs()
    below = y * torch.where(flap < 0, 1.0, -1.0)  # wings point down while they beat down
    p.fill(triangle(x + 0.03 + 0.25 * below, -(below - lift), 0.15, lift), p.dark)
    p.fill(circle(x - 0.20, y + 0.07, 0.085), p.body)
    p.fill(triangle(y + 0.06, -(x - 0.32), 0.06, 0.055), (0.97, 0.62, 0.12))
    p.fill(circle(x - 0.22, y + 0.09, 0.022), (0.05, 0.05, 0.06))


def balloon(p: Pen, x, y, t, moving):
    p.fill(circle(x, (y + 0.08) * 0.9, 0.30), p.body)
    p.fill(torch.maximum(circle(x, (y + 0.08) * 0.9, 0.30), x.abs() - 0.10), p.dark)
    for q in (-0.07, 0.07):
        p.fill(box(x - q, y - 0.32, 0.012, 0.09), (0.30, 0.20, 0.15))
    p.fill(box(x, y - 0.45, 0.10, 0.07), (0.50, 0.34, 0.18))


def house(p: Pen, x, y, t, moving):
    p.fill(box(x, y - 0.06, 0.32, 0.21), p.body)
    p.fill(triangle(x, y + 0.31, 0.42 * 1.0, 0.16), p.dark)
    p.fill(box(x + 0.02, y - 0.15, 0.07, 0.12), (0.34, 0.20, 0.12))
    for q in (-0.20, 0.21):
        p.fill(box(x - q, y - 0.02, 0.065, 0.065), (0.98, 0.93, 0.62))


def rocket(p: Pen, x, y, t, moving):
    flicker = 0.03 * torch.sin(2 * math.pi * t * 7)
    p.fill(triangle(x, -(y - 0.42), 0.10 + 0 * t, 0.13 + flicker), (1.0, 0.66, 0.15))
    p.fill(triangle(x, y - 0.20, 0.27, 0.13), p.dark)
    p.fill(box(x, y, 0.125, 0.27), p.body)
    p.fill(triangle(x, y + 0.37, 0.125, 0.12), p.dark)
    p.fill(circle(x, y + 0.08, 0.06), (0.72, 0.90, 1.0))


def tree(p: Pen, x, y, t, moving):
    p.fill(box(x, y - 0.24, 0.055, 0.16), (0.38, 0.24, 0.12))
    p.fill(circle(x, y + 0.14, 0.22), p.body)
    p.fill(circle(x - 0.16, y + 0.02, 0.16), p.body)
    p.fill(circle(x + 0.16, y + 0.02, 0.16), p.dark)


def person(p: Pen, x, y, t, moving):
    x, y = x / 1.3, y / 1.3 + 0.02
    swing = 0.10 * torch.sin(2 * math.pi * t * 4) * moving
    skin = (0.92, 0.72, 0.58)
    for q in (-1, 1):
        lean = q * (swing + 0.045) * ((y - 0.10) / 0.25).clamp(0, 1)
        p.fill(box(x - lean, y - 0.22, 0.042, 0.16), (0.26, 0.28, 0.38))
        arm = -q * (swing * 1.2 + 0.14 * (1 - moving * 0.4)) * ((y + 0.10) / 0.2).clamp(0, 1)
        p.fill(box(x - arm, y - 0.0, 0.032, 0.11), p.dark)
    p.fill(box(x, y + 0.02, 0.10, 0.14), p.body)
    p.fill(circle(x, y + 0.245, 0.10), skin)
    p.fill(torch.maximum(circle(x, y + 0.25, 0.11), y + 0.29), (0.30, 0.19, 0.12))


SUBJECTS = {
    "ball": ball,
    "car": car,
    "boat": boat,
    "bird": bird,
    "balloon": balloon,
    "house": house,
    "rocket": rocket,
    "tree": tree,
    "person": person,
}
