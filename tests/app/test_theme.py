from __future__ import annotations

import gc
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QToolButton

from facewright.app import theme
from facewright.app.theme.colours import MARKS_ON, TEXT_ON, THEMES, contrast
from facewright.app.theme.icons import ThemeIconEngine
from facewright.viewer.grounds import GROUNDS

APP = Path(theme.__file__).parents[1]
ICONS = APP.parent / "assets" / "icons"


@pytest.fixture(autouse=True)
def as_before(qapp):
    yield
    theme.use()


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_every_pair_has_the_contrast_it_needs(look):
    for pairs, least in ((TEXT_ON, 4.5), (MARKS_ON, 3.0)):
        for color, grounds in pairs.items():
            for ground in grounds:
                ratio = contrast(getattr(look, color), getattr(look, ground))
                assert ratio >= least, f"{look.name}: {color} on {ground} has {ratio:.2f}"


def _code(color: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in color)


def test_words_in_the_3d_view_are_readable():
    assert set(GROUNDS) == set(THEMES)
    for ground in GROUNDS.values():
        for text in (ground.text, ground.quiet):
            for behind in (ground.low, ground.high):
                assert contrast(_code(text), _code(behind)) >= 4.5


@pytest.mark.parametrize("look", THEMES.values(), ids=THEMES)
def test_the_3d_view_belongs_to_its_theme(look):
    ground = GROUNDS[look.name]
    assert _code(ground.text) == look.text
    assert _code(ground.tones["chosen"]) == look.accent
    for tone, color in ground.tones.items():
        assert contrast(_code(color), _code(ground.plate)) >= 4.5, tone


def test_no_widget_bakes_a_colour():
    for path in APP.rglob("*.py"):
        if path.parent.name != "theme":
            baked = re.findall(r"[\"']#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))
            assert not baked or path.name == "sheet.py", f"{path.name}: {baked}"


def test_theme_and_text_size_change_while_running(qapp, qtbot):
    theme.use("dark")
    theme.apply(qapp)
    told = []
    theme.changed.connect(lambda: told.append(theme.theme.name))
    button = QToolButton()
    qtbot.addWidget(button)
    dark = qapp.palette().window().color().name()
    theme.use("light", 1.3)
    assert told == ["light"]
    assert theme.theme is theme.LIGHT
    assert qapp.palette().window().color().name() == theme.LIGHT.panel != dark
    assert button.palette().windowText().color().name() == theme.LIGHT.text
    assert qapp.font().pixelSize() == theme.text_size() == 17
    theme.use("light", 1.3)
    assert told == ["light"]


def test_the_system_is_followed_unless_a_theme_is_chosen(qapp, monkeypatch):
    def system(scheme: Qt.ColorScheme) -> None:
        monkeypatch.setattr(theme, "_system_scheme", lambda: scheme)
        QGuiApplication.styleHints().colorSchemeChanged.emit(scheme)

    theme.apply(qapp)
    theme.use("system")
    system(Qt.ColorScheme.Light)
    assert theme.theme is theme.LIGHT
    system(Qt.ColorScheme.Dark)
    assert theme.theme is theme.DARK
    system(Qt.ColorScheme.Unknown)
    assert theme.theme is theme.DARK
    theme.use("dark")
    system(Qt.ColorScheme.Light)
    assert theme.theme is theme.DARK


def _ink(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
    image = icon.pixmap(QSize(32, 32), 1.0, mode).toImage()
    spots = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    return max(spots, key=lambda color: color.alpha()).name()


def test_icons_follow_the_theme_and_are_faint_when_disabled(qapp):
    theme.use("dark")
    theme.apply(qapp)
    mark, tuned = theme.icon("head"), theme.icon("head", "accent")
    assert _ink(mark) == theme.DARK.text
    theme.use("light")
    assert _ink(mark) == theme.LIGHT.text
    assert _ink(tuned) == theme.LIGHT.accent
    assert _ink(QIcon(tuned)) == theme.LIGHT.accent
    assert _ink(mark, QIcon.Mode.Disabled) == theme.LIGHT.faint


def test_icons_are_sharp_at_any_scale(qapp):
    for ratio in (1.0, 1.5, 2.0):
        image = theme.icon("head").pixmap(QSize(18, 18), ratio)
        assert image.size() == QSize(18, 18) * ratio
        assert image.devicePixelRatio() == ratio


def test_icons_outlive_what_qt_and_python_do_to_them(qapp):
    for number in range(2000):
        first = QIcon(ThemeIconEngine("head", "text", lambda: theme.DARK))
        other = QIcon(first)
        if number % 2:
            other.addPixmap(QPixmap(2, 2))  # Qt parts the two: the engine is cloned
        ring = [first]
        ring.append(ring)  # only the garbage collector frees it
        del first, ring
        if number % 200 == 0:
            gc.collect()
            assert _ink(other) == theme.DARK.text
    del other
    gc.collect()
    theme.icon.cache_clear()
    assert _ink(theme.icon("head", "accent")) == theme.theme.accent


def test_icons_are_of_one_family():
    for path in ICONS.glob("*.svg"):
        drawing = path.read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in drawing, path.name
        if not path.stem.endswith(("-dark", "-light")):  # those that stylesheets read
            assert "currentColor" in drawing, path.name
            assert 'stroke-width="1.75"' in drawing, path.name
            assert "#" not in drawing, path.name


def test_every_icon_that_is_named_is_drawn():
    named = set()
    for path in APP.rglob("*.py"):
        named |= set(re.findall(r"theme\.icon\(\"([\w-]+)\"", path.read_text(encoding="utf-8")))
    assert named
    assert not named - {path.stem for path in ICONS.glob("*.svg")}


def test_dressing_twice_costs_nothing(qapp):
    theme.apply(qapp)
    sheet = qapp.styleSheet()
    told = []
    theme.changed.connect(lambda: told.append(1))
    theme.apply(QApplication.instance())
    assert qapp.styleSheet() == sheet
    assert not told


def test_a_program_that_had_icons_ends_in_peace():
    code = (
        "from PySide6.QtWidgets import QApplication\n"
        "from facewright.app import theme\n"
        "def main():\n"
        "    app = QApplication([])\n"
        "    theme.apply(app)\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
