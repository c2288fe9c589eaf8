//! A token like another one: the same rights, a secret of its own, also of a token that is over, and for another connection.

import { detailsOf, TO_OWN, TokenForm } from './desk.ts';
import { expect, test } from './fixture.ts';
import { SCOPED } from './inventory.ts';
import { violations } from './look.ts';
import { inDays, type DevServer, type ServerOptions } from './server.ts';
import { Air, AirDesk, AIR_V2, cloneOf, Mist, MIST_ORG, MistDesk, only, ORG, PtDesk, PtSandbox, PT_SANDBOX } from './systems.ts';
import { say } from './texts.ts';
import type { Page } from '@playwright/test';

test('a revoked token has a clone with its rights and a GUID of its own', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'ci deploy', description: 'Ships it', scopes: ['logs-read', 'builds-write'] });
  await server.revoke(token);
  await desk.open();
  const form = await cloneOf(page, 'ci deploy');
  await expect(form.name).toHaveValue('ci deploy copy');
  await expect(form.description).toHaveValue('Ships it');
  await expect(form.scopes.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await expect(form.guid).not.toHaveValue(token.guid);
  expect(await violations(page)).toEqual([]);
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  const made = await server.theOne('ci deploy copy');
  expect(made).toMatchObject({ scopes: token.scopes, description: 'Ships it', is_active: true });
  expect(made.guid).not.toBe(token.guid);
  expect((await server.read(token)).is_active).toBe(false);
});

test('a clone lives as long as its original, from now on', async ({ desk, page, server }) => {
  await server.add({ name: 'month', valid_from: inDays(-10), valid_to: inDays(20) });
  await server.add({ name: 'endless' });
  await desk.open();
  let form = await cloneOf(page, 'endless');
  await expect(form.validTo).toHaveValue('');
  await form.cancel.click();
  await page.keyboard.press('Escape');
  await expect(detailsOf(page)).toBeHidden();
  form = await cloneOf(page, 'month');
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  const made = await server.theOne('month-copy');
  const days = (Date.parse(made.valid_to ?? '') - Date.now()) / 86_400_000;
  expect(Math.abs(days - 30)).toBeLessThan(0.1);
});

test('more rights than the original has are asked about, fewer are not', async ({ desk, page, server }) => {
  await server.add({ name: 'mine', scopes: ['logs-read'] });
  await desk.open();
  const form = await cloneOf(page, 'mine');
  await form.scope('Builds: write').check();
  await form.save.click();
  await expect(form.growing).toContainText(say.review.moreThanOriginal);
  await form.growing.getByRole('button', { name: say.review.back }).click();
  await form.scope('Builds: write').uncheck();
  await form.dialog.getByRole('button', { name: '7 days' }).click();
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect((await server.theOne('mine-copy')).scopes).toEqual(['logs-read']);
});

test('it closes without a question, and goes back to the details', async ({ desk, page, server }) => {
  await server.add({ name: 'mine' });
  await desk.open();
  const form = await cloneOf(page, 'mine');
  await page.keyboard.press('Escape');
  await expect(form.dialog).toBeHidden();
  await expect(detailsOf(page).getByRole('button', { name: say.details.clone, exact: true })).toBeFocused();
});

test.describe('for another connection', () => {
  /** Two systems of one dialect, the second on an origin of its own, and what that is served with. */
  async function two(launch: (options?: ServerOptions) => Promise<DevServer>, serve: ServerOptions = {}, more: object = {}): Promise<[DevServer, DevServer]> {
    const server = await launch({ config: only(SCOPED) });
    const second = await launch({ ...serve, allowOrigin: [server.origin] });
    // Each has to know the other's address.
    const connection = { ...SCOPED, ...more, name: 'Second', base: `${second.url}api/v1` };
    await server.configure(only(SCOPED, connection, { ...PT_SANDBOX, base: '/sim/pt-sandbox' }));
    return [server, second];
  }

  const choiceOf = (page: Page) => page.getByRole('dialog', { name: 'Clone mine' });

  /** Asks for a clone of `mine`. */
  async function ask(page: Page): Promise<void> {
    await page.locator('.table-body .name').getByText('mine', { exact: true }).click();
    await detailsOf(page).getByRole('button', { name: say.details.clone, exact: true }).click();
    // Those of other dialects are not offered.
    await expect(choiceOf(page).getByRole('listitem')).toHaveText([/^Scoped tokens/, /^Second/]);
    expect(await violations(page)).toEqual([]);
  }

  /** Asks for it, and chooses the other connection. */
  async function toSecond(page: Page): Promise<TokenForm> {
    await ask(page);
    return chooseSecond(page);
  }

  async function chooseSecond(page: Page): Promise<TokenForm> {
    await choiceOf(page).getByRole('button', { name: /^Second/ }).click();
    return new TokenForm(page, 'Clone token');
  }

  async function signIn(page: Page): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'Sign in to Second' });
    await dialog.getByLabel('API token').fill('sec-ret-1234');
    await dialog.getByRole('button', { name: say.signInForm.signIn }).click();
  }

  for (const [view, query, isMoved] of [
    ['all systems', '', false],
    ['the one system', TO_OWN, true],
  ] as const) {
    test(`from the view of ${view}, without what that does not know`, async ({ launch, page }) => {
      const [server, second] = await two(launch);
      await second.fail({ path: '/api/v1/scopes', status: 200, body: [{ id: 'logs-read', name: 'Logs: read' }], times: 9, headers: { 'Access-Control-Allow-Origin': '*' } });
      await server.add({ name: 'mine', scopes: ['logs-read', 'builds-write'], description: 'Ships it', valid_from: inDays(-10), valid_to: inDays(20) });
      await page.goto(server.url + query);
      const form = await toSecond(page);
      await expect(form.dialog.getByRole('note')).toContainText('builds-write');
      await expect(form.name).toHaveValue('mine');
      expect(new URL(page.url()).searchParams.get('connection')).toBe(isMoved ? 'Second' : null);
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      const made = await second.theOne('mine');
      expect(made).toMatchObject({ scopes: ['logs-read'], description: 'Ships it' });
      expect(Math.abs(Date.parse(made.valid_to ?? '') - Date.parse(inDays(30)))).toBeLessThan(3_600_000);
      expect(await server.tokens()).toHaveLength(1);
      if (isMoved) {
        // The way back leads to where it was asked for, and nothing waits there.
        await page.goBack();
        await expect(page.locator('.table-body .name')).toHaveText(['mine']);
        await expect(form.dialog).toBeHidden();
      }
    });
  }

  test('that asks to sign in first', async ({ launch, page }) => {
    const [server, second] = await two(launch, { secret: 'sec-ret-1234' }, { auth: { type: 'bearer' } });
    await server.add({ name: 'mine', scopes: ['logs-read'] });
    await page.goto(server.url + TO_OWN);
    const form = await toSecond(page);
    await signIn(page);
    await expect(form.name).toHaveValue('mine');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await second.theOne('mine')).scopes).toEqual(['logs-read']);
  });

  test('is given up by another choice, and the original’s trouble is told where it is asked for', async ({ launch, page, watch }) => {
    watch.expects(/console error: Failed to load resource/);
    const [server] = await two(launch, { secret: 'sec-ret-1234' }, { auth: { type: 'bearer' } });
    const token = await server.add({ name: 'mine' });
    await page.goto(server.url + TO_OWN);
    await ask(page);
    await server.fail({ method: 'GET', path: '/api/v1/tokens/*', status: 503, times: 1, body: {} });
    const form = await chooseSecond(page);
    await expect(form.dialog.getByRole('alert')).toContainText('503');
    expect(new URL(page.url()).searchParams.get('connection')).toBe('Scoped tokens');
    await form.dialog.getByRole('button', { name: say.tokenForm.retry }).click();
    await page.getByRole('dialog', { name: 'Sign in to Second' }).getByRole('button', { name: say.dialogs.cancel }).click();
    await page.getByRole('navigation').getByRole('link', { name: /^Scoped tokens/ }).click();
    await expect(page.locator('.table-body .name')).toHaveText(['mine']);
    await page.getByRole('navigation').getByRole('link', { name: /^Second/ }).click();
    await signIn(page);
    await expect(page.getByText('0 of 0 tokens')).toBeVisible();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toMatchObject({ name: 'mine' });
  });
});

test.describe('of the vendors’ systems', () => {
  test.use({ serve: { config: only(PT_SANDBOX, AIR_V2, MIST_ORG) } });

  test('PT Sandbox has a rule for names, and shows the new secret', async ({ page, server }) => {
    const [pt, past] = [new PtDesk(page, server.url), new PtSandbox(server)];
    await past.add('a-rather-long-name-of-a-scanner', ['TASKS_VIEW_ALL']).catch(() => undefined);
    await past.add('scanner', ['TASKS_VIEW_ALL'], 'why');
    await pt.enter();
    const form = await cloneOf(page, 'scanner');
    await expect(form.name).toHaveValue('scanner-copy');
    await expect(form.permission('TASKS_VIEW_ALL')).toBeChecked();
    await expect(form.comment).toHaveValue('why');
    await form.save.click();
    expect(await past.opens(await pt.secret.read())).toBe(true);
    await pt.secret.dismiss();
    expect(await past.named('scanner-copy')).toHaveLength(1);
  });

  test('NVIDIA Air', async ({ page, server }) => {
    const [air, past] = [new AirDesk(page, server.url), new Air(server)];
    await past.add('deploy', inDays(30));
    await air.enter();
    const form = await cloneOf(page, 'deploy');
    await expect(form.name).toHaveValue('deploy-copy');
    await form.save.click();
    expect(await past.opens(await air.secret.read())).toBe(true);
    const [made] = await past.named('deploy-copy');
    expect(Math.abs(Date.parse(made?.expiry ?? '') - Date.parse(inDays(30)))).toBeLessThan(2 * 3_600_000);
  });

  test('Juniper Mist, with its privileges and addresses', async ({ page, server }) => {
    const [mist, org] = [new MistDesk(page, server.url), new Mist(server, 'org')];
    await org.add('mine', { privileges: [{ scope: 'org', role: 'read', org_id: ORG.id }] });
    await mist.enter();
    const form = await cloneOf(page, 'mine');
    await expect(form.choice('Role')).toHaveValue('read');
    await form.choice('Role').selectOption('admin');
    await form.save.click();
    await expect(form.growing).toBeVisible();
    await form.growing.getByRole('button', { name: say.review.back }).click();
    await form.choice('Role').selectOption('read');
    await form.save.click();
    await expect(mist.secret.dialog).toBeVisible();
    expect(await org.named('mine-copy')).toMatchObject([{ privileges: [{ scope: 'org', role: 'read' }] }]);
  });
});
