"""Whether the document of an application can be made, asked before anything is promised."""

from certificates import rendering
from certificates.issuing import designs, document_data
from certificates.models import Application
from certificates.rendering import DoesNotFit


def unfit(application: Application) -> DoesNotFit | None:
    """By the template in use now: what has no place on the page even in its least size."""
    template = designs.in_use(application.programme)
    try:
        rendering.render(
            designs.of_version(template), document_data.of_application(application, template)
        )
    except DoesNotFit as error:
        return error
    return None
