"""The reader: a small network that names what a clip shows. It measures Sketch, and it is trained on drawn scenes alone.

    python reader.py train --minutes 40 [--dir ~/kinora-reader]      resumes from there
    python reader.py table [--scenes 2000]                           how often it is right on scenes it never saw
    python reader.py export                                          reader.safetensors and reader.json beside this file

It looks at twelve frames of 128×72, at uneven times so that nothing that repeats stands still. Convolutions over each frame, then
over neighbouring frames; then what is where the subject is, and what is anywhere. While it learns it is also told where the subject
is, and asked for its name at each of those places. Batch norms are folded into the convolutions on export, so that the engine has
none. Most of its training are glances of three frames, from which all but motion and camera can be told: they cost a fourth.
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
CHANNELS, HIDDEN = (64, 128), 256
# Features by which a place of a frame is found again in the next one, and how many places away, across and down, it is looked for.
MATCHED, AWAY = 16, (4, 2)
GLANCE = 3
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
        # Channels last: neighbours are put together without turning the tensor around, which takes longer than the product.
        clip = x.permute(0, 2, 3, 1).unflatten(0, (-1, frames))
        before = torch.cat([clip[:, :1], clip[:, :-1]], 1)
        after = torch.cat([clip[:, 1:], clip[:, -1:]], 1)
        y = F.linear(torch.cat([before, clip, after], -1).flatten(0, 1), self.time.conv.weight.flatten(1))
        return F.relu(x + self.space(F.relu(self.time.norm(y.permute(0, 3, 1, 2)))))


class Moved(nn.Module):
    """Where each place of a frame lies in the next: how alike it is to the places around it (a cost volume, as in FlowNet,
    arXiv 1504.06852), which is what tells a pan from a push."""

    def __init__(self, width: int):
        super().__init__()
        self.match = nn.Conv2d(width, MATCHED, 1, bias=False)
        self.mix = Conv((2 * AWAY[0] + 1) * (2 * AWAY[1] + 1), width, 3)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        f = F.normalize(self.match(x).permute(0, 2, 3, 1), dim=-1).unflatten(0, (-1, frames))
        after = torch.cat([f[:, 1:], f[:, -1:]], 1)
        (across, down), (h, w) = AWAY, f.shape[2:4]
        after = F.pad(after, (0, 0, across, across, down, down))
        alike = [(f * after[:, :, y : y + h, x : x + w]).sum(-1) for y in range(2 * down + 1) for x in range(2 * across + 1)]
        return self.mix(torch.stack(alike, 2).flatten(0, 1))


class Reader(nn.Module):
    def __init__(self, channels=CHANNELS, hidden: int = HIDDEN, classes: int = sum(map(len, CLASSES.values()))):
        super().__init__()
        a, b = channels
        self.stem, self.near, self.moved, self.early = Conv(3, a, 7, 4), Residual(a), Moved(a), OverTime(a)
        self.down, self.far = Conv(a, b, 3, 2), Residual(b)
        self.over_time = nn.ModuleList([OverTime(b) for _ in range(3)])
        self.attend = nn.Conv2d(b, 1, 1)
        self.hidden = nn.Linear(5 * b, hidden)
        self.heads = nn.Linear(hidden, classes)

    def folded(self) -> dict[str, Tensor]:
        """The weights that ship: no batch norms."""
        tensors = {}
        for name, module in self.named_modules():
            if isinstance(module, Conv):
                tensors.update({f"{name}.{k}": v for k, v in module.folded().items()})
        for name in ("attend", "hidden", "heads", "moved.match"):
            tensors.update({f"{name}.{k}": v for k, v in self.get_submodule(name).state_dict().items()})
        return {k: v.detach().contiguous() for k, v in tensors.items()}

    def forward(self, clips: Tensor) -> Tensor:
        """(n, frames, 3, 72, 128) in 0..1 → logits of all classes, one attribute after the other, (n, classes)."""
        return self.looks(clips)[0]

    def looks(self, clips: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits as `forward`; where the subject is, (n · frames, 1, 9, 16) as logits; and what is there, (n · frames, channels, 9, 16)."""
        n, frames = clips.shape[:2]
        x = ((clips.flatten(0, 1) - 0.5) * 4).contiguous(memory_format=torch.channels_last)
        x = self.near(self.stem(x))
        x = self.early(x + self.moved(x, frames), frames)
        x = self.far(self.down(x))
        for layer in self.over_time:
            x = layer(x, frames)
        where = self.attend(x)
        weight = torch.sigmoid(where.float())
        subject = (x * weight).sum((2, 3)) / (weight.sum((2, 3)) + 0.01)
        parts = [y.unflatten(0, (n, frames)) for y in (x.mean((2, 3)), x.amax((2, 3)), subject)]
        mean, most, subject = parts
        pooled = torch.cat([mean.mean(1), most.mean(1), most.amax(1), subject.mean(1), subject.amax(1)], 1)
        return self.heads(F.relu(self.hidden(pooled))), where, x


def split(logits: Tensor) -> dict[str, Tensor]:
    return dict(zip(CLASSES, logits.split([len(c) for c in CLASSES.values()], 1)))


def draw(r: random.Random, n: int, held_out: bool = True):
    """Frames (n, 12, 3, 72, 128) and how much of each place is subject (n, 12, 9, 16) as bytes; labels (n, attributes), -1 where
    nothing can be told."""
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
    places = F.avg_pool2d(masks, 8)
    return (images.permute(0, 2, 1, 3, 4).clamp(0, 1) * 255 + 0.5).byte(), (places * 255 + 0.5).byte(), labels


def roughened(clips: Tensor) -> Tensor:
    """As a generator would blur and tint them, so that the reader judges what is shown and not how sharply."""
    n = len(clips)
    if random.random() < 0.5:
        small = F.interpolate(clips.flatten(0, 1), scale_factor=random.choice([0.5, 0.65, 0.8]), mode="bilinear", antialias=True)
        clips = F.interpolate(small, (HEIGHT, WIDTH), mode="bilinear").unflatten(0, clips.shape[:2])
    clips = clips * (1 + 0.06 * torch.randn(n, 1, 3, 1, 1)) + 0.02 * torch.randn(n, 1, 3, 1, 1)
    return (clips + random.choice([0.0, 0.02, 0.05]) * torch.randn(clips.shape)).clamp(0, 1)


def glances(clips: Tensor, places: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """A few neighbouring frames of each clip, and what can be told from them."""
    first = torch.randint(clips.shape[1] - GLANCE + 1, (len(clips), 1)) + torch.arange(GLANCE)
    rows, still = torch.arange(len(clips)).unsqueeze(1), torch.tensor([name not in ("motion", "camera") for name in CLASSES])
    return clips[rows, first], places[rows, first], torch.where(still, labels, -1)


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    asked = [(part.float(), labels[:, k]) for k, part in enumerate(split(logits).values()) if bool((labels[:, k] >= 0).any())]
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


def right(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """How many of each attribute are right, and how many were asked."""
    hits = torch.stack([(part.argmax(1) == labels[:, k]) & (labels[:, k] >= 0) for k, part in enumerate(split(logits).values())], 1)
    return hits.sum(0), (labels >= 0).sum(0)


def train(args) -> None:
    torch.set_num_threads(args.threads)
    args.dir.mkdir(parents=True, exist_ok=True)
    model = Reader().to(memory_format=torch.channels_last)
    namer = nn.Conv2d(CHANNELS[1], len(SUBJECTS), 1)
    adam = torch.optim.AdamW([*model.parameters(), *namer.parameters()], lr=args.lr, weight_decay=0.02)
    state, done = checkpoint.load(args.dir), {"step": 0}
    if state:
        model.load_state_dict(state["model"])
        namer.load_state_dict(state["namer"])
        adam.load_state_dict(state["adam"])
        done = state["done"]
    r = random.Random(done["step"] + 1000)
    random.seed(done["step"])
    torch.manual_seed(done["step"])
    pool: deque = deque(maxlen=6000)

    def save() -> None:
        parts = {"model": model.state_dict(), "namer": namer.state_dict(), "adam": adam.state_dict()}
        checkpoint.save(args.dir / "checkpoint.pt", {**parts, "done": done})

    start = saved = since = time.time()
    hits, asked, losses = 0, 0, []
    while (elapsed := (time.time() - start) / (args.minutes * 60)) < 1:
        factor = min(1.0, (done["step"] + 1) / 200) * min(1.0, (1 - elapsed) / 0.4 + 0.01)
        adam.param_groups[0]["lr"] = args.lr * factor
        while len(pool) < 400 or r.random() < args.fresh:
            images, places, labels = draw(r, 16)
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                model.eval()
                h, a = right(model(images.float() / 255), labels)
                hits, asked = hits + h, asked + a
                model.train()
            pool.extend(zip(images, places, labels))
        glance = r.random() < args.glances
        rows = r.sample(list(pool), 72 if glance else 24)
        clips, places, labels = (torch.stack(part) for part in zip(*rows))
        if glance:
            clips, places, labels = glances(clips, places, labels)
        clips = roughened(clips.float() / 255)
        with torch.autocast("cpu", torch.bfloat16):
            logits, where, x = model.looks(clips)
            names = namer(x)
        loss = loss_of(logits, labels) + loss_of_places(where, names, places, labels)
        adam.zero_grad()
        loss.backward()
        adam.step()
        done["step"] += 1
        losses.append(loss.item())
        if done["step"] % 100 == 0:
            shares = " ".join(f"{name} {x:.3f}" for name, x in zip(CLASSES, (hits / asked).tolist()))
            print(done["step"], f"{time.time() - since:.0f} s", f"loss {sum(losses) / len(losses):.3f}", "on fresh scenes:", shares, flush=True)
            hits, asked, losses, since = 0, 0, [], time.time()
        if time.time() - saved > 240:
            save()
            saved = time.time()
    save()


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
        images, _, labels = draw(random.Random(1_000_000 + seed), 20)
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
    p.add_argument("--fresh", type=float, default=0.33, help="how likely sixteen new scenes come in before a step, and again after them")
    p.add_argument("--glances", type=float, default=0.7, help="part of the steps that see a few frames of each clip alone")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--scenes", type=int, default=2000)
    args = p.parse_args()
    {"train": train, "table": table, "export": export}[args.what](args)


if __name__ == "__main__":
    main()
