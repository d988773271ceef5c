"""Properties are tried without a stop-watch: the cores of a build machine are shared."""

from hypothesis import settings

settings.register_profile("shared_cores", deadline=None)
settings.load_profile("shared_cores")
