from allauth.idp.oidc.apps import OIDCConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin_site.AdminSite"


class OtherSitesConfig(OIDCConfig):
    verbose_name = _("Sign-in for other sites")
