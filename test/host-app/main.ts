// Runs the example host application by itself; assumes a client made by `client create`, and for live pages the secret of a webhook to /hooks.
import { startHostApp } from './host-app.ts';

const { USHER_URL: url = 'http://127.0.0.1:8080', USHER_CLIENT_ID: clientId, USHER_CLIENT_SECRET: clientSecret, USHER_WEBHOOK_SECRET: webhookSecret, HOST_PORT: port = '3000' } = process.env;
if (clientId === undefined || clientSecret === undefined) {
  process.stderr.write('Give USHER_CLIENT_ID and USHER_CLIENT_SECRET: npm run --silent usher -- client create --org NAME --label TEXT prints them.\n');
  process.exit(1);
}
const users = ['ada', 'grace', 'linus'].map((name) => ({ id: `host-user-${name}`, email: `${name}@acme.example`, password: 'secret' }));
const app = await startHostApp({ url, clientId, clientSecret }, users, Number(port));
if (webhookSecret !== undefined) app.trustHooks(webhookSecret);
process.stdout.write(`The host application listens on ${app.url}; ${users.map(({ email }) => email).join(', ')} sign in with the password "secret".\n`);
