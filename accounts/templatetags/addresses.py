from django import template

from accounts.domains import correction_of

register = template.Library()
register.filter("correction_of", correction_of)
