"""A reply cut into sentences that keep their place in it, and into words; no scoring here."""

import re
import unicodedata

from curriculum_utils.scoring.protocol import Span

# Beyond this a run without a full stop is cut at its commas, or it would drown its own last clause.
LONG_WORDS = 45
SHORTEST_CLAUSE = 4

_SHORT_FORMS = frozenset(
    ["mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "no", "approx", "min", "p.m", "a.m"]
)
_END = re.compile(r"(?:[.!?…]+|[。！？]+)[\"'”’»)\]]*(?=\s|$|[^\x00-\x7f])|\n+")
_COMMA = re.compile(r"[,;:–—](?=\s)|\s[-–—](?=\s)")
_BETWEEN = ",;:–—-"
_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"([\w.]+)\Z")
LONGEST_SHORT_FORM = 8
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?!]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"'})


def tokens(text: str) -> list[str]:
    """Lower-case words, question and exclamation marks, in order."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).translate(_QUOTES).lower())


def sentences(text: str) -> list[Span]:
    """The sentences of `text` in order: half-open offsets, blanks at their ends left out, none empty.

    Every character that is not a blank lies in exactly one of them.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and _is_short_form(text, start, match.start(), match.end()):
            continue
        spans.extend(_pieces(text, start, match.end()))
        start = match.end()
    spans.extend(_pieces(text, start, len(text)))
    return spans


def clauses(text: str, sentence: Span) -> list[Span]:
    """The clauses of one sentence of `text`, cut at commas and dashes; a few words stay with their neighbour.

    The comma or dash that ends a clause belongs to none.
    """
    start, end = sentence
    cuts = [start + match.end() for match in _COMMA.finditer(text[start:end])]
    found: list[Span] = []
    begin = start
    for cut in (*cuts, end):
        if cut < end and len(_WORD.findall(text[begin:cut])) < SHORTEST_CLAUSE:
            continue
        found.append(_trimmed(text, begin, cut, _BETWEEN if cut < end else ""))
        begin = cut
    if len(found) > 1 and len(_WORD.findall(text[slice(*found[-1])])) < SHORTEST_CLAUSE:
        found[-2:] = [(found[-2][0], found[-1][1])]
    return found


def _trimmed(text: str, start: int, end: int, ending: str) -> Span:
    stretch = text[start:end].rstrip()
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip(ending).rstrip() or stretch)


def _is_short_form(text: str, start: int, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` belongs to a short form or an initial, and the sentence goes on at `after`."""
    last = _LAST_WORD.search(text, max(start, stop - LONGEST_SHORT_FORM), stop)
    following = text[after : after + 2].strip()
    if last is None or not following:
        return False
    word = last.group(1)
    if word.lower() == "no":  # "No. 7" goes on, the answer "No." does not
        return following.isdigit()
    return word.lower() in _SHORT_FORMS or (len(word) == 1 and word.isupper() and word != "I")


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """The stretch without blanks at its ends, cut at commas while it is long; nothing if it is blank."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end = start + len(stretch.strip())
    if start >= end:
        return []
    words = [start + match.start() for match in _WORD.finditer(text[start:end])]
    if len(words) <= LONG_WORDS:
        return [(start, end)]
    middle = words[len(words) // 2]
    cuts = [start + match.end() for match in _COMMA.finditer(text[start:end])]
    inner = [cut for cut in cuts if words[4] <= cut <= words[-5]]
    cut = min(inner, key=lambda place: abs(place - middle)) if inner else middle
    return [*_pieces(text, start, cut), *_pieces(text, cut, end)]
