"""Before a distribution is put together: the web client into client/dist, compiled twins."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD = Path("signaling/compiled/build.py")
TWINS = (Path("server/media/twin"), Path("recorder/twin"))


class BuildHook(BuildHookInterface[BuilderConfig]):
    """Runs npm and the C compiler, unless the install is editable: `make setup` builds for that.

    An sdist carries the built client, so a wheel is made from it without Node. Without a compiler
    the wheel is one of pure Python, which serves too.
    """

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Make sure client/dist exists, and in a wheel the compiled twins.

        Args:
            version: "standard" or "editable"; the latter serves what `make setup` builds.
            build_data: what hatchling puts into the distribution; a wheel with compiled twins is
                marked as one for this kind of machine.

        Raises:
            RuntimeError: a checkout without Node was to be made into a distribution.
        """
        if version == "editable":
            return
        self._web_client()
        if self.target_name == "wheel" and self._compiled_twins():
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-linux_{platform.machine()}"

    def _web_client(self) -> None:
        client = Path(self.root, "client")
        if (client / "dist" / "index.html").exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("building tongke from a checkout needs Node.js (npm)")
        subprocess.run([npm, "ci"], cwd=client, check=True)
        subprocess.run([npm, "run", "build"], cwd=client, check=True)

    def _compiled_twins(self) -> bool:
        """Build them; a machine without a compiler says so and has none."""
        folders = [Path(self.root, each) for each in TWINS]
        subprocess.run(
            [sys.executable, str(Path(self.root, BUILD)), *map(str, folders)], check=True
        )
        return all((each / "libtwin.so").exists() for each in folders)
