"""A local authority and the certificates of a trial of mutual TLS: for one's own machine alone."""

import errno
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY: Final = "ca.pem"
SERVER: Final = "server.pem"
OURS: Final = "ours.pem"
NAME: Final = "agregateur.essai"
UNIT: Final = "Essais"
AUTHORITY_NAME: Final = "Autorité d'essai"
SUBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    SERVER: ("localhost", "Serveurs"),
    OURS: (NAME, UNIT),
    "other_name.pem": ("inconnu.essai", UNIT),
    "other_unit.pem": (NAME, "Ailleurs"),
}
"""Name (CN) and unit (OU) of each certificate, by its file; each file holds its key too."""
LIVES: Final = timedelta(days=30)


def write_certificates(folder: Path, now: datetime) -> None:
    """Fill a new or empty folder; one that has an authority of ours stays as it is while it holds.

    Certificates that have run out are made anew. Raise OSError for a folder of something else:
    nothing of anybody's is written over.
    """
    if (folder / AUTHORITY).exists() and not _has_run_out(folder / AUTHORITY, now):
        return
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / AUTHORITY).exists():
        raise FileNotFoundError(errno.ENOENT, f"holds no {AUTHORITY} and is not empty")
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = _subject(AUTHORITY_NAME, UNIT)
    authority = _about(issuer, issuer, key, now).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    (folder / AUTHORITY).write_bytes(_pem(authority.sign(key, hashes.SHA256())))
    for file, (name, unit) in SUBJECTS.items():
        own = ec.generate_private_key(ec.SECP256R1())
        certificate = _about(_subject(name, unit), issuer, own, now).add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        path = folder / file
        path.touch(mode=0o600)
        path.write_bytes(_key(own) + _pem(certificate.sign(key, hashes.SHA256())))


def _has_run_out(path: Path, now: datetime) -> bool:
    """Tell whether an authority of ours is past its last day; of another, it is left as it is."""
    try:
        authority = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        raise FileNotFoundError(errno.ENOENT, f"{AUTHORITY} is not a certificate") from None
    ours = authority.subject == _subject(AUTHORITY_NAME, UNIT)
    return ours and authority.not_valid_after_utc < now


def _subject(name: str, unit: str) -> x509.Name:
    told = {NameOID.ORGANIZATIONAL_UNIT_NAME: unit, NameOID.COMMON_NAME: name}
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in told.items()])


def _about(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + LIVES,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
