library-search = Chercher dans la médiathèque
library-hint = Chercher partout
library-import = Importer des images, des clips et des sons
library-import-copy = Copier dans le projet…
library-import-copy-tip = Un ou plusieurs fichiers ; les originaux peuvent disparaître
library-import-refer = Laisser à sa place…
library-import-refer-tip = Pour de gros fichiers : le projet lit le fichier là où il est
library-import-sequence = Images numérotées…
library-import-sequence-tip = Choisissez la première ; toutes celles qui suivent entrent comme une vidéo
library-favourites = Seulement les favoris
library-all = Tout
library-all-tip = Prises et fichiers
library-only-takes = Prises
library-only-takes-tip = Seulement ce qui a été généré ici
library-only-files = Fichiers
library-only-files-tip = Seulement ce qui a été importé
library-takes = Prises
library-files = Fichiers
library-elsewhere = Ailleurs
library-fold = Plie ou déplie « { $name } »
library-take = Plan { $shot }, prise { $number }
library-take-lost = Prise d’un plan retiré
library-picture = Plan { $shot }, image
library-take-tip = Un clic sélectionne, un double clic lit dans le moniteur source, un glisser pose dans le montage, une image aussi sur une carte
library-elsewhere-tip = Un double clic ouvre { $path }
library-empty = Rien ici encore. Importez des fichiers : { $key }
library-nothing = Rien ici ne répond à « { $words } »
library-no-favourites = Pas encore de favori. Clic droit sur une image pour en faire un
library-show = Voir dans le moniteur source
library-use = Garder cette prise pour son plan
library-favourite = Mettre dans les favoris
library-no-favourite = Retirer des favoris
library-stars = { $count ->
    [0] Sans étoile
    [one] 1 étoile
   *[other] { $count } étoiles
}
library-rate = Étoiles
library-export = L’exporter…
library-folder = Dossier…
library-rename = Renommer ou ranger…
library-relink = Relier…
library-reveal = Afficher le projet dans le dossier
library-remove = Retirer du projet
