// Reads config files named on standard input, one a line, and writes client secret and connection name
// of each to standard output, each followed by a null character. With READ=private_key it writes the private
// key in the place of the client secret.
//
// usage: node read.mjs json|yaml|js-yaml|smol-toml|dotenv|dotenv-17|node|kubernetes|postman|nexla
import { readFileSync, writeSync } from "node:fs";
import { parseEnv } from "node:util";

const secret = process.env.READ ?? "client_secret";
const variable = `PROOFKEY_${secret.toUpperCase()}`;
const field = { client_secret: "Client Secret", private_key: "Private key" }[secret];

const ofTree = (parse) => (text) => {
  const tree = parse(text);
  return [tree.client[secret], tree.connection.name];
};
const ofEnvironment = (parse) => (text) => {
  const values = parse(text);
  return [values[variable], values.PROOFKEY_CONNECTION_NAME];
};
// The rules of an API server for a manifest (Secret in core/v1, RFC 1123, RFC 4648 §4).
const ofManifest = (parse) => (text) => {
  const { apiVersion, kind, type, metadata, data, ...more } = parse(text);
  const texts = [...Object.values(metadata.labels), ...Object.values(metadata.annotations), ...Object.values(data)];
  const isRight =
    `${apiVersion} ${kind} ${type}` === "v1 Secret Opaque" &&
    Object.keys(more).length === 0 &&
    /^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/u.test(metadata.name) &&
    Object.values(metadata.labels).every((label) => /^([a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)?$/u.test(label)) &&
    Object.keys(data).every((key) => /^[-._a-zA-Z0-9]{1,253}$/u.test(key)) &&
    Object.values(data).every((value) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/u.test(value)) &&
    texts.every((it) => typeof it === "string");
  if (!isRight) throw new Error("no manifest of a Secret");
  const value = (key) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(data[key], "base64"));
  if (value("PROOFKEY_CONNECTION_NAME") !== metadata.annotations["proofkey.dev/connection-name"]) throw new Error("two names");
  return [value(variable), value("PROOFKEY_CONNECTION_NAME")];
};
// As Postman itself fills a request in: a value that looked like a template would come out as another.
const ofPostman = ({ VariableScope }) => (text) => {
  const environment = JSON.parse(text);
  const scope = new VariableScope(environment);
  const filled = (name) => scope.replaceIn(`{{${name}}}`);
  const found = environment.values.find(({ key }) => key === secret);
  if (found.type !== "secret" || scope.get(secret) !== found.value) throw new Error("no secret");
  if (scope.get("connection_name") !== environment.name) throw new Error("two names");
  return [filled(secret), filled("connection_name")];
};
const ofNexla = (text) => {
  const { fields } = JSON.parse(text);
  const value = (name) => fields.find((it) => it.field === name).value;
  return [value(field), value("Credential Name")];
};
const readers = {
  kubernetes: async () => ofManifest((await import("js-yaml")).load),
  postman: async () => ofPostman((await import("postman-collection")).default),
  nexla: async () => ofNexla,
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
