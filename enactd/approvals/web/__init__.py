"""The page on which a question is shown and answered: a link shows it, a button answers it.

Served by a process of its own, which holds no key: whatever it is sent by the network, it can only hand the
daemon the tokens that came with it. Nothing here is imported by a daemon that serves no page but `address`.
"""
