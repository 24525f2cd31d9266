// Behaviour of the Group descriptor: what each verb asks of the domain, and how members travel.
import { describe, expect, it } from 'vitest';
import { createGroupHandler } from '../../src/provisioning/group.ts';
import { defaultProjection, parseProjection, type Projection } from '../../src/scim/projection.ts';
import { groupType } from '../../src/scim/schema/resource-types.ts';
import { baseUrl, call, fakePorts, groupId, groupView, memberId, type FakeState } from './fake-ports.ts';

const groupHandler = createGroupHandler(groupType);
const otherId = 'ffffffff-0000-4000-8000-00000000000f';
const noMembers = parseProjection(groupType, undefined, 'members');
const patchBody = (...Operations: unknown[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });

function setUp(state: FakeState = { people: [memberId, otherId] }) {
  const { asked, ...ports } = fakePorts(state);
  const context = { ...ports, baseUrl };
  return {
    asked,
    post: async (body: unknown) => await groupHandler.create(context, call, body, defaultProjection),
    get: async (projection: Projection) => await groupHandler.read(context, call, groupId, projection),
    list: async (projection: Projection) => await groupHandler.list(context, call, { filter: undefined, offset: 0, limit: 10 }, projection),
    put: async (body: unknown) => await groupHandler.replace(context, call, groupId, body, defaultProjection),
    patch: async (body: unknown, projection?: Projection) => await groupHandler.patch(context, call, groupId, body, projection),
  };
}

describe('a group as a resource', () => {
  it('gives its members address, type and name', async () => {
    const members = [
      { id: memberId, type: 'User', display: 'Ada' },
      { id: otherId, type: 'Group', display: undefined },
    ] as const;
    const { get, asked } = setUp({ groupView: { ...groupView, externalId: 'x', members } });
    const found = await get(defaultProjection);
    expect(found.ok && found.value).toEqual({
      location: `${baseUrl}/Groups/${groupId}`,
      etag: 'W/"7"',
      resource: {
        schemas: [groupType.schema.id],
        id: groupId,
        externalId: 'x',
        displayName: 'Sales',
        members: [
          { value: memberId, $ref: `${baseUrl}/Users/${memberId}`, type: 'User', display: 'Ada' },
          { value: otherId, $ref: `${baseUrl}/Groups/${otherId}`, type: 'Group' },
        ],
        meta: { resourceType: 'Group', created: groupView.createdAt, lastModified: groupView.updatedAt, location: `${baseUrl}/Groups/${groupId}`, version: 'W/"7"' },
      },
    });
    expect(asked.parts).toEqual([true]);
  });

  it('has its members read only where they are shown', async () => {
    const { get, list, asked } = setUp();
    await get(noMembers);
    await list(parseProjection(groupType, 'displayName', undefined));
    await list(parseProjection(groupType, 'members.value', undefined));
    expect(asked.parts).toEqual([false, false, true]);
  });
});

describe('members of POST and PUT', () => {
  it('are taken once each, in any case', async () => {
    const { post, put, asked } = setUp();
    const members = [{ value: memberId }, { value: memberId.toUpperCase(), type: 'User' }, { value: otherId, $ref: null }];
    expect(await post({ displayName: 'Sales', members })).toMatchObject({ ok: true });
    expect(await put({ displayName: 'Sales', members })).toMatchObject({ ok: true });
    expect(asked.steps).toEqual([[{ kind: 'add', ids: [memberId, otherId] }], [{ kind: 'replace', ids: [memberId, otherId] }]]);
  });

  it('are emptied by a PUT without any', async () => {
    const { put, asked } = setUp();
    await put({ displayName: 'Sales' });
    expect(asked.steps).toEqual([[{ kind: 'replace', ids: [] }]]);
  });

  it('are refused by name when they cannot exist', async () => {
    const { post, put, asked } = setUp();
    for (const outcome of [await post({ displayName: 'S', members: [{ value: 'bob' }, { value: memberId }] }), await put({ displayName: 'S', members: [{ value: 'bob' }] })]) {
      expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'invalid', detail: expect.stringContaining('"bob"') as string } });
    }
    expect(asked.steps).toEqual([]);
  });
});

describe('PATCH', () => {
  it('turns operations on members into steps in their order', async () => {
    const { patch, asked } = setUp();
    await patch(
      patchBody(
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: memberId.toUpperCase() }, { value: 'nobody' }] },
        { op: 'Add', path: 'members', value: [{ value: otherId }] },
        { op: 'remove', path: 'members' },
        { op: 'replace', path: 'members', value: [] },
      ),
    );
    expect(asked.steps).toEqual([[{ kind: 'remove', ids: [memberId] }, { kind: 'add', ids: [otherId] }, { kind: 'replace', ids: [] }, { kind: 'replace', ids: [] }]]);
    expect(asked.changes[0]).toEqual([]);
  });

  it('hands a filter on members to storage', async () => {
    const { patch, asked } = setUp();
    await patch(patchBody({ op: 'remove', path: 'members[type eq "Group"]' }));
    expect(asked.steps[0]).toMatchObject([{ kind: 'removeMatching', match: { kind: 'compare', operator: 'eq', value: 'Group' } }]);
  });

  it('renames without touching the members', async () => {
    const { patch, asked } = setUp();
    await patch(patchBody({ op: 'replace', value: { id: groupId, displayName: 'SALES' } }));
    expect(asked.steps).toEqual([[]]);
    expect(asked.changes[0]).toContainEqual({ kind: 'group.update', id: groupId, particulars: { displayName: 'SALES', externalId: undefined, profile: {} } });
  });

  it('shows and reads members only with a projection that wants them', async () => {
    const { patch, asked } = setUp();
    const rename = patchBody({ op: 'replace', path: 'displayName', value: 'Other' });
    expect(await patch(rename)).toMatchObject({ ok: true, value: { resource: undefined, etag: 'W/"7"' } });
    expect(await patch(rename, noMembers)).toMatchObject({ ok: true, value: { resource: { id: groupId } } });
    expect(await patch(rename, parseProjection(groupType, 'members', undefined))).toMatchObject({ ok: true });
    expect(asked.views.map((view) => view?.kind === 'group' && view.members)).toEqual([false, false, true]);
  });

  it('refuses to add whom nobody can be', async () => {
    const { patch, asked } = setUp();
    expect(await patch(patchBody({ op: 'add', path: 'members', value: [{ value: 'bob' }] }))).toMatchObject({ ok: false, refusal: { rule: 'invalid-value' } });
    expect(asked.steps).toEqual([]);
  });
});
