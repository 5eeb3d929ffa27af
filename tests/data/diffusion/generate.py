#!/usr/bin/env python3
"""Parity fixtures: small random models run by the reference implementation, in float32, on one CPU thread.

    generate.py --all [--out FOLDER]                                   every fixture of this folder
    generate.py PART [key=value …] [--json FILE] [--seed N] --out FOLDER    one fixture of your own

PART is text_encoder, transformer, flow_euler or unipc. Keys are those of DEFAULTS[PART]; any other key goes to the
reference's own configuration (for example qk_norm=null). See README.md for what a fixture folder holds.
"""

import argparse
import json
import platform
from pathlib import Path

import diffusers
import numpy
import torch
import transformers
from diffusers import FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler, WanTransformer3DModel
from safetensors.torch import save_file
from transformers import UMT5Config, UMT5EncoderModel

DEFAULTS = {
    "text_encoder": {
        "vocab_size": 96, "d_model": 48, "d_kv": 10, "d_ff": 64, "num_layers": 2, "num_heads": 3,
        "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
        # of the input: real tokens of each prompt, and to how many they are padded; masked=false passes no mask
        "lengths": [13, 7], "tokens": 13, "masked": True,
    },
    "transformer": {
        "patch_size": [1, 2, 2], "num_attention_heads": 3, "attention_head_dim": 12, "in_channels": 16,
        "out_channels": 16, "text_dim": 24, "freq_dim": 32, "ffn_dim": 56, "num_layers": 2,
        # of the input: latent sizes; timestep_per_token=true gives every token its own timestep
        "batch": 1, "frames": 3, "height": 6, "width": 10, "text_tokens": 7, "timestep_per_token": False,
    },
    "flow_euler": {"steps": 7, "shift": 3.0, "prediction_type": "flow_prediction", "shape": [1, 4, 3, 5, 7]},
    "unipc": {"steps": 7, "shift": 3.0, "prediction_type": "flow_prediction", "shape": [1, 4, 3, 5, 7]},
}

# folder name: (part, what differs from DEFAULTS, seed)
FIXTURES = {
    "text_encoder-padded": ("text_encoder", {}, 1),
    "text_encoder-long": ("text_encoder", {
        "d_model": 40, "d_kv": 6, "num_heads": 5, "d_ff": 52, "lengths": [151], "tokens": 151, "masked": False}, 2),
    "text_encoder-few-buckets": ("text_encoder", {
        "num_layers": 3, "num_heads": 2, "d_kv": 14, "relative_attention_num_buckets": 16,
        "relative_attention_max_distance": 20, "lengths": [1, 37, 20], "tokens": 41}, 3),
    "transformer-one-timestep": ("transformer", {"attention_head_dim": 16}, 11),
    "transformer-timestep-per-token": ("transformer", {
        "batch": 2, "timestep_per_token": True, "frames": 5, "height": 4, "width": 6}, 12),
    "transformer-pixel-patches": ("transformer", {
        "patch_size": [1, 8, 8], "in_channels": 28, "out_channels": 12, "frames": 3, "height": 16, "width": 24,
        "timestep_per_token": True}, 13),
    "transformer-image-channels": ("transformer", {
        "in_channels": 36, "out_channels": 16, "batch": 2, "attention_head_dim": 14}, 14),
    "transformer-time-patches": ("transformer", {
        "patch_size": [2, 2, 2], "in_channels": 8, "out_channels": 6, "frames": 6, "num_attention_heads": 2,
        "attention_head_dim": 20, "batch": 2, "height": 10, "width": 4}, 15),
    "transformer-no-patches": ("transformer", {
        "patch_size": [1, 1, 1], "in_channels": 5, "out_channels": 5, "frames": 7, "height": 3, "width": 5,
        "num_attention_heads": 5, "attention_head_dim": 8, "cross_attn_norm": False}, 16),
    "flow_euler-shift-3": ("flow_euler", {}, 21),
    "flow_euler-shift-1-sample": ("flow_euler", {"steps": 12, "shift": 1.0, "prediction_type": "sample"}, 22),
    "flow_euler-shift-5": ("flow_euler", {"steps": 12, "shift": 5.0, "shape": [2, 3, 1, 6, 5]}, 23),
    "unipc-shift-3": ("unipc", {}, 31),
    "unipc-shift-5": ("unipc", {"steps": 12, "shift": 5.0}, 32),
    "unipc-shift-1-sample": ("unipc", {"steps": 12, "shift": 1.0, "prediction_type": "sample"}, 33),
    "unipc-shift-3-sample": ("unipc", {"shift": 3.0, "prediction_type": "sample", "shape": [2, 3, 1, 6, 5]}, 34),
}


class Noise:
    """Seeded float32 noise on the CPU."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator, dtype=torch.float32)

    def uniform(self, *shape):
        return torch.rand(*shape, generator=self.generator, dtype=torch.float32)

    def integers(self, high, *shape):
        return torch.randint(0, high, shape, generator=self.generator)


def randomize(model, noise):
    """Gives every parameter a value that matters, so that a forgotten or swapped one changes the output."""
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            if weight.ndim == 1 and "norm" in name and name.endswith("weight"):
                weight.copy_(1 + 0.1 * noise.normal(*weight.shape))
            elif name.endswith("bias"):
                weight.copy_(0.1 * noise.normal(*weight.shape))
            elif name.endswith(("scale_shift_table", "relative_attention_bias.weight")):
                weight.copy_(0.5 * noise.normal(*weight.shape))
            elif name.endswith(("shared.weight", "embed_tokens.weight")):
                weight.copy_(noise.normal(*weight.shape))
            else:
                weight.copy_(noise.normal(*weight.shape) / weight[0].numel() ** 0.5)


def split(part, given):
    """The case's own keys with their defaults, and the keys meant for the reference's configuration."""
    merged = {**DEFAULTS[part], **given}
    case_keys = {"lengths", "tokens", "masked", "batch", "frames", "height", "width", "text_tokens",
                 "timestep_per_token", "steps", "shift", "shape"} | ({"prediction_type"} if part == "flow_euler" else set())
    return merged, {key: value for key, value in merged.items() if key not in case_keys}


def text_encoder(case, reference, noise):
    model = UMT5EncoderModel(UMT5Config(**reference, attn_implementation="eager")).eval()
    randomize(model, noise)
    ids = noise.integers(case["vocab_size"], len(case["lengths"]), case["tokens"])
    mask = torch.stack([(torch.arange(case["tokens"]) < length).long() for length in case["lengths"]])
    tensors = {"input.ids": ids}
    if case["masked"]:
        tensors["input.mask"] = mask
    hidden = model(input_ids=ids, attention_mask=mask if case["masked"] else None).last_hidden_state
    weights = {name: weight for name, weight in model.state_dict().items() if name != "encoder.embed_tokens.weight"}
    return model.config.to_dict(), weights, tensors | {"output.hidden": hidden}


def transformer(case, reference, noise):
    reference["patch_size"] = tuple(reference["patch_size"])
    model = WanTransformer3DModel(**reference).eval()
    randomize(model, noise)
    sizes = [case[key] for key in ("frames", "height", "width")]
    tokens = numpy.prod([size // patch for size, patch in zip(sizes, reference["patch_size"])])
    latents = noise.normal(case["batch"], case["in_channels"], *sizes)
    timestep = 1000 * noise.uniform(*([case["batch"], int(tokens)] if case["timestep_per_token"] else [case["batch"]]))
    if case["timestep_per_token"]:
        timestep[:, ::5] = 0  # known content
    text = noise.normal(case["batch"], case["text_tokens"], case["text_dim"])
    sample = model(hidden_states=latents, timestep=timestep, encoder_hidden_states=text).sample
    tensors = {"input.latents": latents, "input.timestep": timestep, "input.text": text, "output.sample": sample}
    return dict(model.config), model.state_dict(), tensors


def run_scheduler(scheduler, case, noise, convert):
    """A model output that depends on the sample and on chance; the recorded outputs are what a test feeds in."""
    scheduler.set_timesteps(case["steps"])
    sample = noise.normal(*case["shape"])
    mix = noise.normal(case["shape"][-1], case["shape"][-1]) / case["shape"][-1] ** 0.5
    tensors = {"input.sample": sample, "output.sigmas": scheduler.sigmas, "output.timesteps": scheduler.timesteps}
    outputs, samples = [], []
    scheduler.set_begin_index(0)
    for index, timestep in enumerate(scheduler.timesteps):
        output = torch.tanh(sample @ mix) + 0.2 * noise.normal(*case["shape"])
        outputs.append(output)
        model_output = convert(output, sample, scheduler.sigmas[index])
        sample = scheduler.step(model_output, timestep, sample, return_dict=False)[0]
        samples.append(sample)
    return tensors | {"input.model_outputs": torch.stack(outputs), "output.samples": torch.stack(samples)}


def flow_euler(case, reference, noise):
    """The reference takes velocities only: a predicted x0 is turned into one before its step."""
    scheduler = FlowMatchEulerDiscreteScheduler(shift=case["shift"], **reference)
    convert = {"flow_prediction": lambda output, sample, sigma: output,
               "sample": lambda output, sample, sigma: (sample - output) / sigma}[case["prediction_type"]]
    return dict(scheduler.config), {}, run_scheduler(scheduler, case, noise, convert)


def unipc(case, reference, noise):
    scheduler = UniPCMultistepScheduler(use_flow_sigmas=True, flow_shift=case["shift"], **reference)
    return dict(scheduler.config), {}, run_scheduler(scheduler, case, noise, lambda output, sample, sigma: output)


PARTS = {"text_encoder": text_encoder, "transformer": transformer, "flow_euler": flow_euler, "unipc": unipc}


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n")


def write_fixture(folder, part, given, seed):
    case, reference = split(part, given)
    with torch.no_grad():
        config, weights, tensors = PARTS[part](case, reference, Noise(seed))
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", {key: value for key, value in config.items() if not key.startswith("_")})
    write_json(folder / "case.json", {
        "part": part, "configuration": case, "seed": seed,
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__,
                     "diffusers": diffusers.__version__, "transformers": transformers.__version__}})
    own = lambda tensors: {name: tensor.contiguous().clone() for name, tensor in sorted(tensors.items())}
    if weights:
        save_file(own(weights), folder / "model.safetensors")
    save_file(own(tensors), folder / "tensors.safetensors")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{folder.name}: {size / 1024:.0f} KiB")


def parse_value(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", choices=sorted(PARTS))
    parser.add_argument("settings", nargs="*", metavar="key=value")
    parser.add_argument("--json", type=Path, help="configuration as a JSON object; key=value goes over it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--all", action="store_true", help="every fixture, into --out or this script's folder")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.all:
        out = args.out or Path(__file__).parent
        for name, (part, given, seed) in FIXTURES.items():
            write_fixture(out / name, part, given, seed)
        return
    if args.part is None or args.out is None:
        parser.error("name a part and --out, or pass --all")
    if wrong := [setting for setting in args.settings if "=" not in setting]:
        parser.error(f"not key=value: {', '.join(wrong)}")
    given = json.loads(args.json.read_text()) if args.json else {}
    given |= {key: parse_value(value) for key, value in (setting.split("=", 1) for setting in args.settings)}
    write_fixture(args.out, args.part, given, args.seed)


if __name__ == "__main__":
    main()
