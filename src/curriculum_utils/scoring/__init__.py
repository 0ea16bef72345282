"""Scoring written replies: the protocol, the rubric's arithmetic, and the shipped scorer."""

from curriculum_utils.scoring.credit import ReplyCredit, coverage, reply_credit, trap_factor
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer, Span

__all__ = ["Reply", "ReplyCredit", "ReplyScore", "Scorer", "Span", "coverage", "reply_credit", "trap_factor"]
