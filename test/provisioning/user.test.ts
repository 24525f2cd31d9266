// Behaviour of the User descriptor: what each verb asks of the domain.
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/changes.ts';
import { createUserHandler } from '../../src/provisioning/user.ts';
import { defaultProjection, parseProjection } from '../../src/scim/projection.ts';
import { userType } from '../../src/scim/schema/resource-types.ts';
import { baseUrl, call, fakePorts, member, memberId, memberView, type FakeState } from './fake-ports.ts';

const userHandler = createUserHandler(userType);
const sameAsStored = { userName: 'ada@example.com', externalId: 'ext-1', ...member.profile };
const patchBody = (...Operations: unknown[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });

function setUp(state: FakeState = {}) {
  const { asked, ...ports } = fakePorts(state);
  const context = { ...ports, baseUrl };
  return {
    asked,
    post: async (body: unknown) => await userHandler.create(context, call, body, defaultProjection),
    get: async (id: string) => await userHandler.read(context, call, id, defaultProjection),
    put: async (body: unknown, id = memberId) => await userHandler.replace(context, call, id, body, defaultProjection),
    patch: async (body: unknown, id = memberId) => await userHandler.patch(context, call, id, body, defaultProjection),
    remove: async (id: string) => await userHandler.remove(context, call, id),
    list: async (attributes: string) => await userHandler.list(context, call, { filter: undefined, offset: 0, limit: 10 }, parseProjection(userType, attributes, undefined)),
  };
}

function find<K extends Change['kind']>(changes: readonly Change[] | undefined, kind: K): Extract<Change, { kind: K }> | undefined {
  return changes?.find((change): change is Extract<Change, { kind: K }> => change.kind === kind);
}

describe('POST', () => {
  it.each([
    [{ userName: 'ada' }, 'active'],
    [{ userName: 'ada', active: null }, 'active'],
    [{ userName: 'ada', active: true }, 'active'],
    [{ userName: 'ada', active: 'False' }, 'deactivated'],
  ])('takes %o as a member that is %s', async (body, status) => {
    const { post, asked } = setUp();
    expect(await post(body)).toMatchObject({ ok: true, value: { location: `${baseUrl}/Users/${memberId}`, etag: 'W/"3"', resource: { id: memberId } } });
    expect(find(asked.changes[0], 'membership.insert')).toMatchObject({ status, role: 'member', particulars: { userName: 'ada' } });
  });

  it('asks for nothing without a userName', async () => {
    const { post, asked } = setUp();
    await expect(post({ displayName: 'Ada' })).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
    expect(asked.locks).toEqual([]);
  });
});

describe('PUT', () => {
  it('replaces everything and clears what is left out', async () => {
    const { put, asked } = setUp();
    await put({ userName: 'ada@example.com', title: 'Chief' });
    expect(find(asked.changes[0], 'membership.update')?.set).toEqual({ particulars: { userName: 'ada@example.com', externalId: undefined, emails: [], managerId: undefined, profile: { title: 'Chief' } } });
    expect(find(asked.changes[0], 'link.put')).toMatchObject({ externalId: undefined });
    expect(find(asked.changes[0], 'audit')?.entry.metadata).toEqual({ fields: ['externalId', 'displayName', 'title', 'emails'] });
  });

  it.each([{ ...sameAsStored }, { ...sameAsStored, active: true }, { ...sameAsStored, id: 'echo', groups: [], password: 'p' }])('writes nothing for an identical repeat (%#)', async (body) => {
    const { put, asked } = setUp();
    expect(await put(body)).toMatchObject({ ok: true });
    expect(asked.changes).toEqual([[]]);
  });

  it('takes another spelling of a name for a change', async () => {
    const { put, asked } = setUp();
    await put({ ...sameAsStored, userName: 'Ada@Example.com', displayName: 'ADA' });
    expect(find(asked.changes[0], 'audit')?.entry.metadata).toEqual({ fields: ['userName', 'displayName'] });
  });

  it('leaves the status alone without active', async () => {
    const held = { ...member, status: 'deactivated', holds: [{ source: 'admin', placedAt: new Date(0) }] } as const;
    const { put, asked } = setUp({ member: held });
    await put(sameAsStored);
    expect(asked.changes).toEqual([[]]);
  });

  it('deactivates with active=false, under the stronger locks from the start', async () => {
    const { put, asked } = setUp();
    await put({ ...sameAsStored, active: false });
    expect(asked.locks).toHaveLength(1);
    expect(find(asked.changes[0], 'membership.update')?.set).toMatchObject({ status: 'deactivated' });
  });

  it('refuses a document without userName', async () => {
    await expect(setUp().put({ title: 'x' })).rejects.toMatchObject({ status: 400 });
  });
});

describe('PATCH', () => {
  it('names the attributes that differ and no others', async () => {
    const { patch, asked } = setUp();
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const done = await patch(patchBody({ op: 'Replace', path: 'title', value: 'Chief' }, { op: 'add', path: 'displayName', value: 'Ada' }, { op: 'add', path: `${urn}:department`, value: 'R' }));
    expect(done).toMatchObject({ ok: true, value: { resource: { id: memberId } } });
    expect(find(asked.changes[0], 'audit')?.entry.metadata).toEqual({ fields: ['title', `${urn}:department`] });
    expect(find(asked.changes[0], 'membership.update')?.set.particulars?.profile).toEqual({ ...member.profile, title: 'Chief', [urn]: { department: 'R' } });
  });

  it.each([
    { op: 'replace', value: { active: false } },
    { op: 'Replace', path: 'active', value: 'False' },
  ])('deactivates with %o in one try', async (operation) => {
    const { patch, asked } = setUp();
    await patch(patchBody(operation));
    expect(asked.locks).toHaveLength(1);
    expect(asked.changes[0]?.map(({ kind }) => kind)).toContain('hold.place');
  });

  it('writes nothing for what is so already', async () => {
    const { patch, asked } = setUp();
    await patch(patchBody({ op: 'replace', value: { active: true, title: 'Analyst', id: memberId } }, { op: 'add', path: 'emails', value: [{ value: 'ada@example.com', type: 'work' }] }));
    expect(asked.changes).toEqual([[]]);
  });

  it('gives the command up when the operations do not fit the member', async () => {
    const { patch, asked } = setUp();
    await expect(patch(patchBody({ op: 'replace', path: 'id', value: 'other' }))).rejects.toMatchObject({ scimType: 'mutability' });
    expect(asked.changes).toEqual([]);
  });
});

describe('ids', () => {
  it('are found in any case', async () => {
    const { get, put, remove, asked } = setUp();
    expect(await get(memberId.toUpperCase())).toMatchObject({ ok: true });
    expect(await put(sameAsStored, memberId.toUpperCase())).toMatchObject({ ok: true });
    expect(await remove(memberId.toUpperCase())).toMatchObject({ ok: true });
    expect(new Set(asked.ids)).toEqual(new Set([memberId]));
  });

  it.each(['010101001010101011001010101011', '', "' or 1=1", `${memberId}x`, '{aaaaaaaa-0000-4000-8000-00000000000a', 'x'.repeat(5_000)])('that are none reach no port (%#)', async (id) => {
    const { get, put, patch, remove, asked } = setUp();
    for (const outcome of [await get(id), await put(sameAsStored, id), await patch(patchBody({ op: 'add', path: 'title', value: 't' }), id), await remove(id)]) {
      expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'not-found' } });
      expect(outcome.ok ? '' : outcome.refusal.detail.length).toBeLessThan(250);
    }
    expect(asked.ids).toEqual([]);
  });
});

it('lists with the parts that the answer shows', async () => {
  const { list, asked } = setUp({ memberView: { ...memberView, userName: 'ada' } });
  expect(await list('userName')).toEqual({ ok: true, value: { total: 41, rows: [{ schemas: [userType.schema.id], id: memberId, userName: 'ada' }] } });
  expect(asked.parts).toEqual([{ groups: false, managerName: false, holds: false }]);
});
