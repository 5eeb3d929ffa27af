"""The reader: a small network that names what a clip shows. It measures Sketch, and it is trained on drawn scenes alone.

    python reader.py train --minutes 40 [--dir ~/kinora-reader]      resumes from there, or else from the reader that ships
    python reader.py table [--scenes 2000]                           how often it is right on scenes it never saw
    python reader.py export                                          reader.safetensors and reader.json beside this file

It looks at twelve frames of 128×72, at uneven times so that nothing that repeats stands still. Residual convolutions over each frame
say what is where the subject is, and what is anywhere: subject, colour, place, time of day, style. Motion and camera are read off
measures of each frame: how the camera moves to the next one (how the rest of the picture moves, by a cost volume), where the subject
is, and its pose, which is read off how its features lie across and down it. While it learns it is told all of these, and is asked for
the subject's name at each place. Single frames of many scenes teach what a frame shows, clips how the camera moves; at the end of
each run the convolutions are held, and what they say of many clips is read. Scenes are drawn in a process of their own, and seen in a
mirror half of the time. A clip is read twice, as it is and in a mirror: the mean of both is right more often than either.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from collections import deque
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import checkpoint  # noqa: E402
from arithmetic import autocast  # noqa: E402
from scenes import draw_scene, render  # noqa: E402
from scenes.motion import RATE, held, view_of
from scenes.motion import Path as Way  # noqa: E402
from scenes.places import PLACES  # noqa: E402
from scenes.subjects import SUBJECTS  # noqa: E402
from scenes.world import CAMERAS, COLOURS, MOTIONS, STYLES, TIMES  # noqa: E402

WIDTH, HEIGHT = 128, 72
# Widths at half, a quarter and an eighth of the size, of the layers about movement, and of the last but one.
CHANNELS, FLOW, HIDDEN = (24, 64, 128), 32, 256
# Residual blocks at a quarter and at an eighth.
BLOCKS = (2, 6)
# Features by which a place of a frame is found again in the next one, and how many places away, across and down, it is looked for.
MATCHED, AWAY = 8, (4, 2)
# The camera's move to the next frame: across, down, closer, around, in tenths of the picture's half height and of a radian.
MOVE = 4
# A subject's place: across, down, how wide, how high, how much of the picture, how it leans.
PLACE = 6
# What is read off a subject's features: its pose (sine and cosine of how far it is turned, the way it faces, whether it sits, whether its
# hand is up), and what else helps to tell a motion. And what is read off how it moves to the next frame.
POSE, TRAITS, TURN = 5, 16, 6
# What a subject's size is never taken to be less than, of half the picture.
LEAST_SIZE = 0.05
# Where in a clip the frames are taken, 0 to 1.
MOMENTS = (0.0, 0.03, 0.11, 0.20, 0.29, 0.40, 0.50, 0.54, 0.68, 0.77, 0.92, 1.0)
CLASSES = {
    "subject": list(SUBJECTS),
    "colour": COLOURS,
    "place": list(PLACES),
    "time": TIMES,
    "motion": MOTIONS,
    "camera": CAMERAS,
    "style": STYLES,
}
# What needs more than one frame, and how its logits are found among all. In a mirror the one is the other.
OVER_TIME = ("motion", "camera")
MIRRORED = {"motion": ("left to right", "right to left"), "camera": ("pan left", "pan right")}
# Each scene is learned from about so often; before anything is learned, so many clips are there.
REUSED, FIRST = 8, 240
# Clips that are looked at before what they say is learned: 0.9 MB of memory each.
MOST_LOOKED = 9_000
# A subject that never covers more of the picture than this can't be named.
LEAST_SEEN = 0.008


def moments(frames: int, first: float = 0.0, last: float = 1.0) -> list[int]:
    return [round((first + m * (last - first)) * (frames - 1)) for m in MOMENTS]


class Conv(nn.Module):
    """Convolution, batch norm, and ReLU where wanted."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, relu: bool = True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        return F.relu(y) if self.relu else y


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.a, self.b = Conv(width, width, 3), Conv(width, width, 3, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(self.a(x)))


class Bottleneck(nn.Module):
    """A residual block that looks around with half of the channels (arXiv 1512.03385)."""

    def __init__(self, width: int):
        super().__init__()
        self.a, self.b, self.c = Conv(width, width // 2, 1), Conv(width // 2, width // 2, 3), Conv(width // 2, width, 1, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.c(self.b(self.a(x))))


class Moved(nn.Module):
    """Where each place of a frame lies in the next: how alike it is to the places around it (a cost volume, as in FlowNet,
    arXiv 1504.06852), which is what tells a pan from a push. At half the size of its input."""

    def __init__(self, inputs: int, width: int):
        super().__init__()
        self.match = nn.Conv2d(inputs, MATCHED, 1, bias=False)
        self.mix = Conv((2 * AWAY[0] + 1) * (2 * AWAY[1] + 1), width, 3, 2)
        self.around = Residual(width)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        f = F.normalize(self.match(x), dim=1).unflatten(0, (-1, frames))
        after = torch.cat([f[:, 1:], f[:, -1:]], 1)
        (across, down), (h, w) = AWAY, f.shape[3:]
        after = F.pad(after, (across, across, down, down))
        alike = [(f * after[..., y : y + h, x : x + w]).sum(2) for y in range(2 * down + 1) for x in range(2 * across + 1)]
        return self.around(self.mix(torch.stack(alike, 2).flatten(0, 1)))


def axes(height: int, width: int) -> tuple[Tensor, Tensor]:
    """-1 to 1 across, (1, width), and down, (height, 1), at the middle of each place."""
    x = (torch.arange(width) + 0.5) / width * 2 - 1
    y = (torch.arange(height) + 0.5) / height * 2 - 1
    return x.view(1, -1), y.view(-1, 1)


class Reader(nn.Module):
    def __init__(self, channels=CHANNELS, flow=FLOW, hidden=HIDDEN, classes=CLASSES, mirrored=MIRRORED, frames=len(MOMENTS)):
        super().__init__()
        half, a, b = channels
        self.at_half, self.at_quarter = Conv(3, half, 5, 2), Conv(half, a, 3, 2)
        self.near = nn.ModuleList([Bottleneck(a) for _ in range(BLOCKS[0])])
        self.down = Conv(a, b, 3, 2)
        self.far = nn.ModuleList([Bottleneck(b) for _ in range(BLOCKS[1])])
        self.attend = nn.Conv2d(b, 1, 1)
        self.hidden = nn.Linear(3 * b, hidden)
        self.heads = nn.Linear(hidden, sum(len(v) for k, v in classes.items() if k not in OVER_TIME))
        self.traits, self.turn = nn.Linear(3 * b, TRAITS), nn.Linear(3 * flow, TURN)
        self.moved, self.shift, self.move = Moved(a, flow), nn.Linear(3 * flow, flow), nn.Linear(flow, MOVE)
        self.track = nn.Linear(frames * (2 * MOVE + PLACE + TRAITS + TURN), hidden)
        self.tracks = nn.Linear(hidden, hidden)
        over_time = [(name, c) for name, of_it in classes.items() if name in OVER_TIME for c in of_it]
        self.over_time = nn.Linear(hidden, len(over_time))
        other = {(name, c): (name, d) for name, (a, b) in mirrored.items() for c, d in ((a, b), (b, a))}
        self.in_mirror = [over_time.index(other.get(one, one)) for one in over_time]

    def forward(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """(n, frames, 3, 72, 128) in 0..1 → logits of what a frame shows and of what clips show, one attribute after the other: the
        mean of what the clips show and what they show in a mirror."""
        (stills, moves), (stills_there, moves_there) = self.once(clips), self.once(clips.flip(4))
        return (stills + stills_there) / 2, (moves + moves_there[:, self.in_mirror]) / 2

    def once(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """The same of the clips as they are."""
        stills, seen = self.seen(clips)
        return stills, self.told(seen)[0]

    def seen(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of what a frame shows; and what was seen in each frame, see `each`."""
        early = self.early(clips)
        still, attended, _, shown = self.stills(early, *clips.shape[:2])
        return still, self.each(early, torch.sigmoid(attended.float()), shown.float(), clips.shape[1])

    def each(self, early: Tensor, where: Tensor, shown: Tensor, frames: int) -> Tensor:
        """What was seen in each frame, (n, frames, 6 · flow + 6 + 3 · channels): what moves around the subject, its place, the features
        that it shows, and how it moves itself."""
        moved = self.moved(early, frames)
        own = spread(moved, where) / (where.sum((2, 3)) + 0.01)
        return torch.cat([self.around(moved, where), place_of(where), shown, own], 1).unflatten(0, (-1, frames))

    def told(self, each: Tensor, drop: float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of what clips show, by what was seen in each frame; the camera's moves and the subject's poses that they are read
        off. `drop`: part of what is known that is forgotten, while learning."""
        around, place, shown, own = each.split([self.shift.in_features, PLACE, self.traits.in_features, self.turn.in_features], 2)
        moves, traits = self.moves(around), self.traits(shown)
        measures = torch.cat([moves, (moves.cumsum(1) - moves) * 0.1, place, traits, self.turn(own)], 2)
        x = F.relu(self.track(measures.flatten(1)))
        logits = self.over_time(F.dropout(F.relu(self.tracks(F.dropout(x, drop))), drop))
        return logits, moves, traits[..., :POSE]

    def early(self, clips: Tensor) -> Tensor:
        """Features at a quarter of the size, (n · frames, channels, 18, 32)."""
        x = ((clips.flatten(0, 1) - 0.5) * 4).contiguous(memory_format=torch.channels_last)
        x = self.at_quarter(self.at_half(x))
        for block in self.near:
            x = block(x)
        return x

    def stills(self, early: Tensor, n: int, frames: int):
        """Logits of what any number of frames show; where the subject is, (n · frames, 1, 9, 16) as logits; what is there,
        (n · frames, channels, 9, 16); the features of the subject in each frame, and how they lie across and down it,
        (n · frames, 3 · channels)."""
        x = self.down(early)
        for block in self.far:
            x = block(x)
        attended = self.attend(x)
        where = torch.sigmoid(attended.float())
        found, seen = (x * where).sum((2, 3)), where.sum((2, 3))

        def of_clip(y: Tensor) -> Tensor:
            return y.unflatten(0, (n, frames)).mean(1)

        subject = of_clip(found) / (of_clip(seen) + 0.01)
        pooled = torch.cat([of_clip(x.mean((2, 3))), of_clip(x.amax((2, 3))), subject], 1)
        return self.heads(F.relu(self.hidden(pooled))), attended, x, spread(x, where) / (seen + 0.01)

    def around(self, moved: Tensor, where: Tensor) -> Tensor:
        """What moves where the subject is not, (n · frames, 3 · flow): anywhere, and from the middle across and down."""
        x, y = axes(*where.shape[2:])
        rest = moved * (1 - where)
        return torch.cat([rest.mean((2, 3)), (rest * x).mean((2, 3)), (rest * y).mean((2, 3))], 1)

    def moves(self, around: Tensor) -> Tensor:
        """How the camera moves to the next frame, (n, frames, 4). Nothing is known after the last."""
        moves = self.move(F.relu(self.shift(around)))
        return torch.cat([moves[:, :-1], torch.zeros_like(moves[:, -1:])], 1)


def place_of(where: Tensor) -> Tensor:
    """(frames, 1, 9, 16) → (frames, 6): the subject's middle across and down, how far it reaches, how much there is of it, how it leans."""
    x, y = axes(*where.shape[2:])
    size = where.sum((2, 3)) + 0.01
    at_x, at_y = (where * x).sum((2, 3)) / size, (where * y).sum((2, 3)) / size
    across, down = x - at_x[..., None, None], y - at_y[..., None, None]
    wide = ((where * across**2).sum((2, 3)) / size + 1e-4).sqrt()
    high = ((where * down**2).sum((2, 3)) / size + 1e-4).sqrt()
    leans = (where * across * down).sum((2, 3)) / size / (wide * high)
    return torch.cat([at_x, at_y, wide, high, size.log(), leans], 1)


def spread(x: Tensor, where: Tensor) -> Tensor:
    """Features (frames, channels, 9, 16) of a subject, (frames, 3 · channels): all of them, and times how far they lie from its middle
    across and down, in its own size: which end is up, which side is front."""
    (x_axis, y_axis), place = axes(*where.shape[2:]), place_of(where).detach()[:, :, None, None]
    across, down = (x_axis - place[:, 0:1]) / (place[:, 2:3] + LEAST_SIZE), (y_axis - place[:, 1:2]) / (place[:, 3:4] + LEAST_SIZE)
    return torch.cat([(x * where * side).sum((2, 3)) for side in (1.0, across, down)], 1)


def split(stills: Tensor | None, moves: Tensor | None) -> dict[str, Tensor]:
    parts = {}
    for logits, over_time in ((stills, False), (moves, True)):
        if logits is not None:
            named = {k: len(v) for k, v in CLASSES.items() if (k in OVER_TIME) == over_time}
            parts.update(zip(named, logits.split(list(named.values()), 1)))
    return parts


class Drawn(NamedTuple):
    """Frames (n, frames, 3, 72, 128) and how much of each place is subject (n, frames, 9, 16), as bytes; labels (n, attributes), -1
    where nothing can be told; how the camera moves to the next frame (n, frames, 4); the subject's pose (n, frames, 5)."""

    images: Tensor
    places: Tensor
    labels: Tensor
    moves: Tensor
    poses: Tensor


def draw(r: random.Random, n: int, single: bool = False) -> Drawn:
    """Scenes by chance, twelve frames of each, or one."""
    frames = r.choice([33, 61])
    at = [r.randrange(frames)] if single else moments(frames)
    scenes = [{**draw_scene(r, held_out=True), "second": None} for _ in range(n)]
    images, masks = render(scenes, HEIGHT, WIDTH, len(at), of=frames, at=at)
    labels = torch.full((n, len(CLASSES)), -1)
    for i, scene in enumerate(scenes):
        seen = masks[i].flatten(1).mean(1).amax() > LEAST_SEEN
        for k, (name, classes) in enumerate(CLASSES.items()):
            hidden = single and name in OVER_TIME or not seen and name in ("subject", "colour", "motion")
            if scene[name] is not None and not hidden:
                labels[i, k] = classes.index(scene[name])
    seconds = held(scenes, at, "cpu")
    view = view_of(scenes, seconds, frames / RATE, WIDTH / HEIGHT)
    camera = torch.stack([v.expand(n, len(at), 1, 1).flatten(1) for v in (view.pan_x, view.pan_y, view.zoom.log(), view.orbit)], 2)
    moves = 10 * torch.cat([camera[:, 1:] - camera[:, :-1], torch.zeros(n, 1, MOVE)], 1)
    # Any subject's name will do: it only says how high up the subject is.
    path = Way(scenes, scenes[0]["subject"], seconds, frames / RATE, WIDTH / HEIGHT)
    poses = (path.angle.sin(), path.angle.cos(), path.facing, path.moves.sitting, path.moves.waving)
    poses = torch.stack([(p + 0 * seconds).flatten(1) for p in poses], 2)
    return Drawn((images.permute(0, 2, 1, 3, 4).clamp(0, 1) * 255 + 0.5).byte(), (F.avg_pool2d(masks, 8) * 255 + 0.5).byte(), labels, moves, poses)


def mirrored(drawn: Drawn) -> Drawn:
    labels = drawn.labels.clone()
    for name, pair in MIRRORED.items():
        k, (one, other) = list(CLASSES).index(name), (CLASSES[name].index(c) for c in pair)
        labels[:, k] = torch.where(drawn.labels[:, k] == one, other, torch.where(drawn.labels[:, k] == other, one, drawn.labels[:, k]))
    moves, poses = drawn.moves * torch.tensor([-1.0, 1, 1, -1]), drawn.poses * torch.tensor([-1.0, 1, -1, 1, 1])
    return Drawn(drawn.images.flip(4), drawn.places.flip(3), labels, moves, poses)


def draw_on(seed: int, queue, clips) -> None:
    """A process that draws scenes for ever: `clips.value` of the time those of many frames."""
    os.nice(1)
    torch.set_num_threads(1)
    r = random.Random(seed)
    while True:
        single = r.random() >= clips.value
        drawn = draw(r, 96 if single else 12, single)
        queue.put((single, [x.numpy() for x in drawn]))


def roughened(clips: Tensor) -> Tensor:
    """As a generator would blur and tint them, so that the reader judges what is shown and not how sharply."""
    n = len(clips)
    if random.random() < 0.5:
        small = F.interpolate(clips.flatten(0, 1), scale_factor=random.choice([0.5, 0.65, 0.8]), mode="bilinear", antialias=True)
        clips = F.interpolate(small, (HEIGHT, WIDTH), mode="bilinear").unflatten(0, clips.shape[:2])
    clips = clips * (1 + 0.06 * torch.randn(n, 1, 3, 1, 1)) + 0.02 * torch.randn(n, 1, 3, 1, 1)
    return (clips + random.choice([0.0, 0.02, 0.05]) * torch.randn(clips.shape)).clamp(0, 1)


def loss_of(parts: dict[str, Tensor], labels: Tensor) -> Tensor:
    asked = [(part.float(), labels[:, k]) for k, name in enumerate(CLASSES) if (part := parts.get(name)) is not None]
    asked = [(part, wanted) for part, wanted in asked if bool((wanted >= 0).any())]
    return sum(F.cross_entropy(part, wanted, ignore_index=-1, label_smoothing=0.02) for part, wanted in asked)


def loss_of_places(where: Tensor, names: Tensor, places: Tensor, labels: Tensor) -> Tensor:
    """Where the subject is, and its name at each place that is half covered by it. `names` (n · frames, subjects, 9, 16)."""
    places = places.flatten(0, 1).float() / 255
    loss = F.binary_cross_entropy_with_logits(where.float().squeeze(1), places)
    subject = labels[:, 0].repeat_interleave(len(places) // len(labels)).view(-1, 1, 1)
    wanted = torch.where(places > 0.4, subject, -1)
    if bool((wanted >= 0).any()):
        loss = loss + 0.5 * F.cross_entropy(names.float(), wanted, ignore_index=-1)
    return loss


def right(parts: dict[str, Tensor], labels: Tensor) -> tuple[Tensor, Tensor]:
    """How many of each attribute are right, and how many were asked."""
    hits = torch.stack([(parts[name].argmax(1) == labels[:, k]) & (labels[:, k] >= 0) for k, name in enumerate(CLASSES)], 1)
    return hits.sum(0), (labels >= 0).sum(0)


class Learner(nn.Module):
    """A reader, and what only learning asks of it: the subject's name at each place."""

    def __init__(self):
        super().__init__()
        self.reader = Reader()
        self.namer = nn.Conv2d(CHANNELS[2], len(SUBJECTS), 1)

    def forward(self, drawn: Drawn) -> Tensor:
        clips, places, labels, moves, poses = drawn
        n, frames = clips.shape[:2]
        clips = roughened(clips.float() / 255)
        early = self.reader.early(clips)
        if frames == 1:
            stills, attended, x, shown = self.reader.stills(early, n, 1)
            apart = loss_of_poses(self.reader.traits(shown.float())[:, :POSE], poses.flatten(0, 1), places.flatten(0, 1))
            return loss_of(split(stills, None), labels) + loss_of_places(attended, self.namer(x), places, labels) + 3 * apart
        around = self.reader.around(self.reader.moved(early, frames), places.flatten(0, 1).unsqueeze(1).float() / 255)
        return loss_of_moves(self.reader.moves(around.unflatten(0, (n, frames)).float()), moves)


def loss_of_poses(found: Tensor, wanted: Tensor, places: Tensor) -> Tensor:
    """Of frames in which there is a subject. `places` (frames, 9, 16) as in `Drawn`."""
    shown = (places.flatten(-2).float().mean(-1) > 255 * LEAST_SEEN).float()
    return (F.smooth_l1_loss(found, wanted, reduction="none", beta=0.3).mean(-1) * shown).mean()


def loss_of_moves(found: Tensor, wanted: Tensor) -> Tensor:
    return F.smooth_l1_loss(found[:, :-1], wanted[:, :-1], beta=0.3)


def weights(reader: Reader) -> dict[str, Tensor]:
    return {k: v for k, v in reader.state_dict().items() if not k.endswith("num_batches_tracked")}


class Scenes:
    """What the painter has drawn: the newest single frames and clips. It draws no faster than they are wanted, each some times over:
    learning has the processor."""

    def __init__(self, seed: int, clips: float):
        processes = multiprocessing.get_context("spawn")
        self.queue, self.clips = processes.Queue(8), processes.Value("d", clips)
        self.painter = processes.Process(target=draw_on, args=(seed, self.queue, self.clips), daemon=True)
        self.painter.start()
        self.pools = {True: deque(maxlen=40_000), False: deque(maxlen=10_000)}
        self.drawn, self.asked = 0, 0

    def take(self) -> None:
        """One more batch."""
        single, parts = self.queue.get()
        self.pools[single].extend(zip(*map(torch.from_numpy, parts)))
        self.drawn += len(parts[0])

    def some(self, r: random.Random, single: bool) -> Drawn:
        pool, n = self.pools[single], 192 if single else 24
        while len(self.pools[False]) < FIRST or self.drawn * REUSED < self.asked:
            self.take()
        self.asked += n
        rows = [pool[i] for i in r.sample(range(len(pool)), min(len(pool), n))]
        drawn = Drawn(*map(torch.stack, zip(*rows)))
        return mirrored(drawn) if r.random() < 0.5 else drawn


def train(args) -> None:
    torch.set_num_threads(args.threads)
    args.dir.mkdir(parents=True, exist_ok=True)
    model = Learner().to(memory_format=torch.channels_last)
    adam = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.02)
    state, done = checkpoint.load(args.dir), {"step": 0, "frames": 0}
    if state:
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        done = state["done"]
    elif (shipped := Path(__file__).parent / "reader.safetensors").exists():
        model.reader.load_state_dict(load_file(shipped), strict=False)
    r = random.Random(done["step"] + 1000)
    random.seed(done["step"])
    torch.manual_seed(done["step"])
    scenes = Scenes(r.randrange(1_000_000), args.clips)

    def save() -> None:
        checkpoint.save(args.dir / "checkpoint.pt", {"model": model.state_dict(), "adam": adam.state_dict(), "done": done})

    def report(since: float, losses: list) -> None:
        model.eval()
        shares, _ = measured(model.reader, range(2_000_000 + done["step"], 2_000_000 + done["step"] + 10))
        model.train()
        text = " ".join(f"{name} {x:.3f}" for name, x in shares.items())
        mean = " ".join(f"{sum(x) / max(len(x), 1):.4f}" for x in losses)
        print(done["step"], f"{time.time() - since:.0f} s, {scenes.drawn} drawn, losses {mean}, on fresh scenes:", text, flush=True)

    start = saved = since = time.time()
    losses = ([], [])
    while (elapsed := (time.time() - start) / (args.minutes * 60 * (1 - args.settle))) < 1:
        adam.param_groups[0]["lr"] = args.lr * min(1.0, (done["step"] + 1) / 200) * min(1.0, (1 - elapsed) / 0.6 + 0.003)
        single = done["step"] % args.every != 0
        drawn = scenes.some(r, single)
        with autocast():
            loss = model(drawn)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 4.0)
        adam.step()
        done["step"] += 1
        done["frames"] += drawn.images.shape[0] * drawn.images.shape[1]
        losses[single].append(loss.item())
        if done["step"] % args.report == 0:
            report(since, losses)
            losses, since = ([], []), time.time()
        if time.time() - saved > 240:
            save()
            saved = time.time()
    save()
    if args.settle > 0:
        settle(model.reader, scenes, r, args.minutes * 60 * args.settle)
        save()
    report(since, losses)
    scenes.painter.terminate()


def settle(reader: Reader, scenes: Scenes, r: random.Random, seconds: float) -> None:
    """Looks at as many clips as there is time for, with what sees a frame held as it is. Then learns what moves from one to the next, and
    then what that says: little work a clip, so each is taken many times."""
    reader.eval()
    looked = look(reader, scenes, r, 0.4 * seconds)
    heads = [reader.traits, reader.turn, reader.shift, reader.move, reader.track, reader.tracks, reader.over_time]
    each = partial(reader.each, frames=len(MOMENTS))

    def moving(rows: Tensor) -> Tensor:
        early, where, shown = (part[rows].flatten(0, 1).float() for part in looked[:3])
        return each(early.contiguous(memory_format=torch.channels_last), where, shown)

    learn(reader, [reader.moved, *heads], moving, looked[3:], 24, 1e-3, 0.42 * seconds)
    with torch.no_grad():
        known = torch.cat([moving(rows) for rows in torch.arange(len(looked[0])).split(4)])
    learn(reader, heads, lambda rows: known[rows], looked[3:], 512, 2e-3, 0.18 * seconds)
    reader.train()


@torch.no_grad()
def look(reader: Reader, scenes: Scenes, r: random.Random, seconds: float) -> list[Tensor]:
    """What is seen in clips, as they are and in a mirror: early features, where the subject is, its features, labels, moves, poses, places."""
    scenes.clips.value = 1.0
    clips, seen, count = list(scenes.pools[False]), [], 0
    start = time.time()
    while time.time() - start < seconds and count + 4 <= MOST_LOOKED:
        while not clips:
            scenes.pools[False].clear()
            scenes.take()
            clips = list(scenes.pools[False])
        drawn = Drawn(*map(torch.stack, zip(*[clips.pop(r.randrange(len(clips))) for _ in range(min(2, len(clips)))])))
        for drawn in (drawn, mirrored(drawn)):
            images = roughened(drawn.images.float() / 255)
            early = reader.early(images)
            _, attended, _, shown = reader.stills(early, *images.shape[:2])
            parts = [part.unflatten(0, images.shape[:2]) for part in (early.half(), torch.sigmoid(attended.float()), shown.float())]
            parts += [drawn.labels, drawn.moves, drawn.poses, drawn.places]
            seen = seen or [torch.empty(MOST_LOOKED, *part.shape[1:], dtype=part.dtype) for part in parts]
            for all_of_it, part in zip(seen, parts):
                all_of_it[count : count + len(part)] = part
            count += len(images)
    print(f"{count} clips looked at in {time.time() - start:.0f} s", flush=True)
    return [part[:count] for part in seen]


def learn(reader: Reader, parts: list, each, known: list[Tensor], batch: int, lr: float, seconds: float) -> None:
    """Of clips whose labels, moves, poses and places are `known`; `each(rows)`: what is seen in some of them."""
    adam = torch.optim.AdamW([p for part in parts for p in part.parameters()], weight_decay=0.02)
    start, steps, losses = time.time(), 0, deque(maxlen=200)
    while (elapsed := (time.time() - start) / seconds) < 1:
        adam.param_groups[0]["lr"] = lr * min(1.0, (steps + 1) / 50) * min(1.0, (1 - elapsed) / 0.7 + 0.003)
        rows = torch.randint(len(known[0]), (batch,))
        labels, *true, places = (part[rows] for part in known)
        logits, moves, poses = reader.told(each(rows), 0.3)
        loss = loss_of(split(None, logits), labels) + loss_of_moves(moves, true[0]) + loss_of_poses(poses, true[1], places)
        adam.zero_grad()
        loss.backward()
        adam.step()
        steps += 1
        losses.append(loss.item())
    print(f"{steps} steps, loss {sum(losses) / len(losses):.3f}", flush=True)


def loaded(args) -> Reader:
    model = Learner()
    state = checkpoint.load(args.dir)
    if state:
        model.load_state_dict(state["model"])
    else:
        model.reader.load_state_dict(load_file(Path(__file__).parent / "reader.safetensors"), strict=False)
    return model.reader.eval()


@torch.no_grad()
def measured(model: Reader, seeds) -> tuple[dict[str, float], list[int]]:
    """Of twenty scenes a seed: how often each attribute is right, and how often it was asked."""
    hits, asked = 0, 0
    for seed in seeds:
        drawn = draw(random.Random(seed), 20)
        h, a = right(split(*model(drawn.images.float() / 255)), drawn.labels)
        hits, asked = hits + h, asked + a
    return dict(zip(CLASSES, (hits / asked).tolist())), asked.tolist()


def table(args) -> dict[str, float]:
    """Seeds above a million: training never draws them."""
    shares, asked = measured(loaded(args), range(1_000_000, 1_000_000 + args.scenes // 20))
    for (name, share), a in zip(shares.items(), asked):
        print(f"| {name} | {share:.1%} | {a} |")
    return shares


def export(args) -> None:
    here = Path(__file__).parent
    save_file({k: v.half().contiguous() for k, v in weights(loaded(args)).items()}, here / "reader.safetensors")
    (here / "reader.json").write_text(json.dumps(config(), indent=1) + "\n")


def config(channels=CHANNELS, flow=FLOW, hidden=HIDDEN, classes=CLASSES, mirrored=MIRRORED) -> dict:
    attributes = [{"name": name, "classes": list(values), "over_time": name in OVER_TIME} for name, values in classes.items()]
    for attribute in attributes:
        attribute.update({"mirrored": mirrored[name] for name in [attribute["name"]] if name in mirrored})
    return {"width": WIDTH, "height": HEIGHT, "moments": MOMENTS, "channels": channels, "flow": flow, "hidden": hidden, "attributes": attributes}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["train", "table", "export"])
    p.add_argument("--minutes", type=float, default=40)
    p.add_argument("--dir", type=Path, default=Path(os.environ.get("KINORA_READER_DIR", "~/kinora-reader")).expanduser())
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--clips", type=float, default=0.6, help="part of the drawing that is given to clips, twelve at a time, and not to single frames")
    p.add_argument("--every", type=int, default=4, help="each so many steps learn from clips, the others from single frames")
    p.add_argument("--settle", type=float, default=0.25, help="part of the time, at the end, for reading motion and camera off what is measured")
    p.add_argument("--report", type=int, default=400, help="measures on fresh scenes each so many steps")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--scenes", type=int, default=2000)
    args = p.parse_args()
    {"train": train, "table": table, "export": export}[args.what](args)


if __name__ == "__main__":
    main()
