"""Eleven scripted learners through the whole pipeline; what the gradebook says equals what was worked out by hand.

What they answer of the assessment of `responsibility-trap` is worth 29 points: three choices of 2, three spottings of
2, five pairs for 5, and four written replies of 3. Nothing here tells the grader anything: learners fetch, answer into
the response log, and submit through nbgrader's exchange; the shipped scorer reads the replies.
"""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from curriculum_utils.cohorts import Cohort, new_cohort, term
from curriculum_utils.cohorts.desk import LearnerDesk
from curriculum_utils.content import load_release
from curriculum_utils.items import SCHEMAS
from curriculum_utils.responses import ResponseLog, log_path

ROOT = Path(__file__).resolve().parents[2]
MODULE, NOTEBOOK = "responsibility-trap", "6-assessment"

# Written replies, and what each of them does.
EXHAUSTING = "It must be exhausting, Hector, training this hard for months and still lying awake at night."
THE_TOPIC = "I'd like us to leave the locks alone today and make this our topic, that you feel so stuck."
WHAT_IS_IT_LIKE = "What is it like for you to be so stuck?"
A_TIP = "And tonight you could try a breathing exercise before you go to bed."
NO_WORRY = "Don't worry, this is completely normal and it will get better."
GRANTED = "You're right, nothing has changed so far."
SMALL_SIGN = "If this began to help, what would be the first small thing you'd notice yourself doing on a Saturday?"
GUARD = "Something in you seems to stand guard over that hand, and it may be trying to protect you."
ITS_FEAR = "What is it afraid might happen if you said no?"
BLAND = "I see. Mm."

VALIDATED = f"{EXHAUSTING} {THE_TOPIC} {WHAT_IS_IT_LIKE}"  # 3 of 3 criteria of name-and-validate
AGREED = f"{GRANTED} {SMALL_SIGN}"  # 3 of 3 criteria of agree-and-look-ahead
PROTECTED = f"{GUARD} {ITS_FEAR}"  # 3 of 3 criteria of externalize-the-protector

CHOICES = {"rt-a-choose-01": "c", "rt-a-choose-02": "a", "rt-a-choose-03": "d"}
PAIRS = {"m1": "r4", "m2": "r1", "m3": "r6", "m4": "r5", "m5": "r3"}
TRAPS = {"rt-a-spot-01": "offers_solution", "rt-a-spot-02": "takes_blame", "rt-a-spot-03": "confronts_resistance"}
QUOTES = {
    "rt-a-spot-01": (
        "I've been reading about pacing, and it might suit you, with a timer that rings every forty minutes so that "
        "you stop before the pain starts. Shall we set one up on your phone before you go?"
    ),
    "rt-a-spot-02": (
        "I keep thinking that I missed something early on, and you're the one who has paid for it. I won't let that "
        "go on. I'm going to get you through that door."
    ),
    "rt-a-spot-03": (
        "Putting all of that together, I don't believe that it's about flats. I'd say that one foot of yours is "
        "quite content where it is. What is it that you won't let go of?"
    ),
}

Answers = Mapping[str, object]


def option(name: str) -> Answers:
    return {"option": name}


def reply(text: str) -> Answers:
    return {"text": text}


def spotted(trap: str | None, quote: str | None = None) -> Answers:
    """A trap's name and a quote; the test turns the quote into offsets."""
    return {"trap": trap, "quote": quote}


ALL_CHOICES = [(item, option(right)) for item, right in CHOICES.items()]
ALL_SPOTTED = [(item, spotted(TRAPS[item], QUOTES[item])) for item in TRAPS]

# learner: what they commit, in order, and the points that each item then earns
SCRIPTS: dict[str, tuple[list[tuple[str, Answers]], dict[str, float]]] = {
    # 3 × 2 + 3 × 2 + 5 + 4 × 3 = 29
    "all-right": (
        [
            *ALL_CHOICES,
            *ALL_SPOTTED,
            ("rt-a-match-01", {"pairs": PAIRS}),
            ("rt-a-write-01", reply(VALIDATED)),
            ("rt-a-write-02", reply(AGREED)),
            ("rt-a-write-03", reply(PROTECTED)),
            ("rt-a-write-04", reply(AGREED)),
        ],
        {**dict.fromkeys([*CHOICES, *TRAPS], 2.0), "rt-a-match-01": 5.0}
        | dict.fromkeys([f"rt-a-write-0{n}" for n in (1, 2, 3, 4)], 3.0),
    ),
    # Submitted without a single answer: 0.
    "nothing": ([], {}),
    # A distractor is 0, whichever it is; another name and words beside the trap share nothing; five wrong pairs; and
    # replies without a criterion: 0 in all.
    "all-wrong": (
        [
            ("rt-a-choose-01", option("a")),
            ("rt-a-choose-02", option("b")),
            ("rt-a-choose-03", option("b")),
            ("rt-a-spot-01", spotted("reassures", "Of course you had.")),
            ("rt-a-match-01", {"pairs": {"m1": "r1", "m2": "r4", "m3": "r5", "m4": "r6", "m5": "r2"}}),
            ("rt-a-write-01", reply(BLAND)),
        ],
        {},
    ),
    # Names without words are half of each spotting (3 × ½ × 2 = 3); three pairs of five are 3; choices 6. In all 12.
    "names-only": (
        [
            *ALL_CHOICES,
            *[(item, spotted(trap)) for item, trap in TRAPS.items()],
            ("rt-a-match-01", {"pairs": {"m1": "r4", "m2": "r1", "m3": "r6", "m4": "r3", "m5": "r5"}}),
        ],
        {**dict.fromkeys(CHOICES, 2.0), **dict.fromkeys(TRAPS, 1.0), "rt-a-match-01": 3.0},
    ),
    # All the words under a wrong name are the other half: 3 × ½ × 2 = 3; two pairs given, both right: 2 of 5.
    "words-only": (
        [
            *[(item, spotted("reassures", quote)) for item, quote in QUOTES.items()],
            ("rt-a-match-01", {"pairs": {"m1": "r4", "m5": "r3"}}),
        ],
        {**dict.fromkeys(TRAPS, 1.0), "rt-a-match-01": 2.0},
    ),
    # The key of spot-01 has 37 words. Marked are its last 11: precision 1, recall 11/37, F1 = 2·11/(11 + 37) = 11/24.
    # ½ + ½ · 11/24 = 35/48 of 2 points = 1.4583.
    # In spot-02 the whole turn (44 words) is marked; the key has 32 of them: F1 = 2·32/(44 + 32) = 16/19.
    # ½ + ½ · 16/19 = 35/38 of 2 points = 1.8421.
    "rough-marks": (
        [
            ("rt-a-spot-01", spotted("offers_solution", "Shall we set one up on your phone before you go?")),
            (
                "rt-a-spot-02",
                spotted(
                    "takes_blame",
                    f"You'd hoped for so much, and you still drive past. That's bitter. {QUOTES['rt-a-spot-02']}",
                ),
            ),
        ],
        {"rt-a-spot-01": 1.4583, "rt-a-spot-02": 1.8421},
    ),
    # A whole move and one trap at its end: 3 × 1 × ½ = 1.5, twice.
    "tip-at-the-end": (
        [("rt-a-write-01", reply(f"{VALIDATED} {A_TIP}")), ("rt-a-write-02", reply(f"{AGREED} {A_TIP}"))],
        {"rt-a-write-01": 1.5, "rt-a-write-02": 1.5},
    ),
    # A whole move and two traps: 3 × 1 × ¼ = 0.75.
    "two-traps": ([("rt-a-write-01", reply(f"{VALIDATED} {NO_WORRY} {A_TIP}"))], {"rt-a-write-01": 0.75}),
    # Two criteria of three are 2 points, one of three is 1; asked for name-and-validate, another whole move covers
    # none of its criteria: 0; where the move is left open that same reply is worth all 3.
    "in-part": (
        [
            ("rt-a-write-01", reply(f"{EXHAUSTING} {WHAT_IS_IT_LIKE}")),
            ("rt-a-write-02", reply(GRANTED)),
            ("rt-a-write-04", reply(PROTECTED)),
        ],
        {"rt-a-write-01": 2.0, "rt-a-write-02": 1.0, "rt-a-write-04": 3.0},
    ),
    # The last answer counts: from wrong to right 2, from right to wrong 0; a reply taken back to nothing is 0.
    "changes-mind": (
        [
            ("rt-a-choose-01", option("a")),
            ("rt-a-choose-02", option("a")),
            ("rt-a-write-02", reply(AGREED)),
            ("rt-a-choose-01", option("c")),
            ("rt-a-choose-02", option("d")),
            ("rt-a-write-02", reply("   ")),
        ],
        {"rt-a-choose-01": 2.0},
    ),
    # Another move than the one that was asked for, whole as it is, meets none of the asked criteria.
    "other-move": ([("rt-a-write-03", reply(AGREED))], {}),
}


def recorded(answer: Answers, turns: Mapping[str, str]) -> Answers:
    """The answer as the widget records it: a quote becomes the characters of its turn."""
    if "quote" not in answer:
        return answer
    quote = answer["quote"]
    if quote is None:
        return {"trap": answer["trap"]}
    turn, text = next((turn, text) for turn, text in turns.items() if str(quote) in text)
    start = text.index(str(quote))
    return {"trap": answer["trap"], "marks": [{"turn": turn, "start": start, "end": start + len(str(quote))}]}


def answer_and_submit(cohort: Cohort, learner: str, folder: Path) -> None:
    desk = LearnerDesk(cohort, learner, folder)
    desk.fetch(MODULE)
    release = load_release(folder / MODULE, SCHEMAS)
    path = log_path(folder / MODULE, NOTEBOOK, assessed=True)
    log = ResponseLog(path, learner=learner, notebook=NOTEBOOK, release=release.release)
    for item_id, answer in SCRIPTS[learner][0]:
        item = release.items[item_id]
        turns = {turn.id: turn.text for turn in item.vignette.turns} if item.vignette else {}
        log.append("commit", item_id, item.digest, recorded(answer, turns))
    desk.submit(MODULE)


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gradebook]:
    """The gradebook after the whole way: roster, release, fetch, answer, submit, collect, grade."""
    root = tmp_path_factory.mktemp("course")
    for name in ("curriculum", "source"):
        shutil.copytree(ROOT / name, root / name)
    roster = root / "roster.csv"
    roster.write_text("\n".join(["id", *SCRIPTS]) + "\n")
    cohort = new_cohort(root, "by-hand", roster)
    term.release(cohort, MODULE)
    for learner in SCRIPTS:
        answer_and_submit(cohort, learner, root / "homes" / learner)
    assert term.collect(cohort, MODULE) == sorted(SCRIPTS)
    assert [done.problem for done in term.grade(cohort, MODULE, sorted(SCRIPTS))] == [None] * len(SCRIPTS)
    with Gradebook(cohort.gradebook_url, cohort.name) as opened:
        yield opened


@pytest.mark.parametrize("learner", SCRIPTS)
def test_the_gradebook_says_what_was_worked_out_by_hand(gradebook: Gradebook, learner: str):
    earned = SCRIPTS[learner][1]
    submission = gradebook.find_submission(MODULE, learner)
    scores = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
    assert len(scores) == 16
    expected = {name: earned.get(name, 0.0) for name in scores}
    assert scores == pytest.approx(expected, abs=1e-9)
    assert submission.score == pytest.approx(sum(earned.values()), abs=1e-9)
    # 6 for the session and 2 + 2 + 2 + 3 for the tasks that joined form B later; nobody here tried them.
    assert submission.max_score == 29 + 6 + 9
