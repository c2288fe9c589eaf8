//! Many tokens at once at systems of shipped descriptions, through the program's proxy, with faults in the middle: what really
//! happened the systems' own lists say.

import { Bulk } from '../bulk.ts';
import { expect } from '../fixture.ts';
import { expectAccessible } from '../look.ts';
import { FAILED } from '../systems.ts';
import { say } from '../texts.ts';
import { Cloudflare } from './cloudflare.ts';
import { overApi, standIn } from './desk.ts';
import { GitLab } from './gitlab.ts';
import { day, type Asked, type Given, type Trouble } from './stand-in.ts';
import { Zabbix } from './zabbix.ts';

const SECRET = 'S'.repeat(40);
const N = 20;
const names = Array.from({ length: N }, (_, idx) => `run ${String(idx + 1).padStart(2, '0')}`);

const DAYS = 86_400_000;

/** A system, what it keeps that a run must bring back, and which requests switch tokens, off or on. */
interface Case {
  open: () => Cloudflare | Zabbix;
  connection: { name: string; dialect: string; base: string; api: string };
  account: Record<string, string>;
  kept: (system: Cloudflare | Zabbix) => unknown;
  isOff: (token: { status: string }) => boolean;
  switches: (asked: Asked, verb: 'off' | 'on') => boolean;
  /** Which requests change a token. */
  changes: (asked: Asked) => boolean;
  /** When each token of the run ends, in milliseconds. */
  ends: (system: Cloudflare | Zabbix) => number[];
  /** What the system says where it does not know the session. */
  signedOut: Given;
}

const CASES: Case[] = [
  {
    open: () => {
      const cloudflare = new Cloudflare();
      cloudflare.add({ name: 'maker', value: SECRET });
      for (const name of names) {
        cloudflare.add({ name, condition: { request_ip: { in: ['192.0.2.0/24'] } }, expires_on: day(10).toISOString().replace('.000', '') });
      }
      return cloudflare;
    },
    connection: { name: 'Cloudflare', dialect: 'rest', base: '/cloudflare/client/v4', api: 'apis/cloudflare.json' },
    account: { 'API token': SECRET },
    // When it was changed last, and the ids that it gives policies, are the system's own.
    kept: (system) =>
      (system as Cloudflare).tokens.map(({ modified_on: _, last_used_on: __, policies, ...it }) => ({
        ...it,
        policies: policies.map(({ id: ___, ...policy }) => policy),
      })),
    isOff: (token) => token.status === 'disabled',
    changes: ({ method }) => method === 'PUT',
    ends: (system) => (system as Cloudflare).tokens.slice(1).map((it) => Date.parse(it.expires_on ?? '')),
    switches: ({ method, body }, verb) => method === 'PUT' && (body as { status?: string }).status === (verb === 'off' ? 'disabled' : 'active'),
    signedOut: { status: 401, body: { success: false, errors: [{ code: 1000, message: 'Invalid API Token' }], messages: [], result: null } },
  },
  {
    open: () => {
      const zabbix = new Zabbix();
      for (const name of names) zabbix.add({ name, description: 'kept', expires_at: String(Math.floor(Date.now() / 1000) + 864_000) });
      return zabbix;
    },
    connection: { name: 'Zabbix', dialect: 'rest', base: '/zabbix', api: 'apis/zabbix.json' },
    account: { Username: 'Admin', Password: 'zabbix' },
    kept: (system) => (system as Zabbix).tokens.map((it) => ({ ...it })),
    isOff: (token) => token.status === '1',
    changes: ({ body }) => (body as { method: string }).method === 'token.update',
    ends: (system) => (system as Zabbix).tokens.map((it) => Number(it.expires_at) * 1000),
    switches: ({ body }, verb) => {
      const { method, params } = body as { method: string; params: { status?: number } };
      return method === 'token.update' && Number(params.status) === (verb === 'off' ? 1 : 0);
    },
    signedOut: { status: 200, body: { jsonrpc: '2.0', error: { code: -32602, message: 'Invalid params.', data: 'Session terminated, re-login, please.' }, id: 1 } },
  },
];

const SEVENTH: Record<string, Omit<Trouble, 'of' | 'skip'> & { sent: number }> = {
  'answers 500 and did nothing': { when: 'before', given: { status: 500 }, sent: N + 1 },
  'answers 500 and did it': { when: 'after', given: { status: 500 }, sent: N },
  'answers 429 with Retry-After': { when: 'before', given: { status: 429, headers: { 'Retry-After': '1' } }, sent: N + 1 },
  'gets no answer and did nothing': { when: 'before', sent: N + 1 },
  'gets no answer and did it': { when: 'after', sent: N },
};

for (const { open, connection, account, kept, isOff, switches, changes, ends, signedOut } of CASES) {
  const test = overApi({ connection, account, columns: ['Name', 'Is active', 'Actions'] }, standIn(open));

  test.describe(connection.name, () => {
    for (const [what, { sent, ...trouble }] of Object.entries(SEVENTH)) {
      test(`disabling twenty and back restores all, where the seventh ${what}`, async ({ api, system, watch }) => {
        watch.allows(FAILED);
        const before = kept(system);
        await api.enter();
        await api.byName.fill('run ');
        await expect(api.status).toContainText(`${N} of `);
        const bulk = new Bulk(api);
        const counted = (verb: 'off' | 'on') => system.heard.filter((it) => switches(it, verb)).length;
        system.troubles.push({ ...trouble, skip: 6, of: (it) => switches(it, 'off') }, { ...trouble, skip: 6, of: (it) => switches(it, 'on') });
        await bulk.askAll('disable');
        await bulk.begin('disable');
        await bulk.ends(`Disabled ${N} of ${N} tokens`);
        expect(system.tokens.filter(isOff).map((it) => it.name).sort()).toEqual(names);
        await bulk.button(say.running.undo).click();
        await bulk.ends(`Enabled ${N} of ${N} tokens`);
        expect(system.troubles).toEqual([]);
        expect(kept(system)).toEqual(before);
        expect([counted('off'), counted('on')]).toEqual([sent, sent]);
        await bulk.button(say.running.close).click();
        await expect(api.status).toContainText(`${N} of `);
      });
    }

    for (const [what, when] of [['nothing', 'before'], ['it', 'after']] as const) {
      test(`moving twenty ends and back restores all, where the seventh gets no answer and did ${what}`, async ({ api, system, watch }) => {
        watch.allows(FAILED);
        const before = ends(system);
        expect(before).toHaveLength(N);
        const [all, trouble] = [kept(system), { when, skip: 6, of: changes }];
        await api.enter();
        await api.byName.fill('run ');
        await expect(api.status).toContainText(`${N} of `);
        const bulk = new Bulk(api);
        await bulk.askAll('extend');
        await bulk.plan('extend').getByRole('textbox', { name: say.dryRun.days }).fill('10');
        system.troubles.push({ ...trouble });
        await bulk.begin('extend');
        await bulk.ends(`Changed the end of ${N} of ${N} tokens`);
        expect(ends(system)).toEqual(before.map((it) => it + 10 * DAYS));
        system.troubles.push({ ...trouble });
        await bulk.button(say.running.undo).click();
        await bulk.ends(`Changed the end of ${N} of ${N} tokens`);
        expect(system.troubles).toEqual([]);
        expect(kept(system)).toEqual(all);
        expect(system.heard.filter(changes)).toHaveLength(2 * (when === 'before' ? N + 1 : N));
      });
    }

    test('asks to sign in where the session ends in the middle, and goes on', async ({ api, page, system, watch }) => {
      watch.allows(FAILED);
      await api.enter();
      await api.byName.fill('run ');
      await expect(api.status).toContainText(`${N} of `);
      const bulk = new Bulk(api);
      await bulk.askAll('disable');
      system.troubles.push(...Array.from({ length: 6 }, () => ({ of: (it: Asked) => switches(it, 'off'), skip: 6, when: 'before' as const, given: signedOut })));
      await bulk.begin('disable');
      await expect(api.asking).toBeVisible();
      await expectAccessible(page);
      system.troubles.length = 0;
      await api.answer(account);
      await bulk.ends(`Disabled ${N} of ${N} tokens`);
      expect(system.tokens.filter(isOff).map((it) => it.name).sort()).toEqual(names);
    });
  });
}

const gitlab = overApi(
  {
    connection: { name: 'GitLab', dialect: 'rest', base: '/gitlab', api: 'apis/gitlab.json' },
    account: { 'Personal access token': SECRET },
    columns: ['Name', 'Is active', 'Actions'],
  },
  standIn(() => {
    const gitlab = new GitLab();
    gitlab.add({ name: 'maker', token: SECRET });
    for (const name of names) gitlab.add({ name });
    return gitlab;
  }),
);

gitlab.describe('GitLab', () => {
  for (const [what, when] of [['nothing', 'before'], ['it', 'after']] as const) {
    gitlab(`revoking twenty revokes each once, where the seventh gets no answer and did ${what}`, async ({ api, system, watch }) => {
      watch.allows(FAILED);
      const revokes = ({ method }: Asked) => method === 'DELETE';
      await api.enter();
      await api.byName.fill('run ');
      await expect(api.status).toContainText(`${N} of `);
      const bulk = new Bulk(api);
      await bulk.askAll('revoke');
      system.troubles.push({ when, skip: 6, of: revokes });
      await bulk.begin('revoke');
      await bulk.ends(`Revoked ${N} of ${N} tokens`);
      expect(system.troubles).toEqual([]);
      expect(system.tokens.filter((it) => it.revoked).map((it) => it.name)).toEqual(names);
      expect(system.heard.filter(revokes)).toHaveLength(when === 'before' ? N + 1 : N);
    });
  }
});
