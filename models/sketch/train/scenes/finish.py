"""What a style does to the finished picture: black and white, grain, paper, lines."""

import torch
from torch import Tensor

from .canvas import Canvas, column


def grain(c: Canvas, moving: bool) -> Tensor:
    """Noise (n, frames, height, width) about 0, the same for a scene whenever it is drawn; new in each frame if `moving`."""
    frames, height, width = c.ink.shape[1:]
    y = torch.arange(height, device=c.device, dtype=torch.float32).view(1, 1, height, 1)
    x = torch.arange(width, device=c.device, dtype=torch.float32).view(1, 1, 1, width)
    t = torch.arange(frames, device=c.device, dtype=torch.float32).view(1, frames, 1, 1) if moving else torch.zeros(1, 1, 1, 1, device=c.device)
    seed = column([s["seed"] % 997 for s in c.scenes], c.device)
    value = torch.sin(x * 12.9898 + y * 78.233 + t * 37.719 + seed * 4.131) * 4375.85
    return (value - torch.floor(value) - 0.5).expand_as(c.ink)


def grey_of(image: Tensor) -> Tensor:
    """(n, 1, frames, height, width)."""
    return (image * torch.tensor((0.30, 0.59, 0.11), device=image.device).view(1, 3, 1, 1, 1)).sum(1, keepdim=True)


def vignette(c: Canvas) -> Tensor:
    height, width = c.ink.shape[2:]
    y = torch.linspace(-1, 1, height, device=c.device).view(1, 1, height, 1)
    x = torch.linspace(-1, 1, width, device=c.device).view(1, 1, 1, width)
    return (1 - 0.62 * ((x * x + y * y) * 0.5) ** 1.5).unsqueeze(1)


def paper_cut_out(c: Canvas) -> None:
    c.image = c.image + (0.055 * grain(c, False)).unsqueeze(1)


def film_noir(c: Canvas) -> None:
    """Black and white, hard: night-like shadows whatever the time, a slanted light through blinds."""
    grey = grey_of(c.image)
    hard = ((grey - 0.42) * 1.75 + 0.40).clamp(0, 1)
    layer, (a,) = c.layer(0.0), c.numbers("noir", 1)
    stripe = ((layer.y + 0.35 * layer.x + a) % 0.42 - 0.21).abs()
    blinds = 1 - 0.32 * ((0.10 - stripe) * 14).clamp(0, 1)
    c.image = (hard * vignette(c) * blinds.unsqueeze(1)).expand_as(c.image) + (0.07 * grain(c, True)).unsqueeze(1)


def archival(c: Canvas) -> None:
    """Sepia, faded, flickering, with scratches."""
    grey = grey_of(c.image) * 0.72 + 0.16
    flicker = 1 + 0.05 * torch.sin(c.seconds * 41 + 1) + 0.04 * torch.sin(c.seconds * 67)
    layer, n = c.layer(0.0), c.numbers("scratches", 3)
    lines = torch.zeros_like(c.ink)
    for i, a in enumerate(n):
        at = (a * 7.3 + torch.floor(c.seconds * 6) * (0.37 + 0.21 * i)) % 1
        lines = torch.maximum(lines, (0.7 - (layer.x - (2 * at - 1) * c.aspect).abs() / (layer.pixel * 0.8) + 0 * layer.y).clamp(0, 1))
    sepia = torch.tensor((1.10, 0.92, 0.66), device=c.device).view(1, 3, 1, 1, 1)
    image = grey * sepia * flicker.unsqueeze(1) * vignette(c) + (0.09 * grain(c, True)).unsqueeze(1)
    c.image = image + 0.30 * lines.unsqueeze(1)


def stop_motion(c: Canvas) -> None:
    step = torch.floor(c.seconds * 4)
    light = 1 + 0.035 * torch.sin(step * 12.9)
    c.image = c.image * light.unsqueeze(1) + (0.03 * grain(c, False)).unsqueeze(1)


def ink_line(c: Canvas) -> None:
    """Black lines on paper; what was dark is hatched."""
    grey = grey_of(c.image)
    layer = c.layer(0.0)
    hatch = ((layer.x + layer.y) % 0.075 - 0.0375).abs() / 0.0375
    shade = ((0.46 - grey.squeeze(1)) * 4).clamp(0, 0.75) * (1.2 * hatch).clamp(0, 1)
    wash = 0.86 + 0.14 * grey.squeeze(1)
    value = wash * (1 - 0.8 * shade) * (1 - 0.92 * c.ink)
    paper = torch.tensor((1.0, 0.985, 0.95), device=c.device).view(1, 3, 1, 1, 1)
    c.image = value.unsqueeze(1) * paper


def pencil(c: Canvas) -> None:
    """A rough drawing: grey lines only, on white."""
    value = 0.97 - 0.62 * c.ink * (0.80 + 0.4 * grain(c, False))
    c.image = value.unsqueeze(1).expand_as(c.image)


FINISHES = {
    "paper cut-out": paper_cut_out,
    "film noir": film_noir,
    "archival": archival,
    "stop motion": stop_motion,
    "ink line": ink_line,
    "pencil": pencil,
}


def paint_finish(c: Canvas) -> None:
    for style, finish in FINISHES.items():
        rows = [i for i, s in enumerate(c.scenes) if s["style"] == style]
        if rows:
            part = c.select(rows)
            finish(part)
            c.put_back(part, rows)
