"""The world of the matrix, somebody with a passphrase, and every line that is logged."""

from __future__ import annotations

from tests.accounts.conftest import cheap, mother
from tests.accounts.test_entering import deliver, letters
from tests.matrix.conftest import noon, trial
from tests.web.conftest import lines

__all__ = ["cheap", "deliver", "letters", "lines", "mother", "noon", "trial"]
