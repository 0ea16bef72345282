"""How a simulated learner talks with a simulated client: scripted replies, answered as on the page."""

from collections.abc import Mapping
from dataclasses import dataclass

from curriculum_utils.cohorts.manners import SPOILED, Answering, spoiled
from curriculum_utils.content import Item, Vocabulary
from curriculum_utils.content.clients import MOST_TURNS
from curriculum_utils.errors import AnswerError, CohortError
from curriculum_utils.items.practice_session import MAX_CHARACTERS, SessionTurn
from curriculum_utils.items.session_turn import next_turn
from curriculum_utils.scoring import Scorer


@dataclass(frozen=True)
class Talk:
    """What a learner can say in a module's sessions: replies by quality, said in turn."""

    vocabulary: Vocabulary
    scorer: Scorer
    replies: Mapping[str, list[str]]

    def session(self, item: Item, answering: Answering) -> list[dict[str, object]]:
        """The turns until the client ends the session.

        Raises:
            CohortError: there are no replies of a quality that the learner has.
        """
        turns: list[SessionTurn] = []
        said: dict[str, int] = {}
        while len(turns) < MOST_TURNS:
            client = turns[-1].line if turns else item.client.opening if item.client else ""
            text = self._reply(item, answering, len(turns) + 1, client, said)
            try:
                turn, _ = next_turn(item, self.vocabulary, self.scorer, turns, text)
            except AnswerError:
                break
            turns.append(turn)
        return [turn.model_dump(mode="json") for turn in turns]

    def _reply(self, item: Item, answering: Answering, turn: int, client: str, said: dict[str, int]) -> str:
        if not answering.profile.reply:
            return answering.without_skill(client)[:MAX_CHARACTERS]
        quality = answering.chance.weighted(answering.profile.reply, item.id, "quality", turn)
        pool = self.replies.get(quality)
        if quality == SPOILED:
            pool = spoiled(self.replies.get("strong", []), self.replies.get("trapped", []))
        if not pool:
            raise CohortError(f'demo/replies has no "{quality}" replies for sessions of {item.module}; add some')
        said[quality] = said.get(quality, -1) + 1
        return pool[said[quality] % len(pool)]
