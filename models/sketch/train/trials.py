"""Configurations at equal cost: each trains for the same minutes on this machine, then predicts clips that none has seen.

    python trials.py --minutes 12 [--only NAME …]      a table in Markdown; about an hour for all

The error is that of the predicted clean clip, from noise levels that show what a configuration has learned: words at 1.0, places
and motion at 0.9, shapes at 0.6. Both ways of looking: at 128×72, and at 256×144 (a small picture is enlarged for that).
"""

import argparse
import json
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
    "patch 8 at 128×72": ({}, 1),
    "patch 16 at 256×144": ({"patch_size": [1, 16, 16], "patch_bottleneck": 256}, 2),
    "patch 8, width 192": ({"num_attention_heads": 3, "ffn_dim": 768}, 1),
    "patch 8, width 320": ({"num_attention_heads": 5, "ffn_dim": 1280}, 1),
    "patch 8, 12 blocks of 192": ({"num_attention_heads": 3, "ffn_dim": 768, "num_layers": 12}, 1),
}
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


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, default=15)
    p.add_argument("--dir", type=Path, default=Path("~/kinora-trials").expanduser())
    p.add_argument("--only", nargs="*", default=list(TRIALS))
    args = p.parse_args()
    print("| configuration | parameters | steps | clips | error at 128×72 from " + ", ".join(map(str, LEVELS)) + " | at 256×144 |")
    print("|---|---|---|---|---|---|")
    for name in args.only:
        changes, scale = TRIALS[name]
        folder = args.dir / name.replace(" ", "-")
        if not (folder / "checkpoint.pt").exists():
            # Pictures for the most part: on two cores there are too few clips in minutes.
            options = ["--simple", "1", "--small", "0", "--lengths", "1:3,9:1", "--tokens", "3000", "--scale", str(scale)]
            options += ["--set", json.dumps(changes)]
            command = [sys.executable, "train.py", "--minutes", str(args.minutes), "--dir", str(folder), *options]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        small, large, parameters, done = errors(folder, {**TRANSFORMER, **changes}, scale)
        told = (", ".join(f"{e:.4f}" for e in row) for row in (small, large))
        print(f"| {name} | {parameters / 1e6:.1f} M | {done['step']} | {done['samples']} |", " | ".join(told), "|", flush=True)


if __name__ == "__main__":
    main()
