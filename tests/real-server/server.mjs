// A certified OpenID provider on loopback, for tests against somebody else's reading of the RFCs.
//
// It prints one JSON object a line on standard output: first {"port": N}, then one for each request
// it has answered, {"method", "path", "authorization", "status"}, with the scheme of the
// Authorization header only. It ends when its standard input does, so it never outlives the test.

import { createServer } from 'node:http';
import { once } from 'node:events';
import { Provider } from 'oidc-provider';

const [node] = process.versions.node.split('.').map(Number);
if (node < 20) {
  console.error(`Node 20 or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const common = {
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  scope: 'api:read api:write',
};

const clients = [
  // Every character here needs form-encoding before it may stand in a Basic header.
  {
    ...common,
    client_id: 'client!+ID',
    client_secret: 's:e c+r%t',
    token_endpoint_auth_method: 'client_secret_basic',
  },
  {
    ...common,
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
  scopes: ['api:read', 'api:write'],
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  ttl: { ClientCredentials: 599 },
});
const answer = provider.callback();

server.on('request', (request, response) => {
  response.on('finish', () =>
    say({
      method: request.method,
      path: request.url,
      authorization: request.headers.authorization?.split(' ')[0] ?? null,
      status: response.statusCode,
    }),
  );
  answer(request, response);
});

say({ port });

process.stdin.resume();
process.stdin.on('end', () => {
  server.close();
  server.closeAllConnections();
});
