"""GeoPackage and QGIS project, written without QGIS."""
