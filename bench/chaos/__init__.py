"""The paired sweep: real agent, real worlds, each scenario once without and once with the gate.

Nothing here imports enactd: what counts as damage is found by comparing states of the world.
"""
