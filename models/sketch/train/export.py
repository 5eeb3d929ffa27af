"""Writes a checkpoint's averaged weights as the model that ships: fp16 safetensors, configs, tokenizer, card.

    python export.py CHECKPOINT [FOLDER]        FOLDER is models/sketch without it

The card's numbers come from the checkpoint and its words from the caption grammar; nothing in card.toml is written by hand.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

import captions
import tokens
from model import TEXT_ENCODER, TEXT_TOKENS, TRANSFORMER

SIZES = {"16:9": (96, 56), "9:16": (56, 96), "1:1": (72, 72), "4:3": (80, 64), "3:4": (64, 80), "21:9": (112, 48)}
LIMITS = [
    "It knows only the words on this card; others are ignored.",
    "It draws flat, graphic scenes of one subject, for storyboards; it does not draw photographs.",
    "It makes pictures of 96 by 56 pixels, which are enlarged on export.",
]


def synonyms(table: dict[str, list[str]]) -> list[str]:
    """Every phrase of a table, once, without the places of verbs."""
    phrases = [p.replace("{verb}", "moves") for values in table.values() for p in values if p]
    return sorted(dict.fromkeys(p.removesuffix(" of") for p in phrases))


def words() -> dict[str, list[str]]:
    return {
        "subjects": synonyms(captions.SUBJECT_WORDS),
        "colours": sorted(dict.fromkeys(captions.COLOURS + [w for ws in captions.COLOUR_WORDS.values() for w in ws])),
        "motions": synonyms(captions.MOTION_PHRASES),
        "places": synonyms(captions.PLACE_PHRASES),
        "times": synonyms(captions.TIME_PHRASES),
        "cameras": synonyms(captions.CAMERA_PHRASES),
        "shots": synonyms(captions.SHOT_PHRASES),
    }


def card(folder: Path, parameters: int, done: dict, files: list[str]) -> str:
    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    def texts(values: list[str]) -> str:
        return "[" + ", ".join(text(v) for v in values) + "]"

    lines = [
        "# Written by train/export.py",
        'id = "sketch"',
        'name = "Sketch"',
        f'version = "1.{done["step"]}"',
        'licence = "MIT OR Apache-2.0"',
        'summary = "A small video diffusion model for storyboard animatics: flat, readable pictures, no download, no graphics card."',
        f"limits = {texts(LIMITS)}",
        'architecture = "UMT5 text encoder (2 layers of 256); Wan video diffusion transformer (8 blocks of 256, patches of 1×8×8) on pixels with four frames packed in the channels, predicting x0"',
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
        *(f'  {{ aspect = "{aspect}", width = {w}, height = {h} }},' for aspect, (w, h) in SIZES.items()),
        "]",
        "",
        "[defaults]",
        'sampler = "euler"',
        "steps = 30",
        "shift = 2.0",
        "guidance = 2.5",
        "",
        "[training]",
        'data = "Scenes drawn by our own renderer while it trains (train/scenes.py); no pictures or videos of anybody"',
        f"steps = {done['step']}",
        f"samples = {done['samples']}",
        f"hours = {done['seconds'] / 3600:.2f}",
        'machine = "2 cores of a Zen 4 server, shared with other work"',
        "",
        "[words]",
        *(f"{key} = {texts(values)}" for key, values in words().items()),
    ]
    for file in files:
        data = (folder / file).read_bytes()
        lines += ["", "[[files]]", f"path = {text(file)}", f"bytes = {len(data)}", f'sha256 = "{hashlib.sha256(data).hexdigest()}"']
    return "\n".join(lines) + "\n"


def main(checkpoint: Path, folder: Path) -> None:
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    parts = {
        "text_encoder": (TEXT_ENCODER, "model.safetensors"),
        "transformer": (TRANSFORMER, "diffusion_pytorch_model.safetensors"),
    }
    files, parameters = [], 0
    for part, (config, file) in parts.items():
        (folder / part).mkdir(parents=True, exist_ok=True)
        weights = {k.removeprefix(part + "."): v.half().contiguous() for k, v in state["average"].items() if k.startswith(part + ".")}
        parameters += sum(v.numel() for v in weights.values())
        save_file(weights, folder / part / file, metadata={"format": "pt"})
        (folder / part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        files += [f"{part}/config.json", f"{part}/{file}"]
    (folder / "tokenizer").mkdir(exist_ok=True)
    tokens.build().save(str(folder / "tokenizer/tokenizer.json"))
    files.append("tokenizer/tokenizer.json")
    (folder / "card.toml").write_text(card(folder, parameters, state["done"], files))
    print(json.dumps(state["done"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent.parent)
