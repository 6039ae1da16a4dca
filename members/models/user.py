"""Accounts: an address and a password. Everything about the person is in Member or in the roles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ossma.core.access_log import OfAccount
from ossma.core.mail_address_fields import AddressField


class UserManager(BaseUserManager["User"]):
    """Accounts by address, always in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account. Without a password it cannot log in until one is set by code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an office account with every right."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by address without regard to case."""
        return self.get(email__iexact=username)


class User(OfAccount, AbstractUser):
    """One account of one person (contracts.md A3)."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = AddressField(_("e-mail address"), max_length=254)
    name = models.CharField(_("display name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja")
    is_demo = models.BooleanField(_("demo account"), default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once", violation_error_message=_("This address is in use."))]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """The name that staff pages show."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """Same as the full name."""
        return self.get_full_name()
