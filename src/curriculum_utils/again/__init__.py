"""Practising again: what comes back, when, with whom, and what a learner tends to fall into. Nothing here is stored.

The schedule is worked out anew from the logs at each look: `Studied` says where they lie, `look` reads and replays
them. What `Judge` keeps in a file is only what was already said of written replies, and may be thrown away.
"""

from curriculum_utils.again.answers import FOLDER, Studied, again_path
from curriculum_utils.again.choosing import MOST_TASKS, Round, Task
from curriculum_utils.again.judging import Judge
from curriculum_utils.again.looking import Look, look
from curriculum_utils.again.schedule import Card, How, Review, replay
from curriculum_utils.again.tendencies import Tally, Tendencies

__all__ = [
    "FOLDER",
    "MOST_TASKS",
    "Card",
    "How",
    "Judge",
    "Look",
    "Review",
    "Round",
    "Studied",
    "Tally",
    "Task",
    "Tendencies",
    "again_path",
    "look",
    "replay",
]
