"""A request as the views of this product get it."""

from django.http import HttpRequest

from ossma.core.viewer import Viewer


class Request(HttpRequest):
    """Django's request with what the middleware adds. Only a name for types: nothing is ever made of it."""

    viewer: Viewer
    LANGUAGE_CODE: str
