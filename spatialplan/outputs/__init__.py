"""Draw and write a `CheckResult`: web map, QGIS project, workbook, report, figures."""
