"""Known content in training: which frames and regions of a clip are given, and at what level of noise.

A level of 0 means: keep exactly; 1: invent. The transformer sees the known pixels and a mask (1 − level) beside the noisy
ones, and a timestep for each token: the highest noise in the token.
"""

import random

import torch
from torch import Tensor

from model import pack


def draw_levels(r: random.Random, frames: int, height: int, width: int, region: bool = False, pictures: bool = False, known: float = 0.5) -> Tensor:
    """Levels of one clip, (frames, height, width) in 0..1: the same over the whole frame, or a kept region. `pictures`: some frame
    is always known. `known`: how often anything is, of clips; known whole, a single picture would have no error to learn by."""
    level = torch.ones(frames, height, width)
    if region:
        if r.random() < 0.4:
            # A hole to fill.
            h, w = r.randrange(height // 4, height // 2), r.randrange(width // 4, width // 2)
            y, x = r.randrange(height - h), r.randrange(width - w)
            hole = torch.zeros(height, width)
            hole[y : y + h, x : x + w] = 1
            return hole.expand(frames, height, width).clone()
        side = r.choice(["left", "right", "both"])
        keep = torch.zeros(width, dtype=torch.bool)
        cut = r.randrange(width // 5, width // 2)
        keep[cut if side != "right" else 0 : width - cut if side != "left" else width] = True
        level[:, :, keep] = 0
        return level
    if not pictures and r.random() >= known:
        return level
    if frames == 1:
        return level * r.uniform(0.3, 0.95) if r.random() < 0.16 else level
    kind = r.uniform(0.5, 0.92 if pictures else 1.0)
    if kind < 0.68:
        level[0] = 0
    elif kind < 0.73:
        level[-1] = 0
    elif kind < 0.78:
        level[0] = level[-1] = 0
    elif kind < 0.86:
        level[: r.choice([2, 5, 9])] = 0
    elif kind < 0.88:
        level[-r.choice([2, 5, 9]) :] = 0
    elif kind < 0.92:
        level[r.randrange(frames)] = 0
    elif kind < 0.96:
        level[:] = r.uniform(0.3, 0.95)
    else:
        start, end = r.uniform(0, 1), r.uniform(0, 1)
        level[:] = torch.linspace(start, end, frames).view(-1, 1, 1)
    return level


def model_input(clip: Tensor, levels: Tensor, sigma: Tensor, noise: Tensor, patch: int, known: Tensor | None = None, singles: int = 1):
    """`clip`, `noise` packed (n, 12, k, h, w); `levels` (n, frames, h, w); `sigma` (n); `singles` as in `pack`.

    `known`, packed, if it is another clip than the one to be made, such as a drawing: it is what the noise starts from, as long
    as there is as much noise as its level says.

    Returns the 28-channel input, the timestep of each token (n, tokens), and sigma of each packed pixel (n, 12, k, h, w).
    """
    packed_levels = pack(levels.unsqueeze(1), singles)  # (n, 4, k, h, w)
    pixel_sigma = torch.minimum(packed_levels, sigma.view(-1, 1, 1, 1, 1))
    token = pixel_sigma.amax(1)  # (n, k, h, w)
    token = torch.nn.functional.max_pool2d(token, patch)
    pixel_sigma = pixel_sigma.repeat_interleave(3, 1)
    level3 = packed_levels.repeat_interleave(3, 1)
    known = clip if known is None else known
    noisy = torch.lerp(torch.where(level3 <= pixel_sigma, known, clip), noise, pixel_sigma)
    shown = torch.where(level3 < 1, torch.lerp(known, noise, level3), torch.zeros_like(clip))
    return torch.cat([noisy, 1 - packed_levels, shown], 1), token.flatten(1) * 1000, pixel_sigma
