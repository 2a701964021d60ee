"""Closed lists of the exchange: the codes of the HubSante nomenclatures, version 26.07.29.

Codes are facts of the Agence du numérique en santé (SAMU-Hub-Modeles, Apache-2.0). A code that is
not listed makes a message invalid, for the Hub as for us.
"""

from typing import Literal

# fmt: off
AnswerCode = Literal["ACCEPTEE", "PARTIELLE", "REFUSEE", "DIFFEREE"]
DeadlineCode = Literal["DEL0", "ASAP", "30M", "45M", "1H", "2H", "4H", "8H", "12H", "24H", "RDV"]
ConventionCode = Literal[
    "DRSIS", "MISSION", "ITSP", "CARENCE", "CONVENT", "SPE", "HORS", "AUTRE1", "AUTRE2",
    "AUTRE3",
]
PurposeCode = Literal[
    "SAP", "REGUL", "CUMP", "SMUR", "MG", "PARAMED", "SAMU", "RELEVE", "NOVI", "TIH",
    "BRANCARD", "BARIA",
]
RequestStatusCode = Literal["ANNULEE"]
StatusCode = Literal[
    "DECISION", "DECLENCHE", "DEPART", "ANNULE", "ARRIVEE", "PEC", "BILAN", "ORIENTAT",
    "TRANSP", "ETAPE1", "TRANSP2", "ETAPE2", "TRANSP3", "DESTIN", "FINPEC", "RETOUR",
    "RET-BASE", "REN-BASE",
]
VehicleTypeCode = Literal[
    "AASC", "AASC.VLSC", "AASC.VPSP", "AASC.AUTRESC", "AUTREVEC", "AUTREVEC.APIED",
    "AUTREVEC.AVION", "AUTREVEC.PERSO", "AUTREVEC.TAXI", "AUTREVEC.TRAIN", "AUTREVEC.TRANSP",
    "AUTREVEC.AUTRE", "AUTREVEC.AUTRETRA", "FSI", "FSI.HELIFSI", "FSI.VLFSI", "FSI.FFSI",
    "FSI.VHFSI", "LIB", "LIB.MEDV", "LIB.INF", "LIB.AUTREPRO", "SIS", "SIS.DRAGON", "SIS.AVSC",
    "SIS.FEUSIS", "SIS.GRIMP", "SIS.NAVISIS", "SIS.PCSIS", "SIS.SRSIS", "SIS.VCH", "SIS.VLCG",
    "SIS.VLISP", "SIS.VLMSP", "SIS.VLSIS", "SIS.VPL", "SIS.VPMA", "SIS.VR", "SIS.VSAV",
    "SIS.MOYSSE", "SIS.AUTRESIS", "SMUR", "SMUR.VLM", "SMUR.VL", "SMUR.PSM1", "SMUR.PSM2",
    "SMUR.PSM3", "SMUR.PSMP", "SMUR.VPC", "SMUR.AR", "SMUR.AR-BAR", "SMUR.AR-PED",
    "SMUR.HELISMUR", "SMUR.HELISAN", "SMUR.AVSMUR", "SMUR.AVSAN", "SMUR.NAVISMUR", "TSU",
    "TSU.VSL", "TSU.AMB-GV", "TSU.AMB-PV", "TSU.AMB-BAR", "TSU.AMB",
]
CrewCode = Literal["MED", "PARAMED", "SECOURS", "SANS"]
ContactCode = Literal["EMAIL", "FAX", "MSS", "POSTAL", "RADIO", "TEL", "WEB"]
MoveCode = Literal["MOBILE", "STATIQUE"]
AvailabilityCode = Literal["DISPONIBLE", "INDISPONIBLE", "INCONNU"]
EngagedCode = Literal[
    "ALERTEE", "PARTIE", "ARRIVEE_LIEU", "TRANSPORT_DESTINATION", "ARRIVEE_DESTINATION",
    "FIN_MED", "QUITTE_DESTINATION", "RETOUR_DISPONIBLE", "RETOUR_INDISPONIBLE",
    "ARRIVEE_CENTRE",
]
ResourceTypeCode = Literal["SMUR", "SDIS", "TSU", "SNP", "MSPE", "SHIP"]
NatureCode = Literal["EFFECTEUR", "BASE"]
MobilityCode = Literal["FIXE", "VEHICULE", "HELICOPTERE", "SHIP"]
CapacityCode = Literal["URGENCE", "MEDICALE", "PARAMEDICALE", "INCONNUE"]
RadioCode = Literal["PMRADD", "PHNADD"]
MethodCode = Literal["CreateAppointment", "UpdateAppointment"]
AppointmentCode = Literal["pending", "booked", "fulfilled", "noshow", "cancelled"]
CategoryCode = Literal["CPTS", "MSP", "CDS", "SOS", "PS", "PDM"]
PerimeterCode = Literal["AMU", "NEONAT", "PSY", "SNP"]
InterventionCode = Literal["T1", "T2-INTER", "T2-INTRA", "T3", "T4"]
OriginCode = Literal[
    "15", "116117", "AUTOCOM", "112", "115", "CRRA", "AUTREC15", "CTA-CONF", "CTA-PI",
    "AUTRECTA", "CNR", "FDO", "SNATED", "PDSSOS", "TELASSIST", "CROSS", "PUBLIC", "DATA",
    "AUTRE",
]
DecisionCode = Literal["CONSEIL", "PMT", "INTER", "ORIENT", "PASPLUS"]
MeansCode = Literal[
    "SMUR", "SMUR.ADULT", "SMUR.PED", "SMUR.UMH-S", "SMUR.CUMP", "HOSPIT", "LIBERAL",
    "LIBERAL.MG", "LIBERAL.PHARM", "LIBERAL.INF", "LIBERAL.KINE", "LIBERAL.SOS", "LIBERAL.MMG",
    "LIBERAL.MSPD", "LIBERAL.MCS", "LIBERAL.SPEMED", "LIBERAL.DENT", "LIBERAL.LABO",
    "LIBERAL.AUTREPRO", "TSU", "SIS", "SIS.MEDSP", "SIS.ISP", "SIS.SP", "AASC", "FDO", "FDO.PN",
    "FDO.GEND", "FDO.PM", "FDO.DOUANES", "AUTRE", "AUTRE.ADM", "AUTRE.DAE", "AUTRE.AUTRE",
]
OrientationCode = Literal["URGENCES", "REA-USI", "SANTE", "CABINET", "DOMICILE", "EPHAD", "AUTRE"]
CaseStatusCode = Literal["PROGRAM", "ACTIF", "ACHEVE", "VALIDE", "CLOTURE", "CLASSE", "ARCHIVE"]
AttributionCode = Literal[
    "DRM", "DRM.MRU", "DRM.MRU.MU", "DRM.MRU.INDISPMU", "DRM.MRU.SSE", "DRM.MRU.PLANBLAN",
    "DRM.MRU.PCSAMU", "DRM.SPE", "DRM.SPE.DENT", "DRM.SPE.GERIA", "DRM.SPE.PEDIA",
    "DRM.SPE.OBST", "DRM.SPE.PSY", "DRM.SPE.TOXICOL", "DRM.SPE.AUTRESPE", "DRM.MRL",
    "DRM.MRL.MG", "DRM.MRL.INDISPMG", "DRM.MRL.ABSML", "DR", "DR.DREG", "DR.DREG.DRARM",
    "DR.DREG.DRDAC", "DR.DREG.DRMED", "DR.DREG.DRPHARMA", "DR.DREG.DRDENT", "DR.DREG.DRINFO",
    "DR.DREG.DOS-SIS", "DR.DREG.DOS-FDO", "D", "D.D-MALV", "D.D-MALV.ERR", "D.D-MALV.NRP",
    "D.D-MALV.MALV", "D.D-MALV.FAX", "D.D-MALV.ITERATIF", "D.D-IDENT", "D.D-IDENT.ADMIN",
    "D.D-IDENT.PERSO", "D.D-IDENT.AUTRE",
]
PriorityCode = Literal["P0", "P1", "P2", "P3", "NR"]
CareLevelCode = Literal["R1", "R2", "R3", "R4"]
LocationSourceCode = Literal[
    "FINESS_ADMINISTRATIF", "FINESS_GEOGRAPHIQUE", "SIREN", "SIRET", "APE_NAF",
]
InfoSourceCode = Literal["BAN", "IGN", "NEXSIS"]
InfoTypeCode = Literal["MANUEL", "CARTE", "AUTRE", "PHOTO", "SITE_INTERNET"]
PrecisionCode = Literal["VILLE", "RUE", "ADRESSE", "EXACTE", "INCONNUE"]
LanguageCode = Literal[
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg",
    "bi", "bm", "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy",
    "da", "de", "dv", "dz", "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj",
    "fo", "fr", "fy", "ga", "gd", "gl", "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht",
    "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii", "ik", "io", "is", "it", "iu", "ja", "jv",
    "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr", "ks", "ku", "kv", "kw", "ky",
    "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi", "mk", "ml", "mn",
    "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv", "ny",
    "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru",
    "rw", "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss",
    "st", "su", "sv", "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts",
    "tt", "tw", "ty", "ug", "uk", "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo",
    "za", "zh", "zu",
]
CallerCode = Literal[
    "SUJET", "FAMILLE", "TIERS", "POMPIER", "AMBULANC", "AMBULANC.AASC", "AMBULANC.AUTRESEC",
    "SECOUR", "MED", "MED.MEDSOS", "MED.MRL", "MED.EFFML", "SANTE", "SANTE.INF",
    "SANTE.AIDESOIN", "SANTE.SF", "SANTE.AIDEDOM", "SANTE.PHARMA", "SANTE.DENTISTE",
    "SANTE.LABO", "FDO-MILI", "FDO-MILI.POL", "FDO-MILI.GENDARM", "FDO-MILI.MILI", "ADM-TUTL",
    "VIP", "OBJCONNC", "AUTRE", "INCONNU",
]
CommunicationCode = Literal[
    "AUCUNE", "MUET", "VISION", "LANGUE", "PANIQUE", "HOSTILE", "AGITE", "AUTRE", "IMPOSS",
]
ChannelCode = Literal["APPLICATION", "BAU", "DAU", "DEFIBRILLATEUR", "ECALL", "PERSONNE"]
PatientSourceCode = Literal["NIR", "SINUS", "DOSSARD", "PLACE", "AUTRE"]
SexCode = Literal["M", "F", "O", "UN"]
RoleCode = Literal[
    "AMBULANCIER", "ARM", "INFIRMIER", "MEDECIN", "PILOTE", "TCM", "AUTRE", "INCONNU",
]
VitalCode = Literal[
    "FREQUENCE_CARDIAQUE", "PRESSION_ARTERIELLE", "SATURATION_OXYGENE",
    "FREQUENCE_RESPIRATOIRE", "TEMPERATURE", "HEMOGLOCOTEST", "GLASGOW",
]
StepCode = Literal["RECU", "ERREUR", "INTEGRE", "CONSULTE", "SUPPRIME"]
# fmt: on
