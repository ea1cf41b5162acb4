import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings

from tests.newsroom import newsroom_browser, window  # noqa: F401  fixtures


@pytest.fixture(scope="session", autouse=True)
def quick_settings():
    """What would make the tests slow, or need collectstatic first, without proving anything."""
    with override_settings(
        REQUIRE_SECOND_FACTOR=False,  # tests/test_second_factor.py has it on
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES=settings.STORAGES
        | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    ):
        yield


@pytest.fixture(autouse=True)
def own_cache():
    """What one test counts, log-ins that failed say, is not held against the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    """Pictures of a test go into its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
