"""Use cases: what people do with the record, the rules and the cases. Touches no file."""
