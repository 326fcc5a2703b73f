"""Worker processes that a test starts, talks to and ends."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass
class Started:
    process: subprocess.Popen[str]

    def expect(self, line: str) -> None:
        assert self._pipe(self.process.stdout).readline().strip() == line

    def say(self, line: str) -> None:
        pipe = self._pipe(self.process.stdin)
        pipe.write(line + "\n")
        pipe.flush()

    def kill(self) -> None:
        """As a power cut would: SIGKILL."""
        self.process.kill()
        self.end()

    def end(self) -> int:
        """Wait for its end and return its code."""
        self.process.communicate(timeout=60)
        return self.process.returncode

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def start(root: Path, *arguments: str, module: str = "tests.core.job_process") -> Started:
    """``python -m module arguments…`` from the project's root."""
    return Started(
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    )
