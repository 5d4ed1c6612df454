"""A human at the boundary: what was asked, who may answer, how they hear of it, and what an answer opens.

`model` has the words, `desk` is the one place where a question is answered, `channels` carry it to people.
"""
