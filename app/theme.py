"""The look of the window: one table of colours, one spacing scale, one stylesheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True)
class Theme:
    """Colours by their meaning.

    Text on every surface it is used on has a contrast of 4.5:1 or better.
    """

    ground: str  # behind everything
    panel: str  # docks, bars
    control: str  # buttons, fields
    raised: str  # hovered controls
    line: str  # borders and separators
    text: str
    quiet: str  # secondary text
    faint: str  # disabled text
    accent: str  # the one colour that means "this"
    on_accent: str
    good: str
    check: str
    poor: str


DARK = Theme(
    ground="#14161a",
    panel="#1c1f25",
    control="#282c34",
    raised="#343944",
    line="#2e333c",
    text="#e7e9ed",
    quiet="#a6adb9",
    faint="#6d7480",
    accent="#58a6ff",
    on_accent="#081a30",
    good="#4cc38a",
    check="#f0b849",
    poor="#ff7b72",
)

theme = DARK
"""The theme in use."""

SPACE = 4
"""The unit of the spacing scale, in device-independent pixels: 4, 8, 12, 16, 24."""

ICON = 18
ROW = 28
"""Height of a row of controls; targets are never smaller than 24."""


def apply(app: QApplication) -> None:
    """Dress the whole application."""
    app.setStyle("Fusion")
    font = QFont()
    font.setFamilies(["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"])
    font.setPixelSize(13)
    app.setFont(font)
    app.setPalette(_palette(theme))
    app.setStyleSheet(_stylesheet(theme))
    app.setWindowIcon(icon("facewright", theme.accent))


def _palette(t: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in {
        role.Window: t.panel,
        role.WindowText: t.text,
        role.Base: t.ground,
        role.AlternateBase: t.panel,
        role.Text: t.text,
        role.Button: t.control,
        role.ButtonText: t.text,
        role.BrightText: t.poor,
        role.ToolTipBase: t.raised,
        role.ToolTipText: t.text,
        role.PlaceholderText: t.faint,
        role.Highlight: t.accent,
        role.HighlightedText: t.on_accent,
        role.Link: t.accent,
        role.Light: t.raised,
        role.Midlight: t.control,
        role.Mid: t.line,
        role.Dark: t.ground,
        role.Shadow: "#000000",
    }.items():
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.faint))
    return palette


def _stylesheet(t: Theme) -> str:
    return f"""
QMainWindow, QDialog {{ background: {t.panel}; }}
QMainWindow::separator {{ background: {t.ground}; width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {t.accent}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line};
  padding: 6px 8px; }}
QMenuBar {{ background: {t.panel}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 5px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.raised}; }}
QMenu {{ background: {t.control}; border: 1px solid {t.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 10px; border-radius: 4px; }}
QMenu::item:selected {{ background: {t.raised}; }}
QMenu::item:disabled {{ color: {t.faint}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 6px; }}
QMenu::icon {{ padding-left: 8px; }}
QToolBar {{ background: {t.panel}; border: none; border-bottom: 1px solid {t.ground};
  padding: 4px 8px; spacing: 2px; }}
QToolBar::separator {{ background: {t.line}; width: 1px; margin: 6px 8px; }}
QToolBar QToolButton {{ padding: 5px; border-radius: 5px; border: 1px solid transparent; }}
QToolButton {{ border-radius: 5px; padding: 4px; border: 1px solid transparent;
  background: transparent; }}
QToolButton:hover {{ background: {t.raised}; }}
QToolButton:pressed {{ background: {t.ground}; }}
QToolButton:checked {{ background: #23405f; color: {t.text}; }}
QToolButton:focus {{ border: 1px solid {t.accent}; }}
QPushButton {{ background: {t.control}; border: 1px solid {t.line}; border-radius: 5px;
  padding: 6px 14px; min-height: 16px; }}
QPushButton:hover {{ background: {t.raised}; }}
QPushButton:pressed {{ background: {t.ground}; }}
QPushButton:focus {{ border: 1px solid {t.accent}; }}
QPushButton:disabled {{ color: {t.faint}; background: {t.panel}; }}
QPushButton:checked {{ background: #23405f; border-color: {t.accent}; }}
QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border: none;
  font-weight: 600; padding: 7px 15px; }}
QPushButton[role="primary"]:hover {{ background: #79b8ff; }}
QPushButton[role="primary"]:focus {{ border: 1px solid {t.text}; padding: 6px 14px; }}
QPushButton[role="primary"]:disabled {{ background: {t.control}; color: {t.faint}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QLineEdit {{ background: {t.ground}; border: 1px solid {t.line}; border-radius: 5px;
  padding: 5px 8px; selection-background-color: {t.accent};
  selection-color: {t.on_accent}; }}
QLineEdit:focus {{ border: 1px solid {t.accent}; }}
QLabel[role="small"] {{ color: {t.quiet}; font-size: 12px; }}
QLabel[role="small-strong"] {{ font-size: 12px; font-weight: 600; }}
QLabel[role="title"] {{ font-size: 15px; font-weight: 600; }}
QLabel[role="hero"] {{ font-size: 24px; font-weight: 600; }}
QLabel[role="section"] {{ color: {t.quiet}; font-size: 11px; font-weight: 600; }}
QCheckBox {{ spacing: 8px; min-height: 24px; }}
QCheckBox:focus {{ color: {t.accent}; }}
QComboBox {{ background: {t.control}; border: 1px solid {t.line}; border-radius: 5px;
  padding: 5px 8px; min-height: 16px; }}
QComboBox:hover {{ background: {t.raised}; }}
QComboBox:focus {{ border: 1px solid {t.accent}; }}
QComboBox:disabled {{ color: {t.faint}; background: {t.panel}; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: url({_file("arrow-grey")}); width: 14px; height: 14px; }}
QComboBox QAbstractItemView {{ background: {t.control}; border: 1px solid {t.line};
  selection-background-color: {t.raised}; selection-color: {t.text}; outline: none; }}
QCheckBox::indicator, QListWidget::indicator, QRadioButton::indicator {{ width: 14px;
  height: 14px; border: 1px solid {t.faint}; border-radius: 4px; background: {t.ground}; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover,
QListWidget::indicator:hover {{ border-color: {t.accent}; }}
QCheckBox::indicator:checked, QListWidget::indicator:checked {{ background: {t.accent};
  border-color: {t.accent}; image: url({_file("check-dark")}); }}
QRadioButton::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
  image: url({_file("dot-dark")}); }}
QCheckBox::indicator:disabled {{ border-color: {t.raised}; }}
QCheckBox:disabled {{ color: {t.faint}; }}
QRadioButton {{ spacing: 8px; min-height: 24px; }}
QDockWidget {{ color: {t.text}; font-weight: 600; }}
QDockWidget::title {{ background: {t.panel}; padding: 9px 12px 7px 12px; text-align: left; }}
QTabBar {{ background: {t.panel}; }}
QTabBar::tab {{ background: transparent; color: {t.quiet}; padding: 9px 12px 8px 12px;
  border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QScrollArea {{ border: none; background: {t.panel}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.raised}; border-radius: 3px; min-height: 32px;
  margin: 2px; }}
QScrollBar::handle:vertical:hover {{ background: {t.faint}; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {t.raised}; border-radius: 3px; min-width: 32px;
  margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QListWidget {{ background: {t.panel}; border: none; outline: none; }}
QListWidget::item {{ padding: 5px 8px; border-radius: 5px; }}
QListWidget::item:hover {{ background: {t.control}; }}
QListWidget::item:selected {{ background: #23405f; color: {t.text}; }}
QStatusBar {{ background: {t.panel}; color: {t.quiet}; border-top: 1px solid {t.ground};
  min-height: 28px; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel {{ color: {t.quiet}; font-size: 12px; padding: 0 8px; }}
QProgressBar {{ background: {t.ground}; border: none; border-radius: 3px; max-height: 6px;
  min-height: 6px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
"""


def _file(name: str) -> str:
    """Return the path of an icon as stylesheets want it: they read files alone."""
    return str(files("facewright.assets") / "icons" / f"{name}.svg").replace("\\", "/")


@cache
def _svg(name: str) -> str:
    source = files("facewright.assets") / "icons" / f"{name}.svg"
    return source.read_text(encoding="utf-8")


def pixmap(name: str, color: str | None = None, size: int = ICON, ratio: float = 2.0) -> QPixmap:
    """Return the icon `name` of `assets/icons` in one colour."""
    data = _svg(name).replace("currentColor", color or theme.text)
    renderer = QSvgRenderer(QByteArray(data.encode()))
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


def icon(name: str, color: str | None = None) -> QIcon:
    """Return the icon `name` with its faint form for disabled controls."""
    result = QIcon(pixmap(name, color))
    result.addPixmap(pixmap(name, theme.faint), QIcon.Mode.Disabled)
    return result
