# SPDX-License-Identifier: Apache-2.0
"""The internet of the lab: answers HTTPS for every name with the smallest response that AWS's clients accept.

usage: stand-in.py FOLDER     with server.pem and server.key in FOLDER, or: stand-in.py FOLDER PORT
It listens on port 443 of all addresses (or on PORT of 127.0.0.1) and adds a line to FOLDER/requests.jsonl for each request:
the name in TLS, the Host field, the method, the path, and the credential scope of the signature.
"""

import http.server
import json
import os
import re
import socket
import ssl
import sys
import threading
import urllib.parse

folder = sys.argv[1]
port = int(sys.argv[2]) if len(sys.argv) > 2 else 443
log = open(os.path.join(folder, "requests.jsonl"), "a", buffering=1)
lock = threading.Lock()


def credential_scope(headers, path):
    """The date-less scope of a signature, such as eu-west-1/s3, and whether it is signed by SigV4a."""
    text = headers.get("Authorization", "") or urllib.parse.unquote(path)
    found = re.search(r"Credential=[^/]+/(\d{8})/([^ ,&]+)/aws4_request", text)
    return found.group(2) if found else None


def answer(method, path, headers, body):
    """The smallest response in the protocol of the request: content type, body, further fields."""
    text = body.decode("latin-1")
    scope = credential_scope(headers, path) or ""
    service = scope.split("/")[-1]
    if headers.get("Smithy-Protocol") == "rpc-v2-cbor":
        return "application/cbor", b"\xbf\xff", {"Smithy-Protocol": "rpc-v2-cbor"}
    if "X-Amz-Target" in headers:
        return headers["Content-Type"], b"{}", {}
    action = re.search(r"(?:^|&)Action=(\w+)", text)
    if action:
        name = action.group(1)
        arn = "<Arn>arn:aws:iam::123456789012:user/lab</Arn>" if name == "GetCallerIdentity" else ""
        result = f"<{name}Result>{arn}</{name}Result>"
        return "text/xml", f"<{name}Response>{result}</{name}Response>".encode(), {}
    if service in ("s3", "s3express"):
        name = "ListAllMyBucketsResult" if path == "/" else "ListBucketResult"
        return "application/xml", f"<{name}></{name}>".encode(), {}
    if service in ("route53", "cloudfront"):
        return "text/xml", b"<Response></Response>", {}
    return "application/json", b"{}", {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        entry = {
            "sni": getattr(self.connection, "requested_name", None),
            "host": self.headers.get("Host"),
            "method": self.command,
            "path": self.path.split("?")[0],
            "scope": credential_scope(self.headers, self.path),
            "peer": self.client_address[0],
        }
        with lock:
            log.write(json.dumps(entry) + "\n")
        kind, content, fields = answer(self.command, self.path, self.headers, body)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_request

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if port == 443 else socket.AF_INET
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super(http.server.HTTPServer, self).server_bind()
        self.server_name, self.server_port = "lab", port

    def finish_request(self, request, client_address):
        # The handshake belongs to the connection's own thread.
        try:
            request.settimeout(60)
            connection = context.wrap_socket(request, server_side=True)
        except OSError:
            return
        try:
            super().finish_request(connection, client_address)
        finally:
            connection.close()

    def handle_error(self, request, client_address):
        pass


def remember_name(connection, name, _context):
    connection.requested_name = name


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
context.sni_callback = remember_name
server = Server(("::" if port == 443 else "127.0.0.1", port), Handler)
open(os.path.join(folder, "listening"), "w").close()
server.serve_forever()
