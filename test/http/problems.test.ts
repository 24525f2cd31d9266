// Every failure becomes a SCIM error with the right status, headers and a help page that exists; a fault of the server tells nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../config/settings.ts';
import { refusalRules, refuse, refuseAll, RefusalError, type RefusalRule } from '../../src/domain/refusals.ts';
import { AuthFailure, invalidToken, noCredentials } from '../../src/http/auth/auth-failure.ts';
import { problemCodes, problemPages, type ProblemCode } from '../../src/http/problem-pages.ts';
import { describeFailure, renderProblem } from '../../src/http/render-refusal.ts';
import { ScimError, type ScimStatus, type ScimType } from '../../src/scim/errors.ts';
import { testApp } from './test-app.ts';

const detail = 'What, who and the remedy.';
const isUnavailable = (error: unknown): boolean => error instanceof Error && error.message === 'database gone';
const context = { requestId: 'request-1', baseUrl: 'https://scim.example/base', mediaType: 'application/scim+json' } as const;

async function render(failure: unknown, headers?: Record<string, string>) {
  const response = renderProblem(describeFailure(failure, isUnavailable), context, headers);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: (await response.json()) as Record<string, unknown> };
}

const rules: Readonly<Record<RefusalRule, readonly [number, ScimType?]>> = {
  'credential-invalid': [401],
  'connection-paused': [403],
  'membership-deactivated': [401],
  'permission-denied': [403],
  'no-membership': [403],
  'connection-elsewhere': [403],
  'role-not-manageable': [403],
  'self-removal': [403],
  'last-owner': [409],
  'account-owner-protected': [409],
  'deactivate-first': [409],
  'managed-by-idp': [409],
  'bulk-blocked': [409],
  'preview-stale': [409],
  'role-in-use': [409],
  'mass-deprovision-hold': [429],
  'seat-limit-reached': [403],
  'invitation-revoked': [410],
  'invitation-expired': [410],
  'invitation-used': [410],
  'invitation-superseded': [410],
  'not-found': [404],
  duplicate: [409, 'uniqueness'],
  'invalid-value': [400, 'invalidValue'],
  'version-mismatch': [412],
  'idempotency-key-reused': [400],
  'idempotency-key-in-use': [409],
  'idempotency-answer-lost': [409],
  busy: [503],
  unavailable: [503],
};

describe('a refusal', () => {
  it.each(refusalRules)('%s has its status, type, code and help', async (rule) => {
    const [status, scimType] = rules[rule];
    const rendered = await render(refuse(rule, detail));
    expect(rendered.status).toBe(status);
    expect(rendered.body).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), ...(scimType === undefined ? {} : { scimType }), detail });
    expect(rendered.headers).toMatchObject({
      'content-type': 'application/scim+json',
      'x-problem-code': rule,
      'x-request-id': 'request-1',
      link: `<https://scim.example/base/problems/${rule}>; rel="help"`,
    });
  });

  it('says when to come back only where that helps, in whole seconds', async () => {
    const waits = await Promise.all(refusalRules.map(async (rule) => [rule, (await render(refuse(rule, detail))).headers['retry-after']] as const));
    expect(Object.fromEntries(waits.filter(([, wait]) => wait !== undefined))).toEqual({ busy: '1', 'mass-deprovision-hold': '900', unavailable: '5' });
  });

  it('challenges only where another credential would help', async () => {
    const challenges = await Promise.all(refusalRules.map(async (rule) => [rule, (await render(refuse(rule, detail))).headers['www-authenticate']] as const));
    const invalid = `Bearer realm="usher", error="invalid_token", error_description="${detail}"`;
    expect(Object.fromEntries(challenges.filter(([, challenge]) => challenge !== undefined))).toEqual({
      ...{ 'credential-invalid': invalid, 'membership-deactivated': invalid },
      'permission-denied': invalid.replace('invalid_token', 'insufficient_scope'),
    });
  });

  it('for several reasons is rendered by the first', async () => {
    const both = refuseAll([{ rule: 'self-removal', detail, memberId: undefined }, { rule: 'last-owner', detail: 'other', memberId: undefined }]);
    expect(await render(both)).toMatchObject({ status: 403, body: { detail } });
    expect(await render(new RefusalError(both))).toMatchObject({ status: 403, body: { detail } });
  });
});

describe('an error of the protocol', () => {
  it.each<[ScimStatus, ScimType | undefined, ProblemCode]>([
    [400, 'invalidFilter', 'invalidFilter'], [400, undefined, 'bad-request'], [403, undefined, 'forbidden'], [404, undefined, 'not-found'], [405, undefined, 'method-not-allowed'],
    [406, undefined, 'not-acceptable'], [409, 'uniqueness', 'uniqueness'], [409, undefined, 'conflict'], [412, undefined, 'version-mismatch'], [413, undefined, 'payload-too-large'],
    [415, undefined, 'unsupported-media-type'], [501, undefined, 'not-implemented'],
  ])('%i %s has the code %s', async (status, scimType, code) => {
    const rendered = await render(new ScimError(status, scimType, detail), { Allow: 'GET' });
    expect(rendered).toMatchObject({ status, headers: { 'x-problem-code': code, allow: 'GET' }, body: { status: String(status), detail } });
    expect(rendered.body['scimType']).toBe(scimType);
  });
});

describe('a failed authentication', () => {
  it.each([
    [noCredentials(detail), 401, 'credential-invalid', 'Bearer realm="usher"'],
    [invalidToken(detail), 401, 'credential-invalid', `Bearer realm="usher", error="invalid_token", error_description="${detail}"`],
    [new AuthFailure('insufficient_scope', detail), 403, 'permission-denied', `Bearer realm="usher", error="insufficient_scope", error_description="${detail}"`],
  ] as const)('%s', async (failure, status, code, challenge) => {
    expect(await render(failure)).toMatchObject({ status, headers: { 'x-problem-code': code, 'www-authenticate': challenge }, body: { detail } });
  });
});

describe('anything else that is thrown', () => {
  it('by a database that is away asks to come back', async () => {
    expect(await render(new Error('database gone'))).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'x-problem-code': 'unavailable' }, body: { status: '503' } });
  });

  const secrets = Object.assign(new Error('select * from account where password = hunter2'), { detail: 'hunter2', kind: 'forbidden' });
  it.each<[string, unknown]>([
    ['an error', secrets], ['text', 'hunter2'], ['undefined', undefined], ['null', null], ['a number', 42],
    ['an object like a refusal of an unknown rule', { kind: 'forbidden', rule: 'hunter2', detail: 'hunter2' }],
    ['an object like a refusal of an inherited kind', { kind: 'constructor', rule: 'busy', detail: 'hunter2' }],
    ['an object that lies about its kind', { get kind() { return 'x'; }, rule: 'busy', detail: 'hunter2' }],
  ])('%s is a 500 that tells nothing', async (_, failure) => {
    const rendered = await render(failure);
    expect(rendered).toMatchObject({ status: 500, headers: { 'x-problem-code': 'internal-error' }, body: { status: '500' } });
    expect(JSON.stringify(rendered)).not.toMatch(/hunter2|select|Error:/);
  });
});

describe('the help pages', () => {
  it('exist for every rule, every scimType and every other code that an answer can carry', async () => {
    const source = readFileSync(join(projectRoot, 'src/scim/errors.ts'), 'utf8');
    const scimTypes = [...(/export type ScimType =([^;]+);/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => String(name));
    expect(scimTypes.length).toBeGreaterThan(10);
    expect(problemCodes).toEqual(expect.arrayContaining([...refusalRules, ...scimTypes, 'internal-error']));
    const { app } = await testApp();
    for (const code of problemCodes) {
      const page = await app.request(`/problems/${code}`);
      const text = await page.text();
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain(`<code>${code}</code>`);
      expect(text.length).toBeLessThan(2000);
      const { title, meaning, remedy } = problemPages[code];
      for (const words of [title, meaning, remedy]) expect(words.length).toBeGreaterThan(10);
      for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/\.$/);
    }
  });

  it('run nothing and load nothing', async () => {
    const { app } = await testApp();
    const page = await app.request('/problems/last-owner');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
    const style = /<style>(.*)<\/style>/.exec(await page.text())?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(policy).toContain(`'sha256-${Buffer.from(digest).toString('base64')}'`);
    expect(page.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('are listed, read only, and missing for anything else', async () => {
    const { app } = await testApp();
    const index = await (await app.request('/problems')).text();
    for (const code of problemCodes) expect(index).toContain(`href="/problems/${code}"`);
    for (const code of ['unknown', '__proto__', 'constructor', '<script>', '%2e%2e', '%00', '%ff']) expect((await app.request(`/problems/${code}`)).status).toBe(404);
    const posted = await app.request('/problems/busy', { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});
