"""The shell, as bash means it: parse, expand, interpret."""
