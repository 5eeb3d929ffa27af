"""A batch of clips while they are painted: camera, layers of depth, light, and what each style does to a shape.

Coordinates: the picture is 2 high (-1 top, 1 bottom) and 2·width/height wide, whatever its size in pixels. A layer at depth
`k` takes part in the camera's moves by k: 0 is infinitely far, 1 is where the subject stands, more is nearer. Shapes are
signed distances, turned into coverage over one pixel, so edges are smooth at any size.
"""

import random
from dataclasses import dataclass

import torch
from torch import Tensor

# How a style treats shapes. Line: dark outlines. Shadow: soft shadows around them. Clay: rounded by light.
LINE_STYLES, SHADOW_STYLES, CLAY_STYLES = ("ink line", "pencil"), ("paper cut-out",), ("stop motion",)


def column(values, device) -> Tensor:
    """One number a scene, shaped (n, 1, 1, 1)."""
    return torch.tensor(values, dtype=torch.float32, device=device).view(-1, 1, 1, 1)


def numbers(scenes: list[dict], name: str, count: int, device) -> list[Tensor]:
    """`count` columns of chance in 0..1, the same for a scene at every size and in every batch."""
    rolls = [random.Random(f"{s['seed']} {name}") for s in scenes]
    return [column([r.random() for r in rolls], device) for _ in range(count)]


@dataclass
class View:
    """Where the camera looks: `pan_x`, `pan_y`, `zoom` (n, frames, 1, 1); `zoom` under 1 is nearer. `orbit`: how far it has gone
    around the subject, in radians: what lies behind the subject passes by, the farther the faster."""

    pan_x: Tensor
    pan_y: Tensor
    zoom: Tensor
    orbit: Tensor

    def select(self, rows: Tensor) -> "View":
        return View(self.pan_x[rows], self.pan_y[rows], self.zoom[rows], self.orbit[rows])


@dataclass
class Layer:
    """Coordinates at one depth: `x` (n, frames, 1, width), `y` (n, frames, height, 1), the size of a pixel (n, frames, 1, 1)."""

    x: Tensor
    y: Tensor
    pixel: Tensor


class Canvas:
    """`image` (n, 3, frames, height, width), `ink` and `mask` (n, frames, height, width)."""

    def __init__(self, scenes: list[dict], image: Tensor, ink: Tensor, mask: Tensor, view: View, seconds: Tensor, length: float, light: Tensor, tint: Tensor):
        self.scenes, self.image, self.ink, self.mask, self.view = scenes, image, ink, mask, view
        self.length = length  # of the whole clip, in seconds
        self.seconds = seconds  # (n, frames, 1, 1), held in steps where the style is stop motion
        self.light, self.tint = light, tint  # (n, 1, 1, 1) and (n, 3)
        self.device = image.device
        self.subject = False  # while the subject is painted its coverage goes into the mask, else it is taken off
        self.lines = self.flag("style", LINE_STYLES)
        self.shadows = self.flag("style", SHADOW_STYLES)
        self.clay = self.flag("style", CLAY_STYLES)

    def flag(self, key: str, values) -> Tensor | None:
        """1 where a scene has one of the values; None if no scene has."""
        flags = [float(s[key] in values) for s in self.scenes]
        return column(flags, self.device) if any(flags) else None

    def select(self, rows: list[int]) -> "Canvas":
        """A canvas of some scenes; `put_back` brings what was painted home."""
        index = torch.tensor(rows, device=self.device)
        scenes = [self.scenes[i] for i in rows]
        parts = (self.image[index], self.ink[index], self.mask[index], self.view.select(index), self.seconds[index])
        return Canvas(scenes, *parts, self.length, self.light[index], self.tint[index])

    def put_back(self, part: "Canvas", rows: list[int]) -> None:
        index = torch.tensor(rows, device=self.device)
        for name in ("image", "ink", "mask"):
            getattr(self, name).index_copy_(0, index, getattr(part, name))

    @property
    def aspect(self) -> float:
        return self.image.shape[-1] / self.image.shape[-2]

    def layer(self, depth: float = 1.0) -> Layer:
        height, width = self.image.shape[-2:]
        aspect = self.aspect
        ys = torch.linspace(-1 + 1 / height, 1 - 1 / height, height, device=self.device).view(1, 1, height, 1)
        xs = torch.linspace(-aspect + aspect / width, aspect - aspect / width, width, device=self.device).view(1, 1, 1, width)
        zoom = 1 + (self.view.zoom - 1) * min(depth, 1.0)
        pan_x = self.view.pan_x * depth + self.view.orbit * 1.1 * (1 - min(depth, 1.0))
        return Layer(xs * zoom + pan_x, ys * zoom + self.view.pan_y * depth, 2.0 / height * zoom)

    def numbers(self, name: str, count: int) -> list[Tensor]:
        return numbers(self.scenes, name, count, self.device)

    def lit(self, rgb, amount: float = 1.0) -> Tensor:
        """A surface's colour under each scene's light, (n, 3); `amount` under 1 keeps more of its own colour."""
        colour = rgb if isinstance(rgb, Tensor) else torch.tensor(rgb, dtype=torch.float32, device=self.device).view(1, 3)
        light = self.light.view(-1, 1) * self.tint
        return colour * (1 - amount + amount * light)

    def paint(self, layer: Layer, distance: Tensor, colour: Tensor, scale: Tensor | float = 1.0, opacity: Tensor | float = 1.0) -> None:
        """Covers where `distance` < 0 with `colour` (n, 3). `scale`: size of the distance's unit."""
        pixels = distance * scale / layer.pixel
        coverage = (0.5 - pixels).clamp(0, 1) * opacity
        if self.shadows is not None:
            # Paper lies a little above what is under it: a soft shadow outside its edge.
            shadow = torch.exp(-(distance * scale).clamp(min=0) * 22) * 0.38 * self.shadows * opacity
            self.image = self.image * (1 - shadow * (1 - coverage)).unsqueeze(1)
        colour = colour.reshape(-1, 3, 1, 1, 1)
        if self.clay is not None:
            edge = torch.exp((distance * scale).clamp(max=0) * 14)
            colour = colour * (1 - 0.42 * edge * self.clay).unsqueeze(1)
        self.image = torch.lerp(self.image, colour.expand_as(self.image), coverage.unsqueeze(1))
        if self.lines is not None:
            width = 0.011 * self.image.shape[-2] / 2
            line = (width + 0.5 - pixels.abs()).clamp(0, 1) * self.lines * opacity
            self.ink = torch.maximum(self.ink * (1 - coverage), line)
        self.mask = torch.maximum(self.mask, coverage) if self.subject else self.mask * (1 - coverage)

    def glow(self, coverage: Tensor, colour: Tensor) -> None:
        """Light or air over the picture, without an edge. `coverage` (n, frames, height, width) in 0..1."""
        colour = colour.reshape(-1, 3, 1, 1, 1)
        self.image = torch.lerp(self.image, colour.expand_as(self.image), coverage.unsqueeze(1))


class Pen:
    """Paints in a subject's own coordinates. `body` is its colour under the scene's light, `dark` its shaded side."""

    def __init__(self, canvas: Canvas, layer: Layer, size: Tensor, body: Tensor):
        self.canvas, self.layer, self.size, self.body = canvas, layer, size, body
        self.dark, self.bright = body * 0.62, (body + 0.32).clamp(max=1)

    def fill(self, distance: Tensor, colour) -> None:
        if not isinstance(colour, Tensor):
            colour = self.canvas.lit(colour, 0.5)
        self.canvas.paint(self.layer, distance, colour, self.size)
