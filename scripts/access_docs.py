"""Write docs/acces.md: who may do what, endpoint by endpoint, from the matrix of permissions.

`python scripts/access_docs.py` checks that the page is up to date; `--write` writes it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO))

from services.security.gate import IDLE, LONGEST, STEP_UP  # noqa: E402  the path comes first
from services.security.roles import PERMISSIONS, STEPPED_UP, TOLD, AccessRole  # noqa: E402
from services.security.routes import ENDPOINTS  # noqa: E402

PAGE = REPO / "docs/acces.md"
NOTICE = "<!-- Écrit par scripts/access_docs.py : modifier services/security, pas cette page. -->"
ROLES = {
    AccessRole.REGULATING_DOCTOR: "médecin régulateur",
    AccessRole.OSNP: "OSNP",
    AccessRole.ARM: "ARM",
    AccessRole.EFFECTEUR: "effecteur",
    AccessRole.TRANSPORTER: "transporteur",
    AccessRole.TERRITORY_MANAGER: "gestionnaire de territoire",
    AccessRole.ADMINISTRATOR: "administrateur",
    AccessRole.EDITOR_SYSTEM: "logiciel d'éditeur",
    AccessRole.PUBLIC: "public",
}


def main(arguments: Sequence[str]) -> int:
    text = page()
    if "--write" in arguments:
        PAGE.write_text(text, encoding="utf-8")
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("access_docs: docs/acces.md is out of date (--write)", file=sys.stderr)
    return 1


def page() -> str:
    minutes = int(IDLE.total_seconds() // 60), int(STEP_UP.total_seconds() // 60)
    hours = int(LONGEST.total_seconds() // 3600)
    lines = [
        NOTICE,
        "# Qui peut faire quoi",
        "",
        "`AIGUILLEUR_ACCESS=required` : chacun prouve qui il est. Les personnes se connectent",
        "par Pro Santé Connect (code, PKCE, état, nonce, jeton vérifié), qui doit attester d'un",
        "accès à la régulation médicale pour les rôles du poste ; les systèmes signent ce qu'ils",
        "demandent (JWT d'une clé enregistrée, de deux minutes au plus, une seule fois). Sans ce",
        "réglage, l'appelant est cru sur parole : pour la démonstration, sur sa machine.",
        "",
        "Le fichier des comptes (`AIGUILLEUR_ACCOUNTS`, TOML) dit qui a quel rôle sur quel",
        "territoire ; une ligne retirée ferme l'accès aussitôt :",
        "",
        "```toml",
        "[[account]]",
        'subject = "RPPS:19990000010"',
        'role = "REGULATING_DOCTOR"',
        'territories = ["Haute-Garonne"]',
        "```",
        "",
        f"Une session s'éteint après {minutes[0]} minutes sans usage, au bout de {hours} heures ;",
        f"ce qui veut une preuve fraîche la veut de moins de {minutes[1]} minutes. Une adresse",
        "absente de ce tableau n'est ouverte à personne. Hors de son territoire, un rôle ne",
        "voit que ce qui est public.",
        "",
        "| | " + " | ".join(ROLES[role] for role in AccessRole) + " |",
        "|---" * (len(AccessRole) + 1) + "|",
    ]
    for permission, told in TOLD.items():
        fresh = " (preuve fraîche)" if permission in STEPPED_UP else ""
        marks = ("oui" if permission in PERMISSIONS[role] else "" for role in AccessRole)
        lines.append(f"| {told}{fresh} | " + " | ".join(marks) + " |")
    lines += ["", "## Adresse par adresse", "", "| adresse | demande |", "|---|---|"]
    for (method, path), permission in sorted(ENDPOINTS.items(), key=lambda one: one[0][::-1]):
        lines.append(f"| `{method} {path}` | {TOLD[permission]} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
