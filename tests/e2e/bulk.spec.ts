//! Acting on many tokens: the dry run, the run, its end, and the way back. What really happened the server's database says.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { type Aim, AT_ONCE, Bulk, hearing, many, room } from './bulk.ts';
import { Desk } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { FOUR, Inventory, SCOPED } from './inventory.ts';
import { expectAccessible, expectFits, holdsFocus, tabTo } from './look.ts';
import { inDays, type Token } from './server.ts';
import { FAILED, only } from './systems.ts';
import { say } from './texts.ts';
import { Wire } from './wire.ts';

const active = (tokens: Token[]) => tokens.filter((it) => it.is_active).map((it) => it.name).sort();

test.describe('a dry run', () => {
  test.use({ serve: { tokens: 0 } });

  test('says what will happen to each; nothing is sent for it; a line can be left out', async ({ desk, server, page }) => {
    const tokens = await many(server, 4);
    await server.revoke(tokens[1] as Token);
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await expect(bulk.of('revoke', 'token 01')).toContainText('revoke');
    await expect(bulk.of('revoke', 'token 02')).toContainText('skipped: already revoked');
    await expect(bulk.of('revoke', 'token 02').getByRole('checkbox')).toHaveCount(0);
    await expect(bulk.groups('revoke')).toHaveText([/revoke: 3$/, /skipped: 1$/]);
    await expectAccessible(page);
    await bulk.of('revoke', 'token 03').getByRole('checkbox').uncheck();
    await expect(bulk.groups('revoke').first().getByRole('checkbox')).toHaveJSProperty('indeterminate', true);
    expect(active(await server.tokens())).toEqual(['token 01', 'token 03', 'token 04']);
    await bulk.begin('revoke');
    await bulk.ends('Revoked 2 of 2 tokens');
    expect(active(await server.tokens())).toEqual(['token 03']);
    await bulk.button(say.running.close).click();
    await expect(bulk.line).toHaveCount(0);
    await desk.expectNames('token 01', 'token 02', 'token 03', 'token 04');
    await expect(desk.cell(desk.row('token 01'), 'Is active')).toContainText('Revoked');
    await expect(desk.cell(desk.row('token 03'), 'Is active')).toContainText('Active');
  });

  test('deleting is confirmed by typing how many', async ({ desk, server, page }) => {
    await many(server, 3);
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('delete');
    const [confirm, go] = [page.getByRole('textbox', { name: /^To confirm/ }), bulk.plan('delete').getByRole('button', { name: 'Delete 3 tokens' })];
    await expect(go).toHaveAttribute('aria-disabled', 'true');
    await confirm.fill('2');
    await go.click({ force: true });
    await expect(bulk.plan('delete')).toBeVisible();
    expect(await server.tokens()).toHaveLength(3);
    // With one line less another number is asked for.
    await bulk.of('delete', 'token 02').getByRole('checkbox').uncheck();
    await bulk.begin('delete');
    await bulk.ends('Deleted 2 of 2 tokens');
    expect((await server.tokens()).map((it) => it.name)).toEqual(['token 02']);
    await bulk.button(say.running.close).click();
    await desk.expectNames('token 02');
  });

  test('what can be taken back is not marked as a danger', async ({ desk, server, page }) => {
    await many(server, 2);
    await desk.open();
    const bulk = new Bulk(desk);
    for (const [aim, kind] of [['disable', /primary/], ['revoke', /danger/], ['delete', /danger/]] as const) {
      await bulk.askAll(aim);
      await expect(bulk.plan(aim).getByRole('button', { name: / 2 tokens$/ })).toHaveClass(kind);
      await page.keyboard.press('Escape');
    }
  });

  test('what cannot be done at all is said, and left', async ({ desk, server }) => {
    for (const token of await many(server, 2)) await server.revoke(token);
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await expect(bulk.plan('revoke')).toContainText(say.dryRun.nothing);
    await expect(bulk.plan('revoke').getByRole('button', { name: 'Revoke 0 tokens' })).toHaveAttribute('aria-disabled', 'true');
  });

  test('by the keyboard alone, at 320 pixels, and nothing sticks out', async ({ desk, page, server }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await many(server, 3, 'a name that is long enough to need several lines of a small screen');
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await expectFits(page, 'the dry run');
    await expectAccessible(page);
    expect(await holdsFocus(bulk.plan('revoke'))).toBe(true);
    await page.keyboard.press('Escape');
    await expect(bulk.plan('revoke')).toHaveCount(0);
    await bulk.ask('revoke');
    await tabTo(page, bulk.plan('revoke').getByRole('checkbox').last());
    await page.keyboard.press('Space');
    await tabTo(page, bulk.plan('revoke').getByRole('button', { name: 'Revoke 2 tokens' }));
    await page.keyboard.press('Enter');
    await bulk.ends('Revoked 2 of 2 tokens');
    await expectFits(page, 'the outcome');
    expect(await holdsFocus(bulk.run)).toBe(true);
    await page.keyboard.press('Escape');
    await expect(bulk.run).toHaveCount(0);
  });
});

const REVOKES = /^POST .*\/revoke$/;

/** Counts the requests to revoke that a page has under way, as it sends them: a browser alone would keep to six, too. */
async function countRevokes(page: Page): Promise<() => Promise<{ now: number; most: number }>> {
  await page.addInitScript(() => {
    const counted = { now: 0, most: 0 };
    const plain = globalThis.fetch;
    const fetch = async (...asked: Parameters<typeof plain>) => {
      const [it] = asked;
      if (!(it instanceof Request && it.method === 'POST' && it.url.endsWith('/revoke'))) return plain(...asked);
      counted.now += 1;
      counted.most = Math.max(counted.most, counted.now);
      return plain(...asked).finally(() => (counted.now -= 1));
    };
    Object.assign(globalThis, { tokendeckTestRevokes: counted, fetch });
  });
  return () => page.evaluate(() => (globalThis as unknown as { tokendeckTestRevokes: { now: number; most: number } }).tokendeckTestRevokes);
}

test.describe('a run', () => {
  test.use({ serve: { tokens: 0 } });

  test('is paused, goes on and is stopped; hidden, it can be opened again; leaving the tab warns', async ({ keep, page, server }) => {
    const wire = await keep(Wire.to(server));
    const desk = new Desk(page, wire.url);
    await many(server, 30);
    await desk.open();
    // Answers wait for the test, so that the run does not end before it is paused, or stopped.
    const pausing = wire.hold({ what: REVOKES, when: 'after' });
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await bulk.begin('revoke');
    await expect(bulk.run.getByRole('progressbar')).toHaveAttribute('max', '30');
    await bulk.button(say.running.pause).click();
    await expect(bulk.run).toContainText(say.running.paused);
    pausing();
    await expectAccessible(page);
    await expect(async () => {
      const before = active(await server.tokens()).length;
      await page.waitForTimeout(800);
      expect(active(await server.tokens())).toHaveLength(before);
    }).toPass();
    const paused = active(await server.tokens()).length;
    expect(paused).toBeGreaterThan(0);
    await bulk.button(say.running.hide).click();
    await expect(bulk.line).toHaveText(/Revoking: \d+ of 30/);
    // The browser asks before the page is left.
    const asked = page.waitForEvent('dialog');
    const leaving = page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    await leaving;
    await bulk.line.getByRole('button', { name: say.running.show }).click();
    const stopping = wire.hold({ what: REVOKES, when: 'after' });
    await bulk.button(say.running.resume).click();
    await expect.poll(async () => active(await server.tokens()).length).toBeLessThan(paused);
    await bulk.button(say.running.stop).click();
    stopping();
    await bulk.ends(/^Revoked \d+ of 30 tokens, \d+ not begun$/);
    const left = active(await server.tokens()).length;
    expect(left).toBeGreaterThan(0);
    await expect(bulk.heading).toHaveText(`Revoked ${30 - left} of 30 tokens, ${left} not begun`);
    // The list is as the server has it.
    await bulk.button(say.running.close).click();
    await desk.byStatus.selectOption('Active');
    await expect(desk.status).toContainText(`${left} of 30 tokens`);
  });

  for (const [where, most] of [['on the page’s own origin, where one of six connections stays free', AT_ONCE], ['elsewhere', 6]] as const) {
    test(`no more than ${most} requests are under way ${where}`, async ({ keep, launch, page }) => {
      const host = await launch({ config: only(SCOPED), tokens: 0 });
      const isOwn = most === AT_ONCE;
      const server = isOwn ? host : await launch({ tokens: 0, allowOrigin: [host.origin] });
      const wire = await keep(Wire.to(server));
      if (!isOwn) await host.configure(only({ ...SCOPED, base: `${wire.url}api/v1` }));
      await many(server, 20);
      const desk = new Desk(page, isOwn ? wire.url : host.url);
      const counted = await countRevokes(page);
      await desk.open();
      // Each is written down before it is sent, which takes time: all that may be under way are, before one is answered.
      const letGo = wire.hold({ what: REVOKES, when: 'after' });
      const bulk = new Bulk(desk);
      await bulk.askAll('revoke');
      await bulk.begin('revoke');
      await expect.poll(counted).toEqual({ now: most, most });
      // Time enough for one more.
      await page.waitForTimeout(500);
      letGo();
      await bulk.ends('Revoked 20 of 20 tokens');
      expect(await counted()).toEqual({ now: 0, most });
    });
  }

  test('its end is heard once, in the dialog and where that is hidden', async ({ desk, page, server }) => {
    const heard = await hearing(page);
    await many(server, 3);
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('disable');
    await bulk.begin('disable');
    await bulk.ends('Disabled 3 of 3 tokens');
    const said = async (text: string) => (await heard()).filter((it) => it.includes(text));
    await expect.poll(() => said('Disabled 3 of 3 tokens')).toHaveLength(1);
    // The dialog says that it ended, and the records call it so, too.
    await expect(bulk.heading).toHaveText('Disabled 3 of 3 tokens');
    await expect(bulk.run).toContainText(say.running.kept);
    // It is hidden while it goes on.
    const letGo = await held(page, 'POST', /\/enable$/);
    await bulk.button(say.running.undo).click();
    await bulk.button(say.running.hide).click();
    letGo();
    await expect(bulk.line).toContainText('Enabled 3 of 3 tokens');
    await expect.poll(() => said('Enabled 3 of 3 tokens')).toHaveLength(1);
    expect(active(await server.tokens())).toHaveLength(3);
    await bulk.line.getByRole('button', { name: say.running.dismiss }).click();
    await expect(bulk.line).toHaveCount(0);
    await page.getByRole('button', { name: say.recordList.title, exact: true }).click();
    const records = page.getByRole('dialog', { name: say.recordList.title }).getByRole('listitem');
    await expect(records).toHaveText([/^Enabled 3 of 3 tokensCompleted/, /^Disabled 3 of 3 tokensCompleted/]);
  });

  test('ends are moved from where they are, and back', async ({ desk, server, page }) => {
    await server.add({ name: 'endless' });
    const ends = [inDays(3), inDays(5)];
    for (const [idx, valid_to] of ends.entries()) await server.add({ name: `ends ${idx}`, valid_to, description: 'kept' });
    await desk.open();
    const bulk = new Bulk(desk);
    await bulk.askAll('extend');
    await bulk.plan('extend').getByRole('textbox', { name: say.dryRun.days }).fill('10');
    await expect(bulk.of('extend', 'endless')).toContainText('skipped: it has no end');
    await expect(bulk.of('extend', 'ends 0')).toContainText('will end');
    await expectAccessible(page);
    await bulk.begin('extend');
    await bulk.ends('Changed the end of 2 of 2 tokens');
    for (const [idx, end] of ends.entries()) {
      const now = await server.theOne(`ends ${idx}`);
      expect(new Date(now.valid_to ?? '').getTime() - new Date(end).getTime()).toBe(10 * 86_400_000);
      expect([now.description, now.scopes]).toEqual(['kept', ['builds-read']]);
    }
    await bulk.button(say.running.undo).click();
    await bulk.ends('Changed the end of 2 of 2 tokens');
    for (const [idx, end] of ends.entries()) {
      expect(new Date((await server.theOne(`ends ${idx}`)).valid_to ?? '').getTime()).toBe(new Date(end).getTime());
    }
    await bulk.button(say.running.close).click();
    // One end for all of them, the endless one too.
    await bulk.ask('extend');
    await bulk.plan('extend').getByRole('radio', { name: say.dryRun.endOn }).check();
    await expect(bulk.plan('extend')).toContainText(say.dryRun.noDate);
    await bulk.plan('extend').getByLabel(say.dryRun.date, { exact: true }).fill('2001-01-01T00:00');
    await expect(bulk.plan('extend')).toContainText(say.dryRun.past);
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    await bulk.plan('extend').getByLabel(say.dryRun.date, { exact: true }).fill(`${day}T12:00`);
    await bulk.begin('extend');
    await bulk.ends('Changed the end of 3 of 3 tokens');
    const after = new Set((await server.tokens()).map((it) => it.valid_to));
    expect([...after]).toHaveLength(1);
  });

  test('what fails is said with the system’s words, and tried again by itself', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const tokens = await many(server, 5);
    await desk.open();
    const path = `/api/v1/tokens/${(tokens[2] as Token).id}/revoke`;
    await server.fail({ method: 'POST', path, status: 403, times: 1, body: { detail: 'Not on Mondays' }, headers: { 'content-type': 'application/problem+json' } });
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await bulk.begin('revoke');
    await bulk.ends('Revoked 4 of 5 tokens, 1 failed');
    await expect(bulk.notGood).toHaveText([/token 03.*Not on Mondays/]);
    expect(active(await server.tokens())).toEqual(['token 03']);
    await bulk.button(say.running.retryFailed).click();
    await bulk.ends('Revoked 1 of 1 token');
    expect(active(await server.tokens())).toEqual([]);
  });
});

test.describe('a run that cannot be recorded', () => {
  test.use({ serve: { tokens: 0 } });

  test('asks before its first request, and goes on without a record when the user says so', async ({ desk, page, server }) => {
    await many(server, 3);
    await desk.open();
    await room(page, 1);
    const bulk = new Bulk(desk);
    await bulk.askAll('revoke');
    await bulk.begin('revoke');
    await bulk.button(say.running.hide).click();
    await expect(bulk.line).toContainText('waits for your answer');
    expect(active(await server.tokens())).toHaveLength(3);
    await bulk.line.getByRole('button', { name: say.running.show }).click();
    await bulk.button(say.running.runUnrecorded).click();
    await bulk.ends('Revoked 3 of 3 tokens');
    expect(active(await server.tokens())).toHaveLength(0);
    await expect(bulk.run).toContainText(say.running.recordFull);
  });

  test('is recorded where there is room again', async ({ desk, page, server }) => {
    const heard = await hearing(page);
    await many(server, 3);
    await desk.open();
    await room(page, 1);
    const bulk = new Bulk(desk);
    await bulk.askAll('disable');
    await bulk.begin('disable');
    await expect(bulk.run).toContainText(say.running.unrecorded);
    await expect(bulk.run).toContainText(say.trouble.full);
    await expect(bulk.button(say.running.tryAgain)).toBeFocused();
    await expectAccessible(page);
    await page.waitForTimeout(500);
    expect(active(await server.tokens())).toHaveLength(3);
    await expect.poll(async () => (await heard()).filter((it) => it.includes(say.running.unrecorded))).toHaveLength(1);
    await bulk.button(say.running.tryAgain).click();
    await page.waitForTimeout(1_000);
    await expect(bulk.button(say.running.tryAgain)).toBeFocused();
    expect(active(await server.tokens())).toHaveLength(3);
    await room(page, undefined);
    await bulk.button(say.running.tryAgain).click();
    await bulk.ends('Disabled 3 of 3 tokens');
    await expect(bulk.run).toContainText(say.running.kept);
    expect(active(await server.tokens())).toHaveLength(0);
  });
});

test.describe('what it would send', () => {
  test.use({ serve: { tokens: 0, secret: 'sec-ret-1234' } });

  test('is commands for all lines that are chosen; run in a shell they do it, and the page nothing', async ({ desk, page, server }) => {
    const writes: string[] = [];
    page.on('request', (it) => void (it.method() === 'POST' || it.method() === 'PUT' ? writes.push(it.url()) : 0));
    const tokens = await many(server, 3, `it's $(id) "n"`);
    await desk.visit();
    await desk.signsIn('sec-ret-1234');
    await desk.loaded();
    const bulk = new Bulk(desk);
    const commands = async (aim: Aim) => {
      await bulk.plan(aim).getByText(say.request.show, { exact: true }).click();
      const region = bulk.plan(aim).getByRole('region', { name: say.request.script });
      await expect(region).toContainText('curl');
      return region;
    };
    const runs = async (region: Locator) => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', SCOPED_TOKENS_TOKEN: 'sec-ret-1234' };
      const guids = Object.fromEntries(tokens.map((it, idx) => [`SCOPED_TOKENS_GUID${idx === 0 ? '' : `_${idx + 1}`}`, it.guid]));
      const script = (await region.textContent()) ?? '';
      expect(script).not.toContain('sec-ret-1234');
      for (const { guid } of tokens) expect(script).not.toContain(guid);
      await promisify(execFile)('sh', ['-c', script], { env: { ...env, ...guids } });
    };
    await bulk.askAll('disable');
    const region = await commands('disable');
    await expectAccessible(page);
    // A line that is left out has none.
    await bulk.of('disable', tokens[1]?.name ?? '').getByRole('checkbox').uncheck();
    await expect(region).not.toContainText(tokens[1]?.id ?? '?');
    await runs(region);
    expect(active(await server.tokens())).toEqual([tokens[1]?.name]);
    await page.keyboard.press('Escape');
    // Other ends: each token is read for it.
    await bulk.ask('extend');
    await bulk.plan('extend').getByRole('radio', { name: say.dryRun.endOn }).check();
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    await bulk.plan('extend').getByLabel(say.dryRun.date, { exact: true }).fill(`${day}T12:00`);
    await runs(await commands('extend'));
    const ends = (await server.tokens()).map((it) => it.valid_to?.slice(0, 10));
    expect(ends.filter((it) => it !== undefined && it.startsWith(day.slice(0, 7)))).toHaveLength(3);
    expect(writes).toEqual([]);
  });
});

test.describe('a run over systems that do different things', () => {
  test.use({ serve: { tokens: 4, config: { connections: FOUR } } });

  test('is named by what it does and did, and not by what was asked for alone', async ({ page, server }) => {
    const all = new Inventory(page, server.url);
    await all.start();
    await all.signInToAll();
    const bulk = new Bulk(all);
    await bulk.askAll('revoke');
    const group = bulk.groups('revoke').filter({ hasText: /^PT Sandbox · cannot revoke: delete/ });
    await group.getByRole('checkbox').check();
    const n = Number(/delete (\d+) instead/.exec((await group.textContent()) ?? '')?.[1]);
    // It does not end before its name was read.
    const letGo = await held(page, 'POST', /\/revoke$/);
    await bulk.begin('revoke');
    await expect(bulk.heading).toHaveText(`Revoking and deleting ${4 + n} tokens`);
    letGo();
    const said = `Revoked 4 and deleted ${n} of ${4 + n} tokens`;
    await bulk.ends(said);
    await bulk.button(say.running.close).click();
    await page.getByRole('button', { name: say.recordList.title, exact: true }).click();
    await expect(page.getByRole('dialog').getByRole('listitem')).toHaveText(new RegExp(`^${said}Completed`));
    expect(active(await server.tokens())).toEqual([]);
  });
});
