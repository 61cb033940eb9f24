"""The commands of `publisher`, by family: each a function of its options and a row of a table."""
