// An authorization validator as a team of Node developers writes one, and with the mistakes that such
// teams make when they are asked for.
//
//   node server.mjs [--mistakes echo,nested] [--caller-token WORD]
//
// It listens on a free port of 127.0.0.1 and says {"port"} in its first line; every further line is a
// request that it answered. It ends with its standard input. One account is known, "pat@acme.example".
//
// Mistakes:
//   any_credentials   200 for any user name and password
//   echo              the password comes back in the answer
//   html              the answer is JSON that says it is text/html
//   nested            the answer holds an object and a list beside its fields
//   crash             a body that is not JSON is answered with 500
//   redirect          the answer is a redirect to another path
//   fraction          the answer holds a number that is none of the contract
//   loose             the name of the content type is not looked at
//   forbidden         wrong credentials are answered with 403
//   forgets           what it returned is refused when it is sent back
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

import express from 'express';

const { values } = parseArgs({
  options: { mistakes: { type: 'string', default: '' }, 'caller-token': { type: 'string' } },
});
const known = [
  'any_credentials', 'echo', 'html', 'nested', 'crash', 'redirect', 'fraction', 'loose', 'forbidden', 'forgets',
];
const mistakes = new Set(values.mistakes.split(',').filter(Boolean));
for (const mistake of mistakes) {
  if (!known.includes(mistake)) throw new Error(`there is no mistake ${mistake}`);
}

const account = { username: 'pat@acme.example', password: 'q7Wd-605b32dd-Lm4x-Zt81Vn' };
const digest = (text) => createHash('sha256').update(text).digest();
const same = (given, wanted) => typeof given === 'string' && timingSafeEqual(digest(given), digest(wanted));
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

const app = express();
app.disable('x-powered-by');
app.set('env', 'production');

app.use((request, response, next) => {
  response.on('finish', () => {
    say({ method: request.method, status: response.statusCode, type: request.get('content-type') ?? null });
  });
  next();
});

app.use((request, response, next) => {
  const wanted = values['caller-token'];
  if (wanted === undefined || same(request.get('authorization'), `Bearer ${wanted}`)) return next();
  response.status(401).json({ error: 'unknown caller' });
});

app.post(
  '/authorization',
  express.json({ limit: '64kb', type: mistakes.has('loose') ? () => true : 'application/json' }),
  (request, response) => {
    if (request.body === undefined) return response.status(415).json({ error: 'send JSON' });
    const auth = request.body.auth;
    if (auth === null || typeof auth !== 'object' || Array.isArray(auth)) {
      return response.status(400).json({ error: 'auth is missing' });
    }
    const { username, password, token } = auth;
    if (typeof username !== 'string' || typeof password !== 'string') {
      return response.status(401).json({ error: 'user name or password is missing' });
    }
    const right = same(username, account.username) && same(password, account.password);
    if (!right && !mistakes.has('any_credentials')) {
      return response.status(mistakes.has('forbidden') ? 403 : 401).json({ error: 'wrong credentials' });
    }
    if (mistakes.has('forgets') && token !== undefined) {
      return response.status(401).json({ error: 'unexpected token' });
    }
    if (mistakes.has('redirect')) return response.redirect(307, '/authorization/welcome');
    const answer = {
      login_id: 12,
      token: 'tk-123456789-Jq5Rw8Yb2Ks',
      active: true,
      ...(mistakes.has('echo') && { password }),
      ...(mistakes.has('nested') && { profile: { name: 'Pat' }, roles: ['agent'] }),
      ...(mistakes.has('fraction') && { balance: 12.5, big: 1e20, nothing: null }),
    };
    if (mistakes.has('html')) return response.type('text/html').send(JSON.stringify(answer));
    response.json(answer);
  },
);
app.all('/authorization', (request, response) => {
  response.status(405).set('Allow', 'POST').json({ error: 'only POST' });
});
app.use((error, request, response, next) => {
  if (response.headersSent) return next(error);
  const status = mistakes.has('crash') ? 500 : (error.status ?? 500);
  response.status(status).json({ error: 'the body cannot be read' });
});

const server = createServer(app);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
say({ port: server.address().port });

process.stdin.resume();
process.stdin.on('end', () => {
  server.close();
  server.closeAllConnections();
});
