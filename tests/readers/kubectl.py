"""Has kubectl read manifests of Secrets named on standard input, one a line, and writes client secret and
connection name of each to standard output, each followed by a null character. No cluster is asked."""

import base64
import json
import os
import subprocess
import sys

paths = [line.rstrip("\n") for line in sys.stdin]
files = [argument for path in paths for argument in ("--filename", path)]
command = ["kubectl", "label", "--local", "--output", "json", *files, "proofkey.dev/read=yes"]
text = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout.decode()
decoder = json.JSONDecoder()
while text := text.lstrip():
    secret, end = decoder.raw_decode(text)
    text = text[end:]
    for name in (f"PROOFKEY_{os.environ.get('READ', 'client_secret').upper()}", "PROOFKEY_CONNECTION_NAME"):
        sys.stdout.buffer.write(base64.b64decode(secret["data"][name]) + b"\0")
