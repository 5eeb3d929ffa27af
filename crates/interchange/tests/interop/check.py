"""Reads an exported timeline with OpenTimelineIO and its CMX 3600 adapter, and compares the cuts of both to the frame.

    pip install opentimelineio otio-cmx3600-adapter
    python check.py FILM.otio FILM.edl RATE

Both must be exports of one timeline with one track of pictures.
"""

import sys
from pathlib import Path

import opentimelineio as otio

DISSOLVES = otio.schema.Transition


def cuts(track) -> list[tuple]:
    """(name, first frame of the file or nothing, first frame of the film, frames) of each clip."""
    rows = []
    for clip in track.find_clips():
        placed = clip.range_in_parent()
        source = clip.source_range.start_time.to_frames() if isinstance(clip.media_reference, otio.schema.ExternalReference) else None
        rows.append((clip.name, source, placed.start_time.to_frames(), placed.duration.to_frames()))
    return rows


def main(otio_path: str, edl_path: str, rate: float) -> None:
    timeline = otio.adapters.read_from_file(otio_path)
    videos = [t for t in timeline.video_tracks() if len(t)]
    ours = cuts(videos[0])
    for clip in videos[0].find_clips():
        reference = clip.media_reference
        if isinstance(reference, otio.schema.ExternalReference):
            file = Path(otio_path).parent / reference.target_url
            assert file.is_file(), f"{file} is not there"
            assert clip.source_range.end_time_exclusive() <= reference.available_range.end_time_exclusive(), clip.name
    listed = otio.adapters.read_from_file(edl_path, adapter_name="cmx_3600", rate=rate)
    theirs = cuts(listed.video_tracks()[0])
    first = theirs[0][2]
    rows = [(name, source, start - first, frames) for name, source, start, frames in theirs]
    for a, b in zip(ours, rows):
        print(a, b, "same" if a[2:] == b[2:] and (a[1] is None or a[1] == b[1]) else "DIFFERENT")
    assert len(ours) == len(rows), (len(ours), len(rows))
    assert all(a[2:] == b[2:] and (a[1] is None or a[1] == b[1]) for a, b in zip(ours, rows))
    dissolves = [(t.in_offset.to_frames(), t.out_offset.to_frames()) for t in videos[0] if isinstance(t, DISSOLVES)]
    print(f"{len(ours)} cuts are the same to the frame; transitions {dissolves}; {len(timeline.tracks.markers)} markers")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
