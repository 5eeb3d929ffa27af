"""Reads an exported timeline with OpenTimelineIO and its CMX 3600 adapter, and compares the cuts of both to the frame.

    pip install opentimelineio otio-cmx3600-adapter
    python check.py FILM.otio FILM.edl

Both must be exports of one timeline with one track of pictures.
"""

import sys
from pathlib import Path

import opentimelineio as otio


def cuts(track) -> list[tuple]:
    """(first frame of the file, first frame of the film, frames) of each clip."""
    rows = []
    for clip in track.find_clips():
        source, placed = clip.source_range, clip.range_in_parent()
        rows.append((source.start_time.to_frames(), placed.start_time.to_frames(), placed.duration.to_frames()))
    return rows


def main(otio_path: str, edl_path: str) -> None:
    timeline = otio.adapters.read_from_file(otio_path)
    videos = [t for t in timeline.video_tracks() if len(t)]
    ours = cuts(videos[0])
    for clip in videos[0].find_clips():
        reference = clip.media_reference
        if isinstance(reference, otio.schema.ExternalReference):
            file = Path(otio_path).parent / reference.target_url
            assert file.is_file(), f"{file} is not there"
            assert clip.source_range.end_time_exclusive() <= reference.available_range.end_time_exclusive(), clip.name
    rate = next(iter(videos[0].find_clips())).source_range.start_time.rate
    listed = otio.adapters.read_from_file(edl_path, adapter_name="cmx_3600", rate=rate)
    theirs = cuts(listed.video_tracks()[0])
    # A list begins an hour in.
    theirs = [(source, start - theirs[0][1], frames) for source, start, frames in theirs]
    for a, b in zip(ours, theirs):
        print(a, "same" if a == b else f"but {b} in the list")
    assert ours == theirs, (ours, theirs)
    dissolves = [(t.in_offset.to_frames(), t.out_offset.to_frames()) for t in videos[0] if isinstance(t, otio.schema.Transition)]
    print(f"{len(ours)} cuts are the same to the frame at {rate:.3f}; transitions {dissolves}; {len(timeline.tracks.markers)} markers")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
