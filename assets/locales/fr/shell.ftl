shell-open = Ouvrir un projet
shell-new = Nouveau projet
shell-import = Importer des images, des clips et des sons
shell-export = Exporter
shell-verify = Voir ce que déclare un fichier
shell-not-kept = Vos réglages n’ont pas pu être enregistrés : { $why }
shell-no-sample = Le projet d’exemple n’a pas pu être copié : { $why }
shell-no-pictures = Le processeur graphique a cessé de répondre : plus rien ne peut être affiché. Vos modifications sont enregistrées. Relancez Kinora ; si cela ne suffit pas, mettez le pilote graphique à jour
shell-wrong-keys = Les touches de { $name } ne peuvent pas servir : { $why }
shell-handbook = Manuel de Kinora
shell-take-done = Une prise du plan { $number } est prête
shell-take-failed = Le plan { $number } n’a pas pu être généré
shell-film-done = { $file } est prêt
shell-film-failed = { $file } n’a pas pu être créé
shell-leaves-soon = Les prises sortent marquées et signées : son film est en cours de création. Faites-la glisser de nouveau ensuite
shell-imported = { $count ->
    [one] 1 fichier importé
   *[other] { $count } fichiers importés
}
shell-recipe = Un plan fait de la recette de { $name }
shell-recipe-hidden = { $name } ne contient que les empreintes de ses mots : il est dans la médiathèque
menu-program = Kinora
menu-file = Fichier
menu-edit = Édition
menu-shot = Plan
menu-view = Présentation
menu-window = Fenêtre
menu-help = Aide
