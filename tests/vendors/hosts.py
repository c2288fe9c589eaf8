"""The vendors' host names on this machine: an HTTP proxy that ends their TLS itself and asks the development server.

A client that sends `CONNECT air.nvidia.com:443` gets a certificate for that name; what it then asks for goes to
`/sim/air` of the development server. So the clients run with the addresses that they know, and reach no vendor.
"""

import http.client
import http.server
import pathlib
import ssl
import tempfile
import threading
import urllib.parse

import trustme

SYSTEMS = {
    "sandbox.example.com": "/sim/pt-sandbox",
    "air.nvidia.com": "/sim/air",
    "api.mist.com": "/sim/mist",
    "api.eu.mist.com": "/sim/mist",
}

# About one connection each, so not to be passed on.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "proxy-connection"}


class Hosts:
    """The proxy, as a context manager. `tells_prefix` chooses between the two arrangements that the server's README
    describes: the proxy tells that it serves the system at the host's root, or rewrites the cookies' paths."""

    def __init__(self, server: str, tells_prefix: bool):
        authority = trustme.CA()
        self.certificates = pathlib.Path(tempfile.mkdtemp()) / "authority.pem"
        authority.cert_pem.write_to_path(self.certificates)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*SYSTEMS).configure_cert(tls)

        class Handler(Tunnel):
            pass

        Handler.tls, Handler.server_address, Handler.tells_prefix = tls, urllib.parse.urlsplit(server), tells_prefix
        self.proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.proxy.server_port}"

    def __enter__(self) -> "Hosts":
        threading.Thread(target=self.proxy.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.proxy.shutdown()
        self.certificates.unlink()
        self.certificates.parent.rmdir()


class Tunnel(http.server.BaseHTTPRequestHandler):
    """One connection: first `CONNECT`, then the client's requests over TLS."""

    protocol_version = "HTTP/1.1"
    host = None

    def do_CONNECT(self) -> None:
        self.host = self.path.rpartition(":")[0]
        if self.host not in SYSTEMS:
            return self.send_error(502, f"{self.host} is not simulated")
        self.send_response(200)
        self.end_headers()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
        self.close_connection = False

    def forward(self) -> None:
        prefix, base = SYSTEMS[self.host], self.server_address.path
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-Host": self.host}
        if self.tells_prefix:
            headers["X-Forwarded-Prefix"] = ""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection(self.server_address.netloc)
        upstream.request(self.command, f"{base}{prefix}{self.path}", body, headers)
        answer = upstream.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and not self.tells_prefix:
                value = value.replace(f"Path={base}{prefix};", "Path=/;")
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        upstream.close()

    do_GET = do_POST = do_PUT = do_DELETE = forward

    def log_message(self, *_) -> None:
        pass
