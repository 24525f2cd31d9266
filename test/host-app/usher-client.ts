// All that a host application needs of Usher: an access token of its own, the sign-in gate, introspection, and the answer to an invitation. Copy it.

export interface UsherSettings {
  /** The address of the server, without a slash at its end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A person whom the host itself has authenticated; `email` only if the host has verified it. */
export interface SignIn {
  readonly userId: string;
  readonly email?: string;
  readonly workspace?: string;
}

/** Why Usher refuses: `code` names a page under /problems, `detail` is a sentence for people. */
export interface Refused {
  readonly code: string;
  readonly detail: string;
}

export interface SignedIn {
  readonly sessionToken: string;
  readonly sessionId: string;
}

/** Who clicks, as of this moment. */
export interface Person {
  readonly sub: string;
  readonly workspace: string | null;
  readonly username: string;
  readonly role: string | null;
  readonly permissions: readonly string[];
}

/** The workspace that a person has joined. */
export interface Joined {
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string };
}

export type Answer<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly refused: Refused };

export interface UsherClient {
  readonly signIn: (who: SignIn) => Promise<Answer<{ readonly session: SignedIn }>>;
  /** Accepts an invitation for whoever is signed in, with or without a workspace; `invitation` is the last part of the link. */
  readonly join: (sessionToken: string, invitation: string) => Promise<Answer<Joined>>;
  /** Undefined when the session is worth nothing any more. Asked at each click and never remembered. */
  readonly whoIs: (sessionToken: string) => Promise<Person | undefined>;
  readonly signOut: (sessionToken: string) => Promise<void>;
}

const renewEarlyMs = 60_000;

export function usherClient({ url, clientId, clientSecret }: UsherSettings): UsherClient {
  let token: { readonly text: string; readonly until: number } | undefined;

  const accessToken = async (): Promise<string> => {
    if (token !== undefined && Date.now() < token.until) return token.text;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
    const answer = await fetch(`${url}/oauth2/token`, { method: 'POST', body: form });
    if (!answer.ok) throw new Error(`Usher gives no token: ${await answer.text()}`);
    const { access_token: text, expires_in: seconds } = (await answer.json()) as { access_token: string; expires_in: number };
    token = { text, until: Date.now() + seconds * 1000 - renewEarlyMs };
    return text;
  };

  /** As the person of a session. */
  const asPerson = async (sessionToken: string, method: string, path: string, body?: object): Promise<Response> =>
    await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${sessionToken}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  /** A token may have been revoked before its time: once more with a new one. */
  const post = async (path: string, body: object, again = true): Promise<Response> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await accessToken()}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 401 || !again) return answer;
    token = undefined;
    return await post(path, body, false);
  };

  return {
    signIn: async ({ userId, email, workspace }) => {
      const answer = await post('/sessions', { subject: { id: userId, ...(email === undefined ? {} : { email, emailVerified: true }) }, ...(workspace === undefined ? {} : { workspace }) });
      return answer.status === 201 ? { ok: true, session: (await answer.json()) as SignedIn } : { ok: false, refused: (await answer.json()) as Refused };
    },
    whoIs: async (sessionToken) => {
      const answer = await post('/introspect', { token: sessionToken });
      if (!answer.ok) throw new Error(`Usher does not answer: ${answer.status}`);
      const told = (await answer.json()) as Person & { readonly active: boolean };
      return told.active ? told : undefined;
    },
    join: async (sessionToken, invitation) => {
      const answer = await asPerson(sessionToken, 'POST', '/account/invitations/accept', { token: invitation });
      return answer.ok ? { ok: true, ...((await answer.json()) as Joined) } : { ok: false, refused: (await answer.json()) as Refused };
    },
    signOut: async (sessionToken) => void (await asPerson(sessionToken, 'DELETE', '/sessions/current')),
  };
}
