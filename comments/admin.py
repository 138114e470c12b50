from django.contrib import admin
from unfold.admin import ModelAdmin, StackedInline

from comments.models import CommentSettings, Correspondence, LetterText


@admin.register(CommentSettings)
class CommentSettingsAdmin(ModelAdmin):
    list_display = ["site", "mode", "max_depth", "edit_minutes", "close_after_days"]


class LetterTextInline(StackedInline):
    model = LetterText
    extra = 0


@admin.register(Correspondence)
class CorrespondenceAdmin(ModelAdmin):
    list_display = ["site", "jurisdiction", "appeal_days", "tells_restricted"]
    inlines = [LetterTextInline]
