takes-no-shot = Select a shot to compare its takes
takes-empty = No takes of this shot yet. Draft one: { $key }
takes-title = { $count ->
    [one] Shot { $number } · 1 take
   *[other] Shot { $number } · { $count } takes
}
takes-take = Take { $number }
takes-picture-hint = Double click: into the source monitor. Drag: onto the timeline
takes-use = Use take { $number }
takes-used = Take { $number } is used
takes-use-short = Use this take
takes-used-short = Used
takes-use-hint = The shot shows this take wherever it is not pinned to another
takes-used-hint = The shot shows this take
takes-favour = Make take { $number } a favourite
takes-unfavour = Take { $number } is a favourite; take it back
takes-star = Take { $number }: { $stars ->
    [one] 1 star
   *[other] { $stars } stars
}
takes-facts = seed { $seed } · { $steps } steps · { $length } s
takes-across = { $count } side by side
takes-across-hint = How many takes are seen; again: as many as fit
takes-wipe = Wipe between two takes
takes-wipe-needs-two = It takes two takes to compare
takes-wipe-line = Line between the takes
takes-wipe-hint = Drag the line over the picture
takes-play = Play the takes
takes-pause = Pause the takes
takes-playhead = Playhead of the takes
takes-playhead-hint = All takes are at this time. Drag to move; { $key } plays
takes-compare = Compare take { $number }
takes-compare-hint = Puts take { $number } among those that are seen
takes-audition = { $count ->
    [one] Shot { $number } · 1 candidate
   *[other] Shot { $number } · { $count } candidates
}
takes-candidate = Candidate { $number }
takes-candidate-hint = { $keep } finishes the chosen one, { $drop } takes it out
takes-candidate-held = Begun, held at { $percent } %
takes-candidate-waits = Waits to be begun
takes-candidate-kept = Wanted: waits to be finished
takes-keep = Finish: { $name }
takes-keep-later = It can be finished once its first steps are done
takes-drop = Take out: { $name }
takes-to-finished = Show the finished takes
takes-to-audition = Show the candidates
takes-branch = Go on in the shot’s new words
takes-like = More like this
