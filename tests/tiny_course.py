"""A small whole course for tests: one module, two lessons, each item type once for practice and once graded.

    from tiny_course import ANSWERS, build, edit, keys_as_json, load, write_course

Importable because pyproject.toml puts `tests/` on pytest's path. Labels and moves are made up, so that a test
that passes on it cannot lean on the names of the real rubric.
"""

from collections.abc import Mapping
from pathlib import Path

from curriculum_utils.content import Course, dumped, load_course
from curriculum_utils.items import SCHEMAS
from curriculum_utils.notebooks import build as build_notebooks

MODULE = "first-steps"
PRACTICE = ("fs-choose", "fs-write", "fs-spot", "fs-match")
GRADED = ("fs-a-choose", "fs-a-write", "fs-a-spot", "fs-a-match")

# Item id -> an answer that earns all points. The written ones do so with a scorer told REPLY_LABELS.
WHOLE_REPLY = "It weighs on you, week after week, and we keep circling it. What is that like?"
FIX_REPLY = "What if we made you a plan for the form?"
REPLY_LABELS = {WHOLE_REPLY: ("names_weight", "names_pattern", "asks_open"), FIX_REPLY: ("fixes_it",)}
ANSWERS: dict[str, dict[str, object]] = {
    "fs-choose": {"option": "b"},
    "fs-write": {"text": WHOLE_REPLY},
    "fs-spot": {"trap": "fixes_it", "marks": [{"turn": "t1", "start": 19, "end": 55}]},
    "fs-match": {"pairs": {"m1": "r1", "m2": "r2", "m3": "r3"}},
}
ANSWERS |= {f"fs-a-{name.removeprefix('fs-')}": answer for name, answer in list(ANSWERS.items())}

_CHOOSE = """\
type: choose-move
use: {use}
title: The form, once more
vignette: the-form
prompt: What would you say to her now?
points: {points}
options:
  - {{id: a, text: "Let's cut the form into three small steps."}}
  - {{id: b, text: "That form weighs on you. What is it like to see it there?"}}
  - {{id: c, text: "Don't worry, this happens to everybody."}}
"""
_CHOOSE_KEY = """\
correct: b
options:
  a: {{trap: fixes_it, feedback: "She hears that it is a matter of logistics{mark}."}}
  b: {{move: meet-the-weight, feedback: "She is met where she stands just now{mark}."}}
  c: {{trap: soothes, feedback: "She hears that it is not very serious{mark}."}}
"""
_WRITE = """\
type: write-reply
use: {use}
title: Your words
vignette: the-form
prompt: Write what you would say to her now.
points: {points}
move: meet-the-weight
confidence: true
"""
_WRITE_KEY = """\
feedback: >-
  Look again at how tired she sounds here{mark}.
exemplars:
  - text: "So much weight on one page, and here we are again{mark}. What is it like?"
    criteria: [names_weight, names_pattern, asks_open]
    points: 3
  - text: "What is it like to have it there? You could send it tonight{mark}."
    criteria: [asks_open]
    traps: [fixes_it]
    points: 0.5
"""
_SPOT = """\
type: spot-the-trap
use: {use}
title: Where does it turn?
vignette: the-transcript
prompt: Mark the words where it goes wrong, and name the trap.
points: {points}
traps: [fixes_it, soothes, asks_why]
"""
_SPOT_KEY = """\
trap: fixes_it
spans:
  - {{turn: t1, quote: "What if you just sent the first page"}}
feedback: "She hears a plan where she hoped for company{mark}."
"""
_MATCH = """\
type: match-reason
use: {use}
title: What they do
prompt: Match each move to what it does.
points: {points}
left:
  - {{id: m1, move: fix-it}}
  - {{id: m2, move: soothe}}
  - {{id: m3, move: meet-the-weight}}
right:
  - {{id: r1, text: "It treats a feeling as a matter of planning."}}
  - {{id: r2, text: "It serves the therapist's comfort."}}
  - {{id: r3, text: "It leaves the client less alone with it."}}
"""
_MATCH_KEY = """\
pairs: {{m1: r1, m2: r2, m3: r3}}
feedback:
  m1: "Think of what planning leaves out{mark}."
  m2: "Whose comfort does this one serve{mark}?"
  m3: "Think of who is left alone{mark}."
"""
_TYPES = {
    "choose": (_CHOOSE, _CHOOSE_KEY, 1),
    "write": (_WRITE, _WRITE_KEY, 3),
    "spot": (_SPOT, _SPOT_KEY, 2),
    "match": (_MATCH, _MATCH_KEY, 3),
}


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _items() -> dict[str, str]:
    files: dict[str, str] = {}
    for name, (body, key, points) in _TYPES.items():
        practice = body.format(use="practice", points=points)
        # A graded key that repeated a practice item's sentences would be within learners' reach.
        files[f"exercises/{MODULE}/fs-{name}.yaml"] = f"{practice}key:\n{_indented(key.format(mark=''))}"
        files[f"exercises/{MODULE}/fs-a-{name}.yaml"] = body.format(use="graded", points=points)
        files[f"keys/{MODULE}/fs-a-{name}.yaml"] = key.format(mark=", this time")
    return files


FILES: Mapping[str, str] = {
    "course.yaml": f"""\
title: A tiny course
licence: CC-BY-4.0
modules:
  - slug: {MODULE}
    title: First steps
    summary: Meeting the weight of what a client brings.
    notebooks: [{{slug: 1-look, minutes: 5}}, {{slug: 2-show, minutes: 5}}]
""",
    "rubric.yaml": """\
version: "0.1"
criteria:
  - name: names_weight
    plain: says how much this weighs
    met_when: the reply names the weight.
    not_met_by: a bare nod.
    hint: Say what is heavy here.
  - name: names_pattern
    plain: says what keeps happening
    met_when: the reply names what both keep doing.
    not_met_by: only the client's part.
    hint: Say what the two of you keep doing.
  - name: asks_open
    plain: asks what it is like
    met_when: the reply asks openly.
    not_met_by: a yes-or-no question.
    hint: Ask one open question.
traps:
  - name: fixes_it
    plain: offers a fix
    fallen_into_when: the reply proposes a step.
    not_by: a question about now.
    hint: Leave the plan for later.
  - name: soothes
    plain: soothes
    fallen_into_when: the reply says that all is well.
    not_by: naming the weight.
    hint: Let it be heavy for a moment.
  - name: asks_why
    plain: asks why
    fallen_into_when: the reply asks why it was not done.
    not_by: an open question.
    hint: Leave "why" out of it.
""",
    f"moves/{MODULE}.yaml": """\
moves:
  - slug: meet-the-weight
    kind: effective
    title: Meet the weight
    criteria: [names_weight, names_pattern, asks_open]
    what: You name what is heavy, and ask.
    why: The client is met.
  - slug: fix-it
    kind: backfires
    title: Fix it
    trap: fixes_it
    sounds_like: The therapist brings a plan.
    why: It leaves the feeling out.
  - slug: soothe
    kind: backfires
    title: Soothe
    trap: soothes
    sounds_like: The therapist says that all is well.
    why: It leaves the client alone.
""",
    "moves/shared.yaml": """\
moves:
  - slug: ask-why
    kind: backfires
    title: Ask why
    trap: asks_why
    sounds_like: The therapist asks for the reason.
    why: It is heard as a charge.
""",
    "vignettes/the-form.yaml": """\
title: The form
client:
  name: Ines
  age: 38
  pronouns: she/her
  setting: community service
  problem: puts off an application
turns:
  - {id: c1, who: client, text: "I didn't send it. Again."}
""",
    "vignettes/the-transcript.yaml": """\
title: The first page
client:
  name: Ines
  age: 38
  pronouns: she/her
  setting: community service
  problem: puts off an application
scene: A week later.
turns:
  - {id: c1, who: client, text: "It is still on the table."}
  - {id: t1, who: therapist, text: "That sounds heavy. What if you just sent the first page?"}
  - {id: c2, who: client, text: "I could have done that."}
""",
    f"guides/{MODULE}/1-look.md": """\
---
title: Look
---

# Look

Meet *Ines*, who puts things off.

```{vignette} the-form
```

```{exercise} fs-choose
```

Now with your own words.

```{exercise} fs-write
```

```{exercise} fs-spot
```

```{exercise} fs-match
```
""",
    f"guides/{MODULE}/2-show.md": """\
---
title: Show
---

# Show what you can do

```{exercise} fs-a-choose
```

```{exercise} fs-a-write
```

```{exercise} fs-a-spot
```

```{exercise} fs-a-match
```
""",
    **_items(),
}


def write_course(folder: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Writes the course as `folder/curriculum` and returns that path.

    Args:
        changes: texts that replace or join FILES, by path below `curriculum/`; None leaves a file out.
    """
    curriculum = folder / "curriculum"
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = curriculum / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return curriculum


def edit(curriculum: Path, name: str, old: str, new: str) -> None:
    """Replaces words that stand once in one file of the course."""
    path = curriculum / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new), "utf-8")


def load(curriculum: Path, *, keys: Path | None = None) -> Course:
    """The course, with this package's item types."""
    return load_course(curriculum, SCHEMAS, keys=keys)


def build(folder: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Writes the course into `folder`, builds `folder/source` from it, and returns `folder/source/<MODULE>`."""
    build_notebooks(load(write_course(folder, changes)), folder / "source")
    return folder / "source" / MODULE


def keys_as_json(course: Course, module: str = MODULE) -> dict[str, object]:
    """The keys of the module's graded items by id: what `load_release` takes on the instructor's side."""
    items = (authored.item for authored in course.modules[module].items.values())
    return {item.id: dumped(item.key) for item in items if item.graded and item.key is not None}
