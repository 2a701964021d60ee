"""The keys of the screen, as they are shown; `static/js` carries them out."""

KEYMAP: tuple[tuple[tuple[str, ...], str], ...] = (
    (("n",), "nouvel appel (Maj+N : laisser celui-ci)"),
    (("a",), "aller à l'adresse"),
    (("Entrée",), "dans un champ : continuer ; ailleurs : décider"),
    (("o", "n", "?"), "répondre oui, non, ne sait pas"),
    (("1", "…", "9"), "répondre par un choix, cocher"),
    (("←",), "revenir à la question d'avant"),
    (("f",), "drapeaux rouges"),
    (("t",), "toutes les réponses"),
    (("↑", "↓"), "choisir une proposition"),
    (("v",), "mon propre choix"),
    (("e",), "voir les écartés"),
    (("z",), "annuler la décision"),
    (("Échap",), "quitter un champ, fermer"),
    (("h", "?", "F1"), "cette aide"),
)
