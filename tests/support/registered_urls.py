from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import RegisteredOnly


class RegisteredView(APIView):
    permission_classes = [RegisteredOnly]

    def get(self, _request):
        return Response({"text": "Тайна"})


urlpatterns = [path("registered/", RegisteredView.as_view())]
