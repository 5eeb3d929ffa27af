"""Signed distances of flat shapes: negative inside, in the units of the coordinates. All work on broadcast tensors."""

import torch
from torch import Tensor


def box(x: Tensor, y: Tensor, w, h) -> Tensor:
    """`w`, `h`: half sizes."""
    return torch.maximum(x.abs() - w, y.abs() - h)


def disc(x: Tensor, y: Tensor, radius) -> Tensor:
    return torch.sqrt(x * x + y * y + 1e-9) - radius


def ellipse(x: Tensor, y: Tensor, a, b) -> Tensor:
    """Half axes `a`, `b`; the distance is exact on the edge only, which is where it is looked at."""
    near = torch.sqrt((x / a) ** 2 + (y / b) ** 2 + 1e-9)
    slope = torch.sqrt((x / a**2) ** 2 + (y / b**2) ** 2 + 1e-9)
    return near * (near - 1) / slope


def triangle(x: Tensor, y: Tensor, w, h) -> Tensor:
    """Points up: the half width of the base at y = h is `w`, the tip is at y = -h."""
    return torch.maximum(y - h, (x.abs() * h * 2 - w * (y + h)) / (4 * h * h + w * w) ** 0.5)


def trapezoid(x: Tensor, y: Tensor, top, bottom, h) -> Tensor:
    """Half widths at y = -h and y = h."""
    width = (top + bottom) / 2 + (bottom - top) / 2 * (y / h)
    return torch.maximum(x.abs() - width, y.abs() - h)


def segment(x: Tensor, y: Tensor, x1, y1, x2, y2, radius) -> Tensor:
    """A line with round ends. Its end points may be tensors."""
    dx, dy = x2 - x1, y2 - y1
    along = (((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy + 1e-9)).clamp(0, 1)
    return disc(x - x1 - along * dx, y - y1 - along * dy, radius)


def ring(distance: Tensor, half_width) -> Tensor:
    return distance.abs() - half_width


def both(a: Tensor, b: Tensor) -> Tensor:
    return torch.maximum(a, b)


def either(a: Tensor, b: Tensor) -> Tensor:
    return torch.minimum(a, b)


def without(a: Tensor, b: Tensor) -> Tensor:
    return torch.maximum(a, -b)


def rotated(x: Tensor, y: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    cos, sin = torch.cos(angle), torch.sin(angle)
    return x * cos + y * sin, y * cos - x * sin
