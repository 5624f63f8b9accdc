"""Words and codes of which the invented county is made. All people, homes, practices and schools are obviously invented."""

from __future__ import annotations

from typing import Final

ANIMALS: Final = ("Otter", "Heron", "Badger", "Curlew", "Hare", "Wren", "Newt", "Lynx")
WORKERS: Final = ("Worker-Alder", "Worker-Birch", "Worker-Cedar", "Worker-Elm", "Worker-Hazel", "Worker-Rowan")

# --- codes of the return: schemas/codes
PARTICIPATION: Final = ("PN1",) * 5 + ("PN2", "PN3", "PN4", "PN5", "PN5", "PN6", "PN7")
WORKER_REASONS: Final = ("FCONTA", "LEFTRL", "LEFTRL", "MANAGE", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN")
LEAVER_ACTIVITIES: Final = ("F1", "F2", "F2", "P1", "P2", "F4", "F5", "G4", "G5", "G6")
LEAVER_HOMES: Final = ("B1", "C1", "D1", "E1", "K1", "R1", "T1", "U1", "V1", "Y1", "Z1")
ADOPTERS: Final = (  # NB_ADOPTR, SEX_ADOPTR, LS_ADOPTR
    *(("2", "MF", "L11"), ("2", "MF", "L11"), ("2", "MF", "L2"), ("2", "FF", "L3"), ("2", "MM", "L12")),
    *(("1", "F1", "L0"), ("1", "M1", "L0")),
)

# --- health
SUMMARIES: Final = (
    "Invented: well, up to date with vaccinations, dentist seen.",
    "Invented: in good health; glasses prescribed.",
    "Invented: under a paediatrician for asthma; inhaler at home and at school.",
    "Invented: known to a mental health service; settled.",
    "Invented: speech therapy continues.",
)
CLINICAL: Final = ("Invented finding: peak flow 300.", "Invented finding: eczema.", "Invented finding: mood score 14.")
DECLINED: Final = ("child-declined", "child-declined", "not-brought", "moved")
DENTAL: Final = ("checked", "checked", "checked", "treatment-needed", "not-brought", "no-dentist")
PRACTICES: Final = ("Invented Practice Example-1", "Invented Practice Example-2", "Invented Practice Example-3")
GP_KINDS: Final = ("permanent", "permanent", "temporary")
SERVICES: Final = ("camhs", "camhs", "speech-and-language", "physiotherapy", "paediatrics")
SENSITIVE_SERVICES: Final = ("sexual-health", "substance-misuse")
EARLY_RECORDS: Final = ("birth-record", "personal-child-health-record", "immunisation-record")
GAPS: Final = ("family-history", "birth-and-early-years", "allergies")
HEALTH_FUNCTIONS: Final = ("designated-nurse", "designated-doctor", "school-nurse")

# --- school
SCHOOL: Final = ("school-example-2", "Invented Secondary School Example-2 (Durham)")
"""The one school that reports its own pupils (school.jsonl): code and name, as in schemas/register/establishments.csv."""
PRIMARY_SCHOOLS: Final = (
    ("school-example-1", "Invented Primary School Example-1 (Durham)"),
    ("school-example-3", "Invented Primary School Example-3 (Darlington)"),
    ("", "Invented Primary School Example-90"),
    ("", "Invented Primary School Example-91"),
)
SECONDARY_SCHOOLS: Final = (
    ("school-example-4", "Invented Secondary School Example-4 (Darlington)"),
    ("school-example-10", "Invented Secondary School Example-10 (Gateshead)"),
    ("", "Invented Secondary School Example-92"),
    ("", "Invented Secondary School Example-93"),
)
SCHOOL_KINDS: Final = ("primary", "secondary", "special", "pupil-referral-unit")
SUSPENDED: Final = "suspension"
PERMANENTLY: Final = "permanent"
SUPPORT_LEVELS: Final = ("sen-support", "none")
SCHOOL_MOVED: Final = "placement-moved"
PROVIDERS: Final = ("Invented Tuition Example-1", "Invented Centre Example-2")

# --- justice
ESTABLISHMENTS: Final = (
    ("young-offender-institution", "Invented Institution Example-1"),
    ("secure-training-centre", "Invented Training Centre Example-2"),
    ("secure-school", "Invented Secure School Example-3"),
)
OUTCOMES: Final = ("youth-caution", "youth-caution", "youth-conditional-caution", "referral-order", "discharge")
STATIONS: Final = ("Invented Police Station Example-1", "Invented Police Station Example-2")
HOME: Final = ("home-example-1", "Invented Home Example-1 (Durham)")
"""The one children's home that reports (home.jsonl)."""

# --- planning
PERMANENCE: Final = ("return-home", "return-home", "long-term-foster-care", "adoption", "special-guardianship")
POSTPONED: Final = ("evidence-missing", "officer-unavailable", "court-hearing")
DISPUTES: Final = ("placement-move", "contact", "care-plan")
DISPUTING: Final = ("reviewing-officer", "child", "parent")
SETTLED: Final = ("settled-informally", "withdrawn", "decision-changed")
SEPARATED: Final = ("no-place-for-all", "needs-differ", "risk-between-them")
TRANSFER: Final = "care-order"
DETRIMENT: Final = "harm-to-child"
SAID_ALONE: Final = ("Invented: would like to see a sister more often.", "Invented: likes the new school.")
