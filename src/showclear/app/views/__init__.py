"""What screens and paper show, as plain values: folds of the record, and nothing else."""
