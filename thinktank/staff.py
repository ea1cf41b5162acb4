"""Accounts, roles and the audit, as administrators see them."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

from .strict import Strict

admin.site.unregister([User, Group])


@admin.register(User)
class StaffAdmin(Strict, UserAdmin):
    """Accounts. Somebody who is no superuser makes none, and does not touch one."""

    def get_queryset(self, request):
        users = super().get_queryset(request)
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def get_readonly_fields(self, request, obj=None):
        fixed = super().get_readonly_fields(request, obj)
        return fixed if request.user.is_superuser else [*fixed, "is_superuser", "user_permissions"]


@admin.register(Group)
class RoleAdmin(Strict, GroupAdmin):
    pass
