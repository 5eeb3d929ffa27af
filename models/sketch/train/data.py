"""Batches of clips, drawn while it trains: scenes, two scenes with a cut, scenes that begin from a pencil drawing, pictures like
photographs under a camera's move, and windows that remember frames from long before."""

import random
from collections import deque
from dataclasses import dataclass, field

import torch
from torch import Tensor

from captions import camera_caption, caption
from scenes import draw_scene, draw_simple_scene, render, render_photos

# (width, height) and how often it is drawn: the sizes that ship, and the smaller ones that training begins with.
SIZES = [((128, 72), 0.54), ((72, 128), 0.16), ((96, 96), 0.16), ((104, 80), 0.08), ((80, 104), 0.03), ((152, 64), 0.03)]
SMALL = {(128, 72): (96, 56), (72, 128): (56, 96), (96, 96): (72, 72), (104, 80): (80, 64), (80, 104): (64, 80), (152, 64): (112, 48)}
# Half of that again, where twice as many clips teach words and motions in the same time.
TINY = {(128, 72): (64, 40), (72, 128): (40, 64), (96, 96): (48, 48), (104, 80): (56, 40), (80, 104): (40, 56), (152, 64): (72, 32)}
KINDS = {"scene": 0.70, "cut": 0.08, "pencil": 0.06, "photo": 0.10, "memory": 0.06}
MEMORY_PAST = 64  # frames before the window that are remembered from
POOL_BYTES = 250e6


@dataclass
class Clip:
    """`frames` (3, frames, height, width) and `mask` (frames, height, width) as bytes."""

    frames: Tensor
    mask: Tensor
    scenes: list[dict]  # two where there is a cut
    move: str | None = None  # of a picture without a scene
    cut: int | None = None  # the first latent frame of the second scene
    drawing: Tensor | None = None  # the clip as a pencil would draw it

    def texts(self, r: random.Random) -> list[str]:
        if self.move is not None:
            return ["" if r.random() < 0.2 else camera_caption(self.move, r)]
        return ["" if r.random() < 0.1 else caption(s, r, "en" if s["simple"] else None) for s in self.scenes]


@dataclass
class Batch:
    clips: Tensor  # (n, 3, frames, height, width) in 0..1
    masks: Tensor  # (n, frames, height, width) in 0..1
    rows: list[Clip]
    texts: list[list[str]]
    # Latent frames' places in time, in latent frames from the window's first; memory frames lie before it.
    positions: list[int] = field(default_factory=list)
    memory: int = 0  # how many of the first frames are memory


class Clips:
    """Every drawn clip is used about four times: drawing costs as much as a step."""

    def __init__(self, r: random.Random, common: random.Random, device: str, tokens_per_batch: int, lengths: dict[int, float], simple: float, wide: float = 0.0, patch: int = 8, scale: int = 1):
        """`common` chooses what costs time: sizes, lengths, when there is drawing; `r` the rest. `simple`: part of the scenes that are
        simple, see `draw_simple_scene`. `wide`: part of the batches that are 16:9 whatever `SIZES` says. `scale`: of all sizes."""
        self.r, self.common, self.device, self.budget, self.lengths = r, common, device, tokens_per_batch, lengths
        self.simple, self.wide, self.patch, self.scale = simple, wide, patch, scale
        self.along, self.rightward = 0.0, 0.5  # see `draw_simple_scene`
        self.pools: dict = {}
        self.past: dict = {}  # of a pool with memory: how many frames before the window each memory frame lies

    def batch(self, small: float = 0.0, tiny: float = 0.0, part: float = 1.0) -> Batch:
        """`small`: how often the smaller sizes are taken, and `tiny`: how often those that are smaller still. `part` of as many clips as
        fit into a batch."""
        r, common = self.r, self.common
        size = SIZES[0][0] if common.random() < self.wide else common.choices([s for s, _ in SIZES], [p for _, p in SIZES])[0]
        drawn = common.random()
        width, height = TINY[size] if drawn < tiny else SMALL[size] if drawn < tiny + small else size
        width, height = width * self.scale, height * self.scale
        frames = common.choices(list(self.lengths), list(self.lengths.values()))[0]
        per_clip = (1 + (frames - 1) // 4) * (width // self.patch) * (height // self.patch)
        n = max(1, int(part * self.budget) // per_clip)
        memory = common.random() < KINDS["memory"] * (1 - self.simple)
        pool = self.pools.setdefault((width, height, frames, memory), deque(maxlen=max(3 * n, int(POOL_BYTES / (width * height * frames * 4)))))
        if memory and (not pool or common.random() < 0.1):
            pool.clear()
            self.past[width, height, frames] = sorted(r.sample(range(4, MEMORY_PAST + 1, 4), 2), reverse=True)
        while len(pool) < n or common.random() < 0.22:
            pool.extend(self.draw(n, height, width, frames, memory))
        rows = r.sample(list(pool), n)
        clips = torch.stack([row.frames for row in rows]).to(self.device).float() / 255
        masks = torch.stack([row.mask for row in rows]).to(self.device).float() / 255
        latents = 1 + (frames - 1) // 4
        batch = Batch(clips, masks, rows, [row.texts(r) for row in rows], list(range(latents)))
        if memory:
            # The first frames of each clip were drawn at the same places long before the window.
            batch.memory = clips.shape[2] - frames
            batch.positions = [-p // 4 for p in self.past[width, height, frames]] + batch.positions
        return batch

    def scenes(self, n: int) -> list[dict]:
        def one() -> dict:
            if self.r.random() < self.simple:
                return draw_simple_scene(self.r, self.along, self.rightward)
            return draw_scene(self.r)

        return [one() for _ in range(n)]

    def draw(self, n: int, height: int, width: int, frames: int, memory: bool) -> list[Clip]:
        r = self.r
        if memory:
            past = self.past[width, height, frames]
            scenes = self.scenes(n)
            at = [MEMORY_PAST - p for p in past] + list(range(MEMORY_PAST, MEMORY_PAST + frames))
            images, masks = render(scenes, height, width, len(at), self.device, of=MEMORY_PAST + frames, at=at)
            return self.clips(images, masks, [[s] for s in scenes])
        kinds = [k for k in KINDS if k != "memory"]
        kind = self.common.choices(kinds, [KINDS[k] for k in kinds])[0] if frames > 1 and self.common.random() > self.simple else "scene"
        if kind == "photo":
            images, moves = render_photos(r, n, height, width, frames, self.device)
            clips = self.clips(images, torch.zeros_like(images[:, 0]), [[] for _ in moves])
            for clip, move in zip(clips, moves):
                clip.move = move
            return clips
        scenes = self.scenes(n)
        images, masks = render(scenes, height, width, frames, self.device)
        if kind == "cut":
            return self.with_cuts(scenes, images, masks)
        clips = self.clips(images, masks, [[s] for s in scenes])
        if kind == "pencil":
            drawings, _ = render([{**s, "style": "pencil"} for s in scenes], height, width, frames, self.device)
            for clip, drawing in zip(clips, to_bytes(drawings)):
                clip.drawing = drawing
        return clips

    def with_cuts(self, scenes: list[dict], images: Tensor, masks: Tensor) -> list[Clip]:
        """Each clip goes over to the next scene's at a latent frame, hard or as a dissolve of up to eight frames."""
        r, (n, _, frames) = self.r, images.shape[:3]
        others = list(range(1, n)) + [0]
        cuts = [r.randrange(1, 1 + (frames - 1) // 4) for _ in range(n)]
        at = torch.arange(frames, device=images.device).view(1, frames).float()
        first = torch.tensor([1 + 4 * (c - 1) for c in cuts], device=images.device).view(n, 1).float()
        long = torch.tensor([r.choice([0.0, 0.0, 4.0, 8.0]) for _ in range(n)], device=images.device).view(n, 1)
        weight = ((at - first + long / 2 + 1) / (long + 1)).clamp(0, 1)
        images = torch.lerp(images, images[others], weight.view(n, 1, frames, 1, 1))
        masks = torch.lerp(masks, masks[others], weight.view(n, frames, 1, 1))
        clips = self.clips(images, masks, [[scenes[i], scenes[o]] for i, o in enumerate(others)])
        for clip, cut in zip(clips, cuts):
            clip.cut = cut
        return clips

    @staticmethod
    def clips(images: Tensor, masks: Tensor, scenes: list[list[dict]]) -> list[Clip]:
        return [Clip(i, m, s) for i, m, s in zip(to_bytes(images), to_bytes(masks), scenes)]


def to_bytes(x: Tensor) -> Tensor:
    return (x.clamp(0, 1) * 255 + 0.5).byte().cpu()
