"""The review queue and the second marker as the desk's pages ask for them: plain data in, plain data out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal

from curriculum_utils.cohorts import Cohort
from curriculum_utils.cohorts.deciding import decide, decided_points, withdraw_decision
from curriculum_utils.cohorts.review_queue import ReviewDesk
from curriculum_utils.cohorts.review_views import Entry
from curriculum_utils.cohorts.second_marking import agreements, draw_sample, second_mark, to_mark
from curriculum_utils.cohorts.snippets import add_snippet, snippets
from curriculum_utils.grading.remarks import standing_remarks
from curriculum_utils.scoring import Scorer

Which = Literal["waiting", "decided"]


class Reviewing:
    """The answers of one cohort, read once and read again after each decision; `blind` hides learners' names."""

    def __init__(self, cohort: Cohort, *, blind: bool = True, scorer: Scorer | None = None) -> None:
        """As given; `scorer` reads the replies, the cohort's own by default."""
        self.cohort, self.blind, self._scorer = cohort, blind, scorer
        self._read: ReviewDesk | None = None
        self._entries: dict[str, Entry] = {}

    def queue(self, module: str | None, which: Which = "waiting") -> list[dict[str, object]]:
        """One line an answer: those that wait, the most consequential first, or those that a person has decided."""
        self._read = desk = ReviewDesk(self.cohort, blind=self.blind, scorer=self._scorer)
        if which == "waiting":
            found = desk.queue(module)
        else:
            wanted = [one for one in desk.grades if one.grade_id in desk.decisions and module in (None, one.module)]
            found = [desk.entry(one) for one in wanted]
        self._entries = {one.handle: one for one in found}
        return [_line(one) for one in found]

    def entry(self, handle: str) -> dict[str, object]:
        """All that is to be seen of one answer, and the remark that stands beside it."""
        desk = self._desk()
        grade = desk.find(handle)
        if handle not in self._entries:
            self._entries[handle] = desk.entry(grade)
        said = standing_remarks(self.cohort.gradebook_url, grade.learner, grade.module).get(grade.item)
        return {**asdict(self._entries[handle]), "remark": said.text if said is not None else ""}

    def points(self, handle: str, overturn: Iterable[str]) -> float:
        """What the answer earns if these labels are overturned and all others accepted."""
        return decided_points(self._desk(), handle, dict.fromkeys(overturn, "overturn"))

    def decide(
        self,
        handle: str,
        overturn: Iterable[str],
        *,
        by: str,
        points: float | None = None,
        said: str = "",
        also: Sequence[str] = (),
    ) -> dict[str, object]:
        """Decides the answer, and those alike that are named; the answer as it then is."""
        labels: dict[str, Literal["accept", "overturn"]] = dict.fromkeys(overturn, "overturn")
        made = decide(self.cohort, handle, labels, by=by, points=points, said=said, also=also, scorer=self._scorer)
        self._decided()
        return {"entry": self.entry(handle), "score": made[0].score, "also": list(also)}

    def undo(self, handle: str, *, by: str) -> dict[str, object]:
        """Takes the decision back; the answer as it then is."""
        back = withdraw_decision(self.cohort, handle, by=by, scorer=self._scorer)
        self._decided()
        return {"entry": self.entry(handle), "score": back.score, "waits": back.waits}

    def snippets(self) -> Mapping[str, str]:
        """The cohort's remarks for use again, by name."""
        return snippets(self.cohort)

    def keep_snippet(self, name: str, text: str) -> Mapping[str, str]:
        """Keeps one more; all of them."""
        add_snippet(self.cohort, name, text)
        return snippets(self.cohort)

    def sample(self, module: str, marker: str, *, share: float | None, seed: int = 1) -> list[dict[str, object]]:
        """The answers of the marker's sample; with a share, draws it where it is not drawn yet."""
        if share is not None:
            draw_sample(self.cohort, module, share=share, seed=seed, marker=marker, scorer=self._scorer)
        return [asdict(one) for one in to_mark(self.cohort, module, marker, scorer=self._scorer)]

    def mark(self, handle: str, found: Sequence[str], *, by: str) -> str:
        """Keeps what the second marker found in one answer; its handle."""
        second_mark(self.cohort, handle, found, by=by, scorer=self._scorer)
        return handle

    def agreement(self, module: str | None) -> list[dict[str, object]]:
        """How far markers and scorer agree, label by label."""
        return [asdict(one) for one in agreements(self.cohort, module)]

    def _desk(self) -> ReviewDesk:
        if self._read is None:
            self._read = ReviewDesk(self.cohort, blind=self.blind, scorer=self._scorer)
        return self._read

    def _decided(self) -> None:
        self._read = self._desk().again()
        self._entries = {}


def _line(one: Entry) -> dict[str, object]:
    return {
        "handle": one.handle,
        "who": one.who,
        "title": one.title,
        "module": one.module,
        "score": one.score,
        "maximum": one.maximum,
        "urgent": one.urgent,
        "contested": one.contest is not None,
        "why": one.why_first,
        "decided": one.decided,
    }
