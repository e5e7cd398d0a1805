// Reads config files named on standard input, one a line, and writes client secret and connection name
// of each to standard output, each followed by a null character.
//
// usage: node read.mjs json|yaml|js-yaml|smol-toml|dotenv|dotenv-17|node
import { readFileSync, writeSync } from "node:fs";
import { parseEnv } from "node:util";

const ofTree = (parse) => (text) => {
  const tree = parse(text);
  return [tree.client.client_secret, tree.connection.name];
};
const ofEnvironment = (parse) => (text) => {
  const values = parse(text);
  return [values.PROOFKEY_CLIENT_SECRET, values.PROOFKEY_CONNECTION_NAME];
};
const readers = {
  json: async () => ofTree(JSON.parse),
  yaml: async () => ofTree((await import("yaml")).parse),
  "js-yaml": async () => ofTree((await import("js-yaml")).load),
  "smol-toml": async () => ofTree((await import("smol-toml")).parse),
  dotenv: async () => ofEnvironment((await import("dotenv")).default.parse),
  "dotenv-17": async () => ofEnvironment((await import("dotenv-17")).default.parse),
  node: async () => ofEnvironment(parseEnv),
};

const read = await readers[process.argv[2]]();
const paths = readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const path of paths) {
  for (const value of read(readFileSync(path, "utf8"))) {
    if (typeof value !== "string") throw new Error(`${path}: no text but ${typeof value}`);
    const bytes = Buffer.from(`${value}\0`);
    for (let written = 0; written < bytes.length; ) {
      try {
        written += writeSync(1, bytes, written);
      } catch (error) {
        if (error.code !== "EAGAIN") throw error;
      }
    }
  }
}
