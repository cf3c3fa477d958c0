"""Processes of one installation live and die together."""

import os
import signal
import threading
import time

VARIABLE = "ASUH_SERVER_PROCESS"


def hold_line() -> None:
    """Whatever this process starts from now on ends with it, if it calls `end_with_server`."""
    os.environ[VARIABLE] = str(os.getpid())


def end_with_server() -> None:
    """End this process soon after the server that started it is gone, however that went.

    A server killed outright cannot tell its worker; a worker left behind would go on writing.
    Does nothing in a process that no server started.
    """
    server = int(os.environ.get(VARIABLE, 0))
    if not server:
        return

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
