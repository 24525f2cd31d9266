// The description of the team API: what people read first, in an order that makes sense, and whose token each operation takes.
import { describe, expect, it } from 'vitest';
import { describeAdmin } from '../../../src/http/admin/openapi/describe-admin.ts';
import { tags } from '../../../src/http/admin/tags.ts';
import { openApiPage } from '../../../src/http/openapi-page.ts';
import { partIn, type Part } from '../openapi-described.ts';

const document = describeAdmin(1024);
const operations = Object.values(partIn(document, 'paths')).flatMap((item) => Object.values(item as Part)) as readonly { readonly operationId: string; readonly tags: readonly [string]; readonly summary: string; readonly description?: string; readonly parameters: readonly { readonly in: string; readonly name: string; readonly description?: string }[] }[];
const named = (id: string) => operations.find(({ operationId }) => operationId === id);

it('explains every tag, begins with the host application, and has no tag without operations', () => {
  expect(document['tags']).toEqual(Object.entries(tags).map(([name, description]) => ({ name, description })));
  expect(Object.keys(tags).slice(0, 3)).toEqual(['Host application', 'Account home', 'Members']);
  expect(new Set(operations.map(({ tags: [tag] }) => tag))).toEqual(new Set(Object.keys(tags)));
});

it('says of every operation what it does: a verb and its object, without a full stop', () => {
  expect(operations.length).toBeGreaterThan(80);
  expect(operations.filter(({ summary }) => !/^[A-Z][a-z]+,? .*[^.]$/u.test(summary)).map(({ operationId }) => operationId)).toEqual([]);
});

it('says of every parameter what it is for', () => {
  const silent = operations.flatMap(({ operationId, parameters }) => parameters.filter(({ in: place, description }) => place === 'query' && description === undefined).map(({ name }) => `${operationId}: ${name}`));
  expect(silent).toEqual([]);
});

it('says whose token an operation takes, where it is not that of a member alone', () => {
  expect(named('introspectToken')?.description).toBe('Takes the token of the host application.');
  expect(named('listOwnMemberships')?.description).toBe('Takes the token of a session.');
  expect(named('registerResource')?.description).toMatch(/^Takes the token of a member or of the host application\./u);
  expect(named('listMembers')?.description).not.toMatch(/Takes the token/u);
});

describe('the page', () => {
  const page = openApiPage(document, { source: 'admin.json', path: '/api/v1' });
  const section = (id: string) => page.slice(page.indexOf(`id="${id}"`)).split('<h3')[0] ?? '';

  it('tells the members of a body and of an answer that have no name of their own', () => {
    expect(section('openSession')).toContain('<code>subject.id</code> <b>required</b>');
    expect(section('listMembers')).toMatch(/<code>items<\/code> <b>required<\/b><\/td><td>list of <a href="#schema-Member">Member<\/a>/u);
    expect(section('removeMember')).toContain('<code>revokeApiKeys</code>');
    expect(section('removeMember')).toContain('<code>members</code> <b>required</b></td><td>list of <a href="#schema-MemberPreview">');
  });

  it('tells what a parameter may be', () => {
    expect(section('listMembers')).toMatch(/<code>status<\/code><\/td><td>query<\/td><td>string<\/td><td>.*<code>deactivated<\/code>/u);
    expect(section('readMember')).toMatch(/<code>id<\/code> <b>required<\/b><\/td><td>path<\/td>/u);
  });
});
