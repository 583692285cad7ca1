"""Colours, type sizes and the style sheet of the desktop (desktop.md §7). Measured contrast, shapes beside colours."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

BACKGROUND = "#F4F6F9"
SURFACE = "#FFFFFF"
INK = "#1A1F26"
INK2 = "#4A5563"
BORDER = "#7D8898"
DIVIDER = "#D5DBE3"
BRAND = "#0B5FA5"
DEEP = "#0A4A6B"
GREEN, YELLOW, RED, GRAY = "#00805A", "#FFC20E", "#A8071A", "#4A5563"
FAMILIES = ["Noto Sans CJK SC", "Source Han Sans SC", "HarmonyOS Sans SC", "Microsoft YaHei UI"]

FILL = {"green": (GREEN, "#FFFFFF"), "yellow": (YELLOW, INK), "red": (RED, "#FFFFFF"), "unknown": (GRAY, "#FFFFFF")}
DOT = {"good": GREEN, "wait": "#7D8898", "warn": "#C98A00", "bad": RED}

SHEET = f"""
* {{ font-size: 18px; color: {INK}; }}
QMainWindow, QWidget#page, QDialog#page {{ background: {BACKGROUND}; }}
QFrame#card {{ background: {SURFACE}; border: 1px solid {DIVIDER}; border-radius: 6px; }}
QLabel#title {{ font-size: 26px; font-weight: 600; color: {DEEP}; }}
QLabel#section {{ font-size: 20px; font-weight: 600; color: {DEEP}; }}
QLabel#hint {{ font-size: 16px; color: {INK2}; }}
QLabel#label {{ font-size: 16px; color: {INK2}; }}
QLabel#big {{ font-size: 30px; font-weight: 600; }}
QLabel#number {{ font-size: 40px; font-weight: 600; color: {DEEP}; }}
QLabel#sentence {{ font-size: 20px; }}
QLabel#proof {{ font-size: 18px; font-weight: 600; color: {INK}; }}
QLabel#wrong {{ font-size: 18px; color: {RED}; }}
QLabel#rehearsal {{ background: #FFF3D1; color: #6B4B00; padding: 4px 12px; font-size: 16px; }}
QWidget#bar {{ background: {DEEP}; }}
QWidget#bar QLabel {{ color: white; }}
QWidget#bar QLabel#rehearsal {{ color: #6B4B00; }}
QWidget#bar QLabel#app {{ font-size: 22px; font-weight: 600; }}
QWidget#side {{ background: #0D3C57; }}
QWidget#side QPushButton {{ color: #DCE8F0; background: transparent; border: 0; text-align: left; padding: 0 16px;
  min-height: 32px; max-height: 46px; font-size: 18px; border-left: 5px solid transparent; }}
QWidget#side QPushButton:checked {{ color: white; background: #14557A; border-left: 5px solid #C89B3C;
  font-weight: 600; }}
QWidget#side QPushButton:focus {{ outline: none; border-left: 5px solid #DCE8F0; }}
QWidget#strip {{ background: {SURFACE}; border-top: 1px solid {DIVIDER}; }}
QWidget#strip QLabel {{ font-size: 16px; color: {INK2}; }}
QWidget#keys {{ background: #E8EDF3; }}
QWidget#keys QLabel {{ font-size: 16px; color: {INK2}; }}
QLineEdit, QComboBox, QDateEdit {{ background: white; border: 1px solid {BORDER}; border-radius: 5px; min-height: 42px;
  padding: 0 10px; font-size: 20px; selection-background-color: {BRAND}; }}
QLineEdit:focus, QComboBox:focus {{ border: 3px solid {BRAND}; padding: 0 8px; }}
QLabel#scan-pane {{ background: #EEF1F5; color: {INK2}; border: 1px dashed {BORDER}; border-radius: 5px;
  min-height: 42px; padding: 0 10px; font-size: 20px; }}
QLabel#scan-pane:focus {{ background: #E3F3EC; color: {GREEN}; border: 3px solid {GREEN}; padding: 0 8px;
  font-weight: 600; }}
QPushButton {{ background: white; border: 1px solid {BORDER}; border-radius: 5px; min-height: 44px; padding: 0 18px; }}
QPushButton:focus {{ border: 3px solid {BRAND}; }}
QPushButton:disabled {{ color: #8A94A3; background: #EEF1F5; border-color: {DIVIDER}; }}
QPushButton#primary {{ background: {BRAND}; color: white; border: 0; font-size: 20px; font-weight: 600;
  padding: 0 26px; }}
QPushButton#primary:focus {{ border: 3px solid #063A66; }}
QPushButton#primary:disabled {{ background: #B8C4D1; color: white; }}
QPushButton#number_card {{ background: {SURFACE}; border: 1px solid {DIVIDER}; border-radius: 6px; padding: 0; }}
QPushButton#number_card:focus {{ border: 3px solid {BRAND}; }}
QPushButton#number_card QLabel#number {{ font-size: 32px; }}
QLabel#small {{ font-size: 15px; color: {INK2}; }}
QPushButton#tab {{ font-size: 18px; min-height: 40px; padding: 0 6px; }}
QPushButton#tab:checked {{ background: {DEEP}; color: white; border: 0; font-weight: 600; }}
QListWidget {{ background: white; border: 1px solid {DIVIDER}; border-radius: 6px; outline: none; }}
QListWidget::item {{ min-height: 40px; padding-left: 8px; }}
QListWidget#history {{ border: 0; }}
QListWidget#history::item {{ min-height: 26px; padding-left: 2px; }}
QListWidget::item:selected {{ background: #D6E6F4; color: {INK}; font-weight: 600; }}
QListWidget:focus {{ border: 3px solid {BRAND}; }}
QCheckBox {{ min-height: 30px; spacing: 10px; }}
QCheckBox::indicator {{ width: 22px; height: 22px; }}
QCheckBox:focus {{ color: {BRAND}; }}
QTableView {{ background: white; border: 2px solid {DIVIDER}; border-radius: 6px; gridline-color: #EDF0F4;
  selection-background-color: #D6E6F4; selection-color: {INK}; alternate-background-color: #F8FAFC; }}
QTableView:focus {{ border: 2px solid {BRAND}; }}
QTableView::item {{ padding: 0 10px; }}
QHeaderView::section {{ background: #EEF2F6; color: {INK2}; border: 0; border-bottom: 1px solid {DIVIDER};
  padding: 8px 10px; font-size: 16px; }}
QScrollArea {{ border: 0; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QToolTip {{ font-size: 16px; }}
"""


def dress(app: QApplication) -> None:
    """Give the application its font and style; a missing family falls through to the next."""
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(18)
    app.setFont(font)
    app.setStyle("Fusion")
    app.setStyleSheet(SHEET)
