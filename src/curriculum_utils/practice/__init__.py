"""Sessions with a simulated client."""

from curriculum_utils.practice.arc import TurningPoint, openness, turning_points
from curriculum_utils.practice.check import check_client
from curriculum_utils.practice.credit import repair, session_credit
from curriculum_utils.practice.session import ClientTurn, Heard, Session, answer, begin, replay

__all__ = [
    "ClientTurn",
    "Heard",
    "Session",
    "TurningPoint",
    "answer",
    "begin",
    "check_client",
    "openness",
    "repair",
    "replay",
    "session_credit",
    "turning_points",
]
