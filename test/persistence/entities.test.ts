// Entities and migrations describe one database: every column of every table, once in each.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../src/persistence/database/pool.ts';
import { AuditSealEntity } from '../../src/persistence/entities/audit-seal.entity.ts';
import { createDatabase } from '../support/database.ts';

interface Column {
  readonly type: string;
  readonly nullable: boolean;
  readonly default: string | undefined;
}

interface Table {
  readonly columns: Record<string, Column>;
  readonly key: readonly string[];
}

const limits = { size: 2, connectTimeoutMs: 5000, statementTimeoutMs: 5000, queryTimeoutMs: 10_000, lockTimeoutMs: 2000, idleInTransactionTimeoutMs: 5000 };

let drop: () => Promise<void>;
let owner: Database;

beforeAll(async () => {
  const created = await createDatabase();
  drop = created.drop;
  owner = await openDatabase(created.owner, limits);
});

afterAll(async () => {
  await owner.close();
  await drop();
});

async function migrated(): Promise<Map<string, Table>> {
  const columns = await owner.pool.query<{ relname: string; attname: string; type: string; attnotnull: boolean; given: string | null }>(
    `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, pg_get_expr(d.adbin, d.adrelid) as given
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'usher_migration' order by c.relname, a.attname`,
  );
  const keys = await owner.pool.query<{ relname: string; columns: string[] }>(
    `select c.relname, array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum order by k.n) as columns
      from pg_index i join pg_class c on c.oid = i.indrelid where i.indisprimary and c.relnamespace = 'public'::regnamespace`,
  );
  const keyOf = new Map(keys.rows.map((row) => [row.relname, row.columns]));
  const tables = Map.groupBy(columns.rows, (row) => row.relname);
  return new Map(
    [...tables].map(([name, rows]) => [
      name,
      {
        columns: Object.fromEntries(rows.map((row) => [row.attname, { type: row.type, nullable: !row.attnotnull, default: row.given?.replace(/::[a-z[\]]+$/, '') }])),
        key: keyOf.get(name) ?? [],
      },
    ]),
  );
}

function described(): Map<string, Table> {
  const metadata = [...owner.orm.getMetadata().getAll().values()];
  return new Map(
    metadata.map((entity) => {
      const columns = entity.props.map((property) => {
        const type = property.columnTypes[0] ?? '';
        return [property.fieldNames[0] ?? '', { type: spelled(type), nullable: property.nullable === true, default: property.defaultRaw }] as const;
      });
      return [entity.tableName, { columns: Object.fromEntries(columns), key: entity.primaryKeys.flatMap((key) => entity.properties[key]?.fieldNames ?? []) }];
    }),
  );
}

/** The type as PostgreSQL spells it. */
function spelled(type: string): string {
  return new Map([
    ['timestamptz', 'timestamp with time zone'],
    ['int', 'integer'],
  ]).get(type) ?? type;
}

describe('entities', () => {
  it('stand for every table and for no other', async () => {
    const tables = await migrated();
    expect(tables.size).toBeGreaterThan(20);
    expect([...described().keys()].sort()).toEqual([...tables.keys()].sort());
  });

  it('have exactly the columns, types, nullability, defaults and primary keys of the migrated tables', async () => {
    const tables = await migrated();
    for (const [name, table] of described()) expect({ name, ...table }).toEqual({ name, ...tables.get(name) });
  });

  it('write and read a row as they describe it', async () => {
    const em = owner.orm.em.fork();
    const workspaceId = '018f0000-0000-7000-8000-000000000001';
    const row = { workspaceId, seq: 9_007_199_254_740_993n, eventId: workspaceId, hash: new Uint8Array([0, 255, 128]), sealedAt: new Date('2024-02-29T23:59:59.123Z') };
    await em.transactional(async (tx) => {
      await tx.execute(`select set_config('app.workspace', ?, true)`, [workspaceId]);
      tx.create(AuditSealEntity, row);
      await tx.flush();
      tx.clear();
      const found = await tx.findOneOrFail(AuditSealEntity, { workspaceId, seq: row.seq });
      expect({ ...found, hash: Uint8Array.from(found.hash) }).toEqual(row);
    });
  });
});
