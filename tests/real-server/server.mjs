// A certified OpenID provider on loopback, as somebody else wrote it.
//
//   node server.mjs ['{"access_token_seconds":2,"pushed_requests":"required"}']
//
// It listens on a free port of 127.0.0.1 and speaks in lines of JSON. The first line is {"port"}. Then it
// says every request that it answered and every event of a grant: its own record is what the tests judge
// by. Each line on its standard input is the metadata of a client to take in place of what it knew of
// it (redirect addresses differ from connection to connection), and is answered by {"client"}. It ends
// with its standard input.
//
// Anybody may sign in on its pages, with any password.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { Provider } from 'oidc-provider';

// oidc-provider 9 loads on older versions and then fails in odd ways.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`oidc-provider needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const options = { access_token_seconds: 599, pushed_requests: 'offered', ...JSON.parse(process.argv[2] ?? '{}') };
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const credentials = {
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  scope: 'api:read api:write',
};

const clients = [
  // Every character here needs form-encoding before it may stand in a Basic header.
  {
    ...credentials,
    client_id: 'client!+ID',
    client_secret: 's:e c+r%t',
    token_endpoint_auth_method: 'client_secret_basic',
  },
  {
    ...credentials,
    client_id: 'post client',
    client_secret: 'p&o=s+t %secret',
    token_endpoint_auth_method: 'client_secret_post',
  },
];

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  scopes: ['openid', 'profile', 'email', 'offline_access', 'api:read', 'api:write'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: `${sub[0].toUpperCase()}${sub.slice(1)}`, email: `${sub}@example.com` }),
  }),
  jwks: { keys: [signingKey()] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  cookies: { keys: ['of no use to anybody'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  features: {
    clientCredentials: { enabled: true },
    // Its own pages for signing in and for consent.
    devInteractions: { enabled: true },
    pushedAuthorizationRequests: {
      enabled: options.pushed_requests !== 'none',
      requirePushedAuthorizationRequests: options.pushed_requests === 'required',
    },
    revocation: { enabled: true },
  },
  ttl: {
    AccessToken: options.access_token_seconds,
    ClientCredentials: 599,
    Grant: 3600,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 600,
  },
});
const answer = provider.callback();

for (const event of ['grant.revoked', 'refresh_token.consumed', 'refresh_token.saved', 'refresh_token.destroyed']) {
  provider.on(event, () => say({ event }));
}
for (const event of ['authorization.error', 'grant.error', 'server_error', 'pushed_authorization_request.error']) {
  provider.on(event, (_, error) => say({ event, message: `${error.message}: ${error.error_description ?? ''}` }));
}

server.on('request', (request, response) => {
  response.on('finish', () =>
    say({
      method: request.method,
      path: request.url.split('?')[0],
      authorization: request.headers.authorization?.split(' ')[0] ?? null,
      status: response.statusCode,
    }),
  );
  answer(request, response);
});

say({ port });

for await (const line of createInterface({ input: process.stdin })) {
  const client = JSON.parse(line);
  await provider.Client.adapter.upsert(client.client_id, client);
  say({ client: client.client_id });
}
server.close();
server.closeAllConnections();

function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'of this run' };
}
