# SPDX-License-Identifier: Apache-2.0
"""A deterministic gate between AI coding agents and every tool call they make."""

__version__ = "0.1.0"
