top-project-menu = Project menu
top-palette = Commands
top-palette-hint = All commands
top-model = { $name } · CPU
top-no-model = No model
top-queue = { $count }
status-undo = Undo
status-refused = { $what }: { $why }
status-memory = { $size } MB
status-dropped = { $count ->
    [one] 1 frame dropped
   *[other] { $count } frames dropped
}
welcome-line = Plan a film, generate its shots on your own machine, cut it
welcome-sample = Open the sample project
welcome-new = New project…
welcome-open = Open project…
welcome-recent = Recent
workspace-board = Board
workspace-cut = Cut
workspace-review = Review
workspace-deliver = Deliver
panel-storyboard = Storyboard
panel-timeline = Timeline
panel-program = Program
panel-source = Source
panel-inspector = Inspector
panel-takes = Takes
panel-queue = Queue
panel-library = Library
panel-history = History
panel-verify = Verify
panel-deliver = Export
panel-named = { $name } panel
