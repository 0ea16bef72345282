"""What the start page hears when a learner asks for their data, has practice deleted, or allows a use of replies."""

from collections.abc import Callable
from pathlib import Path

from curriculum_utils.content import as_sentence, words
from curriculum_utils.errors import CurriculumError
from curriculum_utils.responses import Drafts
from curriculum_utils.widgets.consenting import keep_consent, standing_consent
from curriculum_utils.widgets.deleting import delete_practice
from curriculum_utils.widgets.my_data import KeptLog, MyData, my_data
from curriculum_utils.widgets.my_data_file import counted, counts, entry_kind, write_copy

Answer = Callable[[Path, Drafts | None], dict[str, object]]

ASKED = ("my-data", "my-data-file", "practice-goes", "practice-delete", "consent", "consent-yes", "consent-no")
"""The kinds of message that `answer_page` answers."""
SENTENCES = (
    "data-title",
    "data-about",
    "data-show",
    "data-hide",
    "data-reading",
    "data-where",
    "data-since",
    "data-file",
    "data-nothing-of",
    "data-nothing-of-all",
    "data-where-files",
    "data-drafts-folder",
    "data-entries",
    "data-handed-in-exchange",
    "data-handed-in-zip",
    "data-came-back",
    "data-again",
    "data-drafts",
    "data-drafts-where",
    "data-handed-in-files",
    "data-saved-pages",
    "data-browser",
    "data-browser-drafts",
    "data-browser-places",
    "data-browser-none",
    "data-browser-choice",
    "data-make-file",
    "data-file-made",
    "data-left-out",
    "data-delete",
    "data-goes",
    "data-goes-again",
    "data-goes-drafts",
    "data-goes-browser",
    "data-goes-pages",
    "data-goes-copies",
    "data-nothing-to-delete",
    "data-stays",
    "data-stays-graded",
    "data-stays-handed-in",
    "data-stays-files",
    "data-stays-feedback",
    "data-stays-server",
    "data-no-way-back",
    "data-keep",
    "data-delete-now",
    "data-deleted",
    "data-deleted-part",
    "consent-title",
    "consent-question",
    "consent-about",
    "consent-open",
    "consent-given",
    "consent-refused",
    "consent-yes",
    "consent-no",
    "consent-saved-yes",
    "consent-saved-no",
)


def answer_page(kind: str, home: Path, drafts: Drafts | None = None) -> dict[str, object]:
    """The answer to one of ASKED, as JSON; `problem` is a sentence where it could not be done."""
    refusals = {
        "my-data": "data-not-shown",
        "my-data-file": "data-file-not-made",
        "practice-goes": "data-not-shown",
        "practice-delete": "data-not-deleted",
        "consent": "data-not-shown",
        "consent-yes": "consent-not-saved",
        "consent-no": "consent-not-saved",
    }
    try:
        return {"kind": kind, **_ANSWERS[kind](home, drafts)}
    except CurriculumError as error:
        why = str(error)
    except OSError as error:
        why = error.strerror or str(error)
    except Exception as error:  # noqa: BLE001 - the learner must hear of it whatever it was
        why = f"{type(error).__name__}: {error}"
    return {"kind": kind, "problem": words(refusals[kind], reason=as_sentence(why))}


def _shown(home: Path, drafts: Drafts | None) -> dict[str, object]:
    data = my_data(home, drafts)
    return {
        "home": str(data.home),
        "modules": [
            {
                "title": module.title,
                "problem": module.problem,
                "lessons": [
                    {"title": lesson.title, "logs": [_log(log) for log in lesson.logs]} for lesson in module.lessons
                ],
                "receipts": [
                    {"at": one.at, "how": one.how, "answers": one.answers, "items": one.items}
                    for one in module.receipts
                ],
                "feedback": len(module.feedback),
                "pages": _names(data, list(module.saved_pages)),
            }
            for module in data.modules
        ],
        "again": [_log(log) for log in data.again],
        "drafts": [{"title": one.title, "lines": list(one.lines)} for one in data.drafts],
        "drafts_folder": str(data.drafts_folder),
        "handed_in": _names(data, data.handed_in),
        "logs": sorted({one for log in data.logs for one in log.log_ids}),
        "titles": dict(data.titles),
    }


def _log(log: KeptLog) -> dict[str, object]:
    return {
        "told": counted(log),
        "since": log.since,
        "file": str(log.path),
        "problems": list(log.problems),
        "entries": [
            {"title": one.title, "what": entry_kind(one), "at": one.at, "lines": list(one.lines)} for one in log.entries
        ],
    }


def _file(home: Path, drafts: Drafts | None) -> dict[str, object]:
    path, left_out = write_copy(my_data(home, drafts))
    return {"path": path, "left_out": "; ".join(left_out)}


def _goes(home: Path, drafts: Drafts | None) -> dict[str, object]:
    data = my_data(home, drafts)
    practice = data.practice_logs
    ids = {one for log in practice for one in log.log_ids}
    again = [log for log in practice if log in data.again]
    first = [log for log in practice if log not in again]
    pages = [path for module in data.modules for path in module.practice_pages]
    tries, replies = sum(log.tries for log in first), sum(log.replies for log in first)
    told = words("data-counted", kind=words("data-practice"), counts=counts(tries=tries, replies=replies))
    return {
        "told": told if tries + replies else "",
        "files": [str(log.path) for log in practice],
        "answers": tries,
        "replies": replies,
        "again": sum(log.tries + log.replies for log in again),
        "drafts": sum(one.log in ids for one in data.drafts),
        "pages": _names(data, pages),
        "copies": _names(data, data.copies),
        "graded": sum(log.tries for log in data.logs if not log.practice),
        "receipts": sum(len(module.receipts) for module in data.modules),
        "handed_in": _names(data, data.handed_in),
        "feedback": sum(len(module.feedback) for module in data.modules),
        "logs": sorted(ids),
        "items": [item for module in data.modules for item in module.practice_items],
    }


def _deleted(home: Path, drafts: Drafts | None) -> dict[str, object]:
    done = delete_practice(home, drafts)
    return {
        "gone": [str(path) for path in done.gone],
        "left": [f"{path}: {why}" for path, why in done.left],
        "logs": done.logs,
        "items": done.items,
    }


def _names(data: MyData, paths: list[Path] | tuple[Path, ...]) -> list[str]:
    return [path.relative_to(data.home).as_posix() for path in paths]


def _consent(home: Path, _drafts: Drafts | None) -> dict[str, object]:
    return {"given": standing_consent(home)}


def _says(given: bool) -> Answer:  # noqa: FBT001 - said twice, below
    def answer(home: Path, _drafts: Drafts | None) -> dict[str, object]:
        keep_consent(home, given=given)
        return {"given": given}

    return answer


_ANSWERS: dict[str, Answer] = {
    "my-data": _shown,
    "my-data-file": _file,
    "practice-goes": _goes,
    "practice-delete": _deleted,
    "consent": _consent,
    "consent-yes": _says(True),  # noqa: FBT003
    "consent-no": _says(False),  # noqa: FBT003
}
