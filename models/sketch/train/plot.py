"""Draws the log of a training: loss, the effect of words, and where there is one the benchmark, against hours.

    python plot.py log.csv log.png [../bench/history.csv]
"""

import csv
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def rows(path: Path) -> list[dict[str, float]]:
    return [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(path.open())]


def main(log: Path, picture: Path, history: Path | None = None) -> None:
    lines = rows(log)
    hours = [line["hours"] for line in lines]
    figure, (loss, words) = plt.subplots(2, 1, figsize=(8, 6), sharex=True, constrained_layout=True)
    loss.plot(hours, [line["loss"] for line in lines], color="#8A5100", linewidth=1)
    loss.set(yscale="log", ylabel="loss", title=f"Sketch: {lines[-1]['samples']:.0f} clips")
    words.plot(hours, [line["text_gain"] for line in lines], color="#5645C4", linewidth=1)
    words.set(ylabel="error with wrong words / right words", xlabel="hours")
    if history and history.exists():
        table = rows(history)
        side = words.twinx()
        for name in table[0].keys() - {"hours"}:
            side.plot([line["hours"] for line in table], [line[name] for line in table], marker="o", linewidth=1, label=name)
        side.set(ylabel="benchmark", ylim=(0, 1))
        side.legend(fontsize=7)
    figure.savefig(picture, dpi=100)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
