#!/usr/bin/env bash
# CPU time of exporting a minute of cuts in 1080p, against FFmpeg's own program doing the same decode, scale and encode, in one run:
#
#     crates/services/benches/against_ffmpeg.sh KINORA [SECONDS] [NOISE]
#
# NOISE is 0 to 100: the more, the longer x264 takes, beside which all else counts less. Prints seconds of processor time and their
# ratio, three pairs, A B A B.
set -euo pipefail
kinora=$(realpath "$1"); seconds=${2:-60}; noise=${3:-6}
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
export KINORA_DATA=$folder/data
ffmpeg -v error -f lavfi -i "testsrc2=s=1280x720:r=24:d=$seconds,noise=alls=$noise:allf=t" -c:v libx264 -preset veryfast -crf 18 -g 240 -pix_fmt yuv420p clip.mp4
"$kinora" project new Film --lines 1080 > log
do_it() { "$kinora" exec Film.kinora "$1" "$2" >> log; }
do_it media.import "{\"path\": \"$folder/clip.mp4\", \"refer\": true}"
"$kinora" jobs run Film.kinora >> log 2>&1
do_it timeline.new '{"name": "Cut"}'
# Cuts of six seconds, the last ones first.
for ((at = 0; at < seconds; at += 6)); do
  do_it clip.overwrite "{\"track\": \"V1\", \"time\": $at, \"media\": \"clip.mp4\", \"start\": $((seconds - 6 - at)), \"duration\": 6}"
done
cpu() { local TIMEFORMAT="%U %S"; { time "$@" >> log 2>&1; } 2>&1 | tail -1 | awk '{ print $1 + $2 }'; }
for _ in 1 2 3; do
  rm -f film.mp4
  ours=$(cpu "$kinora" export Film.kinora --out film.mp4)
  theirs=$(cpu ffmpeg -v error -y -i clip.mp4 -vf scale=1920:1080:flags=lanczos -c:v libx264 -preset medium -profile:v high -crf 16 -threads 2 -pix_fmt yuv420p -movflags +faststart theirs.mp4)
  echo "kinora $ours s, ffmpeg $theirs s of processor time: $(awk "BEGIN { printf \"%.2f\", $ours / $theirs }") times"
done
