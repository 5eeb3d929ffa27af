shell-open = Open a project
shell-new = New project
shell-import = Import pictures, clips and sounds
shell-export = Export
shell-verify = Look at what a file claims
shell-not-kept = Your settings could not be kept: { $why }
shell-no-sample = The sample project could not be copied: { $why }
shell-not-yet = This is not possible yet
shell-imported = { $count ->
    [one] 1 file imported
   *[other] { $count } files imported
}
