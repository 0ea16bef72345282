"""A released module as one zip, for learners who share no disk with the instructor: Windows, macOS, Linux."""

import html
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from curriculum_utils.cohorts.cohort import Cohort
from curriculum_utils.cohorts.releasing import unfit_names
from curriculum_utils.cohorts.withdrawing import outbound
from curriculum_utils.content import direction, language, load_release, words
from curriculum_utils.errors import ReleaseError, display_path
from curriculum_utils.grading.leaks import refuse_leaks
from curriculum_utils.grading.pins import load_pinned, permitted
from curriculum_utils.items import SCHEMAS
from curriculum_utils.items.due import NAME as DUE

START_HERE = "START-HERE.html"
# The same bytes for the same release, whenever the zip is made: the earliest time that a zip can name.
_TIME = (1980, 1, 1, 0, 0, 0)
_STEPS = ("unpack", "python", "package", "windows", "mac", "linux", "id", "browser")
_STYLE = "body{font:1.1rem/1.5 sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}li{margin:.6rem 0}"

# Python and its packages go to the learner's own folder of such things, so that every module finds them there.
_SH = """\
#!/bin/sh
cd "$(dirname "$0")" || exit 1
home="${XDG_DATA_HOME:-$HOME/.local/share}/curriculum-utils/python"
if ! "$home/bin/curriculum" --version >/dev/null 2>&1; then
  python3 -m venv "$home" || { echo "Install Python 3.11 or newer first: python.org"; exit 1; }
  package="curriculum-utils"
  for file in curriculum_utils-*.whl; do [ -e "$file" ] && package="./$file"; done
  "$home/bin/python" -m pip install "${package}[learner]" || exit 1
fi
exec "$home/bin/curriculum" open .
"""
_BAT = """\
@echo off
cd /d "%~dp0"
set "home=%LOCALAPPDATA%\\curriculum-utils\\python"
"%home%\\Scripts\\curriculum.exe" --version >nul 2>&1 && goto start
py -3 -m venv "%home%" || python -m venv "%home%" || goto missing
set "package=curriculum-utils"
for %%f in (curriculum_utils-*.whl) do set "package=%%f"
"%home%\\Scripts\\python.exe" -m pip install "%package%[learner]" || (pause & exit /b 1)
:start
"%home%\\Scripts\\curriculum.exe" open .
pause
exit /b
:missing
echo Install Python 3.11 or newer first: python.org
pause
"""


def write_handout(
    cohort: Cohort, module: str, target: Path, *, force: bool = False, package: Path | None = None
) -> Path:
    """Writes what learners can fetch now as one zip, whole or not at all; the same bytes as long as it is the same.

    Args:
        force: another file of that name may be replaced.
        package: the learner package (a wheel), to go along.
    Returns:
        The file.
    Raises:
        ReleaseError: nothing is released, it would leak, has names that Windows does not allow, or another file is
            there.
    """
    folder = outbound(cohort, module)
    release = load_release(folder, SCHEMAS)
    pinned = load_pinned(cohort.releases, module, release.release)
    refuse_leaks(
        folder,
        {item.id: item.key.model_dump(mode="json") for item in pinned.items.values() if item.assessed and item.key},
    )
    if bad := unfit_names(folder):
        raise ReleaseError("\n".join(bad))
    content = handout_bytes(cohort.name, module, folder, package)
    if target.exists() and not force and target.read_bytes() != content:
        raise ReleaseError(f"{display_path(target)}: another file of that name is there; --force replaces it")
    _write(target, content)
    return target


def handout_bytes(cohort: str, module: str, folder: Path, package: Path | None) -> bytes:
    """The zip of the released module in `folder`."""
    release = load_release(folder, SCHEMAS)
    top = f"curriculum-{cohort}"
    names = ["items.json", DUE, *(f"{notebook.slug}.ipynb" for notebook in release.notebooks)]
    files: dict[str, bytes] = {
        START_HERE: start_page(release.title, with_package=package is not None).encode(),
        "start.sh": _SH.encode(),
        "start.bat": _BAT.replace("\n", "\r\n").encode(),
        **{f"{module}/{name}": (folder / name).read_bytes() for name in names if (folder / name).is_file()},
    }
    if package is not None:
        files[package.name] = package.read_bytes()
    return _packed({f"{top}/{name}": content for name, content in files.items()})


def start_page(title: str, *, with_package: bool) -> str:
    """The page that says how to begin, in the interface's language."""
    steps = [step for step in _STEPS if step != "package" or not with_package]
    told = "".join(f"<li>{html.escape(words(f'handout-{step}'))}</li>" for step in steps)
    rest = "".join(f"<p>{html.escape(words(f'handout-{part}'))}</p>" for part in ("corrected", "trouble"))
    return (
        f'<!doctype html><html lang="{language()}" dir="{direction()}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(words('handout-title', module=title))}</title><style>{_STYLE}</style>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(words('handout-what'))}</p>"
        f"<h2>{html.escape(words('handout-begin'))}</h2><ol>{told}</ol>{rest}</html>\n"
    )


def _packed(files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # else the machine that it was made on would show
            info.external_attr = (0o100755 if name.endswith(".sh") else 0o100644) << 16
            archive.writestr(info, files[name])
    return whole.getvalue()


def _write(target: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.absolute().parent, prefix=".zip-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(permitted(0o666))
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
