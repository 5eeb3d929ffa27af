"""The reader: a small network that names what a clip shows. It measures Sketch, and it is trained on drawn scenes alone.

    python reader.py train --minutes 40 [--dir ~/kinora-reader]      resumes from there
    python reader.py table [--scenes 2000]                           how often it is right on scenes it never saw
    python reader.py export                                          reader.safetensors and reader.json beside this file

It looks at twelve frames of 128×72, at uneven times so that nothing that repeats stands still. Convolutions over each frame, then
over neighbouring frames; batch norms are folded into the convolutions on export, so that the engine has none.
"""

import argparse
import json
import os
import random
import sys
import time
from collections import deque
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import checkpoint  # noqa: E402
from scenes import draw_scene, render  # noqa: E402
from scenes.places import PLACES  # noqa: E402
from scenes.subjects import SUBJECTS  # noqa: E402
from scenes.world import CAMERAS, COLOURS, MOTIONS, STYLES, TIMES  # noqa: E402

WIDTH, HEIGHT = 128, 72
CHANNELS, HIDDEN = (32, 64, 128), 256
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

    def folded(self) -> dict[str, Tensor]:
        scale = self.norm.weight / (self.norm.running_var + self.norm.eps).sqrt()
        return {"weight": self.conv.weight * scale.view(-1, 1, 1, 1), "bias": self.norm.bias - self.norm.running_mean * scale}


class Residual(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.a, self.b = Conv(width, width, 3), Conv(width, width, 3, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(self.a(x)))


class OverTime(nn.Module):
    """Each frame with the one before and the one after, then its surroundings."""

    def __init__(self, width: int):
        super().__init__()
        self.time, self.space = Conv(3 * width, width, 1), Conv(width, width, 3, relu=False)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        clip = x.unflatten(0, (-1, frames))
        before = torch.cat([clip[:, :1], clip[:, :-1]], 1)
        after = torch.cat([clip[:, 1:], clip[:, -1:]], 1)
        y = torch.cat([before, clip, after], 2).flatten(0, 1)
        return F.relu(x + self.space(self.time(y)))


class Reader(nn.Module):
    def __init__(self, channels=CHANNELS, hidden: int = HIDDEN, classes: int = sum(map(len, CLASSES.values()))):
        super().__init__()
        a, b, c = channels
        self.conv1, self.conv2, self.near = Conv(3, a, 5, 2), Conv(a, b, 3, 2), Residual(b)
        self.early = OverTime(b)
        self.conv3, self.far = Conv(b, c, 3, 2), Residual(c)
        self.over_time = nn.ModuleList([OverTime(c) for _ in range(3)])
        self.hidden = nn.Linear(3 * c, hidden)
        self.heads = nn.Linear(hidden, classes)

    def folded(self) -> dict[str, Tensor]:
        """The weights that ship: no batch norms."""
        tensors = {}
        for name, module in self.named_modules():
            if isinstance(module, Conv):
                tensors.update({f"{name}.{k}": v for k, v in module.folded().items()})
        for name in ("hidden", "heads"):
            tensors.update({f"{name}.{k}": v for k, v in getattr(self, name).state_dict().items()})
        return {k: v.detach().contiguous() for k, v in tensors.items()}

    def forward(self, clips: Tensor) -> Tensor:
        """(n, frames, 3, 72, 128) in 0..1 → logits of all classes, one attribute after the other, (n, classes)."""
        n, frames = clips.shape[:2]
        x = (clips.flatten(0, 1) - 0.5) * 4
        x = self.early(self.near(self.conv2(self.conv1(x))), frames)
        x = self.far(self.conv3(x))
        for layer in self.over_time:
            x = layer(x, frames)
        mean, most = x.mean((2, 3)).unflatten(0, (n, frames)), x.amax((2, 3)).unflatten(0, (n, frames))
        x = torch.cat([mean.mean(1), most.mean(1), most.amax(1)], 1)
        return self.heads(F.relu(self.hidden(x)))


def split(logits: Tensor) -> dict[str, Tensor]:
    return dict(zip(CLASSES, logits.split([len(c) for c in CLASSES.values()], 1)))


def draw(r: random.Random, n: int, held_out: bool = True):
    """Frames (n, 12, 3, 72, 128) as bytes, labels (n, attributes); -1 where nothing can be told."""
    frames = r.choice([33, 61])
    part = r.random() < 0.2
    first = r.uniform(0, 0.7) if part else 0.0
    at = moments(frames, first, first + 0.3 if part else 1.0)
    scenes = [{**draw_scene(r, held_out=held_out), "second": None} for _ in range(n)]
    images, masks = render(scenes, HEIGHT, WIDTH, len(at), of=frames, at=at)
    labels = torch.full((n, len(CLASSES)), -1)
    for i, scene in enumerate(scenes):
        seen = masks[i].flatten(1).mean(1).amax() > 0.004
        for k, (name, classes) in enumerate(CLASSES.items()):
            hidden = part and name in ("motion", "camera") or not seen and name in ("subject", "colour", "motion")
            if scene[name] is not None and not hidden:
                labels[i, k] = classes.index(scene[name])
    return (images.permute(0, 2, 1, 3, 4).clamp(0, 1) * 255 + 0.5).byte(), labels


def roughened(clips: Tensor) -> Tensor:
    """As a generator would blur and tint them, so that the reader judges what is shown and not how sharply."""
    n = len(clips)
    if random.random() < 0.5:
        small = F.interpolate(clips.flatten(0, 1), scale_factor=random.choice([0.5, 0.65, 0.8]), mode="bilinear", antialias=True)
        clips = F.interpolate(small, (HEIGHT, WIDTH), mode="bilinear").unflatten(0, clips.shape[:2])
    clips = clips * (1 + 0.06 * torch.randn(n, 1, 3, 1, 1)) + 0.02 * torch.randn(n, 1, 3, 1, 1)
    return (clips + random.choice([0.0, 0.02, 0.05]) * torch.randn(clips.shape)).clamp(0, 1)


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    return sum(F.cross_entropy(part.float(), labels[:, k], ignore_index=-1, label_smoothing=0.02) for k, part in enumerate(split(logits).values()))


def right(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """How many of each attribute are right, and how many were asked."""
    hits = torch.stack([(part.argmax(1) == labels[:, k]) & (labels[:, k] >= 0) for k, part in enumerate(split(logits).values())], 1)
    return hits.sum(0), (labels >= 0).sum(0)


def train(args) -> None:
    torch.set_num_threads(args.threads)
    args.dir.mkdir(parents=True, exist_ok=True)
    model = Reader().to(memory_format=torch.channels_last)
    adam = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.02)
    state, done = checkpoint.load(args.dir), {"step": 0}
    if state:
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        done = state["done"]
    r = random.Random(done["step"] + 1000)
    random.seed(done["step"])
    torch.manual_seed(done["step"])
    pool: deque = deque(maxlen=3000)
    start = saved = since = time.time()
    hits, asked, losses = 0, 0, []
    while (elapsed := (time.time() - start) / (args.minutes * 60)) < 1:
        factor = min(1.0, (done["step"] + 1) / 200) * min(1.0, (1 - elapsed) / 0.4 + 0.01)
        adam.param_groups[0]["lr"] = args.lr * factor
        fresh = []
        if len(pool) < 400 or r.random() < args.fresh:
            images, labels = draw(r, 16)
            fresh = list(zip(images, labels))
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                model.eval()
                h, a = right(model(images.float() / 255), labels)
                hits, asked = hits + h, asked + a
                model.train()
            pool.extend(fresh)
        rows = r.sample(list(pool), 24)
        clips = roughened(torch.stack([row[0] for row in rows]).float() / 255)
        labels = torch.stack([row[1] for row in rows])
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(clips)
        loss = loss_of(logits, labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        done["step"] += 1
        losses.append(loss.item())
        if done["step"] % 200 == 0:
            shares = " ".join(f"{name} {x:.3f}" for name, x in zip(CLASSES, (hits / asked).tolist()))
            print(done["step"], f"{time.time() - since:.0f} s", f"loss {sum(losses) / len(losses):.3f}", "on fresh scenes:", shares, flush=True)
            hits, asked, losses, since = 0, 0, [], time.time()
        if time.time() - saved > 240:
            checkpoint.save(args.dir / "checkpoint.pt", {"model": model.state_dict(), "adam": adam.state_dict(), "done": done})
            saved = time.time()
    checkpoint.save(args.dir / "checkpoint.pt", {"model": model.state_dict(), "adam": adam.state_dict(), "done": done})


def loaded(args) -> Reader:
    model = Reader()
    state = checkpoint.load(args.dir)
    if state is None:
        raise SystemExit(f"no checkpoint is in {args.dir}: train first")
    model.load_state_dict(state["model"])
    return model.eval()


@torch.no_grad()
def table(args) -> dict[str, float]:
    """Seeds above a million: training never draws them."""
    model, hits, asked = loaded(args), 0, 0
    for seed in range(args.scenes // 20):
        images, labels = draw(random.Random(1_000_000 + seed), 20)
        h, a = right(model(images.float() / 255), labels)
        hits, asked = hits + h, asked + a
    shares = {name: round(h / a, 4) for name, h, a in zip(CLASSES, hits.tolist(), asked.tolist())}
    for name, a in zip(CLASSES, asked.tolist()):
        print(f"| {name} | {shares[name]:.1%} | {a} |")
    return shares


def export(args) -> None:
    from safetensors.torch import save_file

    here = Path(__file__).parent
    save_file({k: v.half() for k, v in loaded(args).folded().items()}, here / "reader.safetensors")
    (here / "reader.json").write_text(json.dumps(config(), indent=1) + "\n")


def config(channels=CHANNELS, hidden: int = HIDDEN, classes: dict = CLASSES) -> dict:
    attributes = [{"name": name, "classes": list(values)} for name, values in classes.items()]
    return {"width": WIDTH, "height": HEIGHT, "moments": MOMENTS, "channels": channels, "hidden": hidden, "attributes": attributes}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["train", "table", "export"])
    p.add_argument("--minutes", type=float, default=40)
    p.add_argument("--dir", type=Path, default=Path(os.environ.get("KINORA_READER_DIR", "~/kinora-reader")).expanduser())
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--fresh", type=float, default=0.5, help="new scenes come in before this part of the steps")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--scenes", type=int, default=2000)
    args = p.parse_args()
    {"train": train, "table": table, "export": export}[args.what](args)


if __name__ == "__main__":
    main()
