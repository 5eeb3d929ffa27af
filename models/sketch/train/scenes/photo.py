"""Pictures with the statistics of photographs under camera moves: what a picture that a user brings looks like to the model.

Dead leaves (Lee, Mumford, Huang 2001: overlapping discs with radii by an inverse power law), 1/f noise, gradients with grain.
A whole picture moves as one: a photograph has no layers.
"""

import math
import random

import torch
import torch.nn.functional as F
from torch import Tensor

from .canvas import column
from .motion import RATE, way

MOVES = ["static", "pan left", "pan right", "tilt up", "tilt down", "push in", "pull out"]


def noise_1f(n: int, height: int, width: int, generator: torch.Generator) -> Tensor:
    """(n, 3, height, width) about 0 with unit spread; amplitude falls with frequency."""
    fy, fx = torch.fft.fftfreq(height).view(-1, 1), torch.fft.rfftfreq(width).view(1, -1)
    amplitude = 1 / (fy**2 + fx**2).sqrt().clamp(min=1 / max(height, width)) ** 1.1
    white = torch.fft.rfft2(torch.randn(n, 3, height, width, generator=generator))
    picture = torch.fft.irfft2(white * amplitude, s=(height, width))
    grey = picture.mean(1, keepdim=True)
    picture = 0.75 * grey + 0.25 * picture
    return picture / picture.std(dim=(1, 2, 3), keepdim=True)


def dead_leaves(n: int, height: int, width: int, generator: torch.Generator, count: int = 90) -> Tensor:
    """(n, 3, height, width) in 0..1."""
    image = torch.rand(n, 3, 1, 1, generator=generator).expand(n, 3, height, width).clone()
    y = torch.arange(height).view(1, height, 1).float()
    x = torch.arange(width).view(1, 1, width).float()
    for _ in range(count):
        u = torch.rand(n, 6, 1, 1, generator=generator)
        radius = height * 0.03 / (1 - u[:, 0] * 0.95)
        aspect, angle = 0.5 + u[:, 1], math.pi * u[:, 2]
        dx, dy = x - u[:, 3] * width, y - u[:, 4] * height
        a, b = (dx * torch.cos(angle) + dy * torch.sin(angle)) * aspect, (dy * torch.cos(angle) - dx * torch.sin(angle)) / aspect
        coverage = (0.5 + radius - torch.sqrt(a * a + b * b)).clamp(0, 1).unsqueeze(1)
        colour = torch.rand(n, 3, 1, 1, generator=generator)
        colour = 0.6 * colour.mean(1, keepdim=True) + 0.4 * colour
        shade = 1 + 0.25 * (dy / height).unsqueeze(1) * (2 * u[:, 5:6] - 1)
        image = torch.lerp(image, colour * shade, coverage)
    return image


def render_photos(r: random.Random, n: int, height: int, width: int, frames: int, device="cpu") -> tuple[Tensor, list[str]]:
    """Clips in 0..1, (n, 3, frames, height, width), and the camera's move in each."""
    generator = torch.Generator().manual_seed(r.randrange(1 << 30))
    big_h, big_w = int(height * 1.7), int(width * 1.7)
    leaves = dead_leaves(n, big_h, big_w, generator)
    cloud = noise_1f(n, big_h, big_w, generator)
    mix = torch.rand(n, 1, 1, 1, generator=generator)
    ramp = torch.linspace(-0.5, 0.5, big_h).view(1, 1, big_h, 1) * (torch.rand(n, 3, 1, 1, generator=generator) - 0.3)
    picture = leaves * (mix > 0.35) + (0.5 + 0.0 * leaves) * (mix <= 0.35) + cloud * (0.05 + 0.2 * (mix < 0.5)) + ramp
    picture = (picture + 0.03 * torch.randn(picture.shape, generator=generator)).clamp(0, 1).to(device)
    moves = [r.choice(MOVES) for _ in range(n)]
    t, part = way(torch.arange(frames, device=device).view(1, frames, 1, 1) / RATE, frames / RATE)
    t = (t - 0.5) * part

    def has(name) -> Tensor:
        return column([float(m == name) for m in moves], device)

    # The same moves as the scenes' cameras make; coordinates: the frame is 2 high.
    aspect = width / height
    zoom = torch.exp((has("pull out") - has("push in")) * 0.65 * t)
    pan_x = (has("pan right") - has("pan left")) * 1.1 * t + 0 * zoom
    pan_y = (has("tilt down") - has("tilt up")) * 0.85 * t + 0 * zoom
    ys = torch.linspace(-1 + 1 / height, 1 - 1 / height, height, device=device).view(1, 1, height, 1)
    xs = torch.linspace(-aspect + aspect / width, aspect - aspect / width, width, device=device).view(1, 1, 1, width)
    x, y = (xs * zoom + pan_x + 0 * ys) / (aspect * 1.7), (ys * zoom + pan_y + 0 * xs) / 1.7
    grid = torch.stack([x, y], -1)  # (n, frames, height, width, 2)
    flat = F.grid_sample(picture, grid.view(n, frames * height, width, 2), mode="bilinear", padding_mode="reflection", align_corners=False)
    return flat.view(n, 3, frames, height, width), moves
