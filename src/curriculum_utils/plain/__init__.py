"""Lessons as ordinary forms, served by the Jupyter server itself: no JavaScript, no kernel, the same response log.

A Jupyter server extension. It is switched on by `labextension/config/jupyter_server_config.d`, which
`JUPYTER_CONFIG_PATH` leads to (`widgets.lab.lab_settings`).
"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

PAGES = "curriculum/plain"
"""Where the pages are, below the server's own address."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:  # pyright: ignore[reportUnusedFunction]
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: "ServerApp") -> None:  # pyright: ignore[reportUnusedFunction]
    """Adds the plain pages to a server, and lays the learner's own folder out where one is named."""
    # Here and not above: every Jupyter command looks at what extensions there are.
    from curriculum_utils.plain.extension import add_pages  # noqa: PLC0415

    add_pages(server, os.environ)
