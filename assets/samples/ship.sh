#!/bin/sh
# Makes the sample project that ships, anew: that of project.sh with drafts of its shots, and one shot that is left to generate.
#
#     assets/samples/ship.sh
#
# KINORA: the program, if it is not in the path.
set -eu
kinora=${KINORA:-kinora}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
STEPS=${STEPS:-10} "$here/project.sh" "$work"
project=$work/Crossing.kinora
"$kinora" exec "$project" shot.add '{"scene": "2", "prompt": "@Boat rests on a calm sea at night", "length": "4 s", "seed": 14}'
"$kinora" exec "$project" project.save '{}'
# Jobs that were done, and who had it open, are nobody else's matter.
rm -f "$project"/queue.sqlite* "$project"/lock "$project"/project.previous.json
rm -rf "$here/Crossing.kinora"
mv "$project" "$here/Crossing.kinora"
rm -rf "$work"
