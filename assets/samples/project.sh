#!/bin/sh
# Makes the sample project in a folder, generates its five shots and exports two cuts of it, by calls of `kinora` alone.
#
#     assets/samples/project.sh FOLDER
#
# KINORA: the program, if it is not in the path. STEPS: denoising steps of a shot; LENGTH: how long each shot is.
set -eu
kinora=${KINORA:-kinora}
steps=${STEPS:+--steps $STEPS}
length=${LENGTH:-4 s}
project=$1/Crossing.kinora

"$kinora" project new "$project"
"$kinora" exec "$project" cast.add '{"name": "Car", "kind": "prop", "words": "a red car"}'
"$kinora" exec "$project" cast.add '{"name": "Boat", "kind": "prop", "words": "a white boat"}'
"$kinora" exec "$project" cast.add '{"name": "Desert", "kind": "place", "words": "a desert"}'

shot() {
    "$kinora" board add "$project" --scene "$1" --prompt "$2" --seed "$3" --length "$length"
}
shot "EXT. DESERT - NOON" "@Car drives from left to right through @Desert at noon" 7
shot "EXT. DESERT - NOON" "close-up of @Car in @Desert at noon" 11
shot "EXT. DESERT - NOON" "a black bird flies from right to left over @Desert at noon" 12
shot "EXT. SEA - SUNSET" "@Boat sails from right to left on the sea at sunset" 8
shot "EXT. SEA - SUNSET" "a yellow balloon rises over the sea at sunset" 10

# shellcheck disable=SC2086 # two words or none
"$kinora" board generate "$project" $steps
# The bird opens the film.
"$kinora" exec "$project" shot.move '{"shot": "1-3", "scene": "1", "to": 0}'
"$kinora" export "$project" --timeline Assembly --out "$1/assembly.mp4"

# The cut: the close-up a sixth of a second shorter; a slice, thought better of.
"$kinora" timeline add "$project" --name "Cut 1"
"$kinora" exec "$project" clip.ripple '{"item": "V1-3", "edge": "end", "by": "-4 f"}'
"$kinora" timeline cut "$project" --time "00:00:00:06"
"$kinora" exec "$project" edit.undo
"$kinora" export "$project" --out "$1/cut-1.mp4"
