"""The log as an auditor reads it: gathered in one pass, laid out in sections, written as Markdown or HTML."""
