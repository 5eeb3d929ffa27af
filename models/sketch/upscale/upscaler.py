"""The second stage: four times as many pixels in each direction, edges clean, the detail of known frames carried into the others.

    python upscaler.py train --minutes 30 [--dir ~/kinora-upscaler]   resumes from there
    python upscaler.py table                                          against Lanczos on scenes it never saw (what ships, if none is trained)
    python upscaler.py sheet SHEET.png                                to look at: Lanczos, upscaled, true
    python upscaler.py export                                         upscaler/ beside the other parts of the model

A frame goes in with the large known frame, laid over it by the motion between the small pictures (flow.py), and with how well
that fits; the network decides where to trust it. About 180,000 multiply-adds a small pixel, 0.18 million parameters.
"""

import argparse
import json
import os
import random
import re
import sys
import time
from collections import deque
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import checkpoint  # noqa: E402
from arithmetic import autocast  # noqa: E402
from export import file_tables  # noqa: E402
from flow import chained, flow_between, grey, warp  # noqa: E402
from scenes import draw_scene, render, render_photos  # noqa: E402

SCALE, CHANNELS, BLOCKS = 4, 44, 4
KNOWN = 3 * SCALE * SCALE
SHIPPED = Path(__file__).parent.parent / "upscaler"


class Upscaler(nn.Module):
    def __init__(self, channels: int = CHANNELS, blocks: int = BLOCKS):
        super().__init__()
        self.first = nn.Conv2d(3 + KNOWN + 1, channels, 3, padding=1)
        self.blocks = nn.ModuleList(nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2)]) for _ in range(blocks))
        self.last = nn.Conv2d(channels, KNOWN, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, small: Tensor, known: Tensor, trust: Tensor) -> Tensor:
        """`small` (n, 3, h, w) in 0..1; `known` (n, 3, 4h, 4w), the known frame where this one lies, 0 where there is none; `trust`
        (n, 1, h, w) in 0..1: how well it fits. Returns (n, 3, 4h, 4w)."""
        base = F.interpolate(small, scale_factor=SCALE, mode="bilinear", align_corners=False)
        inside = F.pixel_unshuffle((known - base) * F.interpolate(trust, scale_factor=SCALE, mode="nearest"), SCALE)
        x = F.relu(self.first(torch.cat([small - 0.5, inside, trust], 1)))
        for a, b in self.blocks:
            x = x + b(F.relu(a(x)))
        return base + F.pixel_shuffle(self.last(x), SCALE)


def multiply_adds(channels: int = CHANNELS, blocks: int = BLOCKS) -> int:
    """A small pixel."""
    return 9 * ((3 + KNOWN + 1) * channels + 2 * blocks * channels * channels + channels * KNOWN)


def trust_of(small: Tensor, small_known: Tensor, flow: Tensor) -> Tensor:
    """How well a known frame fits where the flow lays it, (n, 1, h, w): 1 is wholly, 0 outside of it."""
    n, _, h, w = small.shape
    error = (warp(small_known, flow) - small).abs().mean(1, keepdim=True)
    error = F.avg_pool2d(F.pad(error, (1, 1, 1, 1), mode="replicate"), 3, 1)
    y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    at_x, at_y = x + flow[:, :1], y + flow[:, 1:]
    inside = (at_x >= 0) & (at_y >= 0) & (at_x <= w - 1) & (at_y <= h - 1)
    return torch.exp(-error * 20) * inside


def laid_over(large_known: Tensor, flow: Tensor) -> Tensor:
    """The large known frame where the small frame's pixels lie in it."""
    n, _, h, w = flow.shape
    large = SCALE * F.interpolate(flow, scale_factor=SCALE, mode="bilinear", align_corners=False)
    return warp(large_known, large)


def small_of(large: Tensor) -> Tensor:
    return F.avg_pool2d(large, SCALE)


def psnr(a: Tensor, b: Tensor) -> Tensor:
    return -10 * torch.log10(((a.clamp(0, 1) - b) ** 2).mean((1, 2, 3)).clamp(min=1e-10))


def draw(r: random.Random, n: int, frames: int = 3, height: int = 288, width: int = 512) -> Tensor:
    """Large clips (n, 3, frames, 288, 512): a known frame, and frames a little later."""
    gap = r.choice([1, 2, 4])
    if r.random() < 0.3:
        images, _ = render_photos(r, n, height, width, 17)
        first = r.randrange(17 - gap * (frames - 1))
        return images[:, :, first :: gap][:, :, :frames]
    scenes = [{**draw_scene(r), "occluder": None} for _ in range(n)]
    first = r.randrange(33 - gap * (frames - 1))
    images, _ = render(scenes, height, width, frames, of=33, at=[first + gap * i for i in range(frames)])
    return images


def prepared(clips: Tensor, roughen: bool = True):
    """Small frames, the known frame laid over them and its trust, and the truth, all frames but the first as one batch."""
    n, _, frames = clips.shape[:3]
    small = [small_of(clips[:, :, i]) for i in range(frames)]
    flow, items = None, []
    for i in range(1, frames):
        step = flow_between(grey(small[i]), grey(small[i - 1]))
        flow = step if flow is None else chained(step, flow)
        flow = flow_between(grey(small[i]), grey(small[0]), flow)
        items.append((small[i], laid_over(clips[:, :, 0], flow), trust_of(small[i], small[0], flow), clips[:, :, i]))
    small, known, trust, truth = (torch.cat(part) for part in zip(*items))
    if roughen:
        # A generator's frames are never as clean as these.
        small = (small + random.choice([0.0, 0.01, 0.02]) * torch.randn_like(small)).clamp(0, 1)
    return small, known, trust, truth


def crops(r: random.Random, parts, size: int, count: int):
    """Random squares of `size` small pixels."""
    small, known, trust, truth = parts
    rows = []
    for _ in range(count):
        i = r.randrange(len(small))
        y, x = r.randrange(small.shape[2] - size), r.randrange(small.shape[3] - size)
        near = (slice(y, y + size), slice(x, x + size))
        far = (slice(SCALE * y, SCALE * (y + size)), slice(SCALE * x, SCALE * (x + size)))
        rows.append((small[i][:, near[0], near[1]], known[i][:, far[0], far[1]], trust[i][:, near[0], near[1]], truth[i][:, far[0], far[1]]))
    return tuple(torch.stack(part) for part in zip(*rows))


def train(args) -> None:
    torch.set_num_threads(args.threads)
    args.dir.mkdir(parents=True, exist_ok=True)
    model = Upscaler().to(memory_format=torch.channels_last)
    adam = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=0.0)
    state, done = checkpoint.load(args.dir), {"step": 0}
    if state:
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        done = state["done"]
    r = random.Random(done["step"] + 7)
    torch.manual_seed(done["step"])
    pool: deque = deque(maxlen=240)
    start = saved = since = time.time()
    losses, gains = [], []
    while (elapsed := (time.time() - start) / (args.minutes * 60)) < 1:
        adam.param_groups[0]["lr"] = args.lr * min(1.0, (done["step"] + 1) / 100) * min(1.0, (1 - elapsed) / 0.5 + 0.01)
        while len(pool) < 12 or r.random() < 0.13:
            parts = prepared(draw(r, 2))
            pool.extend(tuple(p[i : i + 1] for p in parts) for i in range(len(parts[0])))
        chosen = r.sample(list(pool), 8)
        parts = tuple(torch.cat(p) for p in zip(*chosen))
        small, known, trust, truth = crops(r, parts, 32, 12)
        alone = torch.rand(len(small), 1, 1, 1) < 0.5  # half of the frames have no known one
        known, trust = known * ~alone, trust * ~alone
        with autocast():
            made = model(small.contiguous(memory_format=torch.channels_last), known, trust)
        loss = ((made.float() - truth) ** 2 + 1e-6).sqrt().mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        done["step"] += 1
        losses.append(loss.item())
        with torch.no_grad():
            gains.append((psnr(made.float(), truth) - psnr(F.interpolate(small, scale_factor=SCALE, mode="bicubic"), truth)).mean().item())
        if done["step"] % 200 == 0:
            print(done["step"], f"{time.time() - since:.0f} s, loss {sum(losses) / len(losses):.5f}, over bicubic {sum(gains) / len(gains):+.2f} dB", flush=True)
            losses, gains, since = [], [], time.time()
        if time.time() - saved > 240:
            checkpoint.save(args.dir / "checkpoint.pt", {"model": model.state_dict(), "adam": adam.state_dict(), "done": done})
            saved = time.time()
    checkpoint.save(args.dir / "checkpoint.pt", {"model": model.state_dict(), "adam": adam.state_dict(), "done": done})


def loaded(args) -> Upscaler:
    """The checkpoint's; without one what ships."""
    model = Upscaler()
    state = checkpoint.load(args.dir)
    model.load_state_dict(state["model"] if state else load_file(SHIPPED / "model.safetensors"))
    return model.float().eval()


def lanczos(small: Tensor) -> Tensor:
    rows = []
    for picture in small:
        image = Image.fromarray((picture.clamp(0, 1).permute(1, 2, 0).numpy() * 255 + 0.5).astype("uint8"))
        big = image.resize((image.width * SCALE, image.height * SCALE), Image.LANCZOS)
        rows.append(torch.frombuffer(bytearray(big.tobytes()), dtype=torch.uint8).view(big.height, big.width, 3).permute(2, 0, 1).float() / 255)
    return torch.stack(rows)


@torch.no_grad()
def table(args) -> None:
    """Seeds above a million: training never draws them."""
    model = loaded(args)
    names, sums, count = ("Lanczos", "upscaled", "upscaled with a known frame"), torch.zeros(3), 0
    for seed in range(args.scenes // 4):
        small, known, trust, truth = prepared(draw(random.Random(1_000_000 + seed), 2), roughen=False)
        none = torch.zeros_like
        made = (lanczos(small), model(small, none(known), none(trust)), model(small, known, trust))
        sums += torch.stack([psnr(m, truth).sum() for m in made])
        count += len(small)
    print(f"{multiply_adds()} multiply-adds a small pixel, {sum(p.numel() for p in model.parameters())} parameters, {count} frames")
    for name, value in zip(names, (sums / count).tolist()):
        print(f"| {name} | {value:.2f} dB |")


@torch.no_grad()
def sheet(args) -> None:
    model, rows = loaded(args), []
    for seed in range(4):
        small, known, trust, truth = prepared(draw(random.Random(2_000_000 + seed), 1), roughen=False)
        alone = model(small, torch.zeros_like(known), torch.zeros_like(trust))
        rows.append(torch.cat([lanczos(small)[-1], alone[-1], model(small, known, trust)[-1], truth[-1]], 2))
    picture = (torch.cat(rows, 1).clamp(0, 1).permute(1, 2, 0).numpy() * 255 + 0.5).astype("uint8")
    Image.fromarray(picture).save(args.file)


def export(args) -> None:
    if checkpoint.load(args.dir) is None:
        raise SystemExit(f"no checkpoint is in {args.dir}: train first")
    SHIPPED.mkdir(exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in loaded(args).state_dict().items()}, SHIPPED / "model.safetensors")
    (SHIPPED / "config.json").write_text(json.dumps({"scale": SCALE, "channels": CHANNELS, "blocks": BLOCKS}, indent=1) + "\n")
    # The card names every file of the model; what it says of the others stays.
    card = SHIPPED.parent / "card.toml"
    text = card.read_text()
    files = [file for file in re.findall(r'^path = "(.*)"$', text, re.M) if not file.startswith("upscaler/")]
    files += ["upscaler/config.json", "upscaler/model.safetensors"]
    card.write_text(text[: text.index("\n[[files]]")] + file_tables(SHIPPED.parent, files))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["train", "table", "sheet", "export"])
    p.add_argument("file", nargs="?", default="upscaler.png")
    p.add_argument("--minutes", type=float, default=30)
    p.add_argument("--dir", type=Path, default=Path(os.environ.get("KINORA_UPSCALER_DIR", "~/kinora-upscaler")).expanduser())
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--scenes", type=int, default=40)
    args = p.parse_args()
    {"train": train, "table": table, "sheet": sheet, "export": export}[args.what](args)


if __name__ == "__main__":
    main()
