"""Samples a checkpoint as contact sheets, to look at while it trains. The engine is what counts; this is the quick look.

    python sample.py CHECKPOINT SHEET.png [--frames 33] [--size 128x72] [--steps 20] [--guidance 2.5] [--prompts FILE] [--first-frame]
"""

import argparse
import random

import torch

import tokens
from arithmetic import autocast
from captions import caption
from known import model_input
from model import pack, unpack
from scenes import draw_scene, render
from sheet import save_sheet
from train import Sketch, schedule

PROMPTS = [
    "a red car drives from left to right through a desert at noon",
    "a white boat sails from right to left on the sea at sunset",
    "a yellow balloon rises over the mountains at noon",
    "a blue ball bounces in the snow at noon",
    "a green rocket rises in space",
    "an orange bird flies from left to right over a city at sunset",
    "close-up of a purple house in the mountains at sunset, the camera pushes in",
    "a red tree spins in the desert at night",
    "a black person walks from right to left in the forest at noon",
    "a white car drives from right to left in the city at night",
]


@torch.no_grad()
def sample(model, prompts, frames, width, height, steps, guidance, known=None, levels=None, seed=5, few=False, begun=None):
    """Clips in 0..1. `known` (n, 3, frames, h, w) in -1..1 with `levels` (n, frames, h, w). `few`: the steps that it was taught to
    take alone, without guidance. `begun`: clips (n, 3, frames, h, w) in -1..1 and a noise level, to begin there and not from noise."""
    tokenizer = tokens.build()
    n = len(prompts)
    ids, mask = tokens.encode(tokenizer, prompts + [""] * n)
    both = model.text_encoder(ids, mask)
    noise = torch.randn(n, 12, 1 + (frames - 1) // 4, height, width, generator=torch.Generator().manual_seed(seed))
    levels = torch.ones(n, frames, height, width) if levels is None else levels
    clean = torch.zeros_like(noise) if known is None else pack(known)
    ts, x = schedule(model.transformer.config["few_steps"] if few else steps), None
    if begun:
        ts = [begun[1], *(t for t in ts if t < begun[1])]
        x = torch.lerp(pack(begun[0]), noise, begun[1])
    ts = torch.tensor(ts)
    for now, then in zip(ts[:-1], ts[1:]):
        inputs, timestep, sigma = model_input(clean, levels, now.expand(n), noise, 8)
        if x is not None:
            inputs[:, :12] = torch.where(sigma > 0, x, clean)
        timestep = timestep.view(n, noise.shape[2], -1)[..., 0]
        with autocast():
            if few:
                x0 = model.transformer(inputs, timestep, both[:n], mask[:n], few=True).float()
            else:
                out = model.transformer(inputs.repeat(2, 1, 1, 1, 1), timestep.repeat(2, 1), both, mask).float()
                x0 = out[n:] + guidance * (out[:n] - out[n:])
        _, _, next_sigma = model_input(clean, levels, then.expand(n), noise, 8)
        velocity = (inputs[:, :12] - x0) / sigma.clamp(min=1e-4)
        x = inputs[:, :12] + (next_sigma - sigma) * velocity
    x = torch.where(pack(levels.unsqueeze(1)).repeat_interleave(3, 1) > 0, x, clean)
    return (unpack(x) + 1) / 2


def loaded(path: str) -> Sketch:
    """The average of a checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = Sketch(state["config"]).eval()
    model.load_state_dict(state["average"])
    return model.float()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint")
    p.add_argument("sheet")
    p.add_argument("--frames", type=int, default=33)
    p.add_argument("--size", default="128x72")
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--guidance", type=float, default=2.5)
    p.add_argument("--prompts")
    p.add_argument("--few", action="store_true", help="as a draft: few steps, without guidance")
    p.add_argument("--first-frame", action="store_true", help="animate rendered first frames instead")
    args = p.parse_args()
    model = loaded(args.checkpoint)
    width, height = map(int, args.size.split("x"))
    prompts = open(args.prompts).read().splitlines() if args.prompts else PROMPTS
    known = levels = None
    if args.first_frame:
        r = random.Random(99)
        scenes = [draw_scene(r) for _ in range(8)]
        prompts = [caption(s, r) for s in scenes]
        known = render(scenes, height, width, args.frames)[0] * 2 - 1
        levels = torch.ones(8, args.frames, height, width)
        levels[:, 0] = 0
    clips = sample(model, prompts, args.frames, width, height, args.steps, args.guidance, known=known, levels=levels, few=args.few)
    save_sheet(clips, args.sheet)
    print(*prompts, sep="\n")


if __name__ == "__main__":
    main()
