"""A real worker process: ``python -m tests.core.worker_process URL``. Its "slow" jobs take a second."""

from __future__ import annotations

import sys
import time
from typing import Any

from sqlalchemy.orm import Session

from portal.core.config import Settings
from portal.worker import run_worker
from tests.core.job_process import count


def slow(db: Session, args: dict[str, Any]) -> None:
    print("begun", flush=True)
    time.sleep(1)
    count(db, args)


if __name__ == "__main__":
    settings = Settings(database_url=sys.argv[1], vault_url="", secret_key="", vault_keys={})
    run_worker(settings, {"slow": slow})
