"""Check that the answers fit on the document, before the applicant is promised one."""

from certificates import rendering
from certificates.issuing import designs, document_data
from certificates.models import Application
from certificates.rendering import DoesNotFit


def unfit(application: Application) -> DoesNotFit | None:
    """Return the error if a text does not fit into the active template in the smallest size."""
    template = designs.active_version(application.programme)
    try:
        rendering.render(
            designs.design_of(template), document_data.of_application(application, template)
        )
    except DoesNotFit as error:
        return error
    return None
