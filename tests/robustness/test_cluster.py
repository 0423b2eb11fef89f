"""On a dask cluster: the same bytes, also when a worker dies in the middle."""

from __future__ import annotations

import importlib
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from erat.errors import ParameterError
from erat.files import library_digest
from erat.robustness.engine import Evaluated
from erat.robustness.uncertainty import uncertainty
from erat.robustness.workers import _block_of, evaluate
from tests.robustness.cases import simulated, study
from tests.small import framework

FACTORS = """
{name: n, at: normalize, choices: [{method: minmax, range: [1, 100]}, rank]}
{name: a, at: aggregate.method, choices: [arithmetic, geometric, copeland]}
{name: weights, at: weights, perturb: {relative: 0.25}}
"""


@pytest.mark.stress
@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_dies_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erat.robustness.engine.BLOCK_VALUES", 8 * 16)
    tree = framework()
    panel = simulated(tree)
    found = uncertainty(panel, tree, study(tmp_path, FACTORS), n=128, jobs=1)
    here = [block for _, block in evaluate(found.task, jobs=1)]
    assert len(here) > 40
    distributed: Any = importlib.import_module("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        there: list[Evaluated] = []
        for number, block in evaluate(found.task, scheduler=cluster.scheduler_address):
            assert number == len(there)
            there.append(block)
            if number == 5:
                with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
                    workers = client.run(os.getpid)
                os.kill(sorted(workers.values())[0], signal.SIGKILL)
    assert len(there) == len(here)
    for one, other in zip(here, there, strict=True):
        for a, b in zip(one[:3], other[:3], strict=True):
            assert np.asarray(a).tobytes() == np.asarray(b).tobytes()
        assert one.problems == other.problems


def test_a_worker_with_another_library_is_refused(tmp_path: Path) -> None:
    tree = framework()
    task = uncertainty(simulated(tree), tree, study(tmp_path, FACTORS), n=8, jobs=1).task
    with pytest.raises(ParameterError, match="a worker with another e-RAT"):
        _block_of(task, "another", 0)
    assert _block_of(task, library_digest(), 0).scores.size


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_without_workers_is_refused(tmp_path: Path) -> None:
    tree = framework()
    distributed: Any = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=None) as cluster,
        pytest.raises(ParameterError, match="without workers"),
    ):
        uncertainty(
            simulated(tree),
            tree,
            study(tmp_path, FACTORS),
            n=8,
            scheduler=cluster.scheduler_address,
        )
