"""A network namespace for a bench: nothing but loopback and one more interface, gone at its end.

Some servers skip loopback interfaces. Packets to an address of this machine take the same way
through the kernel whichever interface has it.
"""

import os
import shutil
import sys

ADDRESS = "10.99.0.1"
"""Of the other interface."""
_INSIDE = "TONGKE_BENCH_NAMESPACE"
_SCRIPT = (
    "ip link set lo up && ip link add bench0 type veth peer name bench1"
    f" && ip address add {ADDRESS}/24 dev bench0"
    " && ip link set bench0 up && ip link set bench1 up"
    ' && exec "$0" "$@"'
)


def enter(module: str, arguments: list[str]) -> None:
    """Run `python -m module` again, inside; returns at once where that has been done.

    Raises:
        RuntimeError: this needs Linux, root, `unshare` and `ip`.
    """
    if os.environ.get(_INSIDE):
        return
    unshare = shutil.which("unshare")
    if unshare is None or shutil.which("ip") is None or os.geteuid() != 0:
        raise RuntimeError("the comparison needs root, unshare (util-linux) and ip (iproute2)")
    command = [unshare, "--net", "--", "sh", "-c", _SCRIPT]
    command += [sys.executable, "-m", module, *arguments]
    os.execve(unshare, command, {**os.environ, _INSIDE: "1"})
