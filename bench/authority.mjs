// A small authorization server on loopback that keeps count. It rotates refresh tokens, and takes a spent
// one for theft: then the whole family is revoked (RFC 9700 §4.14.2).
import { createServer } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';

export const CLIENT = { id: 'bench', secret: 'of no use to anybody' };

/**
 * Starts it. `lifetime()` says for how many seconds the next access token lives; `arrived` is when the first
 * token request came since it was last set to nothing.
 */
export async function startAuthority(lifetime = () => 3600) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const codes = new Map();
  const families = new Map();
  const spent = new Map();
  const count = { codes: 0, refreshes: 0, reused: 0, revoked: 0 };
  const authority = { issuer, count, lifetime, arrived: undefined, issue, code, stop };

  server.on('request', async (request, response) => {
    const arrived = process.hrtime.bigint();
    const path = new URL(request.url, issuer).pathname;
    if (path.startsWith('/.well-known/')) return answer(response, 200, metadata(issuer));
    if (path !== '/token') return answer(response, 404, { error: 'not_found' });
    authority.arrived ??= arrived;
    let body = '';
    for await (const piece of request) body += piece;
    const form = new URLSearchParams(body);
    const grant = form.get('grant_type');
    const redeemed = grant === 'authorization_code' ? redeem(form) : refresh(form);
    answer(response, redeemed ? 200 : 400, redeemed ?? { error: 'invalid_grant' });
  });
  return authority;

  // What the server would send a browser back with, for the request that `url` holds.
  function code(url) {
    const request = new URL(url).searchParams;
    const value = secret();
    codes.set(value, { challenge: request.get('code_challenge'), redirect: request.get('redirect_uri') });
    const back = new URL(request.get('redirect_uri'));
    back.search = new URLSearchParams({ code: value, state: request.get('state'), iss: issuer });
    return back;
  }

  // The tokens of a new family.
  function issue(family = secret()) {
    const refreshToken = secret();
    families.set(refreshToken, family);
    return {
      access_token: secret(),
      token_type: 'Bearer',
      expires_in: authority.lifetime(),
      refresh_token: refreshToken,
      scope: 'openid offline_access',
    };
  }

  function redeem(form) {
    const expected = codes.get(form.get('code'));
    codes.delete(form.get('code'));
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!expected || expected.challenge !== verifier || expected.redirect !== form.get('redirect_uri')) return;
    count.codes += 1;
    return issue();
  }

  function refresh(form) {
    const token = form.get('refresh_token');
    const family = families.get(token);
    if (family) {
      families.delete(token);
      spent.set(token, family);
      count.refreshes += 1;
      return issue(family);
    }
    if (spent.has(token)) {
      count.reused += 1;
      const stolen = [...families].filter(([, own]) => own === spent.get(token));
      if (stolen.length > 0) count.revoked += 1;
      for (const [own] of stolen) families.delete(own);
    }
  }

  function stop() {
    server.close();
    server.closeAllConnections();
  }
}

function metadata(issuer) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    scopes_supported: ['openid', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
  };
}

function answer(response, status, document) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(document));
}

const secret = () => randomBytes(24).toString('base64url');
