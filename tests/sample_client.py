"""A simulated client that passes every rule, as the YAML that an author would write and as a model.

from sample_client import TALK_FILES, client, document
"""

import copy
from collections.abc import Mapping
from typing import Any

import yaml
from tiny_course import FILES

from curriculum_utils.content import PracticeClient

_OPEN = {"guarded": 1, "testing": 1, "weary": 0, "curious": 2, "trusting": 3}
_ENDS = {"in-touch": ("well", 4), "at-rest": ("well", 3), "gone": ("badly", 0), "slammed": ("badly", 0)}
_DOCUMENT: dict[str, Any] = {
    "title": "Noor and the unsent form",
    "module": "first-steps",
    "use": "practice",
    "client": {
        "name": "Noor",
        "age": 52,
        "pronouns": "she/her",
        "setting": "community service",
        "problem": "puts off an application",
    },
    "temperament": "dry, watchful",
    "scene": "She keeps her coat on.",
    "opening": "I didn't send it.",
    "start": "guarded",
    "states": [
        *(
            {
                "id": name,
                "shown": f"{name.title()} now",
                "openness": level,
                "lines": [f"{name} {number}." for number in range(1, 12)],
                "worn": "weary" if name != "weary" else "gone",
                "late": {"ends": "unresolved", "line": f"Time is up while {name}."},
            }
            for name, level in _OPEN.items()
        ),
        *(
            {"id": name, "shown": f"{name.title()} now", "openness": level, "lines": [f"{name} at last."], "ends": ends}
            for name, (ends, level) in _ENDS.items()
        ),
    ],
    "transitions": [
        {"from": "any", "when": {"trap": "any", "again": True}, "to": "slammed"},
        {"from": "weary", "when": {"trap": "any"}, "to": "gone"},
        {"from": "any", "when": {"trap": "fixes_it"}, "to": "testing", "lines": ["And there's the list."]},
        {"from": "any", "when": {"trap": "any"}, "to": "weary"},
        {"from": ["testing", "weary"], "when": {"repair": True}, "to": "curious", "lines": ["You noticed that."]},
        {"from": "trusting", "when": {"coverage": 1.0}, "to": "in-touch"},
        {"from": "trusting", "when": {"met": ["names_weight"]}, "to": "at-rest"},
        {"from": "curious", "when": {"one_of": ["names_weight", "asks_open"]}, "to": "trusting"},
        {"from": ["guarded", "testing", "weary"], "when": {"coverage": 0.5}, "to": "curious"},
        {"from": "curious", "when": {"flat": True}, "to": "guarded"},
    ],
}


def document(changes: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The client's file as data, with some of its keys replaced."""
    return copy.deepcopy(_DOCUMENT) | dict(changes or {})


def client(changes: Mapping[str, object] | None = None) -> PracticeClient:
    """The client as a model."""
    return PracticeClient.model_validate(document(changes))


SESSION = """\
type: practice-session
use: practice
title: A session with Noor
client: noor
prompt: Write what you would say.
points: 4
key:
  feedback: Read it once more.
"""
GRADED = """\
type: practice-session
use: graded
title: The last session
client: noor-again
prompt: Write what you would say.
points: 4
"""
TALK_FILES = {
    "course.yaml": FILES["course.yaml"].replace("minutes: 5}]", "minutes: 5}, {slug: 3-talk, minutes: 18}]"),
    "clients/noor.yaml": yaml.safe_dump(document(), sort_keys=False),
    "clients/noor-again.yaml": yaml.safe_dump(document({"use": "graded"}), sort_keys=False),
    "exercises/first-steps/fs-session.yaml": SESSION,
    "exercises/first-steps/fs-a-session.yaml": GRADED,
    "keys/first-steps/fs-a-session.yaml": "feedback: Think of how she ended it.\n",
    "guides/first-steps/3-talk.md": """\
---
title: Talk
---

# Talk

```{exercise} fs-session
```

```{exercise} fs-a-session
```
""",
}
"""What joins the tiny course to give it a third lesson, with one session to practise and one that is graded."""
