// Clients that write without pause and note what they were told; each user is written by one client, so that its history has one order.
import { sendRequest, type RawAnswer } from '../support/raw-http.ts';

/** What a client knows of a user: `undefined` members were never said, `gone` is a removal. */
export interface KnownUser {
  readonly title: string;
  readonly active: boolean;
  readonly gone: boolean;
}

/** A user with the last state that was acknowledged, and the one that was under way when the answer failed to come. */
export interface Story {
  readonly userName: string;
  id: string | undefined;
  acknowledged: KnownUser | undefined;
  pending: KnownUser | undefined;
  /** Changes of the user itself that were acknowledged; each has an audit row and a version. */
  changes: number;
}

export interface Writers {
  readonly stories: readonly Story[];
  /** Ids that were acknowledged as members of the group. */
  readonly members: ReadonlySet<string>;
  /** Acknowledged writes. */
  readonly count: () => number;
  /** Resolves when every client has met the end of the server, or was told to stop. */
  readonly done: Promise<void>;
  readonly stop: () => void;
}

const patch = (...Operations: unknown[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });

/** Starts the clients. Answers other than success are thrown: nothing else happens to this load while the server lives. */
export function startWriters(root: string, token: string, groupId: string, label: string, clients: number): Writers {
  const stories: Story[] = [];
  const members = new Set<string>();
  let [count, stopping] = [0, false];
  const send = async (method: string, path: string, body?: unknown): Promise<RawAnswer | undefined> => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
    const answer = await sendRequest(root, { method, path: `/scim/v2${path}`, headers, body: body === undefined ? undefined : JSON.stringify(body) }).catch(() => undefined);
    if (answer === undefined || answer.status === 503) {
      stopping ||= answer === undefined;
      return undefined;
    }
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    count += 1;
    return answer;
  };
  /** One change of a user; false when nobody knows whether it happened. */
  const write = async (story: Story, state: KnownUser, method: string, path: string, body?: unknown): Promise<boolean> => {
    story.pending = state;
    const answer = await send(method, path, body);
    if (answer === undefined) return false;
    if (method === 'POST') story.id = (answer.json as { id: string }).id;
    story.acknowledged = state;
    story.pending = undefined;
    story.changes += 1;
    return true;
  };
  const live = async (story: Story, n: number): Promise<boolean> => {
    const { userName } = story;
    const created = { title: 'new', active: true, gone: false };
    if (!(await write(story, created, 'POST', '/Users', { userName, externalId: userName, title: 'new', emails: [{ value: userName, primary: true }] }))) return false;
    const path = `/Users/${String(story.id)}`;
    if (n % 3 === 0) {
      if ((await send('PATCH', `/Groups/${groupId}`, patch({ op: 'add', path: 'members', value: [{ value: story.id }] }))) === undefined) return false;
      members.add(String(story.id));
    }
    const steps: (() => Promise<boolean>)[] = [
      async () => await write(story, { ...created, title: 'put' }, 'PUT', path, { userName, externalId: userName, title: 'put', emails: [{ value: userName, primary: true }] }),
      async () => await write(story, { title: 'put', active: false, gone: false }, 'PATCH', path, patch({ op: 'replace', path: 'active', value: false })),
      async () => await write(story, { title: 'put', active: true, gone: false }, 'PATCH', path, patch({ op: 'replace', path: 'active', value: true })),
      async () => await write(story, { title: 'patched', active: true, gone: false }, 'PATCH', path, patch({ op: 'replace', path: 'title', value: 'patched' })),
      async () => (n % 3 === 1 ? await write(story, { title: 'patched', active: true, gone: true }, 'DELETE', path) : true),
    ];
    for (const step of steps.slice(0, n % 6)) if (stopping || !(await step())) return !stopping;
    return true;
  };
  const done = Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let n = 0; !stopping; n += 1) {
        const story: Story = { userName: `${label}-${client}-${n}@load.example`, id: undefined, acknowledged: undefined, pending: undefined, changes: 0 };
        stories.push(story);
        await live(story, n);
      }
    }),
  ).then(() => undefined);
  return { stories, members, count: () => count, done, stop: () => (stopping = true) };
}
