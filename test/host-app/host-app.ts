// An example host application: it authenticates people itself, lets Usher decide who gets in, asks at each click whether that still holds,
// takes invitations, and is told by webhook whose live pages to close.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { usherClient, type Person, type UsherSettings } from './usher-client.ts';

/** A user of the host; how it authenticates them is its own affair, here by a password. */
export interface HostUser {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

interface Given {
  readonly email?: string;
  readonly password?: string;
}

export interface HostApp {
  readonly url: string;
  /** The secret of the webhook endpoint at `/hooks`, which is known once the endpoint is made. */
  readonly trustHooks: (secret: string) => void;
  readonly stop: () => Promise<void>;
}

const cookieName = 'host_session';
const longestBody = 10_000;
const wrongPassword = { error: 'wrong e-mail or password' };
const endings: ReadonlySet<string> = new Set(['audit.team_membership_deactivate', 'audit.team_membership_remove', 'audit.user_account_erase']);

/** Starts it on the port, or on a free one. */
export async function startHostApp(settings: UsherSettings, users: readonly HostUser[], port = 0): Promise<HostApp> {
  const usher = usherClient(settings);
  const live = new Map<ServerResponse, string>();
  let webhook: Webhook | undefined;

  async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { workspace, ...given } = JSON.parse(await bodyOf(request)) as Given & { workspace?: string };
    const user = authenticated(given);
    if (user === undefined) {
      send(response, 401, wrongPassword);
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

  /** Where the link of an invitation leads: whoever is invited signs in without a workspace, for there is none yet, and accepts. */
  async function join(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { invitation = '', ...given } = JSON.parse(await bodyOf(request)) as Given & { invitation?: string };
    const user = authenticated(given);
    if (user === undefined) {
      send(response, 401, wrongPassword);
      return;
    }
    const opened = await usher.signIn({ userId: user.id, email: user.email });
    const joined = opened.ok ? await usher.join(opened.session.sessionToken, invitation) : opened;
    if (opened.ok) await usher.signOut(opened.session.sessionToken);
    if (joined.ok) send(response, 200, { joined: joined.workspace.slug });
    else send(response, 403, { error: joined.refused.code, why: joined.refused.detail });
  }

  const authenticated = ({ email, password }: Given): HostUser | undefined => users.find((one) => one.email === email && one.password === password);

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

  /** A page that stays open: no click will ask about it, so it is closed when Usher tells of the end. */
  async function openLive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const person = await usher.whoIs(sessionOf(request) ?? 'none');
    if (person === undefined) {
      send(response, 401, { error: 'signed out' });
      return;
    }
    live.set(response, person.sub);
    response.on('close', () => live.delete(response));
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: hello\n\n');
  }

  /** An event that comes twice closes what is closed already: nothing has to be remembered. */
  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request);
    if (!isGenuine(webhook, text, request)) {
      send(response, 401, { error: 'not signed by Usher' });
      return;
    }
    const { type, data } = JSON.parse(text) as { type: string; data: { target: { id: string } | null; metadata: { members?: readonly string[] } } };
    // An erasure ends all memberships of a person at once.
    const ended = endings.has(type) ? new Set([data.target?.id, ...(data.metadata.members ?? [])]) : new Set();
    for (const [stream, sub] of live) if (ended.has(sub)) stream.end();
    send(response, 200, {});
  }

  const routes = new Map([
    ['POST /login', logIn],
    ['POST /logout', logOut],
    ['POST /join', join],
    ['GET /campaigns', page],
    ['GET /live', openLive],
    ['POST /hooks', hear],
  ]);
  const server = createServer((request, response) => {
    const route = routes.get(`${request.method ?? ''} ${request.url ?? ''}`);
    const work = route === undefined ? Promise.resolve(send(response, 404, { error: 'no such page' })) : route(request, response);
    // Without an answer of Usher nobody is let in.
    work.catch(() => send(response, 503, { error: 'try again' }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trustHooks: (secret) => void (webhook = new Webhook(secret)),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isGenuine(webhook: Webhook | undefined, text: string, { headers }: IncomingMessage): boolean {
  try {
    return webhook?.verify(text, headers as Record<string, string>) !== undefined;
  } catch {
    return false;
  }
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
