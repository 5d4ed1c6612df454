"""What can be proved afterwards: an append-only, chained, signed log of decisions. Specification: FORMAT.md."""
