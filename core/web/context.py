from typing import Any

from core.web.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": request.site}
