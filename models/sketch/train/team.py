"""Processes that train one model together, each on clips of its own.

Between products there are many small operations, at which a second thread mostly waits: on two cores two processes of one thread make
half as many tokens again as one process of two threads. Gradients are averaged through gloo, within this machine.
"""

import os
import shutil
import signal
import tempfile
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

# Processes wait for each other while one of them writes, and for as long as all stand still.
PATIENCE = timedelta(days=2)


class Team:
    """This process's place among `size`; the first one writes checkpoints and log, and says when training ends."""

    def __init__(self, place: int = 0, size: int = 1):
        self.place, self.size = place, size

    @property
    def first(self) -> bool:
        return self.place == 0

    def add(self, tensors: list[Tensor]) -> None:
        """Each becomes the sum of all processes' tensors."""
        if self.size == 1 or not tensors:
            return
        flat = torch.cat([t.flatten() for t in tensors])
        dist.all_reduce(flat)
        torch._foreach_copy_(tensors, [part.view_as(t) for part, t in zip(flat.split([t.numel() for t in tensors]), tensors)])

    def average(self, tensors: list[Tensor]) -> None:
        self.add(tensors)
        if self.size > 1 and tensors:
            torch._foreach_div_(tensors, float(self.size))

    def agreed(self, value: float) -> float:
        """The first process's value, in all."""
        if self.size == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64)
        dist.broadcast(shared, 0)
        return shared.item()

    def leave(self) -> None:
        if self.size > 1:
            dist.destroy_process_group()


def start(size: int) -> Team:
    """Forks, before PyTorch has threads, so that each goes on from here. All have the same command line, and stop and go on together."""
    if size == 1:
        return Team()
    # What waits for the others would otherwise go by the machine's name, which may lead nowhere.
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    folder = Path(tempfile.mkdtemp())
    place = 0
    for other in range(1, size):
        if os.fork() == 0:
            place = other
            # The first one hears it, and tells the others.
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            break
    store = dist.FileStore(str(folder / "meeting"), size)
    dist.init_process_group("gloo", store=store, rank=place, world_size=size, timeout=PATIENCE)
    dist.barrier()
    if place == 0:
        shutil.rmtree(folder)
    return Team(place, size)
