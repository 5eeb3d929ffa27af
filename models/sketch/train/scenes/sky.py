"""Sky, light and weather."""

import math

import torch
from torch import Tensor

from .canvas import Canvas
from .places import HORIZON, SKYLESS
from .shapes import disc, ellipse, segment

# Top and bottom of the sky.
SKY = {
    "dawn": ((0.55, 0.66, 0.86), (0.99, 0.80, 0.76)),
    "noon": ((0.30, 0.60, 0.95), (0.74, 0.88, 0.99)),
    "sunset": ((0.34, 0.16, 0.44), (0.99, 0.52, 0.20)),
    "night": ((0.02, 0.03, 0.10), (0.09, 0.11, 0.27)),
    "space": ((0.01, 0.01, 0.04), (0.03, 0.02, 0.09)),
}
LIGHT = {"dawn": (0.88, (1.0, 0.90, 0.93)), "noon": (1.0, (1.0, 1.0, 1.0)), "sunset": (0.78, (1.0, 0.80, 0.66)), "night": (0.46, (0.70, 0.80, 1.1))}
SUN = {"dawn": (1.0, 0.95, 0.85), "noon": (1.0, 0.95, 0.62), "sunset": (1.0, 0.80, 0.38), "night": (0.92, 0.94, 0.98)}
SUN_HEIGHT = {"dawn": 0.08, "noon": -0.62, "sunset": 0.06, "night": -0.60}


def light_of(scenes: list[dict], device) -> tuple[Tensor, Tensor]:
    """How bright, (n, 1, 1, 1), and in which colour, (n, 3), each scene is lit."""
    facts = [LIGHT["noon"] if s["time"] is None else LIGHT[s["time"]] for s in scenes]
    return torch.tensor([f[0] for f in facts], device=device).view(-1, 1, 1, 1), torch.tensor([f[1] for f in facts], device=device)


def paint_sky(c: Canvas) -> None:
    names = ["space" if s["place"] == "space" else s["time"] or "noon" for s in c.scenes]
    top, low = (torch.tensor([SKY[k][i] for k in names], device=c.device).view(-1, 3, 1, 1, 1) for i in (0, 1))
    far = c.layer(0.12)
    # A cloudy sky is duller; the weather is told by more than that.
    grey = torch.tensor([0.55 * (s["weather"] in ("rain", "fog", "snowfall")) for s in c.scenes], device=c.device).view(-1, 1, 1, 1, 1)
    dull = low.mean(1, keepdim=True).expand_as(low) * 0.85
    top, low = torch.lerp(top, dull, grey), torch.lerp(low, dull, grey)
    c.image = torch.lerp(top, low, ((far.y + 1) / (1 + HORIZON)).clamp(0, 1).unsqueeze(1)).expand_as(c.image).clone()
    dark = [i for i, k in enumerate(names) if k in ("night", "space")]
    if dark:
        part = c.select(dark)
        layer, n = part.layer(0.12), part.numbers("stars", 90)
        bright = torch.zeros_like(part.ink)
        for i in range(30):
            a, b, d = n[3 * i : 3 * i + 3]
            bright = torch.maximum(bright, 0.5 - disc(layer.x - 4.4 * a + 2.2, layer.y - 1.5 * b + 1.05, 0.016 + 0.014 * d) / layer.pixel)
        part.glow(bright.clamp(0, 1) * 0.9, torch.ones(len(dark), 3, device=c.device))
        c.put_back(part, dark)
    bare = [i for i, s in enumerate(c.scenes) if s["place"] not in SKYLESS and s["weather"] in ("clear", "wind")]
    if bare:
        part = c.select(bare)
        layer, (a, b, d) = part.layer(0.12), part.numbers("sun", 3)
        times = [s["time"] for s in part.scenes]
        height = torch.tensor([SUN_HEIGHT[t] for t in times], device=c.device).view(-1, 1, 1, 1)
        x, y = layer.x - (2 * a - 1) * 0.75 * min(c.aspect, 1.2), layer.y - height
        colour = torch.tensor([SUN[t] for t in times], device=c.device)
        halo = torch.exp(-disc(x, y, 0.15).clamp(min=0) * 5) * torch.tensor([0.45 if t in ("sunset", "dawn") else 0.12 for t in times], device=c.device).view(-1, 1, 1, 1)
        part.glow(halo, colour)
        part.paint(layer, disc(x, y, 0.15), colour)
        moon = torch.tensor([t == "night" for t in times], device=c.device).float().view(-1, 1, 1, 1)
        shade = torch.tensor(SKY["night"][0], device=c.device).expand(len(bare), 3)
        part.paint(layer, disc(x + 0.07, y - 0.03, 0.13), shade, opacity=moon)
        clouds = part.layer(0.2)
        white = part.lit((1.0, 1.0, 1.0), 0.8)
        for shift, up in ((a, 0.55), (b, 0.30)):
            u = clouds.x - (shift * 3 - 1.5) - 0.02 * part.seconds
            v = clouds.y + up + 0.3 * d - 0.15
            for dx, r in ((-0.17, 0.075), (0.0, 0.115), (0.17, 0.085)):
                part.paint(clouds, ellipse(u - dx, v + 0.3 * r, r * 1.5, r), white, opacity=0.85 * (1 - moon))
        c.put_back(part, bare)


def paint_haze(c: Canvas) -> None:
    """Fog behind the subject: it swallows the place first."""
    rows = [i for i, s in enumerate(c.scenes) if s["weather"] == "fog"]
    if rows:
        part = c.select(rows)
        fog(part, 0.72)
        c.put_back(part, rows)


def paint_weather(c: Canvas) -> None:
    """In front of everything: rain, falling snow, thin fog, leaves in the wind."""
    for weather, paint in (("rain", rain), ("snowfall", snowfall), ("fog", fog), ("wind", wind)):
        rows = [i for i, s in enumerate(c.scenes) if s["weather"] == weather]
        if rows:
            part = c.select(rows)
            paint(part)
            c.put_back(part, rows)


def falling(c: Canvas, count: int, speed: float, drift: float):
    """Places (x, y) of things that fall past the camera, over and over; speeds in picture heights a second."""
    layer, n = c.layer(0.15), c.numbers("weather", 3 * count)
    for i in range(count):
        a, b, d = n[3 * i : 3 * i + 3]
        at = (b + c.seconds * speed * (0.8 + 0.4 * d)) % 1
        yield layer, layer.x - ((2 * a - 1) * (c.aspect + 0.4) + drift * at), layer.y - (2.5 * at - 1.25), d


def rain(c: Canvas) -> None:
    cover = torch.zeros_like(c.ink)
    for layer, x, y, _ in falling(c, 42, 1.3, -0.35):
        cover = torch.maximum(cover, 0.6 - segment(x, y, 0.028, -0.13, -0.028, 0.13, 0.010) / layer.pixel)
    c.glow(cover.clamp(0, 1) * 0.62, c.lit((0.86, 0.92, 1.0), 0.5))


def snowfall(c: Canvas) -> None:
    cover = torch.zeros_like(c.ink)
    for i, (layer, x, y, d) in enumerate(falling(c, 42, 0.22, 0.2)):
        sway = 0.05 * torch.sin(2.2 * c.seconds + i)
        cover = torch.maximum(cover, 0.5 - disc(x + sway, y, 0.022 + 0.018 * d) / layer.pixel)
    c.glow(cover.clamp(0, 1) * 0.95, c.lit((1.0, 1.0, 1.0), 0.3))


def fog(c: Canvas, most: float = 0.34) -> None:
    layer, (a,) = c.layer(0.5), c.numbers("weather", 1)
    bank = 0.8 + 0.2 * torch.sin(2.1 * layer.x + 0.7 * c.seconds + 6 * a + 1.5 * torch.sin(2.5 * layer.y + 3 * a))
    depth = (1 - (layer.y - HORIZON).abs() * 0.35).clamp(0, 1)
    c.glow((bank * depth).clamp(0, 1) * most, c.lit((0.84, 0.86, 0.88), 0.8))


def wind(c: Canvas) -> None:
    layer, n = c.layer(0.6), c.numbers("weather", 60)
    colours = ((0.80, 0.50, 0.16), (0.66, 0.60, 0.20), (0.72, 0.34, 0.16))
    for i in range(14):
        a, b, d, e = n[4 * i : 4 * i + 4]
        at = (a + c.seconds * (0.42 + 0.2 * d)) % 1
        x = layer.x - (2 * at - 1) * (c.aspect + 0.3)
        y = layer.y - (1.7 * b - 0.85) - 0.10 * torch.sin(4 * c.seconds + 6 * e)
        angle = 5 * c.seconds + 6 * e
        c.paint(layer, segment(x, y, -0.04 * torch.cos(angle), -0.04 * torch.sin(angle), 0.04 * torch.cos(angle), 0.04 * torch.sin(angle), 0.022), c.lit(colours[i % 3]))
    lines = torch.zeros_like(c.ink)
    for i in range(5):
        a, b = n[2 * i], n[2 * i + 11]
        x = layer.x - (2 * ((a + 0.7 * c.seconds) % 1) - 1) * (c.aspect + 0.5)
        lines = torch.maximum(lines, 0.6 - segment(x, layer.y - (1.4 * b - 0.8) - 0.03 * torch.sin(6 * x), -0.25, 0.0, 0.25, 0.0, 0.008) / layer.pixel)
    c.glow(lines.clamp(0, 1) * 0.5, c.lit((1.0, 1.0, 1.0), 0.5))
