"""Trains Sketch: text encoder and transformer together, on clips that are drawn while it trains.

    python train.py --minutes 120 --dir ~/kinora-train        resumes from the newest checkpoint there, if any
    python train.py --minutes 120 --from ../                  starts from the weights that ship, and goes on with their log

The loss is that of flow matching, (x0 − prediction)² / sigma² with sigma ≥ 0.1 (`--floor`), for a transformer that predicts x0. The
learning rate falls over the last part of the minutes; what is exported is an exponential average of the weights.

With `--distil` the same transformer learns to take few steps, without a second call for guidance: told that there are few, it predicts
what many guided steps of its average would come to (progressive distillation, arXiv 2202.00512, of both at once as in 2210.03142).
"""

import argparse
import copy
import csv
import json
import os
import random
import signal
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file

import checkpoint
import perceptual
import tokens
from arithmetic import autocast, has_bf16
from captions import caption
from data import Batch, Clips
from known import draw_levels, model_input
from model import TEXT_ENCODER, TRANSFORMER, TextEncoder, Transformer, pack, parameter_count
from muon import Muon
from scenes import draw_scene, draw_simple_scene, render
from scenes.world import ALONG
from team import Team, start as start_team
from teller import Teller, labels_of

# Batches in which parts of the frame are known: their timesteps differ by token, which takes twice the time.
REGION_BATCHES = 0.05
COLUMNS = ["step", "samples", "hours", "loss", "samples_per_second", "tokens_per_second", "text_gain", "noise_error", "motion_gain", "told", "few_loss"]
# Of the sampler that ships: the shift of its noise levels, and guidance.
SHIFT, GUIDANCE = 2.0, 2.5
# Noise level from which predictions are looked at as pictures less and less.
GATE = 0.85
# Steps of the teacher for each of the few.
TAUGHT = 3
# A step that takes longer, in seconds, was a pause.
PAUSE = 60.0
SHIPPED = Path(__file__).parent.parent


class Sketch(torch.nn.Module):
    def __init__(self, transformer: dict = TRANSFORMER):
        super().__init__()
        self.text_encoder = TextEncoder(TEXT_ENCODER)
        self.transformer = Transformer(transformer)


def schedule(steps: int) -> list[float]:
    """From 1 to 0, as many steps."""
    return [SHIFT * t / (1 + (SHIFT - 1) * t) for t in (1 - i / steps for i in range(steps + 1))]


def span(text: str) -> tuple[float, float]:
    """"0.7:0.3" or "0.7"."""
    start, _, end = text.partition(":")
    return float(start), float(end or start)


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--minutes", type=float, required=True)
    p.add_argument("--dir", type=Path, default=Path(os.environ.get("KINORA_TRAIN_DIR", "~/kinora-train")).expanduser())
    p.add_argument("--from", dest="start", type=Path, help="a model folder (as exported) to start from")
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--tokens", type=int, default=8000, help="tokens a batch, of all processes")
    p.add_argument("--lengths", default="17:4,33:3,61:2", help="frames:weight, …")
    p.add_argument("--small", type=float, default=0.3, help="part of the batches in the smaller sizes")
    p.add_argument("--tiny", type=float, default=0.0, help="part in sizes that are smaller still")
    p.add_argument("--simple", type=float, default=0.2, help="part of the scenes that are simple: a beginning wants many")
    p.add_argument("--along", type=float, default=0.0, help="part of the simple scenes that shall go across the picture")
    p.add_argument("--rightward", type=span, default=(0.5, 0.5), help="part of these that go to the right, at the start and at the end: as long as both ways are alike, a model that knows neither sees nothing to learn")
    p.add_argument("--wide", type=float, default=0.0, help="part of the batches that are 16:9 whatever the sizes' parts are: for a beginning")
    p.add_argument("--subject", type=float, default=2.0, help="how much more an error weighs where the subject is: most of a picture is its place")
    p.add_argument("--steady", type=float, default=0.0, help="weight of what changes from the last of four frames that are packed to the first of the next ones: there clips jump")
    p.add_argument("--perceptual", type=float, default=0.0, help="weight of how alike predictions and clips look to a small network, see perceptual.py")
    p.add_argument("--tell", type=float, default=0.0, help="weight of what the middle of the transformer is asked: where, which subject, which colour, which place")
    p.add_argument("--distil", type=float, default=0.0, help="part of the steps that teach it to take few")
    p.add_argument("--scale", type=int, default=1, help="times as many pixels in each direction: for trials")
    p.add_argument("--set", dest="config", default="{}", help="keys of the transformer's config as JSON: for a beginning")
    p.add_argument("--pure", type=span, default=(0.7, 0.35), help="part of the clips that are made from noise alone, or nearly; two numbers: at the start and at the end")
    p.add_argument("--known", type=float, default=0.5, help="part of the clips of which something is known")
    p.add_argument("--level", type=float, default=1.4, help="mean of the logistic normal that noise levels are drawn from; higher: more noise")
    p.add_argument("--floor", type=span, default=(0.5, 0.2), help="noise level below which errors weigh no more; higher: layout before detail; at the start and at the end")
    p.add_argument("--route", type=float, default=0.5, help="part of the tokens that pass the inner blocks, until all do")
    p.add_argument("--whole", type=float, default=0.2, help="part of the time, the last, in which all tokens pass all blocks")
    p.add_argument("--average", type=float, default=0.998, help="decay of the average of weights")
    p.add_argument("--decay", type=float, default=0.3, help="part of the time over which the rate falls")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--processes", type=int, default=0, help="that share each batch; a core each, at most four, if not said")
    p.add_argument("--threads", type=int, default=0, help="of each process")
    p.add_argument("--no-compile", action="store_true")
    return p.parse_args()


def border_loss(error: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Of packed errors (n, 12, k, h, w): how much they change from the last frame of one latent frame to the first of the next. Frames
    are known or made as four, so errors change little inside of them, and all at once between. What is known has no error."""
    change = error[:, :3, 1:] - error[:, -3:, :-1]
    return (change**2 * torch.maximum(weight[:, :3, 1:], weight[:, -3:, :-1])).mean()


class Trainer:
    def __init__(self, args, team: Team):
        self.args, self.team, self.device = args, team, args.device
        resumed = checkpoint.load(args.dir)
        if resumed and "config" not in resumed:
            raise SystemExit(f"the checkpoint in {args.dir} is of an older recipe; move it away, and begin with --from {SHIPPED}")
        self.config = resumed["config"] if resumed else {**config_of(args.start), **json.loads(args.config)}
        self.patch = self.config["patch_size"][1]
        # A beginning is the same in all processes.
        torch.manual_seed(1)
        self.model = model = Sketch(self.config)
        self.done = {"step": 0, "samples": 0, "seconds": 0.0}
        if resumed:
            model.load_state_dict(resumed["model"])
            self.done = resumed["done"]
        elif args.start:
            load_weights(model, args.start)
            trained = tomllib.loads((args.start / "card.toml").read_text())["training"]
            self.done = {"step": trained["steps"], "samples": trained["samples"], "seconds": trained["hours"] * 3600}
        model.to(self.device)
        # An average of the weights: what is exported, and who teaches to take few steps.
        self.teacher = copy.deepcopy(model).requires_grad_(False)
        if resumed:
            self.teacher.load_state_dict(resumed["average"])
        self.average = self.teacher.state_dict()
        matrices = [p for n, p in model.transformer.blocks.named_parameters() if p.ndim == 2]
        chosen = {id(p) for p in matrices}
        self.teller = Teller(model.transformer).to(self.device)
        self.features = perceptual.loaded(args.dir, self.device) if args.perceptual > 0 else None
        self.teller.asked = args.tell > 0
        self.others = [p for p in [*model.parameters(), *self.teller.parameters()] if id(p) not in chosen]
        self.muon = Muon(matrices, args.lr, team)
        self.adam = torch.optim.AdamW(self.others, lr=args.lr * 0.75, betas=(0.9, 0.95), weight_decay=0.0)
        if resumed:
            self.muon.load_state_dict(resumed["muon"])
            self.adam.load_state_dict(resumed["adam"])
            self.teller.load_state_dict(resumed["teller"])
        # On a processor without bf16 the products take nearly all of the time, and compiling gains nothing for its minutes.
        if has_bf16(args.device) and not args.no_compile:
            torch._dynamo.config.cache_size_limit = 64
            for block in model.transformer.blocks:
                block.compile(dynamic=True)
        self.tokenizer = tokens.build()
        # What costs time is chosen alike in all processes, so that none waits; what is drawn is not.
        self.common = random.Random(self.done["step"] * 7919 + 17)
        self.r = random.Random(self.common.randrange(1 << 32) + team.place)
        torch.manual_seed(self.done["step"] * 64 + team.place + 1)
        lengths = {int(k): float(v) for k, v in (pair.split(":") for pair in args.lengths.split(","))}
        self.data = Clips(self.r, self.common, self.device, args.tokens // team.size, lengths, args.simple, args.wide, self.patch, args.scale)
        self.bf16 = autocast(self.device)
        self.start = self.counted = time.time()
        self.warm_from, self.warm_steps = self.done["step"], 30 if resumed else 100
        self.unseen = self.draw_unseen()

    def set_rate(self, elapsed: float) -> None:
        """The part of noise alone and the floor go from their start to their end. The learning rate rises over 100 steps (30 where the optimisers remember), falls over the last part of the time."""
        self.pure, self.floor = (a + (b - a) * elapsed for a, b in (self.args.pure, self.args.floor))
        self.data.along = self.args.along
        self.data.rightward = self.args.rightward[0] + (self.args.rightward[1] - self.args.rightward[0]) * min(1.0, elapsed / 0.7)
        factor = min(1.0, (self.done["step"] - self.warm_from + 1) / self.warm_steps)
        if elapsed > 1 - self.args.decay:
            factor *= (1 - elapsed) / self.args.decay + 0.01
        self.muon.param_groups[0]["lr"] = self.args.lr * factor
        self.adam.param_groups[0]["lr"] = self.args.lr * 0.75 * factor

    def levels(self, batch: Batch) -> torch.Tensor:
        n, _, frames, height, width = batch.clips.shape
        regions = self.common.random() < REGION_BATCHES and not batch.memory
        rows = []
        for row in batch.rows:
            level = draw_levels(self.r, frames - batch.memory, height, width, regions, row.move is not None, self.args.known)
            if row.drawing is not None:
                level = torch.full_like(level, self.r.uniform(0.5, 0.85))
            if batch.memory:
                if self.r.random() < 0.8:
                    level[: self.r.choice([1, 5, 9])] = 0
                level = torch.cat([torch.zeros(batch.memory, height, width), level])
            rows.append(level)
        return torch.stack(rows).to(self.device)

    def text(self, batch: Batch, encoder: TextEncoder | None = None):
        """Embeddings (n, text tokens, width) and mask; with cuts each latent frame has its own text, (n, frames, text tokens)."""
        n, frames = len(batch.rows), 1 + (batch.clips.shape[2] - 1 - batch.memory) // 4 + batch.memory
        flat = [t for row in batch.texts for t in row]
        ids, mask = (x.to(self.device) for x in tokens.encode(self.tokenizer, flat))
        hidden = (encoder or self.model.text_encoder)(ids, mask)
        if all(row.cut is None for row in batch.rows):
            return hidden, mask
        length = ids.shape[1]
        text = hidden.new_zeros(n, 2 * length, hidden.shape[2])
        seen = mask.new_zeros(n, frames, 2 * length)
        at = 0
        for i, (row, texts) in enumerate(zip(batch.rows, batch.texts)):
            for k in range(len(texts)):
                span = slice(k * length, (k + 1) * length)
                text[i, span] = hidden[at]
                first, last = (0, row.cut or frames) if k == 0 else (row.cut, frames)
                seen[i, first:last, span] = mask[at]
                at += 1
        return text, seen

    def inputs(self, batch: Batch, levels: torch.Tensor):
        """The clean packed clip; and `at(sigma)`, which gives input, timestep and each packed pixel's noise level for levels (n), always
        with the same noise."""
        singles = 1 + batch.memory
        clean = pack(batch.clips * 2 - 1, singles)
        known = None
        if any(row.drawing is not None for row in batch.rows):
            frames = [row.frames if row.drawing is None else row.drawing for row in batch.rows]
            known = pack(torch.stack(frames).to(self.device).float() / 127.5 - 1, singles)
        noise = torch.randn_like(clean)

        def at(sigma: torch.Tensor):
            inputs, timestep, pixel_sigma = model_input(clean, levels, sigma, noise, self.patch, known, singles)
            by_frame = timestep.view(len(clean), clean.shape[2], -1)
            if bool((by_frame == by_frame[..., :1]).all()):
                timestep = by_frame[..., 0]
            return inputs, timestep, pixel_sigma

        return clean, at

    def noise_levels(self, n: int) -> torch.Tensor:
        """A logistic normal far towards noise: a first frame is there four times, so its noise counts half. And a part at noise alone, or
        close to it, where only the words say what to draw. Without it a model never learns to listen: at 0.97 the whole layout shines
        through the noise, summed over patches and frames."""
        sigma = torch.sigmoid(1.1 * torch.randn(n, device=self.device) + self.args.level)
        pure = 1 - 0.05 * (2 * torch.rand(n, device=self.device) - 1).clamp(min=0) ** 2
        return torch.where(torch.rand(n, device=self.device) < self.pure, pure, sigma)

    def weight(self, batch: Batch, pixel_sigma: torch.Tensor) -> torch.Tensor:
        """Of squared errors."""
        subject = 1 + self.args.subject * pack(batch.masks.unsqueeze(1), 1 + batch.memory).repeat_interleave(3, 1)
        return subject * (pixel_sigma > 0) / pixel_sigma.clamp(min=self.floor) ** 2

    def few_loss(self) -> tuple[torch.Tensor, Batch]:
        """One of the few steps: where its teacher's guided steps lead from the same noise, seen as a prediction of x0."""
        # Its teacher passes twice for each of its steps.
        batch = self.data.batch(self.args.small, self.args.tiny, 1 / TAUGHT)
        clean, at = self.inputs(batch, self.levels(batch))
        few = self.config["few_steps"]
        first = self.r.randrange(few) * TAUGHT
        sigmas = [torch.full((len(clean),), s, device=self.device) for s in schedule(few * TAUGHT)[first : first + TAUGHT + 1]]
        positions = torch.tensor(batch.positions, device=self.device)
        given, timestep, sigma = at(sigmas[0])
        with torch.no_grad(), self.bf16:
            words = self.text(batch, self.teacher.text_encoder)
            none = self.text(replace(batch, texts=[[""] * len(row) for row in batch.texts]), self.teacher.text_encoder)
            x = start = given[:, : clean.shape[1]]
            for now, then in zip(sigmas, sigmas[1:]):
                inputs, time, level = at(now)
                inputs[:, : clean.shape[1]] = x
                told, untold = (self.teacher.transformer(inputs, time, text, mask, positions=positions).float() for text, mask in (words, none))
                x0 = untold + GUIDANCE * (told - untold)
                x = x + (at(then)[2] - level) * (x - x0) / level.clamp(min=1e-4)
            passed = sigma - at(sigmas[-1])[2]
            target = start - sigma * (start - x) / passed.clamp(min=1e-4)
        with self.bf16:
            prediction = self.model.transformer(given, timestep, *self.text(batch), positions=positions, few=True)
        weight = self.weight(batch, sigma) * (passed > 1e-4)
        return ((prediction.float() - target) ** 2 * weight).mean(), batch

    def flow_loss(self, route: float) -> tuple[torch.Tensor, torch.Tensor, Batch]:
        """The loss, what else is learned beside it, and the clips."""
        batch = self.data.batch(self.args.small, self.args.tiny)
        levels = self.levels(batch)
        sigma = self.noise_levels(len(batch.rows))
        clean, at = self.inputs(batch, levels)
        inputs, timestep, pixel_sigma = at(sigma)
        positions = torch.tensor(batch.positions, device=self.device)
        with self.bf16:
            text, mask = self.text(batch)
            prediction = self.model.transformer(inputs, timestep, text, mask, route, positions)
        weight = self.weight(batch, pixel_sigma)
        error = (prediction.float() - clean) * (pixel_sigma > 0)
        loss = (error**2 * weight).mean()
        if self.args.steady > 0 and error.shape[2] > 1:
            loss = loss + self.args.steady * border_loss(error, weight)
        if self.features:
            loss = loss + self.args.perceptual * self.perceptual_loss(prediction.float(), clean, pixel_sigma)
        told = self.args.tell * self.told(batch)[0] if self.args.tell > 0 else torch.zeros(())
        return loss, told, batch

    def perceptual_loss(self, prediction: torch.Tensor, clean: torch.Tensor, pixel_sigma: torch.Tensor) -> torch.Tensor:
        """Of one of the four frames in each latent frame. Less and less from a noise level of `GATE` on: from noise alone only means can
        be predicted, and what looks like a picture would be one of many. Known frames are like themselves."""
        frame = 3 * self.common.randrange(4)
        sigma = pixel_sigma[:, frame].amax((2, 3)).flatten()
        asked = (sigma > 0).nonzero()[:, 0]
        if not len(asked):
            return prediction.new_zeros(())
        made, true = (x[:, frame : frame + 3].transpose(1, 2).flatten(0, 1)[asked] for x in (prediction, clean))
        weight = ((1 - sigma[asked]) / (1 - GATE)).clamp(max=1)
        return (self.features.distance(made, true) * weight).sum() / len(sigma)

    def step(self, route: float) -> tuple[torch.Tensor, Batch, bool]:
        """The loss, its clips, and whether it was about taking few steps."""
        few = self.common.random() < self.args.distil
        if few:
            loss, batch = self.few_loss()
            beside = 0.0
        else:
            loss, beside, batch = self.flow_loss(route)
        parameters = [*self.model.parameters(), *self.teller.parameters()]
        for p in parameters:
            p.grad = None
        (loss + beside).backward()
        self.team.average([p.grad for p in parameters if p.grad is not None])
        torch.nn.utils.clip_grad_norm_(self.others, 1.0)
        self.muon.step()
        self.adam.step()
        self.done["step"] += 1
        self.done["samples"] += len(batch.rows) * self.team.size
        keep = min(self.args.average, (1 + self.done["step"]) / (10 + self.done["step"]))
        with torch.no_grad():
            current = self.model.state_dict()
            torch._foreach_lerp_(list(self.average.values()), [current[k] for k in self.average], 1 - keep)
        return loss.detach(), batch, few

    def told(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """What the transformer's middle said of a batch that it has just seen, see `Teller`."""
        return self.teller(batch.masks, labels_of([row.scenes for row in batch.rows], self.device), 1 + batch.memory)

    def draw_unseen(self) -> dict[str, Batch]:
        """The same simple, full and moving scenes at every start, that training never draws."""
        r, batches = random.Random(9_000_000), {}
        along = {"motion": "left to right", "camera": "static"}
        draws = {"simple": lambda: draw_simple_scene(r), "full": lambda: draw_scene(r), "moving": lambda: {**draw_simple_scene(r), **along}}
        for name, draw in draws.items():
            scenes = [draw() for _ in range(32)]
            images, masks = render(scenes, 56 * self.args.scale, 96 * self.args.scale, 5, self.device)
            clips = Clips.clips(images, masks, [[s] for s in scenes])
            batches[name] = Batch(images, masks, clips, [[caption(s, r, "en", whole=True)] for s in scenes], list(range(2)))
        return batches

    @torch.no_grad()
    def unseen_errors(self) -> tuple[float, float, float, float]:
        """The error from noise alone on unseen scenes; how many times larger it is with other scenes' captions: 1 is deaf to words; the
        same where only the direction of a motion is told wrongly; and how often the subject is told where there is nothing but noise."""
        right, wrong, told = 0.0, 0.0, 0.0
        for name in ("simple", "full"):
            batch = self.unseen[name]
            right += self.noise_error(batch, batch.texts) / 2
            told += self.told(batch)[1][0].item() / 2 if self.teller.asked else 0.0
            wrong += self.noise_error(batch, batch.texts[-1:] + batch.texts[:-1]) / 2
        r, moving = random.Random(1), self.unseen["moving"]
        there, back = ([[caption({**row.scenes[0], "motion": motion}, r, "en", whole=True)] for row in moving.rows] for motion in ALONG)
        return right, wrong / right, self.noise_error(moving, back) / self.noise_error(moving, there), told

    def noise_error(self, batch: Batch, texts: list[list[str]]) -> float:
        generator = torch.Generator().manual_seed(1)
        clean = pack(batch.clips * 2 - 1)
        noise = torch.randn(clean.shape, generator=generator).to(self.device)
        levels, sigma = torch.ones_like(batch.masks), torch.ones(len(clean), device=self.device)
        inputs, timestep, _ = model_input(clean, levels, sigma, noise, self.patch)
        timestep = timestep.view(len(clean), clean.shape[2], -1)[..., 0]
        with self.bf16:
            text, mask = self.text(replace(batch, texts=texts))
            prediction = self.model.transformer(inputs, timestep, text, mask)
        return ((prediction.float() - clean) ** 2).mean().item()

    def count_time(self) -> None:
        """Adds what passed since the last step to the time of training; of a pause, in which the process stood still, a minute at most."""
        now = time.time()
        self.done["seconds"] += min(now - self.counted, PAUSE)
        self.counted = now

    def state(self) -> dict:
        parts = {"model": self.model, "muon": self.muon, "adam": self.adam, "teller": self.teller}
        states = {name: part.state_dict() for name, part in parts.items()}
        return {**states, "average": self.average, "done": self.done, "config": self.config}


def mean(losses: list[torch.Tensor]) -> str:
    return f"{torch.stack(losses).mean().item():.5f}" if losses else ""


def config_of(folder: Path | None) -> dict:
    """The transformer's config in a model as it ships, which may never have been taught to take few steps; or that of a new one."""
    there = json.loads((folder / "transformer/config.json").read_text()) if folder else {}
    return {**TRANSFORMER, **there}


def load_weights(model: Sketch, folder: Path) -> None:
    """Of a model as it ships. What it lacks stays as it is: there are models that were never taught to take few steps."""
    model.text_encoder.load_state_dict(load_file(folder / "text_encoder/model.safetensors"))
    there = load_file(folder / "transformer/diffusion_pytorch_model.safetensors")
    missing, unexpected = model.transformer.load_state_dict(there, strict=False)
    if unexpected or set(missing) - {"few_steps_embedding"}:
        raise SystemExit(f"{folder} holds another model: {[*missing, *unexpected][:3]}")
    model.float()


class Log:
    """Rows of `COLUMNS` in a file. From weights that ship it goes on with theirs."""

    def __init__(self, path: Path, start: Path | None):
        if not path.exists():
            with path.open("w", newline="") as file:
                log = csv.DictWriter(file, COLUMNS, restval="")
                log.writeheader()
                if start and (before := start / "train/log.csv").exists():
                    log.writerows(csv.DictReader(before.open()))
        self.rows = csv.writer(path.open("a", newline=""))
        self.begin()

    def begin(self) -> None:
        self.losses, self.few_losses, self.samples, self.tokens, self.since = [], [], 0, 0, time.time()

    def add(self, loss: torch.Tensor, batch: Batch, few: bool, trainer: Trainer) -> None:
        (self.few_losses if few else self.losses).append(loss)
        clips = len(batch.rows) * trainer.team.size
        self.samples += clips
        _, _, _, height, width = batch.clips.shape
        self.tokens += clips * len(batch.positions) * (height // trainer.patch) * (width // trainer.patch)

    def write(self, trainer: Trainer) -> None:
        """A row about the steps since the last one, if there were any."""
        if not self.samples:
            return
        now = time.time()
        error, gain, motion_gain, told = trainer.unseen_errors()
        hours = trainer.done["seconds"] / 3600
        row = [trainer.done["step"], trainer.done["samples"], f"{hours:.3f}", mean(self.losses)]
        row += [f"{self.samples / (now - self.since):.2f}", f"{self.tokens / (now - self.since):.0f}", f"{gain:.3f}", f"{error:.4f}"]
        row += [f"{motion_gain:.3f}", f"{told:.3f}", mean(self.few_losses)]
        self.rows.writerow(row)
        print(*(f"{name} {value}" for name, value in zip(COLUMNS, row)), flush=True)
        self.begin()


def main():
    args = parse()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    args.dir.mkdir(parents=True, exist_ok=True)
    team = start_team(args.processes or (min(cores, 4) if args.device == "cpu" else 1))
    if args.threads or team.size > 1:
        torch.set_num_threads(args.threads or max(1, cores // team.size))
    trainer = Trainer(args, team)
    log = Log(args.dir / "log.csv", args.start) if team.first else None
    if log:
        print(f"{parameter_count(trainer.model) / 1e6:.2f}M parameters, from step {trainer.done['step']}", flush=True)
    stop = []
    if team.first:
        signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    saved = time.time()
    while (elapsed := team.agreed(1.0 if stop else (time.time() - trainer.start) / (args.minutes * 60))) < 1:
        trainer.set_rate(elapsed)
        loss, batch, few = trainer.step(args.route if elapsed < 1 - args.whole else 1.0)
        trainer.count_time()
        if not log:
            continue
        log.add(loss, batch, few, trainer)
        # Looking at clips that it never saw takes as long as ten steps.
        if trainer.done["step"] % 200 == 0:
            log.write(trainer)
        if time.time() - saved > 300:
            checkpoint.save(args.dir / "checkpoint.pt", trainer.state())
            saved = time.time()
    if log:
        state = trainer.state()
        checkpoint.save(args.dir / "checkpoint.pt", state)
        checkpoint.save_pieces(args.dir, state)
        log.write(trainer)
    team.leave()


if __name__ == "__main__":
    main()
