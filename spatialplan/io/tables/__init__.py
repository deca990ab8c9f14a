"""The tables users bring: files of many kinds become `RawTable` and `ReadTable`."""
