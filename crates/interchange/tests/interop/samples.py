"""Imports timelines with kinora and compares their cuts with OpenTimelineIO's own reading, track by track, to the frame.

    pip install opentimelineio
    python samples.py KINORA FILE.otio …

A track with a timeline inside is left out: there kinora shows the lowest track of it and says so.
"""

import json
import subprocess
import sys
import tempfile

import opentimelineio as otio


def read(path: str) -> list[list[tuple]]:
    """(name, seconds from the track's beginning, seconds) of the clips of each track that is flat."""
    timeline = otio.adapters.read_from_file(path)
    tracks = []
    for track in timeline.tracks:
        flat = isinstance(track, otio.schema.Track) and not any(isinstance(child, (otio.schema.Stack, otio.schema.Track)) for child in track)
        rows = []
        for clip in track if flat else []:
            if isinstance(clip, otio.schema.Clip):
                at = clip.range_in_parent() if not track.source_range else clip.trimmed_range_in_parent()
                if at and at.duration.value > 0:
                    rows.append((clip.name, at.start_time.to_seconds(), at.duration.to_seconds()))
        tracks.append(rows if flat else None)
    return tracks


def imported(kinora: str, path: str) -> list[list[tuple]]:
    with tempfile.TemporaryDirectory() as home:
        run = lambda *words: subprocess.run([kinora, *words], cwd=home, check=True, capture_output=True, text=True).stdout
        run("project", "new", "S")
        run("exec", "S.kinora", "timeline.import", json.dumps({"path": path}))
        timeline = json.loads(run("timeline", "list", "S.kinora", "--json"))[-1]
    tracks = []
    for track in timeline["tracks"]:
        tracks.append([(item["from"], item["seconds"]) for item in track["items"] if item["shows"] != "gap"])
    return tracks


def main(kinora: str, paths: list[str]) -> int:
    wrong = 0
    for path in paths:
        ours = imported(kinora, path)
        try:
            theirs = read(path)
        except otio.exceptions.OTIOError as error:
            print(path.rsplit("/", 1)[-1], "read by kinora alone:", error)
            continue
        told = []
        for number, rows in enumerate(theirs):
            if rows is None:
                told.append("nested")
                continue
            mine = ours[number]
            same = len(rows) == len(mine) and all(abs(a[1] - b[0]) < 1e-6 and abs(a[2] - b[1]) < 1e-6 for a, b in zip(rows, mine))
            told.append(f"{len(rows)} clips {'same' if same else 'DIFFERENT'}")
            if not same:
                wrong += 1
                print(rows[:4], mine[:4])
        print(path.rsplit("/", 1)[-1], "; ".join(told))
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
