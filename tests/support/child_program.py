"""A child process for tests of how children are kept: echoes, dies or hangs as it is told."""

import argparse
import os
import socket
import time

from tests.support.child_words import NOTICE, REQUEST, Echoed, Ready, Said


def main() -> None:
    """Speak over the control socket until it closes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control-fd", type=int, required=True)
    options = parser.parse_args()
    control = socket.socket(fileno=options.control_fd)
    control.sendall(NOTICE.dump_json(Ready(pid=os.getpid())) + b"\n")
    with control.makefile("rb") as lines:
        for line in lines:
            request = REQUEST.validate_json(line)
            if request.word == "die":
                os._exit(1)
            elif request.word == "babble":
                control.sendall(b"no notice\n")
            elif request.word == "hang":
                time.sleep(60)
            elif request.word == "hint":
                control.sendall(NOTICE.dump_json(Said(word="hint")) + b"\n")
            else:
                reply = Echoed(id=request.id, word=request.word)
                control.sendall(NOTICE.dump_json(reply) + b"\n")


if __name__ == "__main__":
    main()
