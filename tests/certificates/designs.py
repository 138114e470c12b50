from certificates.rendering import starter


def design_of(facts):
    """What we ship under the template that the facts name: "publication/1"."""
    return starter(facts.template.partition("/")[0])
