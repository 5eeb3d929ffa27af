"""In which numbers products are taken."""

from functools import cache

import torch


@cache
def has_bf16(device: str) -> bool:
    """Whether bf16 is fast there. A processor without AVX512-BF16 or AMX takes ten times as long with it as with f32."""
    if device != "cpu":
        return True
    try:
        with open("/proc/cpuinfo") as file:
            return "avx512_bf16" in (text := file.read()) or "amx_bf16" in text
    except OSError:
        return False


def autocast(device: str = "cpu") -> torch.autocast:
    return torch.autocast(device, torch.bfloat16, enabled=has_bf16(device))
