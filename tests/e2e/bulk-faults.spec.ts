//! What goes wrong in the middle of a run: the seventh of twenty requests fails, its answer is lost, the session ends, somebody
//! else deletes one. What really happened the server's database says.

import { Bulk, many } from './bulk.ts';
import type { Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
import type { Fault, Token } from './server.ts';
import { FAILED } from './systems.ts';
import { say } from './texts.ts';

const active = (tokens: Token[]) => tokens.filter((it) => it.is_active).map((it) => it.name).sort();

async function signIn(desk: Desk, secret: string): Promise<void> {
  await desk.signsIn(secret);
  await expect(desk.signIn()).toHaveCount(0);
}

const SEVENTH: Record<string, Fault[]> = {
  'answers 500 and did nothing': [{ path: '', skip: 6, times: 1, status: 500 }],
  'answers 500 and did it': [{ path: '', skip: 6, times: 1, status: 500, when: 'after' }],
  'answers 429 with Retry-After': [{ path: '', skip: 6, times: 1, status: 429, headers: { 'retry-after': '2' } }],
  // A browser sends a request again by itself where a connection breaks that was used before.
  'gets no answer and did it': [{ path: '', skip: 6, times: 2, drop: true, when: 'after' }],
  'gets no answer and did nothing': [{ path: '', skip: 6, times: 2, drop: true }],
};

test.describe('the seventh of twenty', () => {
  test.use({ serve: { tokens: 0 } });

  for (const [what, faults] of Object.entries(SEVENTH)) {
    for (const [aim, method, end] of [['revoke', 'POST', '/revoke'], ['delete', 'DELETE', '']] as const) {
      test(`${aim}: ${what}`, async ({ desk, server, watch }) => {
        watch.allows(FAILED);
        await many(server, 20);
        await desk.open();
        await server.fail(...faults.map((it) => ({ ...it, method, path: `/api/v1/tokens/*${end}` })));
        const bulk = new Bulk(desk);
        await bulk.askAll(aim);
        await bulk.begin(aim);
        await bulk.ends(`${say.aimDone[aim]} 20 of 20 tokens`);
        expect(await server.faultsLeft()).toEqual([]);
        const left = await server.tokens();
        expect(aim === 'delete' ? left : active(left)).toEqual([]);
        await bulk.button(say.running.close).click();
        await expect(desk.status).toContainText(aim === 'delete' ? /no tokens|0 of 0 tokens|^$/i : '20 of 20 tokens');
      });
    }
  }

  test('disabling fifty and back restores fifty, with the seventh answer lost both times', async ({ desk, server, watch }) => {
    watch.allows(FAILED);
    const before = await many(server, 50);
    await desk.open();
    const lost = (verb: string): Fault => ({ method: 'POST', path: `/api/v1/tokens/*/${verb}`, skip: 6, times: 2, drop: true, when: 'after' });
    await server.fail(lost('disable'), lost('enable'));
    const bulk = new Bulk(desk);
    await bulk.askAll('disable');
    await bulk.begin('disable');
    await bulk.ends('Disabled 50 of 50 tokens');
    expect(active(await server.tokens())).toEqual([]);
    await bulk.button(say.running.undo).click();
    await bulk.ends('Enabled 50 of 50 tokens');
    expect(await server.faultsLeft()).toEqual([]);
    expect(active(await server.tokens())).toEqual(before.map((it) => it.name).sort());
  });
});

test.describe('meanwhile', () => {
  test.use({ serve: { tokens: 0 } });

  test('somebody else deletes one', async ({ desk, server, watch }) => {
    watch.allows(FAILED);
    const tokens = await many(server, 20);
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('disable');
    await server.remove(tokens[6] as Token);
    await bulk.begin('disable');
    await bulk.ends('Disabled 19 of 20 tokens, 1 failed');
    await expect(bulk.notGood).toHaveText([new RegExp(`token 07.*${say.troubles.gone}`)]);
    expect(await server.tokens()).toHaveLength(19);
    // What is not there cannot be taken back, and all else is.
    await bulk.button(say.running.undo).click();
    await bulk.ends('Enabled 19 of 19 tokens');
    expect(active(await server.tokens())).toHaveLength(19);
    await bulk.button(say.running.close).click();
    await expect(desk.row('token 07')).toHaveCount(0);
  });

  test('what the system says is deleted and still lists is told', async ({ desk, server, watch }) => {
    watch.allows(FAILED);
    const tokens = await many(server, 3);
    await desk.open();
    const path = `/api/v1/tokens/${(tokens[1] as Token).id}`;
    await server.fail({ method: 'DELETE', path, status: 204, body: '' });
    const bulk = new Bulk(desk);
    await bulk.askAll('delete');
    await bulk.begin('delete');
    await bulk.ends('Deleted 2 of 3 tokens, 1 not certain');
    await expect(bulk.notGood).toHaveText([new RegExp(`token 02.*${say.troubles.stillListed}`)]);
    expect((await server.tokens()).map((it) => it.name)).toEqual(['token 02']);
    await bulk.button(say.running.close).click();
    await expect(desk.row('token 02')).toBeVisible();
  });
});

test.describe('the session ends', () => {
  test.use({ serve: { tokens: 0, secret: 'first' } });

  test('in the middle: the run waits for the sign-in, and goes on', async ({ desk, server, watch }) => {
    watch.allows(FAILED);
    await many(server, 20);
    await desk.visit();
    const sign = () => signIn(desk, 'first');
    await sign();
    await desk.loaded();
    await server.fail({ method: 'POST', path: '/api/v1/tokens/*/revoke', skip: 6, status: 401 });
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await bulk.begin('revoke');
    await expect(desk.signIn()).toBeVisible();
    await expect.poll(async () => active(await server.tokens())).toHaveLength(14);
    await server.mend();
    await sign();
    await bulk.ends('Revoked 20 of 20 tokens');
    expect(active(await server.tokens())).toEqual([]);
  });
});

const OWN = '11111111-2222-4333-8444-555555555555';

test.describe('the token that signs in', () => {
  test.use({ serve: { tokens: 0, secret: OWN } });

  test('comes last, and is said to sign in', async ({ desk, page, server, watch }) => {
    watch.allows(FAILED);
    await server.add({ name: 'mine', guid: OWN });
    await many(server, 8);
    await desk.visit();
    await signIn(desk, OWN);
    await desk.loaded();
    const bulk = new Bulk(desk);
    await bulk.askAll('disable');
    await expect(bulk.plan('disable')).toContainText('You are signed in with mine. It comes last.');
    await expect(bulk.plan('disable').getByRole('list', { name: say.dryRun.tokens }).getByRole('listitem').last()).toContainText(/mine.*this token signs you in here/);
    await server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', delay_ms: 100 });
    const order: string[] = [];
    page.on('request', (it) => {
      if (it.url().endsWith('/disable')) order.push(it.url());
    });
    await bulk.begin('disable');
    await bulk.ends('Disabled 9 of 9 tokens');
    expect(order).toHaveLength(9);
    expect(order.at(-1)).toContain((await server.theOne('mine')).id);
  });
});
