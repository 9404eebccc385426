// Kept until the first suite of this target stands beside it.
