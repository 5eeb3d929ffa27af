shell-open = Ouvrir un projet
shell-new = Nouveau projet
shell-import = Importer des images, des clips et des sons
shell-export = Exporter
shell-verify = Voir ce que déclare un fichier
shell-not-kept = Vos réglages n’ont pas pu être enregistrés : { $why }
shell-no-sample = Le projet d’exemple n’a pas pu être copié : { $why }
shell-not-yet = Ce n’est pas encore possible
shell-imported = { $count ->
    [one] 1 fichier importé
   *[other] { $count } fichiers importés
}
