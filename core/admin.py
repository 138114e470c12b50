from django.contrib import admin
from unfold.admin import ModelAdmin

from core.models import Site


@admin.register(Site)
class SiteAdmin(ModelAdmin):
    list_display = ["slug", "name_ru", "registration_number", "complaints_email"]
