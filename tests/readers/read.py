"""Reads config files named on standard input, one a line, and writes client secret and connection
name of each to standard output, each followed by a null character.

usage: read.py json|toml|pyyaml|python-dotenv
"""

import sys


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
            return values["PROOFKEY_CLIENT_SECRET"], values["PROOFKEY_CONNECTION_NAME"]

        return read
    sys.exit(f"read.py knows no reader {name}")


def of_tree(load):
    def read(path):
        with open(path, "rb") as file:
            tree = load(file)
        return tree["client"]["client_secret"], tree["connection"]["name"]

    return read


read = reader(sys.argv[1])
for line in sys.stdin:
    for value in read(line.rstrip("\n")):
        sys.stdout.buffer.write(value.encode() + b"\0")
