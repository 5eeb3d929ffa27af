top-project-menu = Menu du projet
top-palette = Commandes
top-palette-hint = Toutes les commandes
top-model = { $name } · CPU
top-no-model = Aucun modèle
top-queue = { $count }
status-undo = Annuler
status-refused = { $what } : { $why }
status-memory = { $size } Mo
status-dropped = { $count ->
    [one] 1 image perdue
   *[other] { $count } images perdues
}
welcome-line = Préparez un film, générez ses plans sur votre machine, montez-le
welcome-sample = Ouvrir le projet d’exemple
welcome-new = Nouveau projet…
welcome-open = Ouvrir un projet…
welcome-recent = Récents
workspace-board = Storyboard
workspace-cut = Montage
workspace-review = Sélection
workspace-deliver = Export
panel-storyboard = Storyboard
panel-timeline = Montage
panel-program = Programme
panel-source = Source
panel-inspector = Inspecteur
panel-takes = Prises
panel-queue = File
panel-library = Médiathèque
panel-history = Historique
panel-verify = Vérifier
panel-deliver = Exporter
panel-named = Panneau { $name }
