board-empty = No shots yet. Write one: { $key }
board-scene = Scene { $number }
board-scene-named = Scene { $name }
board-scene-length = { $count ->
    [one] 1 shot, { $seconds } s
   *[other] { $count } shots, { $seconds } s
}
board-heading = Scene heading
board-heading-hint = Click to change the heading
board-heading-example = INT. KITCHEN – NIGHT
board-generate-scene = Generate shots without a take
board-rename-scene = Change heading
board-remove-scene = Remove scene
board-add = Add a shot to { $scene }
board-card = Shot { $number }: { $prompt }
board-begins = Starting…
board-step = step { $step }/{ $total }
board-no-prompt = Click to write what it shows
board-takes = { $count ->
    [one] 1 take
   *[other] { $count } takes
}
board-cancel = Cancel this take
board-standing-empty = No take yet. Draft: { $key }
board-standing-queued = Waits in the queue
board-standing-paused = Paused. Resume it in the queue
board-standing-draft = Draft. Best quality: { $key }
board-standing-stale = The shot was changed after this take was made
board-standing-failed = The last take failed. The queue says why
board-prompt = Prompt
board-write-hint = What does it show?
board-strip = Inside shot { $number }
board-strip-add = Add a card: other words from here on
board-strip-card = Card: { $what }
board-strip-hint = Double click to change, drag to change when
board-strip-change = Change card
board-strip-words = Words of the card
board-strip-cut = These words rule for less than a second: it reads as a cut. Give them more room
board-strip-remove = Remove card
board-strip-describe = Picture into words
board-strip-describe-hint = Puts what the reader sees in the picture in its place, as words
board-describing = Looking at the picture…
board-strip-frame = Picture of a take of { $number }
board-strip-picture = Words into a picture
board-strip-picture-hint = Generates a picture of what the words say and puts it in their place
board-drop-animate = Animate
board-drop-last = Last frame
board-drop-both = First and last frame
board-drop-goes-on = Go on from this take
board-drop-leads = Lead to this take
board-role = The picture is: { $role }
board-role-first = First frame
board-role-middle = In the middle
board-role-last = Last frame
board-role-many = { $count } pictures
board-role-swap = Swap the two pictures
board-role-hint = What the picture does in this shot; press to change it
board-drop-shots = { $count ->
    [one] 1 new shot
   *[other] { $count } new shots
}
board-in-library = { $name } is in the library
board-not-imported = { $name } could not be imported
board-shots-made = { $count ->
    [one] 1 shot made from a picture
   *[other] { $count } shots made from pictures
}
