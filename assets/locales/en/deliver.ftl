deliver-group-film = Film
deliver-group-sound = Sound
deliver-group-editors = For other editors
deliver-group-board = Board
deliver-mp4 = H.264 MP4
deliver-mp4-about = To watch and send
deliver-mov = ProRes MOV
deliver-mov-about = ProRes 422 with PCM, to edit on
deliver-mkv = FFV1 MKV
deliver-mkv-about = Lossless, to keep
deliver-png = PNG pictures
deliver-png-about = A folder of numbered pictures
deliver-wav = WAV
deliver-wav-about = The mix alone
deliver-otio = OpenTimelineIO
deliver-otio-about = For Resolve, Premiere …
deliver-edl = EDL
deliver-edl-about = CMX 3600, one track
deliver-pdf = Storyboard PDF
deliver-pdf-about = Pages with pictures, words and times
deliver-sheet = Contact sheet
deliver-sheet-about = All shots in one picture
deliver-animatic = Animatic MP4
deliver-animatic-about = The board as a film
deliver-range = How much
deliver-range-whole = Whole
deliver-range-whole-hint = The timeline from its first to its last frame
deliver-range-marked = In to out
deliver-range-marked-hint = What lies between in ({ $from }) and out ({ $to })
deliver-range-unmarked = Set in ({ $from }) and out ({ $to }) on the timeline first
deliver-range-list = A list for other editors holds the whole timeline
deliver-prompts = Prompts in the file
deliver-prompts-hint = Puts the prompts' words into the file for everyone to read; without it only their hashes
deliver-claims = What the file will say
deliver-nothing-generated = Nothing generated is in it: no mark
deliver-files-alone = Nothing generated here is in it: no mark, unless an imported file says that a model made it
deliver-mark-frames = Visible mark “AI · Kinora” in every frame
deliver-mark-takes = Visible mark “AI · Kinora” in every take that leaves
deliver-mark-pictures = Visible mark “AI · Kinora” in every generated picture
deliver-no-invisible = No invisible mark
deliver-signed-inside = Signed (C2PA), in the file
deliver-signed-beside = Signed (C2PA), beside the file as .{ $ending }.c2pa
deliver-signed-each = Signed (C2PA), in each picture
deliver-signed-takes = Signed (C2PA), in every take; the list itself is plain text
deliver-signed-none = Not signed
deliver-declared = Declares that it was made with AI
deliver-names-takes = { $count ->
    [one] Names 1 take, its model and how it was made
   *[other] Names { $count } takes, their model and how they were made
}
deliver-names-files = { $count ->
    [one] Names 1 imported file
   *[other] Names { $count } imported files
}
deliver-prompts-in = Prompts can be read by everyone
deliver-prompts-hashed = Prompts as hashes only
deliver-board = Board
deliver-summary = { $name } · { $across } × { $down } · { $length }
deliver-export = Export { $what }…
deliver-export-hint = Asks where to write it; it is made in the queue while you go on
