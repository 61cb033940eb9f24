"""Work on the editor's own files: what is written is checked first, and appears whole or not at all."""
