#!/usr/bin/env python3
"""A loopback server that takes comments on pull requests as GitHub's API does, as far as 'gh pr comment' asks.

    github_server.py CERTIFICATE KEY LOG PORTFILE

LOG gets one line of JSON for each request: path, authorisation, body. PORTFILE gets the port once the server listens.
"""
import http.server
import json
import os
import ssl
import sys


def main():
    certificate, key, log, port_file = sys.argv[1:5]

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
            with open(log, "a") as file:
                entry = {"path": self.path, "authorization": self.headers.get("authorization"), "body": body}
                file.write(json.dumps(entry) + "\n")
            url = "https://localhost/owner/calc/pull/7"
            if "addComment" in body.get("query", ""):
                data = {"addComment": {"commentEdge": {"node": {"url": url + "#issuecomment-1"}}}}
            else:
                request = {"id": "PR_7", "number": 7, "url": url, "state": "OPEN"}
                data = {"repository": {"pullRequest": request}}
            answer = json.dumps({"data": data}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(port_file + ".new", "w") as file:
        file.write(str(server.server_port))
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


main()
