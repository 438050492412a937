"""A short walk of the monkey over the toy head; `tests/benchmarks/bench_monkey.py` goes far."""

from __future__ import annotations

import pytest
from monkey import visit
from toy import ToyStore
from watch import Living, Watch

SEEDS = ("1", "2", "3")
ACTIONS = 30


@pytest.fixture(scope="module")
def themed(qapp):
    """Undo what the monkey chooses for the whole program."""
    from facewright.app import theme

    theme.apply(qapp)
    yield
    theme.use("system", 1.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_actions_end_well_and_leave_nothing(themed, qapp, tmp_path, seed):
    before, trace = Living.now(), []
    with Watch() as watch:
        for _ in visit(ToyStore(), tmp_path, seed, ACTIONS, write=trace.append):
            assert not watch.look(), "\n".join([*trace[-20:], *watch.faults])
        left = Living.now().left_since(before)
    assert not watch.faults, "\n".join([*trace[-20:], *watch.faults])
    assert not left, "\n".join([*trace[-20:], *left])


def test_the_watch_sees_what_goes_wrong(qapp):
    import logging

    from PySide6.QtCore import QTimer, qWarning
    from PySide6.QtWidgets import QPushButton, QWidget
    from vtkmodules.vtkCommonCore import vtkOutputWindow

    def broken() -> None:
        raise ValueError("out of a slot")

    before = Living.now()
    with Watch() as watch:
        button = QPushButton()
        button.clicked.connect(broken)
        button.click()
        button.deleteLater()
        qWarning("from Qt")
        vtkOutputWindow.GetInstance().DisplayErrorText("from VTK")
        logging.getLogger("facewright").error("from the log")
        kept, timer = QWidget(), QTimer()
        timer.start(1000)
        left = Living.now().left_since(before)
    text = "\n".join(watch.faults)
    for what in ("out of a slot", "from Qt", "from VTK", "from the log"):
        assert what in text
    assert left == ["1 widgets", "1 timers"]
    timer.stop()
    kept.deleteLater()
