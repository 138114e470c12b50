from django.contrib import admin
from unfold.admin import ModelAdmin

from comments.models import CommentSettings


@admin.register(CommentSettings)
class CommentSettingsAdmin(ModelAdmin):
    list_display = ["site", "mode", "max_depth", "edit_minutes", "close_after_days"]
