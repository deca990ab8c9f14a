"""Workbook, report and JSON."""
