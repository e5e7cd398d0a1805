// Checks JSON files named on standard input, one a line, against a JSON Schema (draft 2020-12) and
// writes "valid" or "invalid" for each.
//
// usage: node schema.mjs SCHEMA
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const ajv = new Ajv({ validateFormats: false, strictTypes: true });
const schema = JSON.parse(readFileSync(process.argv[2], "utf8"));
const validate = ajv.compile(schema);
for (const path of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  console.log(validate(JSON.parse(readFileSync(path, "utf8"))) ? "valid" : "invalid");
}
