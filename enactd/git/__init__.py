"""Reading git repositories from their files, without running git or anything that a repository names.

No filter, hook, file-system monitor, text conversion or credential helper is ever started, and no
configuration of the repository changes how it is read, beyond what is parsed here.
"""
