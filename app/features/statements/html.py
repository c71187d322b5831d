"""To be."""

from app.web.routing import Routes

routes = Routes()
