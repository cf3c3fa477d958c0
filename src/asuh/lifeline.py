"""Processes of one installation live and die together."""

import os
import signal
import threading
import time


def end_with_parent() -> None:
    """End this process soon after the one that started it is gone, however that went.

    A server killed outright cannot tell its worker; a worker left behind would go on writing.
    """
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
