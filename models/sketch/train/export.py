"""Writes a checkpoint's averaged weights in the layout that the engine loads: fp16 safetensors, configs, tokenizer.

    python export.py CHECKPOINT FOLDER
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

import tokens
from model import TEXT_ENCODER, TRANSFORMER


def main(checkpoint: Path, folder: Path) -> None:
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    parts = {
        "text_encoder": (TEXT_ENCODER, "model.safetensors"),
        "transformer": (TRANSFORMER, "diffusion_pytorch_model.safetensors"),
    }
    for part, (config, file) in parts.items():
        (folder / part).mkdir(parents=True, exist_ok=True)
        weights = {k.removeprefix(part + "."): v.half().contiguous() for k, v in state["average"].items() if k.startswith(part + ".")}
        save_file(weights, folder / part / file, metadata={"format": "pt"})
        (folder / part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "tokenizer").mkdir(exist_ok=True)
    tokens.build().save(str(folder / "tokenizer/tokenizer.json"))
    print(json.dumps(state["done"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
