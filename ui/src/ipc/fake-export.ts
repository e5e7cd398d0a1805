// What an export would write, as core really writes it: `make generate` makes exports.json.

import type { ConnectionView, ExportFormat, ExportPreview, Problem, SecretsChoice } from './bindings';
import exports from './exports.json';

const SUFFIXES: Record<ExportFormat, string> = {
  json: 'proofkey.json',
  yaml: 'proofkey.yaml',
  toml: 'proofkey.toml',
  dotenv: 'proofkey.env',
  shell: 'proofkey.sh',
  docker_env: 'docker.env',
  kubernetes_secret: 'secret.yaml',
  postman: 'postman_environment.json',
  nexla: 'nexla.json',
  curl: 'curl.sh',
};

/** The preview of one connection stands for all; one that core refuses rejects. */
export function preview(one: ConnectionView, format: ExportFormat, secrets: SecretsChoice): ExportPreview {
  const made = (exports as unknown as Record<ExportFormat, Record<SecretsChoice, string | Problem>>)[format][secrets];
  if (typeof made !== 'string') throw { problem: made, findings: [] };
  const text = made.replaceAll('acme-support', one.id).replaceAll('Support dashboards', one.name);
  return { format, file_name: `${one.id}.${SUFFIXES[format]}`, text };
}
