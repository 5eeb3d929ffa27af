"""The places, each painted from far to near in three depths: far (0.3), middle (0.6) and the ground that the subject stands on (1).

The horizon lies at y = 0.25. Outdoor places stand under the sky of `sky.py`.
"""

import math

import torch

from .canvas import Canvas
from .shapes import both, box, disc, ellipse, either, segment, trapezoid, triangle

HORIZON = 0.25
FAR, MIDDLE = 0.3, 0.6


def ridge(x, pitch, shift):
    """A row of peaks: 0 at a peak, 0.5 between two."""
    return ((x * pitch + shift) % 1 - 0.5).abs()


def sea(c: Canvas) -> None:
    a, b, far = c.numbers("place", 3)
    horizon, near, time = c.layer(FAR), c.layer(1), c.seconds
    c.paint(horizon, HORIZON - horizon.y + 0 * horizon.x, c.lit((0.16, 0.46, 0.70)))
    for i, shade in enumerate(((0.13, 0.40, 0.63), (0.10, 0.34, 0.56), (0.07, 0.28, 0.48))):
        wave = HORIZON + 0.12 + 0.22 * i + 0.025 * torch.sin((7 - i) * near.x + (1.6 + 0.4 * i) * time * (1 if i % 2 else -1) + 6 * a + i)
        c.paint(near, wave - near.y, c.lit(shade))
    island = triangle(horizon.x - 1.6 * b + 0.8, horizon.y - 0.16, 0.30 + 0.2 * far, 0.10)
    c.paint(horizon, both(island, horizon.y - HORIZON), c.lit((0.30, 0.40, 0.34)))


def desert(c: Canvas) -> None:
    a, b, d, e = c.numbers("place", 4)
    far, near = c.layer(FAR), c.layer(1)
    c.paint(far, HORIZON - 0.06 + 0.09 * torch.sin(2.2 * far.x + 6 * a) - far.y, c.lit((0.90, 0.72, 0.44)))
    middle = c.layer(MIDDLE)
    for place, tall in ((a * 1.2 - 1.1, 0.20), (b * 1.2 + 0.3, 0.15)):
        x, y = middle.x - place, middle.y - 0.12
        cactus = either(segment(x, y, 0, 0.2, 0, -tall, 0.035), either(segment(x, y, 0, 0.05, 0.11, 0.03, 0.028), segment(x, y, 0.11, 0.03, 0.11, -0.08, 0.028)))
        c.paint(middle, cactus, c.lit((0.24, 0.48, 0.26)))
    c.paint(near, HORIZON + 0.08 + 0.05 * torch.sin(2.6 * near.x + 6 * d) - near.y, c.lit((0.84, 0.64, 0.36)))
    c.paint(near, HORIZON + 0.42 + 0.05 * torch.sin(2.1 * near.x + 6 * e) - near.y, c.lit((0.76, 0.55, 0.29)))


def mountains(c: Canvas) -> None:
    a, b = c.numbers("place", 2)
    far, middle, near = c.layer(FAR), c.layer(MIDDLE), c.layer(1)
    peaks = HORIZON - 0.66 + 1.05 * ridge(far.x, 0.75, a) - far.y
    c.paint(far, peaks, c.lit((0.42, 0.45, 0.57)))
    c.paint(far, both(peaks, far.y + 0.21 - 0.05 * torch.sin(14 * far.x)), c.lit((0.94, 0.96, 0.99)))
    c.paint(middle, HORIZON - 0.20 + 0.6 * ridge(middle.x, 1.1, b) - middle.y, c.lit((0.26, 0.36, 0.36)))
    c.paint(near, HORIZON + 0.12 + 0 * near.x - near.y, c.lit((0.30, 0.54, 0.27)))


def windows(c: Canvas, layer, x, y, w, h) -> None:
    """Lit at night."""
    night = torch.tensor([s["time"] == "night" for s in c.scenes], device=c.device).float().view(-1, 1)
    lit = torch.tensor((1.0, 0.86, 0.42), device=c.device)
    glass = c.lit((0.62, 0.74, 0.82))
    c.paint(layer, box(x, y, w, h), glass + (lit - glass) * night)


def city(c: Canvas) -> None:
    n = c.numbers("place", 26)
    far, near = c.layer(FAR), c.layer(1)
    middle = c.layer(MIDDLE)
    for i in range(-5, 6):
        x, height = far.x - i * 0.44 - 0.1, 0.45 + 0.45 * n[i + 5]
        c.paint(far, box(x, far.y - (HORIZON - height / 2), 0.19, height / 2), c.lit((0.42, 0.45, 0.53)))
    for i in range(-4, 5):
        x, height = middle.x - i * 0.56, 0.30 + 0.45 * n[i + 16]
        c.paint(middle, box(x, middle.y - (HORIZON - height / 2), 0.21, height / 2), c.lit((0.28, 0.30, 0.38)))
        cells_x = (x + 0.21) % 0.14 - 0.07
        top = middle.y - (HORIZON - height)
        cells_y = (top - 0.03) % 0.15 - 0.07
        inside = torch.maximum(x.abs() - 0.20, torch.maximum(-top + 0.03, top - height + 0.08))
        windows(c, middle, cells_x, torch.where(inside < 0, cells_y, torch.ones_like(cells_y)), 0.035, 0.035)
    c.paint(near, HORIZON + 0 * near.x - near.y, c.lit((0.46, 0.46, 0.48)))
    c.paint(near, HORIZON + 0.15 + 0 * near.x - near.y, c.lit((0.30, 0.30, 0.33)))
    dash = box((near.x % 0.7) - 0.35, near.y - 0.72, 0.17, 0.022)
    c.paint(near, dash, c.lit((0.85, 0.84, 0.78)))


def street(c: Canvas) -> None:
    n = c.numbers("place", 10)
    middle, near = c.layer(MIDDLE), c.layer(1)
    walls = ((0.80, 0.62, 0.50), (0.62, 0.72, 0.74), (0.86, 0.78, 0.60), (0.70, 0.55, 0.58))
    for i in range(-3, 4):
        x, height = middle.x - i * 0.78, 0.55 + 0.16 * n[i + 3]
        y = middle.y - (HORIZON - height / 2)
        c.paint(middle, box(x, y, 0.34, height / 2), c.lit(walls[i % 4]))
        c.paint(middle, triangle(x, y + height / 2 + 0.13, 0.42, 0.14), c.lit((0.45, 0.24, 0.20)))
        for wx in (-0.17, 0.17):
            windows(c, middle, x - wx, y + height * 0.16, 0.075, 0.085)
        c.paint(middle, box(x, y - height / 2 + 0.12, 0.06, 0.12), c.lit((0.36, 0.24, 0.18)))
    c.paint(near, HORIZON + 0 * near.x - near.y, c.lit((0.66, 0.64, 0.60)))
    c.paint(near, HORIZON + 0.34 + 0 * near.x - near.y, c.lit((0.36, 0.36, 0.38)))
    for i in (-1, 1):
        x = near.x - i * 1.35 - 0.2
        c.paint(near, segment(x, near.y, 0, 0.42, 0, -0.50, 0.022), c.lit((0.20, 0.21, 0.24)))
        c.paint(near, disc(x, near.y + 0.54, 0.065), c.lit((1.0, 0.92, 0.62), 0.25))


def space(c: Canvas) -> None:
    a, b, r, g, d = c.numbers("place", 5)
    far = c.layer(FAR)
    x, y = far.x - (2 * a - 1) * 0.9, far.y + 0.15 + 0.5 * b - 0.25
    body = torch.cat([0.35 + 0.35 * r, 0.28 + 0.25 * g, 0.45 + 0.3 * d], 1).view(-1, 3)
    c.paint(far, disc(x, y, 0.30), body)
    c.paint(far, both(disc(x, y, 0.30), -disc(x + 0.10, y + 0.08, 0.34)), body * 0.6)
    c.paint(far, both(ellipse(x, y, 0.52, 0.13).abs() - 0.025, -both(disc(x, y, 0.30), y)), (body * 1.5).clamp(max=1))
    moon = c.layer(MIDDLE)
    c.paint(moon, disc(moon.x + (2 * a - 1) * 0.9, moon.y - 0.45 + 0.3 * g, 0.09), torch.full_like(body, 0.7))


def snow(c: Canvas) -> None:
    a, b, d = c.numbers("place", 3)
    far, middle, near = c.layer(FAR), c.layer(MIDDLE), c.layer(1)
    c.paint(far, HORIZON - 0.12 + 0.10 * torch.sin(1.9 * far.x + 6 * a) - far.y, c.lit((0.78, 0.85, 0.94)))
    for i in range(-3, 4):
        x = middle.x - i * 0.62 - 0.2 * b
        for up in (0.0, 0.13):
            c.paint(middle, triangle(x, middle.y - 0.10 + up, 0.15 - 0.4 * up, 0.13), c.lit((0.30, 0.45, 0.44)))
        c.paint(middle, triangle(x, middle.y + 0.11, 0.06, 0.06), c.lit((0.96, 0.98, 1.0)))
    c.paint(near, HORIZON + 0.04 * torch.sin(1.7 * near.x + 6 * d) - near.y, c.lit((0.93, 0.96, 1.0)))
    c.paint(near, HORIZON + 0.36 + 0.05 * torch.sin(2.3 * near.x + 6 * b) - near.y, c.lit((0.99, 0.99, 1.0)))


def forest(c: Canvas) -> None:
    n = c.numbers("place", 24)
    far, middle, near = c.layer(FAR), c.layer(MIDDLE), c.layer(1)
    for i in range(-6, 7):
        c.paint(far, triangle(far.x - i * 0.34, far.y + 0.10 + 0.1 * n[i + 6], 0.20, 0.42), c.lit((0.20, 0.42, 0.30)))
    c.paint(far, HORIZON - 0.04 + 0 * far.x - far.y, c.lit((0.18, 0.38, 0.22)))
    for i in range(-4, 5):
        x, tall = middle.x - i * 0.52 - 0.12 * n[i + 13], 0.9 + 0.25 * n[i + 13]
        c.paint(middle, box(x, middle.y - 0.20, 0.035, 0.14), c.lit((0.34, 0.22, 0.13)))
        for up, wide in ((0.0, 0.22), (0.22, 0.17)):
            c.paint(middle, triangle(x, (middle.y + 0.10 + up) / tall, wide, 0.22), c.lit((0.10, 0.34, 0.19)))
    c.paint(near, HORIZON + 0.08 + 0 * near.x - near.y, c.lit((0.26, 0.46, 0.21)))


def meadow(c: Canvas) -> None:
    n = c.numbers("place", 20)
    far, middle, near = c.layer(FAR), c.layer(MIDDLE), c.layer(1)
    c.paint(far, HORIZON - 0.16 + 0.10 * torch.sin(1.6 * far.x + 6 * n[0]) - far.y, c.lit((0.46, 0.66, 0.40)))
    c.paint(middle, HORIZON - 0.02 + 0.06 * torch.sin(2.0 * middle.x + 6 * n[1]) - middle.y, c.lit((0.42, 0.70, 0.30)))
    c.paint(near, HORIZON + 0.12 + 0 * near.x - near.y, c.lit((0.36, 0.64, 0.24)))
    petals = ((0.95, 0.85, 0.3), (0.95, 0.95, 0.95), (0.9, 0.45, 0.55))
    for i in range(9):
        x, y = near.x - (i - 4) * 0.44 - 0.3 * n[i + 2], near.y - (0.58 + 0.34 * n[i + 11])
        c.paint(near, disc(x, y, 0.032), c.lit(petals[i % 3]))


def beach(c: Canvas) -> None:
    a, b = c.numbers("place", 2)
    far, near, time = c.layer(FAR), c.layer(1), c.seconds
    c.paint(far, HORIZON - 0.04 + 0 * far.x - far.y, c.lit((0.15, 0.50, 0.68)))
    shore = HORIZON + 0.14 + 0.03 * torch.sin(3 * near.x + 6 * a) + 0.025 * torch.sin(1.3 * time)
    c.paint(near, shore - 0.035 - near.y, c.lit((0.93, 0.96, 0.97)))
    c.paint(near, shore - near.y, c.lit((0.94, 0.84, 0.60)))
    middle = c.layer(MIDDLE)
    for side in (-1, 1):
        x, y = middle.x - side * (0.95 + 0.4 * b), middle.y - 0.1
        c.paint(middle, segment(x, y, 0, 0.2, side * -0.08, -0.34, 0.03), c.lit((0.50, 0.36, 0.22)))
        for k in range(4):
            angle = math.pi * (0.08 + 0.28 * k)
            u, v = x + side * 0.08, y + 0.34
            c.paint(middle, segment(u, v, 0, 0, 0.24 * math.cos(angle), -0.11 * math.sin(angle) + 0.05, 0.035), c.lit((0.18, 0.50, 0.26)))


def indoors(c: Canvas, wall, floor) -> tuple:
    """Walls and floor; a window that shows the light outside."""
    far, near = c.layer(MIDDLE), c.layer(1)
    c.paint(far, far.y - 2 + 0 * far.x, c.lit(wall, 0.6))
    c.paint(near, 0.30 + 0 * near.x - near.y, c.lit(floor, 0.6))
    c.paint(near, box(near.x * 0, near.y - 0.30, 1, 0.022), c.lit((0.92, 0.90, 0.86), 0.6))
    skies = {"noon": (0.62, 0.82, 0.98), "dawn": (0.98, 0.80, 0.78), "sunset": (0.98, 0.55, 0.25), "night": (0.06, 0.08, 0.22)}
    sky = torch.tensor([skies.get(s["time"], skies["noon"]) for s in c.scenes], device=c.device)
    return far, near, sky


def room(c: Canvas) -> None:
    a, b, d = c.numbers("place", 3)
    far, near, sky = indoors(c, (0.80, 0.72, 0.60), (0.52, 0.35, 0.22))
    x = far.x - 0.95 + 0.3 * a
    c.paint(far, box(x, far.y + 0.38, 0.36, 0.32), c.lit((0.95, 0.94, 0.90), 0.6))
    c.paint(far, box(x, far.y + 0.38, 0.32, 0.28), sky)
    c.paint(far, box(x, far.y + 0.38, 0.018, 0.28), c.lit((0.95, 0.94, 0.90), 0.6))
    for side in (-1, 1):
        c.paint(far, trapezoid(x - side * 0.42, far.y + 0.32, 0.09, 0.12, 0.42), c.lit((0.62, 0.28, 0.26), 0.6))
    x = far.x + 0.75 + 0.3 * b
    c.paint(far, box(x, far.y + 0.42, 0.22, 0.17), c.lit((0.42, 0.28, 0.16), 0.6))
    c.paint(far, box(x, far.y + 0.42, 0.18, 0.13), c.lit((0.55, 0.68, 0.62), 0.6))
    c.paint(far, both(triangle(x + 0.05, far.y + 0.36, 0.13, 0.07), far.y + 0.29), c.lit((0.35, 0.45, 0.42), 0.6))
    c.paint(near, ellipse(near.x, near.y - 0.66, 1.0, 0.17), c.lit((0.60, 0.42, 0.40), 0.6))


def kitchen(c: Canvas) -> None:
    a, b = c.numbers("place", 2)
    far, near, sky = indoors(c, (0.86, 0.92, 0.88), (0.62, 0.62, 0.60))
    tile = torch.minimum(((far.x % 0.26) - 0.13).abs(), (((far.y + 0.1) % 0.26) - 0.13).abs()) - 0.004
    c.paint(far, both(tile, 0.0 - far.y), c.lit((0.72, 0.80, 0.78), 0.6))
    x = far.x - 0.2 + 0.6 * a
    c.paint(far, box(x, far.y + 0.52, 0.32, 0.22), c.lit((0.98, 0.98, 0.96), 0.6))
    c.paint(far, box(x, far.y + 0.52, 0.28, 0.18), sky)
    for i in (-2, -1, 1, 2):
        cupboard = far.x - i * 0.62 - 0.2 + 0.6 * a
        c.paint(far, box(cupboard, far.y + 0.62, 0.27, 0.20), c.lit((0.55, 0.72, 0.74), 0.6))
        c.paint(far, disc(cupboard - 0.2, far.y + 0.50, 0.022), c.lit((0.3, 0.34, 0.36), 0.6))
    c.paint(far, box(far.x * 0, far.y - 0.19, 1, 0.12), c.lit((0.55, 0.72, 0.74), 0.6))
    c.paint(far, box(far.x * 0, far.y - 0.05, 1, 0.035), c.lit((0.36, 0.30, 0.28), 0.6))
    pot = far.x + 0.75 - 0.4 * b
    c.paint(far, box(pot, far.y + 0.07, 0.11, 0.085), c.lit((0.70, 0.71, 0.74), 0.6))
    c.paint(far, box(pot, far.y + 0.165, 0.13, 0.018), c.lit((0.35, 0.36, 0.4), 0.6))


def stage(c: Canvas) -> None:
    far, near = c.layer(MIDDLE), c.layer(1)
    c.paint(far, far.y - 2 + 0 * far.x, c.lit((0.30, 0.09, 0.12), 0.0))
    for i in range(-5, 6):
        c.paint(far, box(far.x - i * 0.36, far.y, 0.09, 2.0), c.lit((0.40, 0.12, 0.15), 0.0))
    c.paint(near, 0.26 + 0 * near.x - near.y, c.lit((0.55, 0.36, 0.20), 0.0))
    for i in range(5):
        c.paint(near, box(near.x * 0, near.y - 0.38 - 0.15 * i, 2, 0.008), c.lit((0.42, 0.26, 0.14), 0.0))
    warm = torch.tensor((1.0, 0.93, 0.72), device=c.device).expand(len(c.scenes), 3)
    cone = trapezoid(near.x, near.y + 0.28, 0.06, 0.62, 0.76)
    c.glow((0.5 - cone / 0.10).clamp(0, 1) * 0.25, warm)
    c.glow((0.5 - ellipse(near.x, near.y - 0.48, 0.66, 0.17) / 0.05).clamp(0, 1) * 0.35, warm)
    edge = c.layer(1)
    for side in (-1, 1):
        x = edge.x - side * (c.aspect + 0.02)
        c.paint(edge, x.abs() - 0.26 - 0.04 * torch.sin(5 * edge.y), c.lit((0.62, 0.11, 0.13), 0.0))


def underwater(c: Canvas) -> None:
    n = c.numbers("place", 16)
    far, middle, near, time = c.layer(FAR), c.layer(MIDDLE), c.layer(1), c.seconds
    deep = torch.tensor((0.02, 0.22, 0.38), device=c.device).expand(len(c.scenes), 3)
    c.paint(far, far.y - 2 + 0 * far.x, c.lit((0.12, 0.55, 0.68), 0.4))
    c.glow(((far.y + 1) / 2 + 0 * far.x).clamp(0, 1).expand_as(c.ink) * 0.9, deep)
    beam = torch.tensor((0.60, 0.90, 0.92), device=c.device).expand(len(c.scenes), 3)
    for i in range(3):
        x = far.x - (i - 1) * 0.8 - 0.3 * n[i] - (far.y + 1) * 0.25
        c.glow(((0.10 - x.abs()) * 8).clamp(0, 1) * (0.5 - far.y * 0.5).clamp(0, 1) * 0.22, beam)
    c.paint(near, 0.52 + 0.05 * torch.sin(2.2 * near.x + 6 * n[3]) - near.y, c.lit((0.62, 0.60, 0.42), 0.4))
    for i in range(-3, 4):
        x = middle.x - i * 0.55 - 0.2 * n[i + 7]
        sway = 0.05 * torch.sin(3 * middle.y + 1.5 * time + 2 * i)
        c.paint(middle, both((x + sway).abs() - 0.035, (0.20 - 0.4 * n[i + 7]) - middle.y), c.lit((0.12, 0.46, 0.32), 0.4))
    for i in range(4):
        rise = (n[11 + i] + 0.16 * time) % 1
        c.paint(near, disc(near.x - (i - 1.5) * 0.6 - 0.3 * n[11 + i], near.y - 1 + 2.1 * rise, 0.035).abs() - 0.010, c.lit((0.85, 0.96, 0.98), 0.2))


PLACES = {
    f.__name__: f
    for f in (sea, desert, mountains, city, street, space, snow, forest, meadow, beach, room, kitchen, stage, underwater)
}
# Dark whatever the time.
DARK_PLACES = ("space", "underwater", "stage")
INDOORS = ("room", "kitchen", "stage")
# Places without sky: no weather; where no time of day shows either, none is told.
SKYLESS = ("space", "underwater", *INDOORS)
TIMELESS = ("space", "underwater", "stage")
