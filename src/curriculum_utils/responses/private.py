"""Details in a text that look like a real person's: with what they are and where they stand. Nothing is kept here.

Patterns of our own and no library: `phonenumbers` (10 MB of numbering plans) also reads dates and prices as numbers,
`scrubadub` brings scikit-learn and takes every first name for a finding, and a warning that cries wolf is not read.
What fires must look like an address, a number or a birth date by its whole form; a name alone, an age, a year or a
time of day never does.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from curriculum_utils.content import word_list

Kind = Literal["birth", "phone", "email", "address", "record"]
MOST = 20_000  # characters that are looked at: five times the longest reply that can be sent


class Detail(NamedTuple):
    """One thing found: half-open character offsets into the text."""

    kind: Kind
    start: int
    end: int


# Repetitions are bounded throughout and begin at a word's edge: a text of any shape is read in linear time.
_UPPER = "A-Z" + "".join(chr(code) for code in range(0xC0, 0x530) if chr(code).isupper())
_CAP = rf"[{_UPPER}][\w'’-]{{1,30}}"
_NOT_IN_WORD = r"(?<![\w.+-])"
_GAP = r"[\s.\-‐-―/]"  # between the groups of a number

# Dates

_MONTHS = (
    "jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s)?|märz|apr(?:il)?|avril|may|mai|june?|juni|juin|"
    "july?|juli|juillet|aug(?:ust)?|août|sept?(?:ember)?|septembre|o[ck]t(?:ober)?|octobre|nov(?:ember)?|novembre|"
    "de[cz](?:ember)?|décembre"
)
_SEP = r"\s?[./\-‐-―]\s?"
_NUMERIC = rf"\d{{1,2}}{_SEP}\d{{1,2}}{_SEP}"
_LONG_YEAR = r"(?:19|20)\d\d"
_WORDED = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?(?:{_MONTHS})\.?,?\s+{_LONG_YEAR}"
    rf"|(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{_LONG_YEAR})"
)
_FULL_DATE = rf"(?:{_NUMERIC}{_LONG_YEAR}|{_LONG_YEAR}{_SEP}\d{{1,2}}{_SEP}\d{{1,2}}|{_WORDED})(?!\w)"
_ANY_DATE = rf"(?:{_FULL_DATE}|{_NUMERIC}\d\d(?!\w)|\d{{8}}(?!\w))"
_BORN = re.compile(
    rf"(?<!\w)(?:born(?:\s+(?:on|the)){{0,2}}|d\.?\s?o\.?\s?b\.?|date\s+of\s+birth|birth\s?da(?:te|y)|geb(?:oren|\.)?"
    rf"(?:\s+am)?|geburts(?:datum|tag)|née?\s+le|date\s+de\s+naissance|nacid[oa]\s+el|fecha\s+de\s+nacimiento)"
    rf"[\s:=,(]{{0,4}}(?:(?:is|was|ist|war|on|the|est|le|am)\s+){{0,2}}(?:{_ANY_DATE})"
    rf"|(?<!\w)\*\s?(?:{_FULL_DATE})",
    re.IGNORECASE,
)

# Names

_NAME = rf"{_CAP}(?:\s+(?:(?:van|von|der|den|de|da|di|del|la|le|al|bin|ibn)\s+){{0,2}}{_CAP}|\s+[{_UPPER}]\.){{1,3}}"
_NAME_BEFORE = re.compile(rf"(?<!\w){_NAME}[\s,;:(–—-]{{0,3}}(?:(?:was|is|wurde|ist|est)\s+)?$")
# A name with nothing but a mark between it and a date, as on a form.
_ENTRY = re.compile(rf"(?<!\w)(?P<name>{_NAME})\s?[,;:(–—/|\n\t-]{{1,2}}\s?\*?(?P<date>(?i:{_FULL_DATE}))")
_YEAR = re.compile(_LONG_YEAR)
_LATEST_BIRTH = 2019  # a later year beside a name is rather that of a session

# Numbers to be called by

_PHONES = (
    # +49 (0)30 1234567, 0044 20 7946 0018
    rf"{_NOT_IN_WORD}\(?(?:\+|00(?=[1-9]))\d{{1,3}}\)?(?:{_GAP}{{0,2}}\(?\d{{1,6}}\)?){{2,6}}(?!\w)",
    # 030 123 456, (020) 7946 0018, 07700 900123, 0151/23456789
    rf"{_NOT_IN_WORD}\(?0[1-9]\d{{1,4}}\)?(?:{_GAP}{{1,2}}\d{{2,8}}){{1,4}}(?!\w)",
    r"(?<![\w.+-])0[1-9]\d{8,9}(?!\w)",
    # 06 12 34 56 78
    r"(?<![\w.+-])0[1-9](?:[\s.-]\d\d){4}(?!\w)",
    # (415) 555-0132, 1-415-555-0132
    r"(?<![\w.+-])(?:1[\s.-])?(?:\([2-9]\d\d\)\s?|[2-9]\d\d[\s.-])\d{3}[\s.-]\d{4}(?!\w)",
    # tel. 612 345 678, call her on 555-0199
    (
        rf"(?<!\w)(?:tel(?:efon)?(?:nummer)?|(?:tele)?phone|mobile|cell|handy|fax|whatsapp|number|call|ring|text|reach)\b"
        rf"[^\d\n]{{0,20}}\d{{2,4}}(?:{_GAP}\d{{2,4}}){{1,4}}(?!\w)"
    ),
    r"(?<!\w)(?:tel(?:efon)?(?:nummer)?|(?:tele)?phone|mobile|cell|handy|fax|whatsapp)\b[^\d\n]{0,20}\d{6,12}(?!\w)",
)
_PHONE = re.compile("|".join(f"(?:{one})" for one in _PHONES), re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_DATE = re.compile(rf"(?:{_NUMERIC}\d{{2,4}}|{_LONG_YEAR}{_SEP}\d{{1,2}}{_SEP}\d{{1,2}})(?![.\-/]?\d)")
# Free numbers are help lines: to name one to a client is no breach.
_FREE = re.compile(r"^\D*(?:0?80[08]|1\D?8(?:00|88|77|66))")
_PHONE_DIGITS = range(7, 16)  # ITU-T E.164: at most 15; fewer than 7 is a time, a price or a short help line

_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w.+-]{1,64}(?:@|\s?[\[(](?:at|ät)[\])]\s?)[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){1,6}", re.IGNORECASE
)

# Addresses

_WAY = (
    "Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Close|Court|Ct|Crescent|Cres|Gardens|Gdns|Grove|Place|Pl|Square|"
    "Sq|Terrace|Way|Walk|Hill|Mews|Row|Parade|Boulevard|Blvd|Highway|Hwy|Parkway|Circle|Quay|Rise|Yard|Wharf|"
    "Embankment|Green|Park|View"
)
_WAY_IN_SMALL = "street|road|lane|avenue|drive|close|court|crescent|gardens|grove|square|terrace|mews|boulevard"
_HOUSE = r"\d{1,4}\s?[A-Za-z]?(?!\w)"
_PLACES = r"(?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|route|quai|cours|passage|faubourg|sentier)"
_GERMAN_WAY = "straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|steig|chaussee"
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
    "PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
_NO_PLACE = "Euros?|EUR|Dollars?|Pounds?|Mark|Franken|Schritte|Steps|People|Menschen|Worte|Words|Times|Mal"
_ADDRESSES = (
    # 14 Mill Lane, 221B Baker Street, 12 West 34th Street
    (
        rf"(?<![\w.,:/-])(?<!\b[Ii]n\s)(?<!\b[Ss]ince\s)\d{{1,5}}[A-Za-z]?(?:[/-]\d{{1,4}}[A-Za-z]?)?,?\s+"
        rf"(?!(?:Mrs?|Ms|Miss|Dr|Sir|Lady)\b)(?:(?:{_CAP}\.?|\d{{1,3}}(?:st|nd|rd|th)|of|the)\s+){{1,3}}(?:{_WAY})(?!\w)"
    ),
    # lives at 14 mill lane
    (
        rf"(?<!\w)(?:lives?|living|lived|address|resid\w{{1,6}}|moved|stay(?:s|ing)?|house|flat)\b[^\d\n]{{0,16}}"
        rf"\d{{1,4}}[a-z]?\s+(?:[a-z'’]{{2,20}}\s+){{1,2}}(?:{_WAY_IN_SMALL})(?!\w)"
    ),
    r"(?<!\w)(?:P\.?\s?O\.?\s?|post\s)Box\s+\d{1,6}(?!\w)",
    r"(?<!\w)Postfach\s+\d[\d\s]{1,8}",
    # Lindenstraße 4, Karl-Marx-Straße 12; nothing else ends like this
    rf"(?<!\w)[\w-]{{0,30}}(?i:straße|strasse)\s+{_HOUSE}",
    (
        rf"(?<!\w)[{_UPPER}][\w-]{{2,30}}(?:str\.|weg|platz|gasse|allee|chaussee|straat|gracht|laan|plein|kade|gatan|vägen|"
        rf"veien|gaden)\s?{_HOUSE}"
    ),
    # Berliner Ring 4
    (
        rf"(?<!\w)(?!(?:Der|Die|Das|Den|Dem|Des|Ein|Eine[nmrs]?|Mein|Dein|Sein|Ihr|Kein|The|My|Your|A)\s){_CAP}\s+"
        rf"(?:{_GERMAN_WAY.title()})\s+{_HOUSE}"
    ),
    # Am Markt 12, 10115 Berlin; 10115 Berlin as the last line of an address
    (
        rf"(?<!\w){_CAP}(?:\s+(?:der|dem|den|{_CAP})){{0,3}}\s+\d{{1,4}}\s?[a-z]?,?\s+(?:D-)?\d{{5}}\s+"
        rf"(?!(?:{_NO_PLACE})\b){_CAP}"
    ),
    (
        rf"(?:(?<=,\s)|(?<=\n)|(?<=\bin\s)|(?<=\baus\s)|(?<=\bfrom\s)|^|(?<!\w)D-)\d{{3}}(?!00)\d\d\s+"
        rf"(?!(?:{_NO_PLACE})\b)[{_UPPER}][a-zäöüß]{{2,30}}(?!\w)"
    ),
    # 12 bis, rue de la Paix
    (
        rf"(?<![\w.,:/-])\d{{1,4}}(?:\s?(?:bis|ter|quater))?,?\s+(?i:{_PLACES})\s+"
        rf"(?:(?:de\s+la|de|du|des|la|le|les)\s+|[dl]['’]\s?){{0,2}}{_CAP}"
    ),
    # Calle Mayor, 5; Via Roma 12
    (
        rf"(?<!\w)(?:Calle|Avenida|Avda\.|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|Praça|ul\.|ulica)\s+"
        rf"(?:(?:de|del|della|la|dos|da|do)\s+){{0,2}}{_CAP}(?:\s+{_CAP}){{0,2}},?\s+{_HOUSE}"
    ),
    # SW1A 1AA; Springfield, IL 62704
    r"(?<!\w)[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}(?!\w)",
    rf"(?<!\w){_CAP}(?:\s+{_CAP}){{0,2}},?\s+(?:{_STATES})\s+\d{{5}}(?:-\d{{4}})?(?!\w)",
)
_ADDRESS = re.compile("|".join(f"(?:{one})" for one in _ADDRESSES), re.MULTILINE)

# Numbers in somebody's files

_NUMBER_OF = (
    r"(?:medical\s+|health\s+|hospital\s+|patient(?:'s|’s)?\s+|client(?:'s|’s)?\s+|case\s+|file\s+|record\s+|chart\s+|"
    r"insurance\s+|policy\s+|member(?:ship)?\s+|social\s+security\s+|national\s+insurance\s+|passport\s+|account\s+|"
    r"reference\s+|claim\s+|NHS\s+|docket\s+)"
)
_NUMBER_WORD = r"(?:numbers?|no\b\.?|nr\b\.?|num\b\.?|id\b|#|№|n°|ref(?:erence)?\b\.?)"
_LABELS = (
    rf"{_NUMBER_OF}{{1,2}}{_NUMBER_WORD}",
    r"MRN|SSN|NINO|KVNR|PESEL|BSN",
    r"(?:patienten|versicherten|versicherungs|sozialversicherungs|fall|akten|kassen|mitglieds)-?(?:nummer|nr\b\.?)",
    r"aktenzeichen",
    r"(?:num[ée]ro|n°)\s+(?:de\s+)?(?:dossier|s[ée]curit[ée]\s+sociale|patient)|dossier\s+(?:num[ée]ro|n°)",
)
_CODE = rf"(?:[A-Z]{{1,4}}[-/\s]?)?\d[\dA-Z]{{0,14}}(?:{_GAP}[\dA-Z]{{0,4}}\d[\dA-Z]{{0,8}}){{0,5}}"
_LABELLED = re.compile(
    rf"(?<!\w)(?:{'|'.join(_LABELS)})[\s:#.=]{{0,4}}(?:(?:is|was|ist|lautet|est|no\.?|number|nr\.?)[\s:]+)?"
    rf"(?P<code>{_CODE})(?!\w)",
    re.IGNORECASE,
)
_LEAST_DIGITS = 3  # "client number 2" and "case no. 12" are ordinary speech
_RECORDS = (
    r"(?<!\w)(?i:NHS)\s\d{3}[\s-]?\d{3}[\s-]?\d{4}(?!\w)",
    r"(?<![\w-])(?!000|666|9\d\d)\d{3}-\d\d-\d{4}(?![\w-])",  # United States
    r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2}\s?\d\d\s?\d\d\s?\d\d\s?[A-D](?!\w)",  # United Kingdom
    r"(?<!\w)[A-Z]\d{9}(?!\w)",  # German health insurance
    r"(?<!\w)[A-Z]{2}\d\d(?:\s?[A-Z\d]{4}){3,7}(?:\s?[A-Z\d]{1,3})?(?!\w)",  # IBAN
    r"(?<![\w-])\d{4}[\s-]\d{4}[\s-]\d{4}[\s-]\d{4}(?!\w)",  # a card
    r"(?<![\w.,-])(?!\d{0,9}0{5})\d{9,14}(?![\w.,]\d)(?!\w)",  # nobody counts so far in a reply
)
_RECORD = re.compile("|".join(f"(?:{one})" for one in _RECORDS))


def private_details(text: str) -> tuple[Detail, ...]:
    """What looks like a real person's details, in the order of the text, no two overlapping."""
    text = text[:MOST]
    found = sorted(
        (*_births(text), *_phones(text), *_records(text), *_emails(text), *_addresses(text)),
        key=lambda one: (one.start, -one.end),
    )
    kept: list[Detail] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


def _births(text: str) -> Iterator[Detail]:
    for match in _BORN.finditer(text):
        named = _NAME_BEFORE.search(text, max(0, match.start() - 90), match.start())
        yield Detail("birth", named.start() if named else match.start(), match.end())
    for match in _ENTRY.finditer(text):
        words = match["name"].split()
        years = [int(year) for year in _YEAR.findall(match["date"])]
        if (
            not {word.lower() for word in words if word[0].isupper()} & word_list("before-a-date")
            and min(years) <= _LATEST_BIRTH
        ):
            yield Detail("birth", match.start(), match.end())


def _phones(text: str) -> Iterator[Detail]:
    for match in _PHONE.finditer(text):
        first = _DIGIT.search(match[0])
        number = match[0][first.start() :] if first else ""
        count = len(_DIGIT.findall(number))
        if count in _PHONE_DIGITS and not _DATE.match(number) and not _FREE.match(number):
            yield Detail("phone", match.start(), match.end())


def _emails(text: str) -> Iterator[Detail]:
    for match in _EMAIL.finditer(text):
        yield Detail("email", match.start(), match.end())


def _addresses(text: str) -> Iterator[Detail]:
    for match in _ADDRESS.finditer(text):
        yield Detail("address", match.start(), match.end())


def _records(text: str) -> Iterator[Detail]:
    for match in _LABELLED.finditer(text):
        if len(_DIGIT.findall(match["code"])) >= _LEAST_DIGITS:
            yield Detail("record", match.start(), match.end())
    for match in _RECORD.finditer(text):
        yield Detail("record", match.start(), match.end())
