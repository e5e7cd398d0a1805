"""Gives env-files named on standard input, one a line, to the docker client and writes what it sends to
its daemon: client secret and connection name of each, each followed by a null character.

The daemon is this program, on loopback: nothing is run.
"""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

created = []


class Daemon(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Api-Version", "1.43")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.reply(200, b"")

    def do_GET(self):
        self.reply(200, b"OK" if self.path.endswith("/_ping") else b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "Transfer-Encoding" in self.headers:
            body = self.chunks()
        if self.path.split("?")[0].endswith("/containers/create"):
            created.append(json.loads(body)["Env"])
        self.reply(201, b'{"Id":"0","Warnings":[]}')

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


with ThreadingHTTPServer(("127.0.0.1", 0), Daemon) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"tcp://127.0.0.1:{server.server_address[1]}"
    for line in sys.stdin:
        path = line.rstrip("\n")
        command = ["docker", "--host", host, "create", "--pull", "never", "--env-file", path, "image"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
        values = dict(entry.partition("=")[::2] for entry in created.pop())
        for name in ("PROOFKEY_CLIENT_SECRET", "PROOFKEY_CONNECTION_NAME"):
            sys.stdout.buffer.write(values[name].encode() + b"\0")
    server.shutdown()
