"""Settings that every test shares: how hard the property tests try.

HYPOTHESIS_PROFILE chooses: `default` while working, `ci` (taken by itself where CI is set), `prove` for `make prove`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Real services, and what is said where they cannot be had; the databases that behaviour is stated for.
pytest_plugins = ["tests.support.services", "tests.support.databases", "tests.support.brokers"]

# No deadline: a slow machine is not a fault in the hub. A failing example prints the blob that repeats it.
settings.register_profile("default", max_examples=50, deadline=None, print_blob=True)
# Derandomized: the same commit gives the same answer on every run.
settings.register_profile("ci", settings.get_profile("default"), max_examples=100, derandomize=True)
settings.register_profile(
    "prove",
    settings.get_profile("default"),
    max_examples=1_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))
