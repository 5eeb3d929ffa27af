takes-no-shot = Sélectionnez un plan pour comparer ses prises
takes-empty = Pas encore de prise de ce plan. Un brouillon : { $key }
takes-title = { $count ->
    [one] Plan { $number } · 1 prise
   *[other] Plan { $number } · { $count } prises
}
takes-take = Prise { $number }
takes-picture-hint = Double-clic : dans le moniteur source. Glisser : dans le montage
takes-use = Garder la prise { $number }
takes-used = La prise { $number } est retenue
takes-use-short = Garder
takes-used-short = Retenue
takes-use-hint = Le plan montre cette prise partout où il n’en a pas une autre d’épinglée
takes-used-hint = Le plan montre cette prise
takes-favour = Mettre la prise { $number } en favori
takes-unfavour = La prise { $number } est en favori ; la retirer
takes-star = Prise { $number } : { $stars ->
    [one] 1 étoile
   *[other] { $stars } étoiles
}
takes-facts = graine { $seed } · { $steps } étapes · { $length } s
takes-across = { $count } côte à côte
takes-across-hint = Combien de prises sont vues ; de nouveau : autant que possible
takes-wipe = Volet entre deux prises
takes-wipe-needs-two = Il faut deux prises pour comparer
takes-wipe-line = Ligne entre les prises
takes-wipe-hint = Glissez la ligne sur l’image
takes-play = Lire les prises
takes-pause = Arrêter les prises
takes-playhead = Tête de lecture des prises
takes-playhead-hint = Toutes les prises sont à cet instant. Glissez ; { $key } lit
takes-compare = Comparer la prise { $number }
takes-compare-hint = Met la prise { $number } parmi celles que l’on voit
takes-audition = { $count ->
    [one] Plan { $number } · 1 candidate
   *[other] Plan { $number } · { $count } candidates
}
takes-candidate = Candidate { $number }
takes-candidate-hint = { $keep } termine celle qui est choisie, { $drop } la retire
takes-candidate-held = Commencée, en attente à { $percent } %
takes-candidate-waits = Pas encore commencée
takes-candidate-kept = Voulue : sera terminée
takes-keep = Terminer : { $name }
takes-keep-later = Elle peut être terminée une fois ses premières étapes faites
takes-drop = Retirer : { $name }
takes-to-finished = Montrer les prises terminées
takes-to-audition = Montrer les candidates
takes-branch = Continuer avec les nouveaux mots du plan
takes-like = D’autres comme celle-ci
