"""A password hasher for the test suite only: argon2 a thousand times would take minutes."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """PBKDF2 with one round; settings put it first under ASUH_TESTING alone."""

    algorithm = "quick"
    iterations = 1
