"""Checkpoints: written whole or not at all, and cut into pieces that travel where only small files can."""

import io
import os
from pathlib import Path

import torch
from torch import Tensor

PIECES = 7


def write(path: Path, data: bytes) -> None:
    partial = path.with_suffix(path.suffix + ".partial")
    with open(partial, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def save(path: Path, state: dict) -> None:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write(path, buffer.getvalue())


def converted(value, dtype: torch.dtype):
    """Every tensor of a nested state in another type."""
    if isinstance(value, Tensor):
        return value.to(dtype) if value.is_floating_point() and value.ndim else value
    if isinstance(value, dict):
        return {k: converted(v, dtype) for k, v in value.items()}
    if isinstance(value, list):
        return [converted(v, dtype) for v in value]
    return value


def save_pieces(folder: Path, state: dict) -> list[Path]:
    """At most 7 files of at most 15 MiB for a model of 12 million parameters: the average in fp16, the optimisers' memory in bf16."""
    small = {**state, "average": converted(state["average"], torch.float16)}
    for name in ("muon", "adam"):
        small[name] = converted(state[name], torch.bfloat16)
    buffer = io.BytesIO()
    torch.save(small, buffer)
    data = buffer.getvalue()
    size = -(-len(data) // PIECES)
    paths = [folder / f"checkpoint.piece-{i + 1}-of-{PIECES}" for i in range(PIECES)]
    for i, path in enumerate(paths):
        write(path, data[i * size : (i + 1) * size])
    return paths


def load(folder: Path) -> dict | None:
    """The newest state in a folder: a whole checkpoint, or pieces."""
    whole = folder / "checkpoint.pt"
    if whole.exists():
        return torch.load(whole, map_location="cpu", weights_only=True)
    pieces = [folder / f"checkpoint.piece-{i + 1}-of-{PIECES}" for i in range(PIECES)]
    there = [p for p in pieces if p.exists()]
    if not there:
        return None
    if len(there) < PIECES:
        raise SystemExit(f"{len(there)} of {PIECES} pieces of the checkpoint are in {folder}: copy the others beside them")
    return torch.load(io.BytesIO(b"".join(p.read_bytes() for p in pieces)), map_location="cpu", weights_only=True)
