"""Voilà as learners get it: the modules in a folder, from the start page on, nothing from elsewhere, behind a token.

python -m curriculum_utils.widgets.voila_app --Voila.root_dir=FOLDER --Voila.port=PORT, with the environment that
`lab.lab_settings` gives, which is where Voilà finds the template. Voilà asks nobody who they are unless told to, and
then opens a browser without the token.
"""

import webbrowser
from typing import Any, cast

from traitlets.config import Config
from voila.app import Voila

from curriculum_utils.widgets.lab import START_PAGE

TEMPLATE = "curriculum"
# What a learner's page links to beside lessons: pictures, files to pass on, feedback that came back.
SERVED = [r".*\.(png|jpg|gif|svg)", r"(.*/)?to-hand-in/[^/]+\.zip", r".*/feedback/[^/]+/[^/]+\.html"]


class LearnerVoila(Voila):
    """Voilà with this package's template; its browser window opens at the start page."""

    def initialize(self, argv: list[str] | None = None) -> None:
        mine = Config(
            {
                "Voila": {"ip": "127.0.0.1", "auto_token": True},
                "VoilaConfiguration": {
                    "template": TEMPLATE,
                    "allow_template_override": "NO",
                    "allow_theme_override": "NO",
                    "file_allowlist": SERVED,
                    # What draws widgets, and no extension of JupyterLab's: those find nothing here that they know.
                    "extension_allowlist": ["anywidget", "@voila-dashboards/widgets-manager8"],
                },
            }
        )
        cast(Any, self).update_config(mine)
        cast(Any, super()).initialize(argv)

    def launch_browser(self) -> None:
        webbrowser.open(self.start_address())

    def start_address(self) -> str:
        """The start page's address, with the token where one is asked for."""
        app = cast(Any, self)
        token = app.identity_provider.token
        return f"{app.connection_url}voila/render/{START_PAGE}" + (f"?token={token}" if token else "")


if __name__ == "__main__":
    cast(Any, LearnerVoila).launch_instance()
