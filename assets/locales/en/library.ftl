library-search = Search the library
library-hint = Search here and elsewhere
library-import = Import pictures, clips and sounds
library-import-copy = Copy into the project…
library-import-copy-tip = One or more files; the originals can go
library-import-refer = Leave where it lies…
library-import-refer-tip = For large files: the project reads the file where it is
library-import-sequence = Numbered pictures…
library-import-sequence-tip = Choose the first; all that follow come in as one video
library-favourites = Favourites only
library-all = All
library-all-tip = Takes and files
library-only-takes = Takes
library-only-takes-tip = Only what was generated here
library-only-files = Files
library-only-files-tip = Only what was imported
library-takes = Takes
library-files = Files
library-elsewhere = Elsewhere
library-fold = Folds or unfolds { $name }
library-take = Shot { $shot }, take { $number }
library-take-lost = Take of a removed shot
library-picture = Shot { $shot }, picture
library-take-tip = Click selects, double click plays in the source monitor, drag puts it on the timeline, a picture also on a card
library-elsewhere-tip = Double click opens { $path }
library-empty = Nothing here yet. Import files: { $key }
library-nothing = Nothing here answers to “{ $words }”
library-no-favourites = No favourites yet. Right-click a picture to make it one
library-show = Show in source monitor
library-use = Use this take in its shot
library-favourite = Make it a favourite
library-no-favourite = No favourite any more
library-stars = { $count ->
    [0] No stars
    [one] 1 star
   *[other] { $count } stars
}
library-rate = Stars
library-export = Export it…
library-folder = Folder…
library-rename = Rename or move…
library-relink = Relink…
library-reveal = Show project in folder
library-remove = Remove from project
