"""What learners answered: the log beside the notebook, drafts that were not sent, and the order of options."""

from curriculum_utils.responses.consent import consents, say_consent
from curriculum_utils.responses.contests import Contest, contest_answer, standing_contest
from curriculum_utils.responses.drafts import Draft, Drafts
from curriculum_utils.responses.events import Event, Header, Kind, LogContents
from curriculum_utils.responses.log import ResponseLog, lock_path, log_path, utc_now
from curriculum_utils.responses.order import option_order
from curriculum_utils.responses.private import Detail, private_details
from curriculum_utils.responses.reading import read_log

__all__ = [
    "Contest",
    "Detail",
    "Draft",
    "Drafts",
    "Event",
    "Header",
    "Kind",
    "LogContents",
    "ResponseLog",
    "consents",
    "contest_answer",
    "lock_path",
    "log_path",
    "option_order",
    "private_details",
    "read_log",
    "say_consent",
    "standing_contest",
    "utc_now",
]
