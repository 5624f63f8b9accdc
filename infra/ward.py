"""What we started does not outlive us: a process that waits for our end, then kills what was entrusted to it.

Not the kernel's signal on the death of a parent: that one is sent when the *thread* ends that started the child, and tests
start servers from threads.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

_lock = threading.Lock()
_watchers: list[subprocess.Popen[bytes]] = []


def entrust(pid: int, began: int) -> None:
    """Have this process killed when we have ended; `began` as in `infra.processes`."""
    with _lock:
        if not _watchers:
            _watchers.append(
                subprocess.Popen([sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True)
            )
            atexit.register(_release)
        pipe = _watchers[0].stdin
        assert pipe is not None
        pipe.write(f"{pid} {began}\n".encode())
        pipe.flush()


def _release() -> None:
    for watcher in _watchers:
        watcher.communicate()  # closes the pipe: what still runs is killed now


def _watch() -> None:
    entrusted = [line.split() for line in sys.stdin]  # ends when the other end of the pipe is closed
    for pid, began in entrusted:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            if stat.rpartition(")")[2].split()[19] == began:
                os.kill(int(pid), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue


if __name__ == "__main__":
    _watch()
