"""Many rows like a few that the actions wrote, in one INSERT for each table."""

from collections import defaultdict
from copy import copy

from django.apps import apps
from django.db.models import ForeignKey, Max


def newest_keys(*labels):
    """Return the largest key of every table of these apps, to tell later which rows are new."""
    return {
        model: model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
        for label in labels
        for model in apps.get_app_config(label).get_models()
        if model._meta.pk.get_internal_type() == "BigAutoField"
    }


def multiply(since, times, vary):
    """Copy all rows newer than `since`, with the references among them, this many times.

    `vary(row, number)` changes what must be unique in a copy; numbers begin with 1.
    """
    new = {model: list(model._default_manager.filter(pk__gt=pk)) for model, pk in since.items()}
    copies = defaultdict(dict)
    for model in _referred_first([model for model, rows in new.items() if rows]):
        own = [field for field in _references(model) if field.related_model is model]
        for rows in _parents_first(sorted(new[model], key=lambda row: row.pk), own):
            made = [
                (row.pk, number, _copy(row, number, copies, vary))
                for number in range(1, times + 1)
                for row in rows
            ]
            model._default_manager.bulk_create([row for _pk, _number, row in made])
            for pk, number, row in made:
                copies[model][pk, number] = row.pk


def _references(model):
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _referred_first(models):
    left = list(models)
    while left:
        free = next(
            model
            for model in left
            if not {field.related_model for field in _references(model)} & set(left) - {model}
        )
        left.remove(free)
        yield free


def _parents_first(rows, own):
    """Rows in groups; a row refers to rows of earlier groups alone."""
    while rows:
        left = {row.pk for row in rows}
        group = [row for row in rows if not any(getattr(row, f.attname) in left for f in own)]
        yield group
        rows = [row for row in rows if row not in group]


def _copy(row, number, copies, vary):
    made = copy(row)
    made._state = copy(row._state)
    made._state.fields_cache = {}
    made._state.adding = True
    made.pk = None
    for field in _references(type(row)):
        target = getattr(row, field.attname)
        made_target = copies[field.related_model].get((target, number), target)
        setattr(made, field.attname, made_target)
    vary(made, number)
    return made
