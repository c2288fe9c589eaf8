//! Runs as the wire and the database have them: the tab that was closed at the seventh of twenty, the way back with answers that
//! were lost, the program's proxy, and all of it by the keyboard and the ear.

import type { Page } from '@playwright/test';
import { AT_ONCE, Bulk, holdsUpNoOther, many, revokesOf } from './bulk.ts';
import { Desk } from './desk.ts';
import { expect, test as base } from './fixture.ts';
import { localWith } from './local.ts';
import { arrowTo, expectAccessible, holdsFocus, listen, tabTo, times } from './look.ts';
import { UnderWay } from './proxy.ts';
import { inDays, type Token } from './server.ts';
import { FAILED, only } from './systems.ts';
import { say } from './texts.ts';
import { Wire } from './wire.ts';

const test = base.extend<{ wire: Wire; wired: Desk; bulk: Bulk }>({
  serve: { tokens: 0 },
  wire: async ({ keep, server }, use) => use(await keep(Wire.to(server))),
  wired: async ({ page, wire }, use) => use(new Desk(page, wire.url)),
  bulk: async ({ wired }, use) => use(new Bulk(wired)),
});

const writes = (verb: string) => new RegExp(`^POST /api/v1/tokens/[^/]+/${verb}$`);
const off = (tokens: Token[]) => tokens.filter((it) => it.disabled_at !== null).map((it) => it.name);
const records = (page: Page) => page.getByRole('dialog', { name: say.recordList.title, exact: true });

test('a tab closed at the seventh of twenty: 6 done, 1 unknown, 13 open; all end, and each was written once', async ({ bulk, context, server, watch, wire, wired }) => {
  watch.allows(FAILED);
  await many(server, 20);
  await wired.open();
  // The seventh is done and its answer is late; the system wants no more for a while.
  const path = '/api/v1/tokens/*/disable';
  await server.fail({ method: 'POST', path, skip: 6, times: 1, when: 'after', delay_ms: 60_000 });
  await server.fail({ method: 'POST', path, status: 429, headers: { 'retry-after': '600' } });
  await bulk.askAll('disable');
  await bulk.begin('disable');
  await expect.poll(async () => off(await server.tokens())).toHaveLength(7);
  await expect(bulk.run).toContainText(say.running.done(6, 20));
  await expect(bulk.run).toContainText('asked to wait');
  // All others that were under way have been refused.
  await expect.poll(() => wire.writes.filter((it) => it.status === undefined)).toHaveLength(1);
  await expectAccessible(wired.page);
  await wired.page.close({ runBeforeUnload: false });
  await server.mend();
  const before = await server.tokens();
  const refused = wire.writes.filter((it) => it.status === 429).length;

  const second = new Desk(await context.newPage(), wire.url);
  const { page } = second;
  await second.open();
  await expect(page.locator('.findings')).toContainText(say.interruptedRun.plain('6 of 20 done, 1 unknown, 13 open'));
  await page.locator('.findings').getByRole('button', { name: say.interruptedRun.review }).click();
  // It goes on without being asked to read first: what is unknown is read all the same, and not sent again.
  await records(page).getByRole('button', { name: say.record.goOn }).click();
  await expect(page.getByRole('dialog')).toContainText('Disabled 20 of 20 tokens', { timeout: 30_000 });
  const after = await server.tokens();
  expect(off(after)).toHaveLength(20);
  for (const token of before.filter((it) => it.disabled_at !== null)) expect(after.find((it) => it.id === token.id)).toEqual(token);
  expect(wire.done(writes('disable'))).toHaveLength(19);
  expect(wire.writes.filter((it) => writes('disable').test(it.what))).toHaveLength(20 + refused);
  for (const [what, n] of wire.sent(writes('disable'))) {
    const refusals = wire.writes.filter((it) => it.what === what && it.status === 429).length;
    expect(n - refusals, what).toBe(1);
  }
});

test.describe('the way back', () => {
  for (const when of ['before', 'after'] as const) {
    test(`leaves the database as it was, byte for byte: the seventh is cut off ${when} it is done, there and back`, async ({ bulk, server, watch, wire, wired }) => {
      watch.allows(FAILED);
      for (let n = 0; n < 50; n += 1) {
        const valid_to = n % 3 === 0 ? inDays(3 + n) : null;
        await server.add({ name: `token ${n}`, description: `“${n}”`, scopes: n % 2 === 0 ? ['builds-read'] : ['builds-read', 'builds-write'], valid_to });
      }
      const before = JSON.stringify(await server.tokens());
      await wired.open();
      wire.cut({ what: writes('disable'), skip: 6, when }, { what: writes('enable'), skip: 6, when });
      await bulk.askAll('disable');
      await bulk.begin('disable');
      await bulk.ends('Disabled 50 of 50 tokens');
      expect(off(await server.tokens())).toHaveLength(50);
      await bulk.button(say.running.undo).click();
      await bulk.ends('Enabled 50 of 50 tokens');
      expect(wire.cutsLeft).toEqual([]);
      expect(JSON.stringify(await server.tokens())).toBe(before);
      for (const verb of ['disable', 'enable']) {
        const sent = [...wire.sent(writes(verb)).values()].sort();
        expect(sent, verb).toEqual([...Array<number>(49).fill(1), when === 'before' ? 2 : 1]);
      }
      await bulk.button(say.running.close).click();
      await wired.byStatus.selectOption(say.statusFilter.active);
      await expect(wired.status).toHaveText('50 of 50 tokens');
    });
  }

  test('leaves alone what was off before, and what others have ended since', async ({ bulk, page, server, watch, wired }) => {
    watch.allows(FAILED);
    const tokens = await many(server, 10);
    await server.disable(tokens[1] as Token);
    const before = await server.tokens();
    await wired.open();
    await bulk.askAll('disable');
    await expect(bulk.of('disable', 'token 02')).toContainText('skipped: already disabled');
    await bulk.begin('disable');
    await bulk.ends('Disabled 9 of 9 tokens');
    await server.revoke(tokens[4] as Token);
    await server.remove(tokens[7] as Token);
    const revoked = await server.read(tokens[4] as Token);
    await bulk.button(say.running.undo).click();
    await bulk.ends('Enabled 7 of 9 tokens, 2 failed');
    await expect(bulk.notGood).toHaveText([/token 05/, new RegExp(`token 08.*${say.troubles.gone}`)]);
    await expectAccessible(page);
    const expected = before.filter((it) => it.name !== 'token 08').map((it) => (it.name === 'token 05' ? revoked : it));
    expect(await server.tokens()).toEqual(expected);
  });

  test('puts ends back where they were, with the seventh answer lost both times', async ({ bulk, server, watch, wire, wired }) => {
    watch.allows(FAILED);
    for (let n = 1; n <= 12; n += 1) await server.add({ name: `token ${n}`, description: 'kept', valid_to: inDays(n + 1), valid_from: inDays(-n) });
    const plain = (tokens: Token[]) => tokens.map((it) => ({ ...it, valid_to: Date.parse(it.valid_to ?? '') }));
    const before = plain(await server.tokens());
    await wired.open();
    const changes = /^PUT \/api\/v1\/tokens\//;
    wire.cut({ what: changes, skip: 6, when: 'after' });
    await bulk.askAll('extend');
    await bulk.begin('extend');
    await bulk.ends('Changed the end of 12 of 12 tokens');
    expect(plain(await server.tokens())).toEqual(before.map((it) => ({ ...it, valid_to: it.valid_to + 30 * 86_400_000 })));
    wire.cut({ what: changes, skip: 6, when: 'after' });
    await bulk.button(say.running.undo).click();
    await bulk.ends('Changed the end of 12 of 12 tokens');
    expect(wire.cutsLeft).toEqual([]);
    expect(plain(await server.tokens())).toEqual(before);
    expect([...wire.sent(changes).values()]).toEqual(Array(12).fill(2));
  });
});

test('what is stopped leaves the rest as it was: done, unknown and open are all there is', async ({ bulk, page, server, watch, wire, wired }) => {
  watch.allows(FAILED);
  const [done, said] = [6 + AT_ONCE, `Revoked ${6 + AT_ONCE} of 20 tokens, ${14 - AT_ONCE} not begun`];
  const heard = await listen(page);
  await many(server, 20);
  await wired.open();
  const letGo = wire.hold({ what: writes('revoke'), skip: 6, when: 'after' });
  await bulk.askAll('revoke');
  await bulk.begin('revoke');
  await expect(bulk.run).toContainText(say.running.done(6, 20));
  // As many as may be are under way.
  await expect.poll(() => wire.sent(writes('revoke')).size).toBe(done);
  await bulk.button(say.running.stop).click();
  letGo();
  await bulk.ends(said);
  expect((await server.tokens()).filter((it) => it.revoked_at !== null)).toHaveLength(done);
  expect([...wire.sent(writes('revoke')).values()]).toEqual(Array(done).fill(1));
  await expect.poll(async () => times(await heard(), said)).toBe(1);
});

test('each end is heard once: of what failed, of another try, and of the way back', async ({ bulk, page, server, watch, wired }) => {
  watch.expects(FAILED);
  const heard = await listen(page);
  const tokens = await many(server, 5);
  await wired.open();
  await server.fail({ method: 'POST', path: `/api/v1/tokens/${tokens[2]?.id}/disable`, status: 403, times: 1, headers: { 'content-type': 'application/problem+json' }, body: { detail: 'Not on Mondays' } });
  await bulk.askAll('disable');
  await bulk.begin('disable');
  await bulk.ends('Disabled 4 of 5 tokens, 1 failed');
  await expectAccessible(page);
  await bulk.button(say.running.retryFailed).click();
  await bulk.ends('Disabled 1 of 1 token');
  await bulk.button(say.running.undo).click();
  await bulk.ends('Enabled 1 of 1 token');
  await expectAccessible(page);
  await expect.poll(async () => times(await heard(), 'Enabled 1 of 1 token')).toBe(1);
  for (const said of ['Disabled 4 of 5 tokens, 1 failed', 'Disabled 1 of 1 token', 'Enabled 1 of 1 token']) {
    expect(times(await heard(), said), said).toBe(1);
  }
});

test('from selecting to done by the keyboard alone', async ({ bulk, page, server, wired }) => {
  await many(server, 6);
  await wired.open();
  await wired.rested();
  // The table is one stop; within it arrows go on.
  await tabTo(page, wired.table.getByRole('link').first());
  await arrowTo(page, 'ArrowLeft', wired.selects('token 01'));
  await page.keyboard.press('Space');
  for (const name of ['token 02', 'token 03']) {
    await page.keyboard.press('ArrowDown');
    await expect(wired.selects(name)).toBeFocused();
  }
  await page.keyboard.press('Shift+Space');
  await expect(wired.selection).toContainText('3 selected');
  await expectAccessible(page);
  await tabTo(page, await wired.ofSelection(say.aimName.delete));
  await page.keyboard.press('Enter');
  const plan = bulk.plan('delete');
  await expect(plan).toBeVisible();
  expect(await holdsFocus(plan)).toBe(true);
  await tabTo(page, plan.getByRole('textbox', { name: /^To confirm/ }));
  await page.keyboard.type('3');
  await tabTo(page, plan.getByRole('button', { name: 'Delete 3 tokens' }));
  await page.keyboard.press('Enter');
  await bulk.ends('Deleted 3 of 3 tokens');
  await expect(bulk.button(say.running.close)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(bulk.run).toHaveCount(0);
  expect((await server.tokens()).map((it) => it.name)).toEqual(['token 04', 'token 05', 'token 06']);
  await wired.expectNames('token 04', 'token 05', 'token 06');
  // The focus is on something of the page, so that the next key does something.
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
});

test.describe('behind the program’s proxy', () => {
  test('a system that answers nothing has two of the page’s connections; the other ends, and reads go through', async ({ keep, launch, page }) => {
    const [swift, silent] = [await launch({ tokens: 0, basePath: '/swift' }), await launch({ tokens: 0, basePath: '/silent' })];
    // Counted where the program passes them on.
    const underWay = new UnderWay(revokesOf);
    const [other, wire] = [await keep(Wire.to(swift, underWay)), await keep(Wire.to(silent, underWay))];
    const to = (name: string, { origin }: Wire) => ({ name, dialect: 'scoped', base: `${origin}/${name.toLowerCase()}/api/v1`, proxy: true });
    const host = await keep(localWith(only(to('Swift', other), to('Silent', wire))));
    await holdsUpNoOther(page, host.url, { swift, silent, wire, underWay, read: '/proxy/Silent/scopes' });
  });
});

test.describe('a user who signs out in the middle', () => {
  const SECRET = 's3cret-of-this-test';
  test.use({ serve: { tokens: 0, secret: SECRET } });

  test('is told what is left of the run, and goes on with it after signing in again', async ({ bulk, page, server, watch, wire, wired }) => {
    watch.allows(FAILED);
    const signIn = async () => {
      await wired.signsIn(SECRET);
      await expect(wired.signIn()).toHaveCount(0);
    };
    await many(server, 20);
    await wired.visit();
    await signIn();
    await wired.loaded();
    const letGo = wire.hold({ what: writes('disable'), skip: 6, when: 'after' });
    await bulk.askAll('disable');
    await bulk.begin('disable');
    await expect.poll(async () => off(await server.tokens())).toHaveLength(6 + AT_ONCE);
    await bulk.button(say.running.hide).click();
    // What is under way is said first.
    await page.getByRole('button', { name: say.page.signOut }).click();
    await expect(page.getByText(say.passing.stillSending)).toBeVisible();
    await page.getByRole('button', { name: say.page.signOut }).click();
    letGo();
    await expect(page.locator('.findings')).toContainText('names are hidden until you sign in');
    await expectAccessible(page);
    expect(off(await server.tokens())).toHaveLength(6 + AT_ONCE);
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await signIn();
    await expect(wired.page.locator('.count')).toHaveText('20 of 20 tokens');
    await page.locator('.findings').getByRole('button', { name: say.interruptedRun.review }).click();
    await records(page).getByRole('button', { name: say.record.goOn }).click();
    await expect(page.getByRole('dialog')).toContainText('Disabled 20 of 20 tokens', { timeout: 30_000 });
    expect(off(await server.tokens())).toHaveLength(20);
    expect([...wire.sent(writes('disable')).values()]).toEqual(Array(20).fill(1));
  });
});
