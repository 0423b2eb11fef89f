"""Three million answers import and score in minutes, within 4 GiB."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MINUTES, MEBIBYTES = 20, 4096


@pytest.mark.stress
def test_three_million_answers(
    tmp_path: Path, root: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "tests.survey.stress_run", str(tmp_path / "work")]
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    done = subprocess.run(
        command, cwd=root, env=os.environ | threads, capture_output=True, text=True, check=False,
        timeout=60 * MINUTES,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with capfd.disabled():
        sys.stdout.write(f"\n{done.stdout}")
    found = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert found["respondents"] == ["30400", "30400"]
    answers, accepted = map(int, found["answers"])
    assert accepted == answers > 0.97 * 30_400 * 100
    assert found["scored"] == found["intervals"] == ["38"]
    assert float(found["peak"][0]) < MEBIBYTES
    assert (
        sum(float(found[step][0]) for step in ("check", "import", "read", "score")) < 60 * MINUTES
    )
