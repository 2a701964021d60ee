"""What the system answered about a file or a port, in French."""

import errno
from collections.abc import Mapping
from typing import Final

SAID: Final[Mapping[int, str]] = {
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.EACCES: "accès refusé",
    errno.EPERM: "opération interdite",
    errno.EEXIST: "existe déjà",
    errno.ENOTDIR: "n'est pas un dossier",
    errno.EISDIR: "est un dossier",
    errno.ENAMETOOLONG: "nom trop long",
    errno.ENOTEMPTY: "n'est pas vide",
    errno.ELOOP: "liens qui tournent en rond",
    errno.EBUSY: "occupé",
    errno.EPIPE: "plus personne ne lit",
    errno.EIO: "le disque ne répond pas",
    errno.ENOSPC: "plus de place sur le disque",
    errno.EROFS: "système de fichiers en lecture seule",
    errno.EADDRINUSE: "adresse déjà prise",
    errno.EADDRNOTAVAIL: "adresse qui n'est pas de cette machine",
}


def said(error: OSError) -> str:
    """Say why; what is rare is left as the system words it."""
    return SAID.get(error.errno or 0) or error.strerror or "illisible"
