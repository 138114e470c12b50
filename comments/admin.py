from django.contrib import admin
from unfold.admin import ModelAdmin, StackedInline

from comments.models import CommentSettings, EmailSettings, EmailText


@admin.register(CommentSettings)
class CommentSettingsAdmin(ModelAdmin):
    list_display = ["site", "mode", "max_depth", "edit_minutes", "close_after_days"]


class EmailTextInline(StackedInline):
    model = EmailText
    extra = 0


@admin.register(EmailSettings)
class EmailSettingsAdmin(ModelAdmin):
    list_display = ["site", "jurisdiction", "appeal_days", "emails_sanctions"]
    inlines = [EmailTextInline]
