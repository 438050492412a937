"""The one stylesheet. Widgets are told apart by kind and by the property `role`.

Roles
-----
labels : hero, title, section, strong, small, small-strong, keys
buttons : primary, plain (no ground), link, heading (of a group that folds), tile (a picture with a
    name), danger
frames : card (a raised surface), drop and drop-over, page (the ground), banner-good, -check,
    -poor, -info
"""

from __future__ import annotations

import re

from facewright.app.theme.colours import Theme
from facewright.app.theme.icons import path

TYPE = {"tiny": 11, "small": 12, "base": 13, "title": 15, "large": 18, "hero": 24}
"""The type scale: heights of texts in device-independent pixels."""


def stylesheet(t: Theme, size: float) -> str:
    """Return the style sheet of a theme with texts `size` times as high as designed."""
    sheet = _BARS + _BUTTONS + _FIELDS + _LABELS + _CONTAINERS
    values = {name: getattr(t, name) for name in Theme.__dataclass_fields__}
    values |= {f"px_{step}": f"{round(px * size)}px" for step, px in TYPE.items()}
    values |= {
        "arrow": path(f"arrow-{t.name}"),
        "tick": path(f"tick-{t.name}"),
        "dot": path(f"dot-{t.name}"),
    }
    return re.sub(r"@(\w+)", lambda match: str(values[match[1]]), sheet)


_BARS = """
QMainWindow, QDialog { background: @panel; }
QMainWindow::separator { background: @ground; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: @accent; }
QToolTip { background: @raised; color: @text; border: 1px solid @edge; padding: 6px 8px; }
QMenuBar { background: @panel; padding: 2px 4px; }
QMenuBar::item { padding: 5px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @control; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 4px; color: @text; }
QMenu::item:selected { background: @selected; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QMenu::icon { padding-left: 8px; }
QMenu::icon:checked { background: @selected; border: 1px solid @accent; border-radius: 4px; }
QToolBar { background: @panel; border: none; border-bottom: 1px solid @ground;
  padding: 4px 8px; spacing: 2px; }
QToolBar::separator { background: @line; width: 1px; margin: 6px 8px; }
QToolBar QToolButton { padding: 5px; }
QToolBar QToolButton::menu-indicator { image: url(@arrow); width: 10px; height: 10px;
  subcontrol-origin: padding; subcontrol-position: center right; right: 1px; }
QToolBar QToolButton[popupMode="2"] { padding-right: 15px; }
QStatusBar { background: @panel; color: @quiet; border-top: 1px solid @ground;
  min-height: 28px; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @quiet; font-size: @px_small; padding: 0 8px; }
QStatusBar QLabel[role="badge"] { padding: 2px 8px; }
QProgressBar { background: @ground; border: none; border-radius: 3px; max-height: 6px;
  min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
"""

_BUTTONS = """
QToolButton { border-radius: 5px; padding: 4px; border: 1px solid transparent;
  background: transparent; color: @text; }
QToolButton[toolButtonStyle="2"] { qproperty-iconSize: 20px 16px; }
QToolButton:hover { background: @raised; }
QToolButton:pressed { background: @ground; }
QToolButton:checked { background: @selected; border-color: @accent; }
QToolButton:disabled { color: @faint; }
QToolButton:checked:disabled { background: transparent; border-color: @line; }
QToolButton:focus { border: 2px solid @accent; padding: 3px; }
QToolBar QToolButton:focus { padding: 4px; }
QToolButton[role="heading"] { font-weight: 600; padding: 5px 6px 5px 0; text-align: left; }
QToolButton[role="heading"]:checked { background: transparent; border-color: transparent; }
QToolButton[role="heading"]:hover { background: @control; }
QToolButton[role="heading"]:focus { border: 2px solid @accent; padding: 4px 5px 4px 0; }
QToolButton[role="tile"] { font-size: @px_tiny; padding: 2px; }
QToolButton[role="tile"]:focus { padding: 1px; }
QPushButton { background: @control; border: 1px solid @edge; border-radius: 5px;
  padding: 6px 14px; min-height: 16px; color: @text; qproperty-iconSize: 20px 16px; }
QPushButton:hover { background: @raised; }
QPushButton:pressed { background: @ground; }
QPushButton:focus { border: 2px solid @accent; padding: 5px 13px; }
QPushButton:disabled { color: @faint; background: @panel; border-color: @line; }
QPushButton:checked { background: @selected; border-color: @accent; }
QPushButton[role="primary"] { background: @accent; color: @on_accent; font-weight: 600;
  border: 1px solid @accent; }
QPushButton[role="primary"]:hover { background: @accent_raised; }
QPushButton[role="primary"]:pressed { background: @accent; border-color: @text; }
QPushButton[role="primary"]:focus { border: 2px solid @text; padding: 5px 13px; }
QPushButton[role="primary"]:disabled { background: @control; color: @faint;
  border-color: @line; }
QPushButton[role="plain"] { background: transparent; border: 1px solid transparent; }
QPushButton[role="plain"]:hover { background: @raised; }
QPushButton[role="plain"]:pressed { background: @ground; }
QPushButton[role="plain"]:focus { border: 2px solid @accent; padding: 5px 13px; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent;
  color: @accent; padding: 4px 6px; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 2px solid @accent; padding: 3px 5px; }
QPushButton[role="link"]:disabled { color: @faint; text-decoration: none; }
QPushButton[role="small"] { padding: 1px 10px; min-height: 20px; }
QPushButton[role="small"]:focus { padding: 0 9px; }
QPushButton[role="strong"], QRadioButton[role="strong"] { font-weight: 600; }
QPushButton[role="danger"] { color: @poor; }
QPushButton[role="danger"]:disabled { color: @faint; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
"""

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QKeySequenceEdit {
  background: @field; color: @text; border: 1px solid @edge; border-radius: 5px;
  padding: 5px 8px; selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit { min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus {
  border: 2px solid @accent; padding: 4px 7px; }
QLineEdit:disabled, QAbstractSpinBox:disabled { color: @faint; border-color: @line; }
QKeySequenceEdit { padding: 0; border: none; }
QLineEdit[role="inline"] { padding: 1px 4px; min-height: 0; }
QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; border-radius: 4px;
  border: 2px solid transparent; padding: 0 4px 0 2px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid @accent; }
QCheckBox:disabled, QRadioButton:disabled { color: @faint; }
QCheckBox::indicator, QListWidget::indicator, QTreeWidget::indicator,
QTableWidget::indicator, QRadioButton::indicator {
  width: 14px; height: 14px; border: 1px solid @edge; border-radius: 4px; background: @field; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover,
QListWidget::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked, QListWidget::indicator:checked, QTreeWidget::indicator:checked,
QTableWidget::indicator:checked {
  background: @accent; border-color: @accent; image: url(@tick); }
QRadioButton::indicator:checked { background: @accent; border-color: @accent;
  image: url(@dot); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @line; }
QCheckBox::indicator:checked:disabled { background: @faint; border-color: @faint; }
QComboBox { background: @control; color: @text; border: 1px solid @edge; border-radius: 5px;
  padding: 5px 8px; min-height: 16px; }
QComboBox:hover { background: @raised; }
QComboBox:focus { border: 2px solid @accent; padding: 4px 7px; }
QComboBox:disabled { color: @faint; background: @panel; border-color: @line; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(@arrow); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @control; border: 1px solid @line; padding: 2px;
  selection-background-color: @selected; selection-color: @text; outline: none; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @track; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
  background: @text; border: 1px solid @panel; }
QSlider::handle:horizontal:focus { background: @accent; border: 2px solid @text; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled {
  background: @faint; }
"""

_LABELS = """
QLabel[role="tiny"] { color: @quiet; font-size: @px_tiny; }
QLabel[role="small"] { color: @quiet; font-size: @px_small; }
QLabel[role="small-strong"] { font-size: @px_small; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="title"] { font-size: @px_title; font-weight: 600; }
QLabel[role="large"] { font-size: @px_large; font-weight: 600; }
QLabel[role="hero"] { font-size: @px_hero; font-weight: 600; }
QLabel[role="section"] { color: @quiet; font-size: @px_tiny; font-weight: 600; }
QLabel[role="keys"] { background: @control; border: 1px solid @edge; border-radius: 4px;
  padding: 1px 6px; font-size: @px_small; color: @text; }
QLabel[role="good"] { color: @good; }
QLabel[role="check"] { color: @check; }
QLabel[role="poor"] { color: @poor; }
QLabel[role="badge"] { background: @control; border-radius: 4px; padding: 4px 10px 4px 8px; }
"""

_CONTAINERS = """
QDialog[role="palette"] { background: @control; border: 1px solid @edge; border-radius: 8px; }
QDialog[role="palette"] QListView { background: @control; }
QWidget[role="page"] { background: @ground; }
QFrame[role="card"] { background: @control; border: 1px solid @line; border-radius: 8px; }
QFrame[role="drop"], QFrame[role="drop-over"] { background: @panel;
  border: 2px dashed @edge; border-radius: 12px; }
QFrame[role="drop-over"] { background: @selected; border: 2px solid @accent; }
QFrame[role="line"] { background: @line; border: none; }
QFrame[role="banner-good"], QFrame[role="banner-check"], QFrame[role="banner-poor"],
QFrame[role="banner-info"] { background: @control; border: none;
  border-bottom: 1px solid @ground; }
QFrame[role="banner-good"] { border-left: 3px solid @good; }
QFrame[role="banner-check"] { border-left: 3px solid @check; }
QFrame[role="banner-poor"] { border-left: 3px solid @poor; }
QFrame[role="banner-info"] { border-left: 3px solid @accent; }
QDockWidget { color: @text; font-weight: 600; }
QDockWidget::title { background: @panel; padding: 9px 12px 7px 12px; text-align: left; }
QTabBar { background: @panel; }
QTabBar::tab { background: transparent; color: @quiet; padding: 9px 8px 8px 8px;
  border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:first { margin-left: 4px; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @text; background: @selected; }
QTabWidget::pane { border: none; }
QScrollArea { border: none; background: @panel; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar::handle:vertical { background: @edge; border-radius: 3px; min-height: 32px;
  margin: 3px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle:horizontal { background: @edge; border-radius: 3px; min-width: 32px;
  margin: 3px; }
QScrollBar::handle:hover { background: @quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QListView, QTreeView, QTableView { background: @panel; color: @text; border: none;
  outline: none; alternate-background-color: @panel; }
QListView:focus, QTreeView:focus, QTableView:focus { border: 1px solid @accent;
  border-radius: 5px; }
QListView::item { padding: 5px 8px; border-radius: 5px; }
QTreeView::item, QTableView::item { padding: 3px 6px; min-height: 22px; }
QListView::item:hover, QTreeView::item:hover { background: @control; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
  background: @selected; color: @text; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @quiet; border: none;
  border-bottom: 1px solid @line; padding: 5px 9px; font-size: @px_small; }
QTableView { gridline-color: @line; }
QTextBrowser { background: @panel; border: none; padding: 0; }
"""
