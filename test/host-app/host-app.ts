// An example host application: it authenticates people itself, lets Usher decide who gets in, and asks at each click whether that still holds.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { usherClient, type Person, type UsherSettings } from './usher-client.ts';

/** A user of the host; how it authenticates them is its own affair, here by a password. */
export interface HostUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

export interface HostApp {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const cookieName = 'host_session';
const longestBody = 10_000;

/** Starts it on a free port. */
export async function startHostApp(settings: UsherSettings, users: readonly HostUser[]): Promise<HostApp> {
  const usher = usherClient(settings);

  async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { email, password, workspace } = JSON.parse(await bodyOf(request)) as { email?: string; password?: string; workspace?: string };
    const user = users.find((one) => one.email === email && one.password === password);
    if (user === undefined) {
      send(response, 401, { error: 'wrong e-mail or password' });
      return;
    }
    const opened = await usher.signIn({ userId: user.id, email: user.email, ...(workspace === undefined ? {} : { workspace }) });
    if (!opened.ok) {
      send(response, 403, { error: opened.refused.code, why: opened.refused.detail });
      return;
    }
    response.setHeader('Set-Cookie', `${cookieName}=${opened.session.sessionToken}; HttpOnly; SameSite=Lax; Path=/`);
    send(response, 200, { welcome: user.email });
  }

  async function logOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = sessionOf(request);
    if (session !== undefined) await usher.signOut(session);
    forget(response);
    send(response, 200, { bye: true });
  }

  /** Every page: nothing is shown before Usher has said that the person is still in. */
  async function page(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = sessionOf(request);
    const person = session === undefined ? undefined : await usher.whoIs(session);
    if (person === undefined) {
      forget(response);
      send(response, 401, { error: 'signed out' });
      return;
    }
    send(response, 200, campaignsOf(person));
  }

  const routes = new Map([
    ['POST /login', logIn],
    ['POST /logout', logOut],
    ['GET /campaigns', page],
  ]);
  const server = createServer((request, response) => {
    const route = routes.get(`${request.method ?? ''} ${request.url ?? ''}`);
    const work = route === undefined ? Promise.resolve(send(response, 404, { error: 'no such page' })) : route(request, response);
    // Without an answer of Usher nobody is let in.
    work.catch(() => send(response, 503, { error: 'try again' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function campaignsOf({ username, role, permissions }: Person): object {
  return { user: username, role, campaigns: ['Spring sale'], mayInvite: permissions.includes('members.invite') };
}

function sessionOf({ headers }: IncomingMessage): string | undefined {
  const found = (headers.cookie ?? '').split('; ').find((cookie) => cookie.startsWith(`${cookieName}=`));
  const value = found?.slice(cookieName.length + 1);
  return value === '' ? undefined : value;
}

function forget(response: ServerResponse): void {
  response.setHeader('Set-Cookie', `${cookieName}=; Max-Age=0; Path=/`);
}

function send(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longestBody) throw new Error('too much');
  }
  return text;
}
