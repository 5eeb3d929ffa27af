board-empty = Aucun plan. Écrivez-en un : { $key }
board-scene = Scène { $number }
board-scene-named = Scène { $name }
board-scene-length = { $count ->
    [one] 1 plan, { $seconds } s
   *[other] { $count } plans, { $seconds } s
}
board-heading = Intitulé de la scène
board-heading-hint = Cliquez pour modifier l’intitulé
board-heading-example = INT. CUISINE – NUIT
board-generate-scene = Générer les plans sans prise
board-rename-scene = Modifier l’intitulé
board-remove-scene = Supprimer la scène
board-add = Ajouter un plan à { $scene }
board-card = Plan { $number } : { $prompt }
board-begins = Démarrage…
board-step = étape { $step }/{ $total }
board-no-prompt = Cliquez pour décrire le plan
board-takes = { $count ->
    [one] 1 prise
   *[other] { $count } prises
}
board-cancel = Annuler cette prise
board-standing-empty = Aucune prise. Brouillon : { $key }
board-standing-queued = En attente
board-standing-paused = En pause. Reprenez dans la file d’attente
board-standing-draft = Brouillon. Meilleure qualité : { $key }
board-standing-stale = Le plan a changé depuis cette prise
board-standing-failed = La dernière prise a échoué. La file d’attente dit pourquoi
board-prompt = Description
board-write-hint = Que voit-on ?
board-strip = Dans le plan { $number }
board-strip-add = Ajouter une carte : d’autres mots à partir d’ici
board-strip-card = Carte : { $what }
board-strip-hint = Double-cliquez pour modifier, faites glisser pour changer le moment
board-strip-change = Modifier la carte
board-strip-words = Texte de la carte
board-strip-cut = Ces mots règnent moins d’une seconde : cela se lira comme une coupe. Donnez-leur plus de place
board-strip-remove = Supprimer la carte
board-strip-describe = Mettre l’image en mots
board-strip-describe-hint = Met à la place de l’image ce que le lecteur y voit, en mots
board-describing = L’image est regardée…
board-strip-frame = Image d’une prise de { $number }
board-strip-picture = Mettre les mots en image
board-strip-picture-hint = Génère une image de ce que disent les mots et la met à leur place
board-drop-animate = Animer
board-drop-last = Dernière image
board-drop-both = Première et dernière image
board-drop-goes-on = Partir de cette prise
board-drop-leads = Mener à cette prise
board-role = L’image est : { $role }
board-role-first = Première image
board-role-middle = Au milieu
board-role-last = Dernière image
board-role-many = { $count } images
board-role-swap = Échanger les deux images
board-role-hint = Ce que l’image fait dans ce plan ; appuyez pour le changer
board-drop-shots = { $count ->
    [one] 1 nouveau plan
   *[other] { $count } nouveaux plans
}
board-in-library = { $name } est dans la médiathèque
board-not-imported = { $name } n’a pas pu être importé
board-shots-made = { $count ->
    [one] 1 plan créé à partir d’une image
   *[other] { $count } plans créés à partir d’images
}
