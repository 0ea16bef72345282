"""How a lesson comes up: with one kernel, started early, and with the scripts that draw it, asked for where missed."""

import pytest
from browser_pages import Lesson

from curriculum_utils.widgets.shared_scripts import LOADER

pytestmark = pytest.mark.browser


def kernels(lesson: Lesson) -> int:
    return len(lesson.server.api("api/kernels"))


def test_a_lesson_has_one_kernel_and_keeps_it_over_a_reload(lesson: Lesson):
    asked = []
    lesson.page.on("request", lambda request: asked.append(request.method) if "api/sessions" in request.url else None)
    lesson.open()
    assert kernels(lesson) == 1
    # JupyterLab found the session that the lesson page had started: nobody else asked for one.
    assert asked.count("POST") == 1
    lesson.reload()
    assert kernels(lesson) == 1


def test_no_menu_of_kernels_and_cells_stands_above_a_lesson_or_the_start_page(lesson: Lesson):
    page = lesson.open().page
    assert page.get_by_text("Kernel", exact=True).filter(visible=True).count() == 0
    assert page.get_by_role("menuitem").filter(visible=True).count() == 0
    lesson.open_start()
    assert page.get_by_role("menuitem").filter(visible=True).count() == 0


def test_a_notebook_that_is_no_lesson_is_left_to_jupyterlab(lesson: Lesson):
    path = lesson.folder / "1-look.ipynb"
    path.write_text(path.read_text("utf-8").replace('show(\\"fs-choose\\")', "1 + 1"), "utf-8")
    asked = []
    lesson.page.on("request", lambda request: asked.append(request.method) if "api/sessions" in request.url else None)
    lesson.goto()
    lesson.page.locator(".jp-CodeCell").first.wait_for(timeout=60_000)
    lesson.page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'")
    assert kernels(lesson) == 1
    assert lesson.page.locator(".cu-lesson").count() == 0


def test_a_page_that_missed_the_scripts_asks_for_them(lesson: Lesson):
    # A page in whose place the first sending comes to nothing.
    name = LOADER.split('"')[1]
    lesson.page.add_init_script(f"""(() => {{
        let come, times = 0;
        const scripts = new Promise((resolve) => {{ come = resolve; }});
        globalThis["{name}"] = {{ scripts, come: (types) => {{ if ((times += 1) > 1) come(types); }} }};
    }})()""")
    item = lesson.open().exercise("The form, once more")
    item.get_by_role("radio", name="That form weighs on you").check()
    item.get_by_role("button", name="Check my answer").click()
    item.get_by_text("This fits.").wait_for()
