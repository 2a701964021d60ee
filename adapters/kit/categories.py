"""Categories of establishments (TRE_R66, the `categetab` of FINESS) that are effecteurs of ours."""

from collections.abc import Mapping

from regulation.effecteurs import CareCode, EffecteurKind

CATEGORIES = {
    "124": EffecteurKind.CDS,
    "603": EffecteurKind.MSP,
    "604": EffecteurKind.CPTS,
    "611": EffecteurKind.LABORATOIRE,
    "620": EffecteurKind.PHARMACIE,
}
"""A category that is not here is no effecteur: read, shown by `ingest`, never sent to. An MMG has
no category of its own."""

CARE: Mapping[EffecteurKind | None, frozenset[CareCode]] = {
    EffecteurKind.PHARMACIE: frozenset({CareCode.PHARMACY}),
    EffecteurKind.LABORATOIRE: frozenset({CareCode.LAB}),
}
"""What a category alone tells of the care given there."""
