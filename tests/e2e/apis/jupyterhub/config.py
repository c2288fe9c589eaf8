"""A JupyterHub of which only the API is used: without its proxy, in memory, with two accounts and one password."""

import os

from jupyterhub.proxy import Proxy


class NoProxy(Proxy):
    """What https://jupyterhub.readthedocs.io/en/stable/howto/proxy.html asks of a proxy, leading nowhere."""

    should_start = False
    routes = {}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return self.routes


c = get_config()  # noqa: F821: JupyterHub gives it to its configuration
c.JupyterHub.proxy_class = NoProxy
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = int(os.environ["HUB_PORT"])
c.JupyterHub.db_url = "sqlite:///:memory:"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["HUB_PASSWORD"]
c.Authenticator.allowed_users = {"ada", "ben"}
