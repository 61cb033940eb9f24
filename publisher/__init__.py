"""Publish SKOS vocabularies as linked open data.

Compile thinks, release freezes, web answers: `source` reads a folder, `compiler` turns it into an Edition or
says precisely why not, `release` freezes that on disk, `store` opens it and `web` answers from it.
"""

__version__ = "0.1.0"
