"""The tiny course with a pre-test: form A, one item of each type, parallel to the graded ones.

from pretest_form import BEFORE, FORM_A
"""

from tiny_course import FILES, MODULE

BEFORE = "0-before"
_NAMES = ("choose", "write", "spot", "match")


def _form_a() -> dict[str, str]:
    guide = "".join(f"```{{exercise}} fs-0-{name}\n```\n\n" for name in _NAMES)
    files = {
        "course.yaml": FILES["course.yaml"].replace("[{slug: 1", f"[{{slug: {BEFORE}, minutes: 5}}, {{slug: 1"),
        f"guides/{MODULE}/{BEFORE}.md": f"---\ntitle: Before\n---\n\n# Before\n\n{guide}",
    }
    for name in _NAMES:
        graded = FILES[f"exercises/{MODULE}/fs-a-{name}.yaml"].replace("points:", "difficulty: easy\npoints:")
        files[f"exercises/{MODULE}/fs-a-{name}.yaml"] = graded
        files[f"exercises/{MODULE}/fs-0-{name}.yaml"] = graded.replace("use: graded", "use: pretest")
        files[f"keys/{MODULE}/fs-0-{name}.yaml"] = FILES[f"keys/{MODULE}/fs-a-{name}.yaml"]
    return files


FORM_A = _form_a()
