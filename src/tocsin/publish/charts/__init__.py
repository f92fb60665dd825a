"""Charts of forecasts as SVG: pure functions of numbers, legible without colour, and told in words."""

from tocsin.publish.charts.calibration import CalibrationGroup, calibration_svg
from tocsin.publish.charts.fan import FanMonth, PastMonth, fan_svg
from tocsin.publish.charts.history import HistoryPoint, history_svg
from tocsin.publish.charts.words import ChartWords

__all__ = [
    "CalibrationGroup",
    "ChartWords",
    "FanMonth",
    "HistoryPoint",
    "PastMonth",
    "calibration_svg",
    "fan_svg",
    "history_svg",
]
