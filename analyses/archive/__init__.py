"""The archive format: a whole institute as one JSON Lines file, in and out (docs/archive-format.md)."""
