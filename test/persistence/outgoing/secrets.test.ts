// Secrets at rest: sealed for one context, opened by any key that is left, sealed anew with the newest.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretContext } from '../../../src/domain/outgoing/ports.ts';
import { resealSecrets } from '../../../src/persistence/outgoing/reseal-secrets.ts';
import { createSecretBox } from '../../../src/persistence/secret-box.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { enter, foundTenant, tenantRows } from '../tenant-rows.ts';

const [older, newer] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];

describe('a sealed secret', () => {
  it('opens for its context with its key, and for nothing else', () => {
    const [first, rotated, stranger] = [createSecretBox([older]), createSecretBox([newer, older]), createSecretBox([newer])];
    const sealed = first.seal('whsec_x', 'a');
    expect([first.open(sealed, 'a'), rotated.open(sealed, 'a'), stranger.open(sealed, 'a'), first.open(sealed, 'b')]).toEqual(['whsec_x', 'whsec_x', undefined, undefined]);
    expect([first.isCurrent(sealed), rotated.isCurrent(sealed)]).toEqual([true, false]);
    expect(first.seal('whsec_x', 'a')).not.toBe(sealed);
    for (const bent of ['', 'v1', 'v1.x.y', sealed.replace('v1', 'v2'), `${sealed.slice(0, -6)}AAAAAA`, sealed.slice(0, 60)]) expect(first.open(bent, 'a')).toBeUndefined();
  });
});

describe('sealing anew', () => {
  let database: TestDatabase;
  let runtime: pg.Pool;
  beforeAll(async () => {
    database = await createDatabase();
    runtime = new pg.Pool({ ...database.runtime, max: 2 });
  });
  afterAll(async () => {
    await runtime.end();
    await database.drop();
  });

  it('takes every workspace, changes no secret, and counts what no key opens', async () => {
    const [before, after] = [createSecretBox([older]), createSecretBox([newer, older])];
    const lost = createSecretBox([new Uint8Array(randomBytes(32))]);
    const client = await runtime.connect();
    for (const number of [1, 2]) {
      const rows = tenantRows(number);
      await foundTenant(client, rows);
      await client.query('begin');
      await enter(client, rows);
      const insert = `insert into event_endpoint (workspace_id, id, kind, url, topics, secret, former_secret) values ($1, $2, 'webhook', 'https://x.example', '{*}', $3, $4)`;
      const context = secretContext(rows.workspaceId, rows.auditId);
      await client.query(insert, [rows.workspaceId, rows.auditId, before.seal(`one${number}`, context), before.seal(`two${number}`, context)]);
      await client.query(insert, [rows.workspaceId, rows.membershipId, lost.seal('x', context), null]);
      await client.query('commit');
    }
    client.release();
    expect(await resealSecrets(runtime, after)).toEqual({ resealed: 4, kept: 0, lost: 2 });
    expect(await resealSecrets(runtime, after)).toEqual({ resealed: 0, kept: 4, lost: 2 });
    const only = createSecretBox([newer]);
    const owner = new pg.Client(database.owner);
    await owner.connect();
    const { rows } = await owner.query<{ workspace_id: string; id: string; secret: string; former_secret: string }>('select * from event_endpoint where former_secret is not null order by workspace_id');
    await owner.end();
    expect(rows.map((row) => [row.secret, row.former_secret].map((sealed) => only.open(sealed, secretContext(row.workspace_id, row.id))))).toEqual([['one1', 'two1'], ['one2', 'two2']]);
  });
});
