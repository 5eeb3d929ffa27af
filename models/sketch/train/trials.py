"""Configurations at equal cost: each trains for the same minutes on this machine, then predicts clips that none has seen.

    python trials.py --minutes 10 [--only NAME …]      a table in Markdown; half an hour for all

They train two by two, a core each, so that none has better company. They learn as a beginning does (README): simple scenes, mostly
pictures, and the middle is asked what it shows, which the last column tells from noise alone. The error is that of the predicted clean clip, from noise levels that show what a configuration has learned: words at 1.0, places
and motion at 0.9, shapes at 0.6. Both ways of looking: at 128×72, and at 256×144 (a small picture is enlarged for that).
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

import checkpoint
import tokens
from arithmetic import autocast
from captions import caption
from known import model_input
from model import TRANSFORMER, pack, parameter_count, unpack
from scenes import draw_simple_scene, render
from train import Sketch

TRIALS = {
    "patch 8 at 128×72": ({"num_attention_heads": 4, "ffn_dim": 1024}, 1),
    "patch 16 at 256×144": ({"num_attention_heads": 4, "ffn_dim": 1024, "patch_size": [1, 16, 16], "patch_bottleneck": 256}, 2),
    "patch 8, width 192": ({}, 1),
    "patch 8, width 128": ({"num_attention_heads": 2, "ffn_dim": 512}, 1),
    "patch 8, width 320": ({"num_attention_heads": 5, "ffn_dim": 1280}, 1),
    "patch 8, 12 blocks of 192": ({"num_layers": 12}, 1),
}
# Pictures for the most part: on two cores there are too few clips in minutes.
OPTIONS = "--simple 1 --small 0 --wide 1 --subject 6 --lengths 1:5,9:1 --tokens 3000 --tell 0.1 --average 0.99 --processes 1".split()
LEVELS = (1.0, 0.9, 0.6)


@torch.no_grad()
def errors(folder: Path, config: dict, scale: int) -> tuple[list[float], list[float], int, dict]:
    state = checkpoint.load(folder)
    model = Sketch(config).eval()
    model.load_state_dict(state["average"])
    r = random.Random(5_000_000)
    small, large = [0.0] * len(LEVELS), [0.0] * len(LEVELS)
    rounds, n, frames = 6, 8, 9
    for _ in range(rounds):
        scenes = [draw_simple_scene(r) for _ in range(n)]
        truth, _ = render(scenes, 144, 256, frames)
        at_size = truth if scale == 2 else F.avg_pool3d(truth, (1, 2, 2))
        ids, mask = tokens.encode(tokens.build(), [caption(s, r, "en", whole=True) for s in scenes])
        clean = pack(at_size * 2 - 1)
        for i, sigma in enumerate(LEVELS):
            generator = torch.Generator().manual_seed(i)
            noise = torch.randn(n, 12, clean.shape[2], 144, 256, generator=generator)
            noise = noise if scale == 2 else noise[..., ::2, ::2]
            levels = torch.ones(n, frames, *clean.shape[3:])
            inputs, timestep, _ = model_input(clean, levels, torch.full((n,), sigma), noise, config["patch_size"][1])
            timestep = timestep.view(n, clean.shape[2], -1)[..., 0]
            with autocast():
                x0 = model.transformer(inputs, timestep, model.text_encoder(ids, mask), mask).float()
            made = (unpack(x0) + 1) / 2
            there = F.avg_pool3d(made, (1, 2, 2)) if scale == 2 else made
            small[i] += ((there - F.avg_pool3d(truth, (1, 2, 2))) ** 2).mean().item() / rounds
            bigger = made if scale == 2 else F.interpolate(made.flatten(1, 2), scale_factor=2, mode="bicubic").view_as(truth)
            large[i] += ((bigger - truth) ** 2).mean().item() / rounds
    return small, large, parameter_count(model), state["done"]


def train(names: list[str], folder_of: dict[str, Path], minutes: float) -> None:
    """All at once, each with its share of the cores."""
    threads = max(1, (os.cpu_count() or 1) // len(names))
    running = []
    for name in names:
        changes, scale = TRIALS[name]
        options = [*OPTIONS, "--scale", str(scale), "--set", json.dumps(changes), "--threads", str(threads)]
        command = [sys.executable, "train.py", "--minutes", str(minutes), "--dir", str(folder_of[name]), *options]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
    for name, process in zip(names, running):
        if process.wait():
            raise SystemExit(f"{name} ended with code {process.returncode}")


def told(folder: Path) -> str:
    """How often the subject is told from noise alone, as its log ends."""
    rows = list(csv.DictReader((folder / "log.csv").open()))
    return rows[-1]["told"] if rows else ""


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, default=10)
    p.add_argument("--dir", type=Path, default=Path("~/kinora-trials").expanduser())
    p.add_argument("--only", nargs="*", default=list(TRIALS))
    args = p.parse_args()
    folder_of = {name: args.dir / name.replace(" ", "-") for name in args.only}
    untrained = [name for name in args.only if not (folder_of[name] / "checkpoint.pt").exists()]
    for at in range(0, len(untrained), 2):
        train(untrained[at : at + 2], folder_of, args.minutes)
    print("| configuration | parameters | steps | clips | error at 128×72 from " + ", ".join(map(str, LEVELS)) + " | at 256×144 | subject told |")
    print("|---|---|---|---|---|---|---|")
    for name in args.only:
        changes, scale = TRIALS[name]
        small, large, parameters, done = errors(folder_of[name], {**TRANSFORMER, **changes}, scale)
        row = [name, f"{parameters / 1e6:.1f} M", done["step"], done["samples"]]
        row += [", ".join(f"{e:.4f}" for e in column) for column in (small, large)]
        print("|", " | ".join(map(str, [*row, told(folder_of[name])])), "|", flush=True)


if __name__ == "__main__":
    main()
