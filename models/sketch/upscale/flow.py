"""Motion between two small pictures: dense, pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000), as batched tensor operations.

The engine has the same arithmetic (crates/diffusion/src/upscaler/flow.rs); a fixture holds the two together. Motion is found
in the pictures alone: no word reaches it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS, ROUNDS, WINDOW = 4, 4, 7
# Keeps places without texture where their surroundings are; for luminance in 0..1.
DAMPING = 1e-3


def grey(pictures: Tensor) -> Tensor:
    """(n, 3, h, w) → (n, 1, h, w), Rec. 709 weights."""
    weights = torch.tensor((0.2126, 0.7152, 0.0722), device=pictures.device).view(1, 3, 1, 1)
    return (pictures * weights).sum(1, keepdim=True)


def box(x: Tensor, size: int) -> Tensor:
    """Mean over a window; the edge is repeated."""
    half = size // 2
    return F.avg_pool2d(F.pad(x, (half, half, half, half), mode="replicate"), size, 1)


def warp(pictures: Tensor, flow: Tensor) -> Tensor:
    """`pictures` (n, c, h, w) looked up at each place plus `flow` (n, 2, h, w; x, then y, in pixels), bilinear, the edge repeated."""
    n, _, h, w = pictures.shape
    y, x = torch.meshgrid(torch.arange(h, device=flow.device), torch.arange(w, device=flow.device), indexing="ij")
    at_x, at_y = x + flow[:, 0], y + flow[:, 1]
    grid = torch.stack([2 * at_x / max(w - 1, 1) - 1, 2 * at_y / max(h - 1, 1) - 1], -1)
    return F.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=True)


def slopes(x: Tensor) -> tuple[Tensor, Tensor]:
    p = F.pad(x, (1, 1, 1, 1), mode="replicate")
    return (p[..., 1:-1, 2:] - p[..., 1:-1, :-2]) / 2, (p[..., 2:, 1:-1] - p[..., :-2, 1:-1]) / 2


def refine(target: Tensor, source: Tensor, flow: Tensor, rounds: int) -> Tensor:
    """Rounds of Lucas-Kanade at one size: `source` looked up by the flow should be `target`."""
    for _ in range(rounds):
        moved = warp(source, flow)
        gx, gy = slopes(moved)
        error = target - moved
        xx, yy, xy = box(gx * gx, WINDOW) + DAMPING, box(gy * gy, WINDOW) + DAMPING, box(gx * gy, WINDOW)
        ex, ey = box(gx * error, WINDOW), box(gy * error, WINDOW)
        determinant = xx * yy - xy * xy
        step = torch.cat([(yy * ex - xy * ey) / determinant, (xx * ey - xy * ex) / determinant], 1)
        flow = box(flow + step.clamp(-2, 2), 3)
    return flow


def halves(x: Tensor) -> list[Tensor]:
    """The picture and its halves, large first; odd sizes lose their last row or column."""
    pyramid = [x]
    while len(pyramid) < LEVELS and min(pyramid[-1].shape[-2:]) >= 16:
        pyramid.append(F.avg_pool2d(pyramid[-1], 2))
    return pyramid


def flow_between(target: Tensor, source: Tensor, guess: Tensor | None = None) -> Tensor:
    """Where each pixel of `target` lies in `source`, both (n, 1, h, w) in 0..1: (n, 2, h, w) in pixels. With a `guess` only the last
    size is gone through."""
    if guess is not None:
        return refine(target, source, guess, ROUNDS)
    targets, sources = halves(target), halves(source)
    flow = torch.zeros(len(target), 2, *targets[-1].shape[-2:], device=target.device)
    for t, s in zip(reversed(targets), reversed(sources)):
        if flow.shape[-2:] != t.shape[-2:]:
            flow = 2 * F.interpolate(flow, t.shape[-2:], mode="bilinear", align_corners=False)
        flow = refine(t, s, flow, ROUNDS)
    return flow


def chained(to_before: Tensor, before_to_known: Tensor) -> Tensor:
    """The flow to a known frame, by way of the frame before."""
    return to_before + warp(before_to_known, to_before)
