// Mail from the change that owes it to the server that takes it: once as far as SMTP allows, never after a rollback, again after a failure or a crash.
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { invitationJobs, invitationLinks, mailQueue } from '../../src/compose-invitations.ts';
import { inviteMembers } from '../../src/domain/commands/invite-members.ts';
import { provisionMember } from '../../src/domain/commands/provision-member.ts';
import { removeMember } from '../../src/domain/commands/remove-member.ts';
import { particularsOf } from '../../src/domain/model/particulars-of.ts';
import { deliverMail } from '../../src/jobs/mail/deliver-mail.ts';
import { createSmtpSender } from '../../src/jobs/mail/smtp.ts';
import type { Job } from '../../src/jobs/job.ts';
import { claimMail, listMail } from '../../src/persistence/jobs/mail-queue.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

let service: StartedServer;
let workspace: TestWorkspace;
let server: SMTPServer;
let port: number;
let received: Received[];
/** What the server answers to a recipient or a whole mail; undefined takes it. */
let answers: { readonly rcpt?: number; readonly data?: number };

beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

beforeEach(async () => {
  workspace = await service.workspace();
  received = [];
  answers = {};
  const refusal = (responseCode: number) => Object.assign(new Error('<somebody@secret.example> is not welcome'), { responseCode });
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: (_address, _session, done) => done(answers.rcpt === undefined ? null : refusal(answers.rcpt)),
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        if (answers.data !== undefined) return done(refusal(answers.data));
        const { mailFrom, rcptTo } = session.envelope;
        received.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), text });
        return done(null);
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
});
afterEach(async () => await new Promise<void>((resolve) => server.close(() => resolve())));

const settings = (withServer = true) => ({ invitationUrl: 'https://app.example/join#{token}', smtpUrl: withServer ? `smtp://127.0.0.1:${port}` : undefined, mailFrom: 'Usher <usher@example.com>' });
const parts = (withServer?: boolean) => ({ pool: service.ports.database.pool, settings: settings(withServer), keys: service.keys, baseUrl: 'https://usher.example' });
const mailJob = (withServer?: boolean): Job => {
  const job = invitationJobs(parts(withServer), service.ports.store).find(({ name }) => name === 'mail');
  if (job === undefined) throw new Error('there is no such job');
  return job;
};
const work = async (job = mailJob()) => await job.work(workspace.tenant.workspaceId, 100, new AbortController().signal);

async function invite(email: string, name?: string): Promise<string> {
  const links = invitationLinks(parts());
  const done = await inviteMembers(service.ports.store, workspace.operator, [{ email, name, role: 'member', groupIds: [] }], () => links.make(workspace.tenant.workspaceId));
  if (!done.ok) throw new Error(done.refusal.detail);
  return done.value[0] ?? '';
}

const rows = async () =>
  await service.query('select template, status, attempts, problem, sealed_link is not null as linked, ended_at is not null as ended from mail_message where workspace_id = $1 order by created_at, id', [workspace.tenant.workspaceId]);
const due = async () => await service.query(`update mail_message set next_attempt_at = now() where workspace_id = $1 and status = 'waiting'`, [workspace.tenant.workspaceId]);
/** The text part, decoded from quoted-printable. */
const plain = (text: string) => text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

describe('an invitation', () => {
  it('is mailed once, with a link that works, and the link is kept no longer', async () => {
    const id = await invite('ada@guest.example', 'Ada Lovelace');
    expect(await rows()).toMatchObject([{ template: 'invitation', status: 'waiting', linked: true }]);
    expect(await mailJob().waiting(100, undefined)).toContain(workspace.tenant.workspaceId);
    expect([await work(), await work()]).toEqual([1, 0]);
    expect(received).toHaveLength(1);
    const [mail] = received;
    expect([mail?.from, mail?.to]).toEqual(['usher@example.com', ['ada@guest.example']]);
    const [message] = await service.query('select id from mail_message where invitation_id = $1', [id]);
    const text = plain(mail?.text ?? '');
    expect(text).toContain(`Message-ID: <${String(message?.['id'])}@usher.example>`);
    expect(text).toContain('Auto-Submitted: auto-generated');
    const token = /https:\/\/app\.example\/join#([\w-]{64})/.exec(text)?.[1] ?? '';
    expect(invitationLinks(parts()).read(token)?.workspaceId).toBe(workspace.tenant.workspaceId);
    expect(await rows()).toEqual([{ template: 'invitation', status: 'sent', attempts: 1, problem: null, linked: false, ended: true }]);
  });

  it('is tried again later when the server cannot take it now, under the same id', async () => {
    answers = { data: 451 };
    await invite('ada@guest.example');
    expect(await work()).toBe(1);
    expect(await rows()).toEqual([{ template: 'invitation', status: 'waiting', attempts: 1, problem: 'EMESSAGE 451', linked: true, ended: false }]);
    expect(await work()).toBe(0);
    answers = {};
    await due();
    expect(await work()).toBe(1);
    expect(received).toHaveLength(1);
    expect(await rows()).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  it('is given up when the server refuses the recipient for good, without repeating its words', async () => {
    answers = { rcpt: 550 };
    await invite('ada@guest.example');
    await work();
    expect(await rows()).toEqual([{ template: 'invitation', status: 'failed', attempts: 1, problem: 'EENVELOPE 550', linked: false, ended: true }]);
  });

  it('is given up after three days, and not before', async () => {
    const job = deliverMail({ queue: mailQueue(service.ports.database.pool), send: createSmtpSender('smtp://127.0.0.1:1', 'usher@example.com', 'x.example'), unseal: invitationLinks(parts()).unseal });
    await invite('ada@guest.example');
    await work(job);
    expect(await rows()).toMatchObject([{ status: 'waiting', attempts: 1, problem: expect.stringMatching(/^E[A-Z]+$/) }]);
    await service.query(`update mail_message set created_at = now() - interval '3 days' where workspace_id = $1`, [workspace.tenant.workspaceId]);
    await due();
    await work(job);
    expect(await rows()).toMatchObject([{ status: 'failed', attempts: 2, linked: false }]);
  });

  it('is not mailed once its link is dead', async () => {
    await invite('ada@guest.example');
    const [member] = await service.query(`select id from membership where workspace_id = $1 and user_name = 'ada@guest.example'`, [workspace.tenant.workspaceId]);
    await removeMember(service.ports.store, workspace.operator, String(member?.['id']));
    expect(await work()).toBe(0);
    expect(received).toEqual([]);
    expect(await rows()).toMatchObject([{ template: 'invitation', status: 'cancelled', linked: false }]);
  });

  it('carries names as words only, whatever they are', async () => {
    await invite('eve@guest.example', '<img src=x onerror=alert(1)> "Eve" \u202Egnp.exe');
    await service.query('update workspace set name = $2 where id = $1', [workspace.tenant.workspaceId, 'Acme\r\nBcc: victim@x.example <b>']);
    await work();
    const [mail] = received;
    expect(mail?.to).toEqual(['eve@guest.example']);
    const text = plain(mail?.text ?? '');
    expect(text.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m);
    expect(text.slice(text.indexOf('text/html'))).not.toMatch(/<img|<b>/);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).not.toContain('\u202E');
  });
});

describe('without a server', () => {
  it('mails are held for a developer and stay so', async () => {
    await invite('ada@guest.example');
    expect(await work(mailJob(false))).toBe(1);
    expect(await rows()).toMatchObject([{ status: 'held', linked: true, ended: true }]);
    expect(await work()).toBe(0);
    const [held] = await listMail(service.ports.database.pool, workspace.tenant.workspaceId, 10);
    expect(held).toMatchObject({ status: 'held', recipient: { address: 'ada@guest.example' } });
  });
});

describe('a removal', () => {
  const add = async (email: string): Promise<string> => {
    const made = await provisionMember(service.ports.store, workspace.operator, { particulars: particularsOf(email, undefined), active: true, role: 'member', parts: { groups: false, managerName: false, holds: false } });
    if (!made.ok) throw new Error(made.refusal.detail);
    return made.value.id;
  };

  it('owes exactly one mail, to the address of the membership', async () => {
    const id = await add('bob@gone.example');
    await removeMember(service.ports.store, workspace.operator, id);
    await removeMember(service.ports.store, workspace.operator, id);
    await work();
    await work();
    expect(received.map(({ to }) => to)).toEqual([['bob@gone.example']]);
    expect(plain(received[0]?.text ?? '')).toContain(`Subject: You were removed from ${workspace.slug}`);
  });

  it('that is refused, rehearsed or rolled back owes none', async () => {
    const id = await add('bob@gone.example');
    await removeMember(service.ports.store, { ...workspace.operator, rehearsal: true }, id);
    await removeMember(service.ports.store, workspace.operator, workspace.ownerId);
    await removeMember(service.ports.store, workspace.operator, id, { expected: new Set([99]) });
    await service.query(`create function break_mail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await service.query(`create trigger break_mail after insert on outbox_event for each row when (new.topic = 'audit.team_membership_remove') execute function break_mail()`);
    await expect(removeMember(service.ports.store, workspace.operator, id)).rejects.toThrow();
    await service.query('drop trigger break_mail on outbox_event');
    await service.query('drop function break_mail');
    expect(await rows()).toEqual([]);
    expect(await work()).toBe(0);
  });

  it('of somebody without an address ends the mail', async () => {
    const id = await add('no address');
    await removeMember(service.ports.store, workspace.operator, id);
    await service.query(`update membership set profile = '{}' where id = $1`, [id]);
    await work();
    expect(await rows()).toMatchObject([{ status: 'failed', problem: 'NO_ADDRESS' }]);
  });
});

describe('several instances', () => {
  it('send each mail once', async () => {
    for (let at = 0; at < 12; at += 1) await invite(`p${at}@many.example`);
    await Promise.all([work(), work(), work(), work()]);
    while ((await work()) > 0);
    expect(received.flatMap(({ to }) => to).toSorted()).toEqual(Array.from({ length: 12 }, (_, at) => `p${at}@many.example`).toSorted());
  });

  it('never claim the same mail', async () => {
    const { pool } = service.ports.database;
    for (let round = 0; round < 10; round += 1) {
      for (let at = 0; at < 3; at += 1) await invite(`p${round}-${at}@claim.example`);
      const claimed = await Promise.all(Array.from({ length: 6 }, async () => await claimMail(pool, workspace.tenant.workspaceId, 10, 600)));
      expect(claimed.flat()).toHaveLength(3);
    }
  });

  it('take over what one has claimed and never finished, after its lease', async () => {
    await invite('ada@guest.example');
    const { pool } = service.ports.database;
    const [claimed] = await claimMail(pool, workspace.tenant.workspaceId, 10, 1);
    expect(claimed?.attempt).toBe(1);
    expect(await work()).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await work()).toBe(1);
    expect(received).toHaveLength(1);
    // The one that comes back from the dead changes nothing any more.
    await mailQueue(pool).finish(workspace.tenant.workspaceId, { id: claimed?.id ?? '', attempt: 1 }, { as: 'waiting', problem: 'LATE', afterSeconds: 0 });
    expect(await rows()).toMatchObject([{ status: 'sent', attempts: 2 }]);
  });

  it('leave to others what they have claimed when they stop', async () => {
    await invite('ada@guest.example');
    const stopping = new AbortController();
    stopping.abort();
    await mailJob().work(workspace.tenant.workspaceId, 10, stopping.signal);
    expect(await rows()).toMatchObject([{ status: 'waiting', problem: 'STOPPED' }]);
    expect(await work()).toBe(1);
    expect(received).toHaveLength(1);
  });
});

it('a month after its end a mail is forgotten', async () => {
  await invite('ada@guest.example');
  await work();
  const job = invitationJobs(parts(), service.ports.store).find(({ name }) => name === 'mail-retention');
  const signal = new AbortController().signal;
  expect(await job?.work(workspace.tenant.workspaceId, 10, signal)).toBe(0);
  await service.query(`update mail_message set ended_at = now() - interval '31 days' where workspace_id = $1`, [workspace.tenant.workspaceId]);
  expect(await job?.waiting(100, undefined)).toContain(workspace.tenant.workspaceId);
  expect(await job?.work(workspace.tenant.workspaceId, 10, signal)).toBe(1);
  expect(await rows()).toEqual([]);
});

it('all of it runs in the server, and shows its state', async () => {
  await invite('ada@guest.example');
  const lapsed = await invite('bob@guest.example');
  await service.query(`update invitation set expires_at = now() where id = $1`, [lapsed]);
  const running = service.startJobs();
  try {
    await expect.poll(async () => (await service.query('select status from mail_message where workspace_id = $1 order by created_at', [workspace.tenant.workspaceId])).map(({ status }) => status), { timeout: 8_000 }).toEqual(['held', expect.stringMatching(/^(held|cancelled)$/)]);
    await expect.poll(async () => (await service.query('select status from invitation where id = $1', [lapsed]))[0]?.['status'], { timeout: 8_000 }).toBe('expired');
  } finally {
    await running.stop();
  }
  const jobs = (await service.query('select distinct job from usher_job_state')).map(({ job }) => String(job));
  expect(jobs).toEqual(expect.arrayContaining(['mail', 'invitation-expiry']));
});
