"""Scoring written replies: the protocol, the rubric's arithmetic, and the shipped scorer."""

from curriculum_utils.scoring.credit import ReplyCredit, coverage, reply_credit, trap_factor
from curriculum_utils.scoring.fake import ScriptedScorer
from curriculum_utils.scoring.loading import load_scorer
from curriculum_utils.scoring.protocol import Reply, ReplyScore, Scorer, Span
from curriculum_utils.scoring.vocabulary import ScoringVocabulary, course_vocabulary, shipped_vocabulary

__all__ = [
    "Reply",
    "ReplyCredit",
    "ReplyScore",
    "Scorer",
    "ScoringVocabulary",
    "ScriptedScorer",
    "Span",
    "course_vocabulary",
    "coverage",
    "load_scorer",
    "reply_credit",
    "shipped_vocabulary",
    "trap_factor",
]
