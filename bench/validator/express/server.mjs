// The same validator with Express, as most teams would write it: read the fields, ask the system behind
// it with them, answer 200 with two fields or 401.
//
//   node server.mjs UPSTREAM_PORT      prints its own port
import express from 'express';

const upstream = `http://127.0.0.1:${process.argv[2]}`;
const app = express();
app.use(express.json());

app.post('/bench/authorization', async (request, response) => {
  const { username, password } = request.body?.auth ?? {};
  if (typeof username !== 'string' || typeof password !== 'string') {
    return response.status(401).json({ error: 'These credentials were not accepted.' });
  }
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  try {
    const answer = await fetch(`${upstream}/users/me`, { headers: { Authorization: `Basic ${basic}` } });
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    const { user } = await answer.json();
    return response.json({ user_id: user.id, name: user.name });
  } catch {
    return response.status(401).json({ error: 'These credentials were not accepted.' });
  }
});

const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
