from typing import Any

from core import languages
from core.web.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": request.site, "time_zone": languages.current_zone}
