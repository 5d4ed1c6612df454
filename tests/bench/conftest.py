"""The benchmark is measured from the checkout."""

from support.checkout import provide

provide("bench")
