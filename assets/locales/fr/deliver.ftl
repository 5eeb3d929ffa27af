deliver-group-film = Film
deliver-group-sound = Son
deliver-group-editors = Pour d’autres bancs de montage
deliver-group-board = Storyboard
deliver-mp4 = H.264 MP4
deliver-mp4-about = Pour regarder et envoyer
deliver-mov = ProRes MOV
deliver-mov-about = ProRes 422 et PCM, pour monter
deliver-mkv = FFV1 MKV
deliver-mkv-about = Sans perte, pour conserver
deliver-png = Images PNG
deliver-png-about = Un dossier d’images numérotées
deliver-wav = WAV
deliver-wav-about = Le mixage seul
deliver-otio = OpenTimelineIO
deliver-otio-about = Pour Resolve, Premiere …
deliver-edl = EDL
deliver-edl-about = CMX 3600, une piste
deliver-pdf = PDF du storyboard
deliver-pdf-about = Images, textes, durées
deliver-sheet = Planche-contact
deliver-sheet-about = Tous les plans en une image
deliver-animatic = Animatique MP4
deliver-animatic-about = Le storyboard en film
deliver-range = Étendue
deliver-range-whole = Tout
deliver-range-whole-hint = Le montage, de sa première à sa dernière image
deliver-range-marked = Entrée à sortie
deliver-range-marked-hint = Ce qui est entre l’entrée ({ $from }) et la sortie ({ $to })
deliver-range-unmarked = Posez d’abord l’entrée ({ $from }) et la sortie ({ $to }) dans le montage
deliver-range-list = Une liste pour d’autres bancs contient tout le montage
deliver-prompts = Descriptions dans le fichier
deliver-prompts-hint = Écrit les descriptions dans le fichier, lisibles par tous ; sinon seulement leurs empreintes
deliver-claims = Ce que dira le fichier
deliver-nothing-generated = Rien n’y est généré : aucune marque
deliver-files-alone = Rien n’y est généré ici : aucune marque, sauf si un fichier importé dit qu’un modèle l’a fait
deliver-mark-frames = Marque visible « AI · Kinora » dans chaque image
deliver-mark-takes = Marque visible « AI · Kinora » dans chaque prise livrée
deliver-mark-pictures = Marque visible « AI · Kinora » dans chaque image générée
deliver-no-invisible = Pas de marque invisible
deliver-signed-inside = Signé (C2PA), dans le fichier
deliver-signed-beside = Signé (C2PA), à côté du fichier en .{ $ending }.c2pa
deliver-signed-each = Signé (C2PA), dans chaque image
deliver-signed-takes = Signé (C2PA), dans chaque prise ; la liste elle-même est du texte
deliver-signed-none = Non signé
deliver-declared = Déclare avoir été fait avec l’IA
deliver-names-takes = { $count ->
    [one] Nomme 1 prise, son modèle et sa fabrication
   *[other] Nomme { $count } prises, leur modèle et leur fabrication
}
deliver-names-files = { $count ->
    [one] Nomme 1 fichier importé
   *[other] Nomme { $count } fichiers importés
}
deliver-prompts-in = Descriptions lisibles par tous
deliver-prompts-hashed = Descriptions sous forme d’empreintes
deliver-board = Storyboard
deliver-summary = { $name } · { $across } × { $down } · { $length }
deliver-export = Exporter : { $what }…
deliver-export-hint = Demande où l’écrire ; il se fait dans la file pendant que vous continuez
