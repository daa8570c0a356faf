"""Build the web client into client/dist before a distribution is put together."""

import shutil
import subprocess
from pathlib import Path

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClientHook(BuildHookInterface[BuilderConfig]):
    """Runs npm, unless the install is editable or the built client is already there.

    An sdist carries the built client, so a wheel is made from it without Node.
    """

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Make sure client/dist exists.

        Args:
            version: "standard" or "editable"; the latter serves what `make setup` builds.
            build_data: what hatchling puts into the distribution; nothing is added here.

        Raises:
            RuntimeError: a checkout without Node was to be made into a distribution.
        """
        client = Path(self.root, "client")
        if version == "editable" or (client / "dist" / "index.html").exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("building tongke from a checkout needs Node.js (npm)")
        subprocess.run([npm, "ci"], cwd=client, check=True)
        subprocess.run([npm, "run", "build"], cwd=client, check=True)
