from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import Role, User


class RoleInline(TabularInline):
    model = Role
    extra = 0


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ["display_name", "email", "date_joined", "is_active"]
    search_fields = ["display_name", "email"]
    fields = ["display_name", "email", "language", "is_active", "is_staff"]
    inlines = [RoleInline]
