"""One folder per outside system, blind to each other, above adapters.kit."""
