"""Trains Sketch: text encoder and transformer together, on scenes that are drawn while it trains.

    python train.py --minutes 120 --dir ~/kinora-train        resumes from the newest checkpoint there, if any
    python train.py --minutes 120 --from ../                  starts from the weights that ship

The loss is that of flow matching, (x0 − prediction)² / sigma² with sigma ≥ 0.1, for a transformer that predicts x0. The
learning rate falls over the last 30 % of the minutes; what is exported is an exponential average of the weights.
"""

import argparse
import csv
import os
import random
import signal
import time
from collections import deque
from pathlib import Path

import torch
from safetensors.torch import load_file

import tokens
from captions import caption, draw_scene
from known import draw_levels, model_input
from model import TEXT_ENCODER, TRANSFORMER, TextEncoder, Transformer, pack, parameter_count
from muon import Muon
from scenes import render

# (width, height) and how often it is drawn.
SIZES = [((96, 56), 0.58), ((56, 96), 0.18), ((72, 72), 0.14), ((80, 64), 0.05), ((64, 80), 0.02), ((112, 48), 0.03)]
# Batches in which parts of the frame are known: their timesteps differ by token, which takes twice the time.
REGION_BATCHES = 0.05


class Sketch(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.text_encoder = TextEncoder(TEXT_ENCODER)
        self.transformer = Transformer(TRANSFORMER)


class Scenes:
    """Batches of clips. Every rendered clip is used about two and a half times, since drawing costs as much as a third of a step."""

    def __init__(self, r: random.Random, device: str, tokens_per_batch: int, lengths: dict[int, float]):
        self.r, self.device, self.budget, self.lengths = r, device, tokens_per_batch, lengths
        self.pools: dict = {}

    def batch(self):
        """Clips (n, 3, frames, h, w) in 0..1, subject masks (n, frames, h, w), captions."""
        (width, height) = self.r.choices([s for s, _ in SIZES], [p for _, p in SIZES])[0]
        frames = self.r.choices(list(self.lengths), list(self.lengths.values()))[0]
        per_clip = (1 + (frames - 1) // 4) * (width // 8) * (height // 8)
        n = max(1, self.budget // per_clip)
        pool = self.pools.setdefault((width, height, frames), deque(maxlen=400))
        if len(pool) < 12 * n or self.r.random() < 0.4:
            scenes = [draw_scene(self.r) for _ in range(n)]
            clips, masks = render(scenes, height, width, frames, self.device)
            pool.extend(zip((clips * 255 + 0.5).byte(), (masks * 255 + 0.5).byte(), scenes))
            rows = [pool[len(pool) - n + i] for i in range(n)]
        else:
            rows = self.r.sample(pool, n)
        clips = torch.stack([row[0] for row in rows]).float() / 255
        masks = torch.stack([row[1] for row in rows]).float() / 255
        texts = ["" if self.r.random() < 0.1 else caption(row[2], self.r) for row in rows]
        return clips, masks, texts


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, required=True)
    p.add_argument("--dir", type=Path, default=Path(os.environ.get("KINORA_TRAIN_DIR", "~/kinora-train")).expanduser())
    p.add_argument("--from", dest="start", type=Path, help="a model folder (as exported) to start from")
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--tokens", type=int, default=8000, help="tokens a batch")
    p.add_argument("--lengths", default="17:4,33:3,61:2", help="frames:weight, …")
    p.add_argument("--route", type=float, default=0.5, help="part of the tokens that pass the inner blocks, until the rate falls")
    p.add_argument("--average", type=float, default=0.998, help="decay of the average of weights")
    p.add_argument("--decay", type=float, default=0.3, help="part of the time over which the rate falls")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--threads", type=int, default=0)
    p.add_argument("--no-compile", action="store_true")
    return p.parse_args()


def save(path: Path, state: dict) -> None:
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def main():
    args = parse()
    if args.threads:
        torch.set_num_threads(args.threads)
    args.dir.mkdir(parents=True, exist_ok=True)
    checkpoint = args.dir / "checkpoint.pt"
    model = Sketch()
    done = {"step": 0, "samples": 0, "seconds": 0.0}
    resumed = torch.load(checkpoint, map_location="cpu", weights_only=True) if checkpoint.exists() else None
    if resumed:
        model.load_state_dict(resumed["model"])
        done = resumed["done"]
    elif args.start:
        model.text_encoder.load_state_dict(load_file(args.start / "text_encoder/model.safetensors"))
        model.transformer.load_state_dict(load_file(args.start / "transformer/diffusion_pytorch_model.safetensors"))
        model.float()
    model.to(args.device)
    average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    if resumed:
        average = {k: v.to(args.device) for k, v in resumed["average"].items()}

    matrices = [p for n, p in model.transformer.blocks.named_parameters() if p.ndim == 2]
    chosen = {id(p) for p in matrices}
    text = list(model.text_encoder.parameters())
    chosen |= {id(p) for p in text}
    others = [p for p in model.transformer.parameters() if id(p) not in chosen]
    muon = Muon(matrices, args.lr)
    adam = torch.optim.AdamW([{"params": others, "lr": args.lr * 0.75}, {"params": text, "lr": args.lr * 0.75}], betas=(0.9, 0.95), weight_decay=0.0)
    if resumed:
        muon.load_state_dict(resumed["muon"])
        adam.load_state_dict(resumed["adam"])
    rates = [(muon.param_groups[0], args.lr), (adam.param_groups[0], args.lr * 0.75), (adam.param_groups[1], args.lr * 0.75)]

    if not args.no_compile:
        torch._dynamo.config.cache_size_limit = 64
        for block in model.transformer.blocks:
            block.compile(dynamic=True)
    tokenizer = tokens.build()
    r = random.Random(done["step"] * 7919 + 17)
    torch.manual_seed(done["step"] + 1)
    lengths = {int(k): float(v) for k, v in (pair.split(":") for pair in args.lengths.split(","))}
    data = Scenes(r, args.device, args.tokens, lengths)
    log_path = args.dir / "log.csv"
    log = csv.writer(open(log_path, "a", newline=""))
    if log_path.stat().st_size == 0:
        log.writerow(["step", "samples", "hours", "loss", "samples_per_second", "tokens_per_second", "text_gain"])
    print(f"{parameter_count(model) / 1e6:.2f}M parameters, from step {done['step']}", flush=True)

    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    start = saved = window_start = time.time()
    warm_from, losses, window_samples, window_tokens = done["step"], [], 0, 0
    parameters = [p for p in model.parameters()]
    bf16 = torch.autocast(args.device, torch.bfloat16)
    while not stop:
        elapsed = (time.time() - start) / (args.minutes * 60)
        if elapsed >= 1:
            break
        factor = min(1.0, (done["step"] - warm_from + 1) / 100)
        route = args.route if elapsed < 1 - args.decay else 1.0
        if elapsed > 1 - args.decay:
            factor *= (1 - elapsed) / args.decay + 0.01
        for group, rate in rates:
            group["lr"] = rate * factor

        clips, masks, texts = data.batch()
        n, _, frames, height, width = clips.shape
        clean = pack(clips * 2 - 1)
        regions = r.random() < REGION_BATCHES
        levels = torch.stack([draw_levels(r, frames, height, width, regions) for _ in range(n)]).to(args.device)
        sigma = torch.sigmoid(torch.randn(n, device=args.device) + 0.9)
        noise = torch.randn_like(clean)
        inputs, timestep, pixel_sigma = model_input(clean, levels, sigma, noise, TRANSFORMER["patch_size"][1])
        by_frame = timestep.view(n, clean.shape[2], -1)
        if bool((by_frame == by_frame[..., :1]).all()):
            timestep = by_frame[..., 0]
        ids, mask = tokens.encode(tokenizer, texts)
        ids, mask = ids.to(args.device), mask.to(args.device)
        with bf16:
            prediction = model.transformer(inputs, timestep, model.text_encoder(ids, mask), mask, route)
        subject = 1 + 2 * pack(masks.unsqueeze(1)).repeat_interleave(3, 1)
        weight = subject * (pixel_sigma > 0) / pixel_sigma.clamp(min=0.1) ** 2
        loss = ((prediction.float() - clean) ** 2 * weight).mean()
        for p in parameters:
            p.grad = None
        loss.backward()
        torch.nn.utils.clip_grad_norm_(others + text, 1.0)
        muon.step()
        adam.step()
        done["step"] += 1
        done["samples"] += n
        keep = min(args.average, (1 + done["step"]) / (10 + done["step"]))
        with torch.no_grad():
            current = model.state_dict()
            torch._foreach_lerp_(list(average.values()), [current[k] for k in average], 1 - keep)

        if done["step"] % 50 == 25:
            gain = text_gain(model, clean, ids, mask, bf16)
        losses.append(loss.detach())
        window_samples += n
        window_tokens += n * timestep.shape[1] if timestep.shape[1] > clean.shape[2] else n * clean.shape[2] * (height // 8) * (width // 8)
        if done["step"] % 50 == 0:
            now = time.time()
            value = torch.stack(losses).mean().item()
            hours = (done["seconds"] + now - start) / 3600
            span = now - window_start
            log.writerow([done["step"], done["samples"], f"{hours:.3f}", f"{value:.5f}", f"{window_samples / span:.2f}", f"{window_tokens / span:.0f}", f"{gain:.3f}"])
            print(done["step"], done["samples"], f"{hours:.2f} h", f"loss {value:.4f}", f"{window_samples / span:.1f}/s {window_tokens / span:.0f} tok/s", f"text {gain:.3f}", flush=True)
            losses, window_samples, window_tokens, window_start = [], 0, 0, now
        if time.time() - saved > 300:
            write(checkpoint, model, average, muon, adam, done, start)
            saved = time.time()
    write(checkpoint, model, average, muon, adam, done, start)


@torch.no_grad()
def text_gain(model, clean, ids, mask, autocast) -> float:
    """How many times larger the error from much noise is with other clips' captions than with the right ones; 1: words are ignored."""
    n = len(clean)
    sigma = torch.full((n,), 0.95, device=clean.device)
    levels = torch.ones(n, 1 + 4 * (clean.shape[2] - 1), *clean.shape[3:], device=clean.device)
    inputs, timestep, _ = model_input(clean, levels, sigma, torch.randn_like(clean), TRANSFORMER["patch_size"][1])
    timestep = timestep.view(n, clean.shape[2], -1)[..., 0]
    errors = []
    with autocast:
        text = model.text_encoder(ids, mask)
        for shift in (0, 1):
            prediction = model.transformer(inputs, timestep, text.roll(shift, 0), mask.roll(shift, 0))
            errors.append(((prediction.float() - clean) ** 2).mean().item())
    return errors[1] / errors[0]


def write(path, model, average, muon, adam, done, start):
    progress = {**done, "seconds": done["seconds"] + time.time() - start}
    save(path, {"model": model.state_dict(), "average": average, "muon": muon.state_dict(), "adam": adam.state_dict(), "done": progress})


if __name__ == "__main__":
    main()
