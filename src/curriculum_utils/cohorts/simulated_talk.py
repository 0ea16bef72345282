"""How a simulated learner talks with a simulated client: scripted replies, answered as on the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from curriculum_utils.content import Item, Vocabulary
from curriculum_utils.content.clients import MOST_TURNS
from curriculum_utils.errors import AnswerError, CohortError
from curriculum_utils.items.practice_session import SessionTurn
from curriculum_utils.items.session_turn import next_turn
from curriculum_utils.scoring import Scorer


@dataclass(frozen=True)
class Talk:
    """What a learner can say in a module's sessions: replies by quality, said in turn."""

    vocabulary: Vocabulary
    scorer: Scorer
    replies: Mapping[str, list[str]]

    def session(self, item: Item, quality_of: Callable[[int], str]) -> list[dict[str, object]]:
        """The turns until the client ends the session; `quality_of` says from which replies each turn takes its own.

        Raises:
            CohortError: there are no replies of some quality.
        """
        turns: list[SessionTurn] = []
        said: dict[str, int] = {}
        while len(turns) < MOST_TURNS:
            quality = quality_of(len(turns) + 1)
            pool = self.replies.get(quality)
            if not pool:
                raise CohortError(f'demo/replies has no "{quality}" replies for sessions of {item.module}; add some')
            said[quality] = said.get(quality, -1) + 1
            try:
                turn, _ = next_turn(item, self.vocabulary, self.scorer, turns, pool[said[quality] % len(pool)])
            except AnswerError:
                break
            turns.append(turn)
        return [turn.model_dump(mode="json") for turn in turns]
