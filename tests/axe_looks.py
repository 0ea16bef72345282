"""What axe-core finds in our own parts of a page; JupyterLab's own are not ours to mend."""

from axe_playwright_python.sync_playwright import Axe
from lesson_states import OURS

SIGNS = ("shortTextContent", "nonBmp")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def found(page, parts: str = OURS) -> list[str]:
    """What axe finds in `parts` (selectors, with commas), one line a violation: rule, place, help."""
    # axe passes over what is scrolled out of sight, and over all that lies in JupyterLab's body, which is 0 px high.
    page.add_style_tag(content="body { height: 100vh }")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": 9000})
    options = {"runOnly": {"type": "tag", "values": STANDARDS}}
    result = Axe().run(page, {"include": [[part] for part in parts.split(", ")]}, options).response
    page.set_viewport_size(size)
    # A doubt about contrast counts as found, but for our signs: of a single character, or a tick, axe never decides.
    doubts = [
        {**one, "nodes": [node for node in one["nodes"] if not any(sign in str(node["any"]) for sign in SIGNS)]}
        for one in result["incomplete"]
        if one["id"] == "color-contrast"
    ]
    return [
        f"{one['id']} at {' '.join(map(str, node['target']))}: {one['help']}; {node['failureSummary']}"
        for one in [*result["violations"], *doubts]
        for node in one["nodes"]
    ]


def theme(page, name: str) -> None:
    """JupyterLab's theme follows the system's, as learners have it set."""
    page.emulate_media(color_scheme=name)
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{'true' if name == 'light' else 'false'}'")
    # Its style sheet is fetched, and our colours pass into each other.
    page.wait_for_timeout(400)


def found_light_and_dark(page, parts: str = OURS) -> list[str]:
    """The same in both themes; the page is left in the light one."""
    seen: list[str] = []
    for name in ("dark", "light"):
        theme(page, name)
        seen += [f"{name}: {line}" for line in found(page, parts)]
    return seen
