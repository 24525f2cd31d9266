// The sealer: soon after a commit, by itself after a crash, quietly through an outage, and over when it is stopped.
import { afterEach, describe, expect, it } from 'vitest';
import { startSealer, type SealedQueue, type Sealer, type SealerPorts } from '../../src/jobs/sealer.ts';

interface Fake {
  readonly queue: SealedQueue;
  /** Rows that wait, by tenant. */
  readonly rows: Map<string, number>;
  readonly calls: string[];
  looks: number;
  failure: ((tenantId: string | undefined) => Error | undefined) | undefined;
}

function fakeQueue(): Fake {
  const fake: Fake = {
    rows: new Map(),
    calls: [],
    looks: 0,
    failure: undefined,
    queue: {
      waiting: async (most, beyond) => {
        fake.looks += 1;
        await Promise.resolve();
        const failure = fake.failure?.(undefined);
        if (failure !== undefined) throw failure;
        const ids = [...fake.rows].filter(([id, count]) => count > 0 && (beyond === undefined || id > beyond)).map(([id]) => id);
        return ids.sort().slice(0, most);
      },
      seal: async (tenantId, most) => {
        await Promise.resolve();
        const failure = fake.failure?.(tenantId);
        if (failure !== undefined) throw failure;
        fake.calls.push(tenantId);
        const count = Math.min(most, fake.rows.get(tenantId) ?? 0);
        fake.rows.set(tenantId, (fake.rows.get(tenantId) ?? 0) - count);
        return count;
      },
    },
  };
  return fake;
}

const started: Sealer[] = [];

function start(times: Pick<SealerPorts, 'pollMs' | 'gatherMs'>, prepare?: (workspaces: Fake, organizations: Fake) => void) {
  const [workspaces, organizations] = [fakeQueue(), fakeQueue()];
  prepare?.(workspaces, organizations);
  const lines: { level: string; error: unknown; message: string }[] = [];
  const line = (level: string) => (details: object, message: string) => {
    lines.push({ level, error: 'error' in details ? String(details.error) : undefined, message });
  };
  const sealer = startSealer({ workspaces: workspaces.queue, organizations: organizations.queue, log: { warn: line('warn'), info: line('info') }, ...times });
  started.push(sealer);
  return { sealer, workspaces, organizations, lines };
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (sealer) => await sealer.stop()));
});

const pause = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited five seconds in vain');
    await pause(2);
  }
}

const left = (fake: Fake) => [...fake.rows.values()].reduce((sum, count) => sum + count, 0);

describe('startSealer', () => {
  it('seals at once what an earlier process left, however many tenants and rows', async () => {
    const { workspaces, organizations } = start({ pollMs: 60_000 }, (w, o) => {
      for (let tenant = 0; tenant < 250; tenant += 1) w.rows.set(`w${String(tenant).padStart(3, '0')}`, 1);
      w.rows.set('w999', 1201);
      o.rows.set('o1', 3);
    });
    await until(() => left(workspaces) + left(organizations) === 0);
    expect(workspaces.looks).toBe(3);
  });

  it('seals a tenant soon after it was announced, long before the next look', async () => {
    const { sealer, workspaces, organizations } = start({ pollMs: 60_000, gatherMs: 5 });
    await until(() => organizations.looks === 1);
    workspaces.rows.set('w1', 1);
    organizations.rows.set('o1', 1);
    sealer.poke('w1', 'o1');
    await until(() => left(workspaces) + left(organizations) === 0);
    workspaces.rows.set('w2', 1);
    sealer.poke('w2');
    await until(() => left(workspaces) === 0);
    workspaces.rows.set('w3', 1);
    sealer.poke();
    await until(() => left(workspaces) === 0);
  });

  it('takes a burst of announcements in one pass', async () => {
    const { sealer, workspaces, organizations } = start({ pollMs: 60_000, gatherMs: 200 });
    await until(() => organizations.looks === 1);
    for (let round = 0; round < 30; round += 1) {
      workspaces.rows.set('w1', (workspaces.rows.get('w1') ?? 0) + 1);
      sealer.poke('w1');
      await pause(1);
    }
    await until(() => left(workspaces) === 0);
    expect(workspaces.calls.length).toBeLessThanOrEqual(3);
  });

  it('finds by itself what nobody announced', async () => {
    const { workspaces, organizations } = start({ pollMs: 20, gatherMs: 1 });
    await until(() => organizations.looks === 1);
    workspaces.rows.set('w1', 1);
    await until(() => left(workspaces) === 0);
  });

  it('lives through an outage, says so once, and catches up', async () => {
    const { sealer, workspaces, lines } = start({ pollMs: 5, gatherMs: 1 }, (w, o) => {
      w.failure = () => new Error('connection refused');
      o.failure = w.failure;
      w.rows.set('w1', 2);
    });
    sealer.poke('w1', 'o1');
    await until(() => workspaces.looks > 5);
    expect(lines).toEqual([{ level: 'warn', error: 'Error: connection refused', message: 'sealing the audit log failed and is tried again' }]);
    workspaces.failure = undefined;
    await until(() => left(workspaces) === 0);
    expect(lines.filter((line) => line.level === 'warn')).toHaveLength(1);
  });

  it('says when it works again', async () => {
    const { workspaces, lines } = start({ pollMs: 5, gatherMs: 1 }, (w) => {
      w.failure = () => new Error('gone');
    });
    await until(() => lines.length === 1);
    workspaces.failure = undefined;
    await until(() => lines.length === 2);
    expect(lines[1]).toMatchObject({ level: 'info' });
    await pause(50);
    expect(lines).toHaveLength(2);
  });

  it('lets one tenant that fails hold up no other', async () => {
    const { workspaces } = start({ pollMs: 5, gatherMs: 1 }, (w) => {
      w.failure = (tenantId) => (tenantId === 'w1' ? new Error('broken chain') : undefined);
      for (const id of ['w1', 'w2', 'w3']) w.rows.set(id, 1);
    });
    await until(() => left(workspaces) === 1);
    expect(workspaces.rows.get('w1')).toBe(1);
  });

  it('ends after the batch at hand', async () => {
    let release: (() => void) | undefined;
    let batches = 0;
    const { sealer, workspaces } = start({ pollMs: 60_000 }, (w) => {
      w.rows.set('w1', 1_000_000);
      const { seal } = w.queue;
      Object.assign(w.queue, {
        seal: async (tenantId: string, most: number) => {
          batches += 1;
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return await seal(tenantId, most);
        },
      });
    });
    await until(() => release !== undefined);
    let over = false;
    const stopping = (async () => {
      await sealer.stop();
      over = true;
    })();
    await pause(20);
    expect(over).toBe(false);
    release?.();
    await stopping;
    expect(batches).toBe(1);
    expect(left(workspaces)).toBe(999_500);
    sealer.poke('w1');
    await pause(20);
    expect(batches).toBe(1);
  });
});
