"""Writes parity fixtures of the trainer's own model: small, with random weights, in the layout of tests/data/diffusion.

    python fixture.py ../../../tests/data/diffusion

The engine must give the same numbers as the model that is trained: optional config keys, levels by frame, the text encoder.
"""

import json
import random
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from known import draw_levels, model_input
from model import TEXT_ENCODER, TRANSFORMER, TextEncoder, Transformer, pack

SMALL = {"num_attention_heads": 3, "attention_head_dim": 14, "text_dim": 24, "freq_dim": 32, "ffn_dim": 56, "num_layers": 2, "patch_bottleneck": 18, "position_frequencies": 3, "time_frequencies": 2}
SMALL_TEXT = {"vocab_size": 90, "d_model": 24, "d_kv": 7, "d_ff": 40, "num_heads": 3, "num_layers": 2, "relative_attention_num_buckets": 12, "relative_attention_max_distance": 30}


def randomise(module: torch.nn.Module) -> None:
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for name, p in sorted(module.named_parameters()):
            noise = torch.randn(p.shape, generator=generator)
            norm = p.ndim == 1 and "norm" in name and name.endswith("weight")
            p.copy_(1 + 0.1 * noise if norm else noise * 0.1 if p.ndim == 1 else noise / p[0].numel() ** 0.5)


def write(folder: Path, part: str, config: dict, case: dict, weights: dict, tensors: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    facts = {"part": part, "configuration": case, "seed": 5, "versions": {"reference": "models/sketch/train/model.py"}}
    (folder / "case.json").write_text(json.dumps(facts, indent=2) + "\n")
    if weights:
        save_file({k: v.contiguous() for k, v in weights.items()}, folder / "model.safetensors")
    save_file({k: v.contiguous() for k, v in tensors.items()}, folder / "tensors.safetensors")


@torch.no_grad()
def main(target: Path) -> None:
    taught = {**TRANSFORMER, **SMALL, "few_steps": 2}
    config = {key: value for key, value in taught.items() if key != "few_steps"}
    generator = torch.Generator().manual_seed(6)
    frames, height, width = 9, 16, 24
    clip = pack(torch.rand(2, 3, frames, height, width, generator=generator) * 2 - 1)
    noise = torch.randn(clip.shape, generator=generator)
    text = torch.randn(2, 11, config["text_dim"], generator=generator)
    half = torch.ones(frames, height, width)
    half[:, :, 8:] = 0
    r = random.Random(1)
    by_frame = torch.stack([torch.linspace(0, 1, frames).view(-1, 1, 1).expand(frames, height, width), draw_levels(r, frames, height, width)])
    kinds = {"frames": by_frame, "region": torch.stack([half, torch.ones_like(half)]), "few": by_frame}
    for kind, levels in kinds.items():
        inputs, timestep, _ = model_input(clip, levels, torch.tensor([0.7, 0.4]), noise, 8)
        if kind != "region":
            timestep = timestep.view(2, clip.shape[2], -1)[..., 0]
        few = kind == "few"
        of_kind = taught if few else config
        model = Transformer(of_kind).eval()
        randomise(model)
        tensors = {"input.latents": inputs, "input.timestep": timestep, "input.text": text, "output.sample": model(inputs, timestep, text, few=few)}
        if few:
            tensors["input.few"] = torch.ones(1)
        case = {"reference": "sketch", "levels": kind, "batch": 2, "frames": frames, "height": height, "width": width, **SMALL}
        write(target / f"transformer-sketch-{kind}", "transformer", of_kind, case, model.state_dict(), tensors)

    config = {**TEXT_ENCODER, **SMALL_TEXT}
    encoder = TextEncoder(config).eval()
    randomise(encoder)
    ids = torch.randint(0, config["vocab_size"], (2, 17), generator=generator)
    hidden = encoder(ids, torch.ones(2, 17))
    case = {"reference": "sketch", "batch": 2, "tokens": 17, **SMALL_TEXT}
    write(target / "text_encoder-sketch", "text_encoder", config, case, encoder.state_dict(), {"input.ids": ids, "output.hidden": hidden})

    sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
    import reader

    classes = {"subject": ["a", "b", "c"], "motion": ["d", "e", "h"], "place": ["f", "g"], "camera": ["i", "j"]}
    mirrored = {"motion": ("h", "d")}
    frames = len(reader.MOMENTS)
    for name, channels, flow, hidden, (height, width) in (("small", (4, 6, 10), 5, 11, (40, 24)), ("odd", (3, 5, 8), 7, 8, (33, 17))):
        model = reader.Reader(channels, flow, hidden, classes, mirrored)
        randomise(model)
        model.train()
        model(torch.rand(2, frames, 3, height, width, generator=generator))  # gives the batch norms something to fold
        model.eval()
        clip = torch.rand(frames, 3, height, width, generator=generator)
        case = {"reference": "sketch", "frames": frames, "height": height, "width": width, "flow": flow, "hidden": hidden}
        stills, moves = (logits[0] for logits in model(clip.unsqueeze(0)))
        tensors = {"input.clip": clip, "output.stills": stills, "output.moves": moves}
        config = reader.config(channels, flow, hidden, classes, mirrored)
        write(target / f"reader-{name}", "reader", config, case, reader.weights(model), tensors)

    sys.path.insert(0, str(Path(__file__).parent.parent / "upscale"))
    import flow
    import upscaler

    for name, channels, blocks, (height, width) in (("small", 5, 1, (6, 9)), ("odd", 7, 3, (11, 4))):
        model = upscaler.Upscaler(channels, blocks)
        randomise(model)
        small = torch.rand(2, 3, height, width, generator=generator)
        known = torch.rand(2, 3, 4 * height, 4 * width, generator=generator)
        trust = torch.rand(2, 1, height, width, generator=generator)
        tensors = {"input.small": small, "input.known": known, "input.trust": trust, "output.large": model(small, known, trust)}
        config = {"scale": 4, "channels": channels, "blocks": blocks}
        case = {"reference": "sketch", "height": height, "width": width, **config}
        write(target / f"upscaler-{name}", "upscaler", config, case, model.state_dict(), tensors)
    for name, (height, width), (dx, dy) in (("near", (40, 64), (0.7, -0.4)), ("odd", (37, 51), (3.5, 2.0))):
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        target_picture, source = (texture(x + k * dx, y + k * dy).view(1, 1, height, width) for k in (1, 0))
        moved = flow.flow_between(target_picture, source)[0]
        tensors = {"input.target": target_picture[0, 0], "input.source": source[0, 0], "output.x": moved[0], "output.y": moved[1]}
        case = {"reference": "sketch", "height": height, "width": width, "dx": dx, "dy": dy}
        write(target / f"flow-{name}", "flow", {}, case, {}, tensors)


def texture(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return 0.5 + 0.2 * torch.sin(x / 3.1 + 0.3 * y) + 0.2 * torch.cos(y / 2.7) + 0.1 * torch.sin(x / 11.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
