shell-open = Open a project
shell-new = New project
shell-import = Import pictures, clips and sounds
shell-export = Export
shell-verify = Look at what a file claims
shell-not-kept = Your settings could not be kept: { $why }
shell-no-sample = The sample project could not be copied: { $why }
shell-no-pictures = The graphics device failed, so that nothing can be shown. Your edits are safe. Start Kinora again; if that does not help, update the graphics driver
shell-wrong-keys = The keys of { $name } can’t be used: { $why }
shell-handbook = Kinora handbook
shell-take-done = A take of shot { $number } is ready
shell-take-failed = Shot { $number } could not be generated
shell-film-done = { $file } is ready
shell-film-failed = { $file } could not be made
shell-leaves-soon = Takes leave marked and signed: its film is being made. Drag it again when it is there
shell-imported = { $count ->
    [one] 1 file imported
   *[other] { $count } files imported
}
shell-recipe = A shot made from the recipe of { $name }
shell-recipe-hidden = { $name } holds only hashes of its words: it came into the library
menu-program = Kinora
menu-file = File
menu-edit = Edit
menu-shot = Shot
menu-view = View
menu-window = Window
menu-help = Help
