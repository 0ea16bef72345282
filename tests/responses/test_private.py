"""What looks like a real client's details is found in its whole length; what therapists ordinarily say is not."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from curriculum_utils.responses.private import MOST, private_details

ROOT = Path(__file__).parents[2]


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in private_details(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Maria Huber, born 3 March 1981, comes weekly.", "Maria Huber, born 3 March 1981"),
        ("She was born on the 3rd of March 1981.", "born on the 3rd of March 1981"),
        ("DOB 03/03/81", "DOB 03/03/81"),
        ("John A. Smith (D.O.B.: 1981-03-03)", "John A. Smith (D.O.B.: 1981-03-03"),
        ("Date of birth is March 3, 1981.", "Date of birth is March 3, 1981"),
        ("Anna Müller, geb. 03.03.1981", "Anna Müller, geb. 03.03.1981"),
        ("Anna Müller, geboren am 3. März 1981", "Anna Müller, geboren am 3. März 1981"),
        ("Geburtsdatum: 3.3.1981", "Geburtsdatum: 3.3.1981"),
        ("Claire Dubois, née le 3 mars 1981", "Claire Dubois, née le 3 mars 1981"),
        ("Erik van der Berg, 03.03.1981", "Erik van der Berg, 03.03.1981"),
        ("He said Łucja Żak (12/11/1974) would call", "Łucja Żak (12/11/1974"),
        ("Jonas Weber *12.11.1974", "Jonas Weber *12.11.1974"),
        ("birthday: 03031981", "birthday: 03031981"),
    ],
)
def test_a_birth_date_is_found_with_the_name_beside_it(text: str, words: str):
    assert found(text) == [("birth", words)]


@pytest.mark.parametrize(
    "number",
    [
        "+49 30 1234567",
        "+49 (0)30 123 45 67",
        "+44 20 7946 0018",
        "(+1) 415-555-0132",
        "0044 20 7946 0018",
        "020 7946 0018",
        "(020) 7946 0018",
        "07700 900123",
        "07700900123",
        "0151/23456789",
        "030-1234567",
        "0171 123 45 67",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "(415) 555-0132",
        "415-555-0132",
        "415.555.0132",
        "1-415-555-0132",
    ],
)
def test_a_telephone_number_is_found_in_every_shape(number: str):
    assert found(f"You can reach her under {number}, after six.") == [("phone", number)] or found(
        f"It is {number}, after six."
    ) == [("phone", number)]


@pytest.mark.parametrize(
    "text", ["tel. 612 345 678", "her mobile is 555 0199", "call him on 555-0199", "Handy: 1761234567"]
)
def test_a_short_number_is_found_behind_the_word_for_it(text: str):
    assert [kind for kind, _ in found(text)] == ["phone"]


@pytest.mark.parametrize("text", ["m.huber+x@mail.example.org", "o'hara@nhs.net", "huber(at)example.de", "ü@bär.de"])
def test_an_e_mail_address_is_found(text: str):
    assert [kind for kind, _ in found(f"Write to {text}!")] == ["email"]


@pytest.mark.parametrize(
    "address",
    [
        "14 Mill Lane",
        "221B Baker Street",
        "350 Fifth Avenue",
        "12 West 34th Street",
        "3 St. Mary's Close",
        "12/4 Leith Walk",
        "PO Box 12",
        "P.O. Box 1234",
        "Lindenstraße 4",
        "Lindenstrasse 4a",
        "Karl-Marx-Straße 12",
        "Berliner Str. 5",
        "Goethestr. 11",
        "Schillerplatz 3",
        "Am Markt 12, 10115 Berlin",
        "Hauptweg 7",
        "Postfach 12 34",
        "12 rue de la Paix",
        "3 bis, avenue des Champs",
        "Calle Mayor, 5",
        "Via Roma 12",
        "Keizersgracht 12",
        "SW1A 1AA",
        "Springfield, IL 62704",
    ],
)
def test_a_street_address_is_found(address: str):
    text = f"She moved there: {address}; it is small."
    assert found(text) == [("address", address)]


def test_an_address_in_small_letters_is_found_behind_the_word_for_it():
    assert found("he lives at 14 mill lane now") == [("address", "lives at 14 mill lane")]


def test_a_place_with_its_postcode_is_found():
    assert found("Er wohnt in 10115 Berlin.") == [("address", "10115 Berlin")]


@pytest.mark.parametrize(
    "words",
    [
        "MRN 448812",
        "MRN: 448-812",
        "NHS 943 476 5919",
        "NHS number 943 476 5919",
        "case no. 2024-113",
        "case number is 2024/113",
        "file number 4482",
        "file no A-4482",
        "patient ID 99812",
        "client reference 33-812",
        "insurance number AB123456",
        "social security number 123-45-6789",
        "123-45-6789",
        "QQ123456C".replace("QQ", "AB"),
        "AB 12 34 56 C",
        "Aktenzeichen 12 F 334/24".replace("12 F 334/24", "334/24"),
        "Versichertennummer A123456789",
        "A123456789",
        "Fallnummer: 20231",
        "dossier n° 4421",
        "DE89 3704 0044 0532 0130 00",
        "4556 7375 8689 9855",
        "4487561239",
    ],
)
def test_a_record_number_is_found(words: str):
    assert found(f"Look it up: {words}.") == [("record", words)]


ORDINARY = (
    "I'm 34 and at 3.30 I was awake again, since 2019.",
    "Ten years, 9 to 5, three of five sessions, 24/7.",
    "Nine months on the M79, of all buses.",
    "You've come 12 times, and at 10:30 on 12.03.2024 you left.",
    "On Tuesday, 12 March 2024, you said it; on 03.12.2024 10:30 again.",
    "Session 4, 12.03.2024: you said nothing.",
    "Last Monday, 3 March 2014, you were born again, you said.",
    "It cost 1,250,000 euros, or 1000000000 in the old money.",
    "From 1998 to 2004, then 2004-2010, then nothing.",
    "2 minutes down the road, 30 years on the same street, 3 streets away.",
    "You gave 100% and got 10 out of 10; a 7 on a scale of 0 to 10.",
    "You can always ring 116 123, or 111, or 0800 111 0 111, or 988.",
    "Call me at 3 if you like, or text at 9.30.",
    "You were born in 1981, in March, in Berlin.",
    "My client number 2 of the day; case no. 12 of this kind.",
    "That was case closed, file closed, number one.",
    "Dr. Huber and Maria Huber both told you so.",
    "A 5,000-word chapter; 80,000 words; 50000 people.",
    "At 9 Mrs Hill came in. In Spring 2024 nothing grew. During 2020 you slept.",
    "Blood pressure 120/80, sugar 5.4, weight 82 kg, dose 0.25 mg.",
    "PHQ-9 of 14, GAD-7 of 11, ICD F33.1, DSM-5.",
    "Im Januar 2024 kam sie am Montag um 12 Uhr, zur Sitzung 3.",
    "Mein Weg 3 Jahre lang. Der Platz 4 war frei.",
    "You wrote 12 route plans and set 2 place settings.",
    "@home you rest. Half and half @ best.",
    "Room 101, floor 7, seat 14B, platform 9, bus 42, line U6.",
    "£12.50, $300, 45 €, 12 000 kr, 3.14159265",
    "It went 1-0, 2-1, 3-2 and 12-10-8.",
    "In 2019 Mill Lane was flooded, you said.",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_what_is_ordinarily_said_is_no_detail(text: str):
    assert found(text) == []


def test_several_details_come_in_the_order_of_the_text_and_do_not_overlap():
    text = "Maria Huber, born 3 March 1981, 14 Mill Lane, m.huber@example.org, MRN 448812, 07700 900123"
    assert [kind for kind, _ in found(text)] == ["birth", "address", "email", "record", "phone"]


def _texts() -> list[tuple[str, str]]:
    replies = [
        (path.name, str(json.loads(line)["reply"]))
        for path in sorted((ROOT / "data" / "replies").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    taught = [
        (path.name, text)
        for path in sorted((ROOT / "curriculum").rglob("*.yaml"))
        for text in _strings(yaml.safe_load(path.read_text("utf-8")))
    ]
    return replies + taught


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _strings(one)]


def test_none_of_the_thousands_of_replies_and_texts_of_the_course_raises_an_alarm():
    texts = _texts()
    assert len(texts) > 20_000
    assert [(name, words) for name, text in texts for words in found(text)] == []


@given(st.text(max_size=300) | st.from_regex(r"(?:[A-Za-z0-9 .,/@+()-]{0,40}){0,6}", fullmatch=True))
def test_any_text_gives_details_that_lie_in_it_in_order(text: str):
    details = private_details(text)
    edges = [edge for one in details for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in details)


# What a careless pattern would go over again and again: long runs of everything that a detail is made of.
_RUNS = (
    "1",
    "1 ",
    "0",
    "01 ",
    "+1",
    "(0",
    "a",
    "A",
    "Aa ",
    "Aa-",
    "a.",
    "a@",
    "a@b.",
    "1 Aa ",
    "born ",
    "12.",
    "* ",
    "-",
)
_RUNS += (
    "12 rue de la ",
    "\n",
    " ",
    "case ",
    "file no ",
    "lives at 1 a ",
    "Aa de ",
    "tel ",
    "A1",
    "A1 ",
    "1-",
    "\u0130",
)


@pytest.mark.parametrize("run", _RUNS)
def test_a_long_text_of_any_shape_is_read_to_its_end(run: str):
    # A pattern that goes over it again and again would not come back: 20,000 characters are many minutes then.
    text = (run * MOST)[: MOST - 30]
    assert ("email", "m@example.org") in found(f"{text}; m@example.org")


def test_of_an_endless_text_only_the_beginning_is_looked_at():
    assert found("x " * MOST + "m@example.org") == []
