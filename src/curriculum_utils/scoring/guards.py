"""What makes a reply one for a person, whatever its labels: no words for the client, or words no scorer should weigh.

Each guard answers one question about a text and decides nothing else. Wording stands in `wording/en/`.
"""

import re
from collections.abc import Container

from curriculum_utils.scoring.protocol import Span
from curriculum_utils.scoring.segments import sentences, tokens


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FUNCTION_WORDS = _listed(
    """a about after again all am an and any are aren't as at back be because been before being but by can can't
    could d'you did didn't do does doesn't don't down each else even ever every for from get give go going gonna got
    had has have having he he's her here him his how i i'd i'll i'm i've if in into is isn't it it's it'd its just keep
    know let let's like look many may maybe me might mine more most much must my myself need never no nobody none nor
    not nothing now of off on once one only or other our out over perhaps say see she should so some somebody someone
    something still such take tell than thank that that's the their them then there there's these they they're thing
    this those though through till to today together too up us very was wasn't way we we'd we'll we're we've well were
    what what'd what'll what's when where where's which while who whole whose why will with without won't wonder would
    yes yet you you'd you'll you're you've your yours yourself
    ain't ay aye cannae didnae dinnae disnae em gonnae hae im ive ma na nae naw nowt o o' owt oot r tae thats u ur wi
    wee whats wot ya ye yer y'all youse"""
)
_RUBRIC_WORDS = re.compile(
    r"\b(?:validat\w*|externali[sz]\w*|protect(?:ive|or|ors|ion|ed)|function\w*|homeosta\w*|ambivalen\w*|premise\w*|"
    r"payoff\w*|upside|permission|pressure|pattern\w*|sensation\w*|somatic\w*|embod\w*|felt|body|reaction\w*|sign|signs|"
    r"smallest|earliest|resonan\w*|curious|curiosity|stuckness|sabotage\w*|siding|sides|loyal|guardian|gatekeeper|"
    r"frustrat\w*|experience\w*|explor\w*|between|shared?|mutual\w*|countertransference|transference|non-fixing|"
    r"fixing|temperature|weight|shape|heavy|heavily|sharp|gain|secondary|paradox\w*|container|topic|check\w*|"
    r"noticeable|honou?ring|respect\w*|introject|complex|holding|leave|part|parts|stay|staying|agree)\b"
)

_RISK = re.compile(
    r"""\bsuicid\w* | \bself[-\ ]?harm\w* | \boverdos\w* | \bsafeguarding\b | \bstockpil\w*
    | \b(?:i|you|he|she|they)\ can(?:'t|not|\ not)\ go\ on\b(?!\ (?:like|this|with|the|about|holiday|a)\b)
    | \b(?:pills|tablets|gun|knife|rope|razor|blades?)\ (?:\w+\ ){0,2}(?:at\ home|in\ the\ house|to\ hand|with\ you)\b
    | \b(?:in\ the\ house|at\ home)\ (?:\w+\ ){0,2}(?:pills|gun|knife|rope|razor|blades)\b
    | \b(?:not|n't)\ (?:\w+\ )?(?:be\ here|wake\ up|be\ alive)\ (?:by|any\ ?more|tomorrow|in\ the\ morning)\b
    | \b(?:not|n't)\ want\ to\ live\b(?!\ (?:like|in|with|there|here|on|at|alone|together)\b)
    | \b(?:life|living|it)\ (?:is|isn't|isnt|is\ not|'s\ not)\ (?:not\ )?worth\ (?:living|going\ on)\b
    | \bno\ reason\ to\ live\b
    | \b(?:safe|unsafe)\ (?:tonight|with\ (?:him|her|them))\b
    | \b(?:kids|children|baby)\ (?:are\ |is\ )?(?:un)?safe\b
    | \b(?:he|she|they|husband|wife|partner|father|mother|dad|mum|boyfriend|girlfriend)\ (?:\w+\ )?
      (?:hit|hits|hitting|punch\w*|kick\w*|slap\w*)\ (?:you|her|him|them|the\ (?:kids|children|baby))
      \ (?:again|last|when|in|with|and|last\ night)\b
    | \b(?:been|being|gets?|got|turns?|turned|is|was)\ violent\b
    | \btouch(?:es|ed|ing)\ (?:your|her|his|my|the)\ (?:little\ )?
      (?:girl|boy|daughter|son|child)\b
    | \b(?:hurt|harm|kill|shak)(?:e|s|ing)?\ (?:her|his|my|your|their|the)\ (?:own\ )?(?:baby|kids?|child|
      children|son|daughter|wife|husband)\b
    | \bbruises\ (?:all|on\ (?:her|his|your|their|the)|over)\b
    | \bcutting\ (?:again|herself|himself|yourself|myself|themselves)\b
    | \b(?:kill(?:s|ed|ing)?|hang(?:s|ed|ing)?|drown(?:s|ed|ing)?)\ (?:him|her|my|your|them|your)sel(?:f|ves)\b
      (?!\ (?:laughing|over|with|for|trying|at|out|in)\b)
    | \b(?:hurt(?:s|ing)?|harm(?:s|ed|ing)?|cut(?:s|ting)?)\ (?:him|her|my|your|them)sel(?:f|ves)\b
      (?!\ (?:some|a|off|short|out|in|by|with\ that|over)\b)
    | \b(?:end(?:s|ed|ing)?|tak(?:e|es|ing)|took)\ (?:his|her|their|my|your)\ (?:own\ )?li(?:fe|
      ves)\b(?!\ (?:in|into|to|back|on|where|somewhere|forward|at|as)\b)
    | \bend(?:ing)?\ it\ all\b
    | \b(?:want(?:s|ed|ing)?|wish(?:es|ed|ing)?|going)\ to\ (?:die|be\ dead)\b
    | \bwish(?:es|ed|ing)?\ (?:i|he|she|they|you)\ (?:was|were)\ dead\b
    | \bbetter\ off\ (?:dead|without\ (?:me|him|her|them))\b
    | \b(?:hits|hitting|beats|beating|rap(?:es|ed|ing)|molest\w*|strangl\w*|chok(?:es|ed|ing))\ (?:her|him|
      the\ kids)\b
    | \b(?:child|sexual|physical|domestic)\ (?:abuse|violence)\b | \b(?:is|was|being|been)\ abus(?:ed|ing)\b
    | \b(?:call|ring|dial|phone)(?:ed|ing)?\ (?:999|911|112|000|an\ ambulance|the\ police)\b
    | \bcrisis\ (?:line|team|service)\b | \bin\ (?:real|immediate|serious)\ danger\b
    | \b(?:a|an|my|our)\ (?:own\ |very\ own\ )?(?:real|actual|own)\ (?:\w+\ )?(?:client|patient)\b
    | \bmy\ patient\b | \b(?:client|patient)\ (?:that\ |whom\ |who\ )?i\ (?:saw|see|have|treat)\b
    | \breal\ case\b | \bin\ my\ (?:own\ )?practice\ (?:who|whom|that)\b
    | \btopp(?:ing|ed)\ (?:him|her|my|your|ur|them)sel(?:f|ves)\b
    | \bhands?\ (?:a?round|on)\ (?:his|her|your|my|their)\ (?:neck|throat)\b
    | \b(?:gun|shotgun|rifle|knives)\ (?:\w+\ )?(?:locked|put)\ (?:up|away)\b
    | \b(?:anyone|anybody|someone|somebody)\ (?:\w+\ ){0,3}(?:hit|touched)\ you\b
    | \b(?:client|patient)s?\ of\ (?:mine|ours)\b | \bmy\ own\ (?:client|patient)\b
    | \bnot\ (?:an\ exercise|fictional)\b""",
    re.VERBOSE,
)

_WHO_MARKS = (
    r"(?:grader|marker|assessor|examiner|evaluator|rater|scorer|grading\ (?:system|model)|marking\ (?:system|model))"
)
_TO_MARKER = re.compile(
    rf"""(?:^|[\[({{<#]|\b(?:dear|note\ to|hello|hi|hey|attention|attn|to\ the|for\ the)\ )
        \W{{0,8}}(?:the\ )?{_WHO_MARKS}\b
    | \b{_WHO_MARKS}\ ?[:,!]
    | \b(?:hey|hi|hello|dear)\ (?:chatgpt|gpt|claude|gemini|copilot|ai|bot|robot|computer|machine)\b
    | \bwhoever(?:'s|\ is)?\ (?:reading|marking|grading|scoring|reads|marks)\b
    | \b(?:mark|grade|rate|score)\ (?:this|me|it|my\ (?:answer|reply))\ (?:one\ )?(?:as|down|a|an|high|highly|
      well|10|100|full|perfect)\b
    | \b(?:rate|rates|rated|score|scored|marked|graded)\ this\ as\b
    | \b(?:as\ an?|you\ are\ an?)\ (?:ai|automatic|automated|language\ model|{_WHO_MARKS})\b
    | \b(?:full|maximum|max|top|highest)\ (?:marks?|credits?|scores?|points?|grade)\b
    | \baward\ (?:me|this|it|full|the|100|maximum)\b | \b(?:10|100)\ ?/\ ?(?:10|100)\b
    | \b(?:ignore|disregard|forget)\ (?:the\ |all\ |any\ |your\ |these\ )*
      (?:previous|prior|above|earlier|rubric|criteria|instructions)\b
    | ^\W{{0,8}}system\ ?(?:prompt|message|note)?: | \b(?:score|labels?|coverage|credit|traps?|points)["']?\ ?[:=]
    | \b(?:no|zero)\ traps\b | \b(?:assign|give|grant)\ (?:the\ )?(?:maximum|full)\b
    | \ball\ (?:\w+\ )?(?:criteria|required\ elements)\b | \brubric\b
    | \b[a-z]+_[a-z_]+\b | </?[a-z]\w*[^<>]*> """,
    re.VERBOSE,
)
_MARKUP = re.compile(
    # Bounded, so that a page of brackets costs no more than a page of words.
    r"\{[^{}]{0,999}\}|\[\[.{0,999}?\]\]|\[[^\[\]]{0,999}\]|<([a-z]\w{0,40})[^<>]{0,999}>[^<>]{0,999}</\1>"
    r"|</?[a-z]\w{0,40}[^<>]{0,999}>|###.{0,999}?###",
    re.DOTALL | re.I,
)

# Shares below were set on the training and dev writers' replies (data/replies/README.md).
LEAST_LATIN = 0.7
MOST_STRANGE, MOST_STRANGE_UNMENDED, MOST_STRANGE_OF_FEW = 0.35, 0.45, 0.6
SHORTEST = 3
# A reply is spoken; beyond this it is some other text, and reading it would only cost time.
MOST_CHARACTERS = 20_000
LEAST_WORDS_TO_JUDGE = 5
MOST_RUBRIC_WORDS = 0.20
SALAD_FUNCTION_WORDS = 0.48


def is_blank(text: str) -> bool:
    """Whether nothing was said: no letter and no digit."""
    return not any(character.isalnum() for character in text)


def mentions_risk(text: str) -> bool:
    """Whether it speaks of somebody in danger, or of a real client."""
    return _RISK.search(" ".join(tokens(text))) is not None or _RISK.search(text.lower()) is not None


def marker_spans(text: str) -> list[Span]:
    """The stretches that speak to whoever marks, in order, not overlapping: markup, claims, orders."""
    spans = [match.span() for match in _MARKUP.finditer(text) if _speaks_to_marker(match.group())]
    rest = list(text)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    remaining = "".join(rest)
    spans += [(start, end) for start, end in sentences(remaining) if _speaks_to_marker(remaining[start:end])]
    return sorted(spans)


def _speaks_to_marker(stretch: str) -> bool:
    return stretch[:1] in "{<" or _TO_MARKER.search(stretch.lower().replace("’", "'")) is not None


def is_other_language(text: str, mended: str, known: Container[str]) -> bool:
    """Whether it is not, or hardly, in English; dialect and shorthand are English.

    Args:
        mended: the text with slips of the keyboard put right.
        known: English words, in lower case.
    """
    letters = [character for character in text if character.isalpha()]
    latin = sum(character < "\u0250" for character in letters)
    if letters and latin < LEAST_LATIN * len(letters):
        return True
    few = word_count(text) < LEAST_WORDS_TO_JUDGE
    return word_count(text) >= SHORTEST and (
        _strange(mended, known) >= (MOST_STRANGE_OF_FEW if few else MOST_STRANGE)
        or _strange(text, known) >= (MOST_STRANGE_OF_FEW if few else MOST_STRANGE_UNMENDED)
    )


def _strange(text: str, known: Container[str]) -> float:
    """The share of words that are not known."""
    words = [word for word in tokens(text) if word not in "?!" and not word.isdigit()]
    return sum(word not in known and word.removesuffix("'s") not in known for word in words) / max(len(words), 1)


def is_salad(text: str) -> bool:
    """Whether it strings the rubric's terms together with little to hold them: vocabulary, not a sentence."""
    words = [word for word in tokens(text) if word not in "?!"]
    if len(words) < LEAST_WORDS_TO_JUDGE:
        return False
    terms = len(_RUBRIC_WORDS.findall(" ".join(words))) / len(words)
    held = sum(word in _FUNCTION_WORDS for word in words) / len(words)
    return terms >= MOST_RUBRIC_WORDS and held <= SALAD_FUNCTION_WORDS


def word_count(text: str) -> int:
    """Words, for judging a reply's length."""
    return sum(word not in "?!" for word in tokens(text))
