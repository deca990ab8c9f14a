"""Pure measures: arrays and shapes in metres in, numbers out."""
