"""Writes a checkpoint's averaged weights as the model that ships: fp16 safetensors, configs, tokenizer, card.

    python export.py CHECKPOINT [--folder FOLDER] [--small]        FOLDER is models/sketch without it

`--small`: the sizes that training begins with, for weights that saw little else.

The card's numbers come from the checkpoint and its words from the caption grammar; nothing in card.toml is written by hand.
"""

import argparse
import hashlib
import json
import re
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

import captions
import scenes
import tokens
from captions.near import taken_for
from data import SIZES, SMALL
from model import TEXT_ENCODER, TEXT_TOKENS
from train import GUIDANCE, SHIFT

ASPECTS = ("16:9", "9:16", "1:1", "4:3", "3:4", "21:9")
LIMITS = [
    "It knows only the words on this card, in English and French; others are ignored.",
    "It draws flat, graphic scenes of one or two subjects, for storyboards; it does not draw photographs.",
    "It makes pictures of {width} by {height} pixels, which are enlarged on export.",
]
# Words that carry nothing to see: no notice is given of them.
SILENT = "of his her its their our my your this that these those some it he she they is are was be being as by for from into while then who which very"
SILENT_FRENCH = "de du des d qui que son sa ses leur ce cette est sont en y pendant puis très"


def synonyms(table: str) -> list[str]:
    """Every phrase of both languages' tables of that name, once, without the places of verbs and nouns."""
    phrases = []
    for grammar in captions.LANGUAGES.values():
        for values in getattr(grammar, table).values():
            for value in values:
                text = value[0] if isinstance(value, tuple) else value
                phrases.append(re.sub(r"\{\w+\}", "", text).removesuffix(" of").strip())
    return sorted({" ".join(p.split()) for p in phrases if p})


def words() -> dict[str, list[str]]:
    colours = {w for w in captions.english.COLOURS.values() for w in w} | set(scenes.COLOURS) | {w for ws in captions.french.COLOURS.values() for w in ws}
    verbs = {v for g in captions.LANGUAGES.values() for vs in [*g.VERBS.values(), g.OTHER_VERBS] for v in vs}
    return {
        "subjects": synonyms("SUBJECTS"),
        "colours": sorted(colours),
        "motions": sorted(set(synonyms("MOTIONS")) | verbs),
        "places": synonyms("PLACES"),
        "times": synonyms("TIMES"),
        "weathers": synonyms("WEATHERS"),
        "cameras": synonyms("CAMERAS"),
        "shots": synonyms("SHOTS"),
        "styles": synonyms("STYLES"),
        "occluders": synonyms("OCCLUDERS"),
    }


def reading() -> dict:
    """How the engine reads a prompt, see crates/plan/src/reading.rs."""
    known = set(captions.words())
    told = {name: synonyms(name) for name in ("MOTIONS", "CAMERAS", "WEATHERS", "OCCLUDERS")}
    quiet = {"still", "does not move", "ne bouge pas", "reste immobile", "rests", "waits", "attend", "stands still", "stays still"}
    verbs = {v for g in captions.LANGUAGES.values() for vs in [*g.VERBS.values(), g.OTHER_VERBS] for v in vs}
    return {
        "known": sorted(known),
        "silent": sorted(set((SILENT + " " + SILENT_FRENCH).split()) - known),
        "taken_for": taken_for(known),
        "actions": sorted((set(told["MOTIONS"]) | verbs) - quiet),
        "not_actions": sorted({*told["CAMERAS"], *told["WEATHERS"], *told["OCCLUDERS"]}),
        "seconds_per_action": 2.0,
    }


def card(folder: Path, parameters: int, done: dict, files: list[str], sizes: list[tuple[int, int]], config: dict) -> str:
    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    def texts(values: list[str]) -> str:
        return "[" + ", ".join(text(v) for v in values) + "]"

    width = config["num_attention_heads"] * config["attention_head_dim"]
    lines = [
        "# Written by train/export.py",
        'id = "sketch"',
        'name = "Sketch"',
        f'version = "1.{done["step"]}"',
        'licence = "MIT OR Apache-2.0"',
        'summary = "A small video diffusion model for storyboard animatics: flat, readable pictures, no download, no graphics card."',
        f"limits = {texts([limit.format(width=sizes[0][0], height=sizes[0][1]) for limit in LIMITS])}",
        f'architecture = "UMT5 text encoder ({TEXT_ENCODER["num_layers"]} layers of {TEXT_ENCODER["d_model"]}); Wan video diffusion transformer ({config["num_layers"]} blocks of {width}, patches of {"×".join(map(str, config["patch_size"]))}) on pixels with four frames packed in the channels, predicting x0"',
        f"parameters = {parameters}",
        "",
        "[native]",
        "frames = 61",
        "overlap = 9",
        'rate = "12"',
        'latents = "packed_pixels"',
        f"text_tokens = {TEXT_TOKENS}",
        'text_padding = "none"',
        "sizes = [",
        *(f'  {{ aspect = "{aspect}", width = {w}, height = {h} }},' for aspect, (w, h) in zip(ASPECTS, sizes)),
        "]",
        "",
        "[defaults]",
        'sampler = "euler"',
        "steps = 30",
        f"shift = {SHIFT}",
        f"guidance = {GUIDANCE}",
        *([f"few_steps = {config['few_steps']}"] if "few_steps" in config else []),
        "",
        "[training]",
        'data = "Scenes drawn by our own renderer while it trains (train/scenes); no pictures or videos of anybody"',
        f"steps = {done['step']}",
        f"samples = {done['samples']}",
        f"hours = {done['seconds'] / 3600:.2f}",
        'machine = "2 cores of a server, shared with other work"',
        "",
        "[words]",
        *(f"{key} = {texts(values)}" for key, values in words().items()),
    ]
    return "\n".join(lines) + "\n" + file_tables(folder, files)


def file_tables(folder: Path, files: list[str]) -> str:
    """The card's end: every file of the model with its hash, which the loader checks."""
    lines = []
    for file in files:
        data = (folder / file).read_bytes()
        lines += ["", "[[files]]", f'path = "{file}"', f"bytes = {len(data)}", f'sha256 = "{hashlib.sha256(data).hexdigest()}"']
    return "\n".join(lines) + "\n"


def main(checkpoint: Path, folder: Path, small: bool) -> None:
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    parts = {
        "text_encoder": (TEXT_ENCODER, "model.safetensors"),
        "transformer": (dict(state["config"]), "diffusion_pytorch_model.safetensors"),
    }
    files, parameters = [], 0
    sizes = [SMALL[size] if small else size for size, _ in SIZES]
    for part, (config, file) in parts.items():
        (folder / part).mkdir(parents=True, exist_ok=True)
        weights = {k.removeprefix(part + "."): v.half().contiguous() for k, v in state["average"].items() if k.startswith(part + ".")}
        if "few_steps_embedding" in weights and not weights["few_steps_embedding"].any():
            # It was never taught to.
            del weights["few_steps_embedding"], config["few_steps"]
        parameters += sum(v.numel() for v in weights.values())
        save_file(weights, folder / part / file, metadata={"format": "pt"})
        (folder / part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        files += [f"{part}/config.json", f"{part}/{file}"]
    (folder / "tokenizer").mkdir(exist_ok=True)
    tokens.build().save(str(folder / "tokenizer/tokenizer.json"))
    (folder / "tokenizer/reading.json").write_text(json.dumps(reading(), ensure_ascii=False, indent=1) + "\n")
    files += ["tokenizer/tokenizer.json", "tokenizer/reading.json"]
    # The second stage is trained and exported by ../upscale.
    files += sorted(str(f.relative_to(folder)) for f in (folder / "upscaler").glob("*") if f.is_file())
    (folder / "card.toml").write_text(card(folder, parameters, state["done"], files, sizes, parts["transformer"][0]))
    log = checkpoint.parent / "log.csv"
    if log.exists():
        (folder / "train").mkdir(exist_ok=True)
        shutil.copy(log, folder / "train/log.csv")
    print(json.dumps(state["done"]))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("checkpoint", type=Path)
    p.add_argument("--folder", type=Path, default=Path(__file__).parent.parent)
    p.add_argument("--small", action="store_true")
    args = p.parse_args()
    main(args.checkpoint, args.folder, args.small)
