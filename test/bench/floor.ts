// The floor process: a bare node:http server with `pg` that checks nothing, and reads and commits what the server would for each request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { keyOf } from '../../src/domain/model/keys.ts';
import { parseLogin } from '../../src/persistence/database/parse-login.ts';
import { uuidV7 } from '../../src/persistence/database/uuid-v7.ts';
import { reads, writes, type FloorTenant } from './floor-statements.ts';

/** As many connections as the server has. */
const pool = new pg.Pool({ ...parseLogin(process.env['DATABASE_URL'] ?? ''), max: 10, keepAlive: true });
pool.on('error', () => undefined);

let tenants: readonly FloorTenant[] = [];
let requests = 0;

type Body = Readonly<Record<string, unknown>>;
type Asker = Pick<pg.Pool, 'query'>;

async function read(name: keyof typeof reads, values: readonly unknown[]): Promise<Body[]> {
  return (await pool.query<Record<string, unknown>>({ name, text: reads[name], values: [...values] })).rows;
}

async function write(name: keyof typeof writes, tenant: FloorTenant, target: string, more: readonly unknown[], asker: Asker = pool): Promise<void> {
  requests += 1;
  await asker.query({ name, text: writes[name], values: [tenant.workspaceId, target, uuidV7(), uuidV7(), tenant.connectionId, `floor-${requests}`, ...more] });
}

async function create(tenant: FloorTenant, user: Body, asker: Asker = pool): Promise<Body> {
  const { schemas: _, userName, externalId, active: _active, ...profile } = user;
  const [id, account] = [uuidV7(), uuidV7()];
  const metadata = `{"account":"${account}","active":true,"role":"member"}`;
  await write('create', tenant, id, [tenant.organizationId, account, keyOf(String(userName)), userName, JSON.stringify(profile), externalId, metadata], asker);
  return { id, ...user };
}

async function bulk(tenant: FloorTenant, { Operations: operations }: Body): Promise<Body> {
  const client = await pool.connect();
  try {
    const done: Body[] = [];
    for (const { data } of operations as { data: Body }[]) done.push({ status: '201', response: await create(tenant, data, client) });
    return { Operations: done };
  } finally {
    client.release();
  }
}

async function answer(path: string, body: () => Promise<Body>): Promise<unknown> {
  const [, number, what, ...rest] = path.split('/').map(decodeURIComponent);
  const [first = '', second = '', third = ''] = rest;
  const tenant = tenants[Number(number)];
  if (tenant === undefined) throw new Error(`no tenant ${number}`);
  const space = [tenant.workspaceId, tenant.connectionId];
  switch (what) {
    case 'member':
      return (await read('member', [...space, first]))[0];
    case 'byUserName':
    case 'byEmail':
      return { totalResults: 1, Resources: await read(what, [...space, keyOf(first)]) };
    case 'page':
    case 'pageAfter': {
      const rows = await read(what, [...space, first]);
      return { totalResults: rows[0]?.['total'], Resources: rows };
    }
    case 'group':
      return (await read('group', [tenant.workspaceId, first]))[0];
    case 'create':
      return await create(tenant, await body());
    case 'bulk':
      return await bulk(tenant, await body());
    case 'deactivate': {
      await body();
      const hold = `idp:${tenant.connectionId}`;
      await write('deactivate', tenant, first, [hold, `{"hold":"${hold}"}`]);
      return (await read('member', [...space, first]))[0];
    }
    case 'add':
    case 'remove': {
      const ids = third === '' ? membersOf(await body()) : [third];
      await write(what, tenant, first, [ids, `{"${second}":${JSON.stringify(ids)}}`]);
      return undefined;
    }
    default:
      throw new Error(`the floor does not know ${what}`);
  }
}

function membersOf({ Operations: operations }: Body): string[] {
  return (operations as { value: { value: string }[] }[]).flatMap(({ value }) => value.map((member) => member.value));
}

async function bodyOf(incoming: IncomingMessage): Promise<Body> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString()) as Body;
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const result = await answer(incoming.url ?? '', async () => await bodyOf(incoming));
    const text = result === undefined ? '' : JSON.stringify(result);
    outgoing.writeHead(text === '' ? 204 : 200, { 'Content-Type': 'application/scim+json', ...(text === '' ? {} : { 'Content-Length': Buffer.byteLength(text) }) }).end(text);
  } catch (error) {
    outgoing.writeHead(500).end(String(error));
  }
}

const server = createServer((incoming, outgoing) => void respond(incoming, outgoing));
server.keepAliveTimeout = 120_000;
process.on('message', (message: readonly FloorTenant[]) => {
  tenants = message;
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.on('disconnect', () => process.exit());
// The terminal's Ctrl-C reaches this process too; whoever started it decides.
process.on('SIGINT', () => undefined);
