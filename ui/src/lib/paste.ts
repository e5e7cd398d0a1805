// Recognises a whole block of credentials, so that it can be pasted once instead of value by value.

export interface Credentials {
  clientId: string | null;
  clientSecret: string | null;
}

const ID_NAMES = /^(?:.*_)?client[ _-]?id$/iu;
const SECRET_NAMES = /^(?:.*_)?client[ _-]?secret$/iu;

/** Client ID and secret named in `text`: JSON, or lines such as "Client ID: abc" or "CLIENT_ID=abc". */
export function credentialsIn(text: string): Credentials | null {
  const found: Credentials = { clientId: null, clientSecret: null };
  for (const [name, value] of pairs(text)) {
    if (ID_NAMES.test(name)) found.clientId ??= value;
    if (SECRET_NAMES.test(name)) found.clientSecret ??= value;
  }
  return found.clientId !== null || found.clientSecret !== null ? found : null;
}

function pairs(text: string): Array<[string, string]> {
  return fromJson(text) ?? fromLines(text);
}

function fromJson(text: string): Array<[string, string]> | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return flatten(value);
  } catch {
    return null;
  }
}

function flatten(value: unknown): Array<[string, string]> {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]): Array<[string, string]> =>
    typeof inner === 'string' ? [[name, inner]] : flatten(inner),
  );
}

/** The name stands before the first ":" or "=", or alone on the line above its value. */
function fromLines(text: string): Array<[string, string]> {
  const lines = text.split(/\r?\n/u).map((line) => line.trim());
  return lines.flatMap((line, index): Array<[string, string]> => {
    const split = /^["']?([\w -]{1,60}?)["']?\s*[:=]\s*(.+?)[,;]?$/u.exec(line);
    if (split?.[1] && split[2]) return [[split[1].replace(/^export /u, ''), unquote(split[2])]];
    const next = lines[index + 1];
    return next && (ID_NAMES.test(line) || SECRET_NAMES.test(line)) ? [[line, next]] : [];
  });
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/u.exec(value);
  return quoted?.[2] ?? value;
}
