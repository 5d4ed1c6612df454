"""The pages are generated from the checkout."""

from support.checkout import provide

provide("docs")
