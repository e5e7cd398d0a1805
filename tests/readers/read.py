"""Reads config files named on standard input, one a line, and writes client secret and connection
name of each to standard output, each followed by a null character. With READ=private_key it writes the
private key in the place of the client secret.

usage: read.py json|toml|pyyaml|python-dotenv|docker-rules|nexla|environ:SHELL
"""

import os
import subprocess
import sys

SECRET = os.environ.get("READ", "client_secret")
VARIABLE = f"PROOFKEY_{SECRET.upper()}"
FIELD = {"client_secret": "Client Secret", "private_key": "Private key"}[SECRET]


def reader(name):
    """A function from a path to (client secret, connection name)."""
    if name == "json":
        import json

        return of_tree(json.load)
    if name == "toml":
        import tomllib

        return of_tree(tomllib.load)
    if name == "pyyaml":
        import yaml

        return of_tree(yaml.safe_load)
    if name == "python-dotenv":
        import dotenv

        def read(path):
            values = dotenv.dotenv_values(path)
            return values[VARIABLE], values["PROOFKEY_CONNECTION_NAME"]

        return read
    if name == "docker-rules":
        return docker_rules
    if name == "nexla":
        import json

        def fields(path):
            with open(path, "rb") as file:
                values = {it["field"]: it["value"] for it in json.load(file)["fields"]}
            return values[FIELD], values["Credential Name"]

        return fields
    if name.startswith("environ:"):
        return environ(name.removeprefix("environ:"))
    sys.exit(f"read.py knows no reader {name}")


def docker_rules(path):
    """Docker's rules for an env-file, from its documentation and the comments of its parser: a line is
    NAME=value up to the line break and at most 64 KiB, a byte order mark at the very start and blanks
    before a name are left out, lines that begin with # are comments, and a value is taken as it is."""
    values = {}
    with open(path, "rb") as file:
        lines = file.read().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for line in lines:
        if len(line) >= 64 * 1024:
            raise ValueError("a line is too long")
        line = line.removesuffix(b"\r").decode().lstrip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not name or " " in name or "\t" in name or not equals:
            raise ValueError("no variable")
        values[name] = value
    return values[VARIABLE], values["PROOFKEY_CONNECTION_NAME"]


def environ(shell):
    """What the environment of a program holds that a shell starts after it has sourced the file."""

    def read(path):
        script = '. "$1" && exec env -0'
        output = subprocess.run([shell, "-c", script, shell, path], check=True, stdout=subprocess.PIPE)
        entries = (entry.partition(b"=") for entry in output.stdout.split(b"\0") if entry)
        values = {name: value.decode() for name, _, value in entries}
        return values[VARIABLE.encode()], values[b"PROOFKEY_CONNECTION_NAME"]

    return read


def of_tree(load):
    def read(path):
        with open(path, "rb") as file:
            tree = load(file)
        return tree["client"][SECRET], tree["connection"]["name"]

    return read


read = reader(sys.argv[1])
for line in sys.stdin:
    for value in read(line.rstrip("\n")):
        sys.stdout.buffer.write(value.encode() + b"\0")
