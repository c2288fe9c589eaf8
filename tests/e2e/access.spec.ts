//! Who asks, and whom: signing in and out, what becomes of the secret, and several connections.

import type { Page } from '@playwright/test';
import { pageKeeps, type Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
import { expectAccessible } from './look.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

/** What Chromium itself writes to its console when a request fails. */
const FAILED = /console error: Failed to load resource/;
const SECRET = 's3cret-of-this-test';

async function signIn(desk: Desk, secret: string, label = 'API token'): Promise<void> {
  await desk.signIn().getByLabel(label).fill(secret);
  await desk.signIn().getByRole('button', { name: say.signInForm.signIn }).click();
}

test.describe('signing in', () => {
  test.use({ serve: { tokens: 3, secret: SECRET } });

  test('is asked for on opening, once; a wrong secret is told; the right one loads the list', async ({
    desk,
    page,
    watch,
  }) => {
    watch.expects(FAILED);
    await desk.visit();
    await expect(page.getByRole('dialog')).toHaveCount(1);
    const field = desk.signIn().getByLabel('API token');
    await expect(field).toHaveAttribute('type', 'password');
    await expect(field).toHaveAttribute('autocomplete', 'off');
    await expect(field).toBeFocused();
    await expect(desk.signIn().getByRole('alert')).toHaveCount(0);
    await signIn(desk, 'wrong');
    await expect(desk.signIn().getByRole('alert')).toContainText('The system did not accept that.');
    await expect(field).toHaveValue('');
    await signIn(desk, SECRET);
    await expect(desk.signIn()).toBeHidden();
    await desk.loaded();
    await expect(desk.status).toHaveText('3 of 3 tokens');
    await expect(page.getByRole('button', { name: say.page.signOut })).toBeVisible();
    // The scopes waited too.
    const form = await desk.openCreate();
    await expect(form.scope('Builds: read')).toBeVisible();
  });

  test('nothing is sent before somebody has signed in', async ({ desk, page }) => {
    const asked: string[] = [];
    page.on('request', (it) => asked.push(new URL(it.url()).pathname));
    await desk.visit();
    await expect(desk.signIn()).toBeVisible();
    expect(asked.filter((it) => it.startsWith('/api/'))).toEqual([]);
  });

  test('Cancel and Escape leave what says so, with Sign in', async ({ desk, page }) => {
    await desk.visit();
    const again = page.getByRole('button', { name: say.signInForm.signIn, exact: true });
    await desk.signIn().getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(desk.signIn()).toBeHidden();
    await expect(desk.box).toContainText(say.happened.signedOut);
    await again.click();
    await expect(desk.signIn()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(desk.signIn()).toBeHidden();
    await again.click();
    await signIn(desk, SECRET);
    await desk.loaded();
    await expect(desk.alert).toHaveCount(0);
  });

  test('a secret that no header can carry is told at its field and not sent', async ({ desk, page }) => {
    const asked: string[] = [];
    page.on('request', (it) => asked.push(new URL(it.url()).pathname));
    await desk.visit();
    const field = desk.signIn().getByRole('textbox', { name: 'API token' });
    for (const odd of ['hush\u200bhush', 'секрет', 'ends…']) {
      await signIn(desk, odd);
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveAccessibleDescription(/API token has characters that cannot be sent in a header/);
      await expect(desk.signIn().getByRole('alert')).toHaveCount(1);
    }
    await expectAccessible(page);
    expect(asked.filter((it) => it.startsWith('/api/'))).toEqual([]);
    await signIn(desk, SECRET);
    await desk.loaded();
  });

  test('an empty secret is not sent', async ({ desk, page }) => {
    await desk.visit();
    await desk.signIn().getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(desk.signIn()).toBeVisible();
    await expect(page.getByRole('button', { name: say.page.signOut, includeHidden: true })).toHaveCount(0);
  });

  test('a session that ends in the middle of a save: the page asks, then finishes that save', async ({
    desk,
    server,
    watch,
  }) => {
    watch.expects(FAILED);
    await desk.visit();
    await signIn(desk, SECRET);
    await desk.loaded();
    const form = await desk.openCreate();
    await form.fill({ name: 'kept', scopes: ['Logs: read'], description: 'as typed' });
    const guid = await form.guid.inputValue();
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 401, times: 1, body: '' });
    await form.save.click();
    await expect(desk.signIn().getByRole('alert')).toContainText('Your session has ended.');
    // Whoever thinks better of it still has the form.
    await desk.signIn().getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.signedOut);
    await expect(form.name).toHaveValue('kept');
    await expect(form.description).toHaveValue('as typed');
    await expect(form.scope('Logs: read')).toBeChecked();
    await form.save.click();
    await signIn(desk, 'wrong');
    await expect(desk.signIn().getByRole('alert')).toContainText('The system did not accept that.');
    await signIn(desk, SECRET);
    await expect(desk.signIn()).toBeHidden();
    await expect(form.dialog).toBeHidden();
    expect(await server.theOne('kept')).toMatchObject({ guid, description: 'as typed', scopes: ['logs-read'] });
    await expect(desk.row('kept')).toHaveCount(1);
  });

  test('403: who may only read is told so, and the form stays', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    await desk.visit();
    await signIn(desk, `${SECRET}-readonly`);
    await desk.loaded();
    const form = await desk.openCreate();
    await form.fill({ name: 'not allowed', scopes: ['Logs: read'] });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('This bearer token may only read.');
    await expect(form.dialog.getByRole('alert')).toContainText('(403)');
    await expect(form.name).toHaveValue('not allowed');
    expect(await server.named('not allowed')).toEqual([]);
  });

  test('Sign out forgets who asked and what was shown', async ({ desk, page, server }) => {
    const [token] = await server.tokens();
    await desk.visit();
    await signIn(desk, SECRET);
    await desk.loaded();
    await page.getByRole('button', { name: say.page.signOut }).click();
    await expect(desk.box).toContainText(say.prompt.signedOut);
    await expect(desk.rows).toHaveCount(0);
    await expect(desk.table).toHaveAttribute('aria-rowcount', '1');
    expect(await page.content()).not.toContain(token?.name);
    await expect(page.getByRole('button', { name: say.page.signOut })).toHaveCount(0);
    await expect(page.getByText(say.table.noTokensYet)).toHaveCount(0);
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await expect(desk.signIn()).toBeVisible();
    await expect(desk.signIn().getByLabel('API token')).toHaveValue('');
    await signIn(desk, SECRET);
    await desk.loaded();
    await expect(desk.rows).toHaveCount(3);
  });

  test('the secret is kept in memory only, and a reload asks again', async ({ context, desk, page }) => {
    const addresses: string[] = [];
    page.on('request', (it) => addresses.push(it.url()));
    await desk.visit();
    await signIn(desk, SECRET);
    await desk.loaded();
    await desk.byName.fill('a');
    await desk.expectParams('name=a');
    const kept = await pageKeeps(page);
    expect(kept).not.toContain(SECRET);
    expect(kept).toContain('"databases":[],"caches":[]');
    expect(JSON.stringify(await context.storageState())).not.toContain(SECRET);
    expect(addresses.join(' ')).not.toContain(SECRET);
    await page.reload();
    await expect(desk.signIn()).toBeVisible();
    await expect(desk.rows).toHaveCount(0);
  });
});

test('headers of the connection are asked for and sent', async ({ desk, launch, page }) => {
  const headers = [{ name: 'Tenant', value: 'acme' }, { name: 'ApiToken' }];
  const connection = { name: 'Scoped tokens', dialect: 'scoped', base: 'api/v1', auth: { type: 'headers', headers } };
  const server = await launch({ tokens: 3, secret: SECRET, config: { connections: [connection] } });
  await page.goto(server.url);
  const tenant = desk.signIn().getByLabel('Tenant');
  await expect(tenant).toHaveValue('acme');
  await expect(tenant).toHaveAttribute('readonly');
  await expect(desk.signIn().getByLabel('ApiToken')).toHaveAttribute('type', 'password');
  const sent = page.waitForRequest((it) => it.url().includes('/api/v1/tokens'));
  await signIn(desk, SECRET, 'ApiToken');
  await desk.loaded();
  await expect(desk.status).toHaveText('3 of 3 tokens');
  const said = (await sent).headers();
  expect([said['tenant'], said['apitoken'], said['authorization']]).toEqual(['acme', SECRET, undefined]);
});

const scoped = (name: string, base: string) => ({ name, dialect: 'scoped', base });

test.describe('several connections', () => {
  test.beforeEach(async ({ launch, server }) => {
    const other = await launch({ allowOrigin: [server.origin] });
    await server.add({ name: 'token of the first' });
    await other.add({ name: 'token of the second' });
    await server.configure({
      connections: [scoped('First', 'api/v1'), scoped('Second & last', `${other.url}api/v1`)],
    });
  });
  test.use({ serve: { config: { connections: [scoped('First', 'api/v1')] } } });

  const choice = (page: Page) => new Switcher(page);
  const chosen = (page: Page) => choice(page).chosen;

  test('the page opens on all of them, and the choice changes it', async ({ desk, page, server }) => {
    await page.goto(server.url);
    await expect(choice(page).options).toHaveText([say.choice.allSystems, 'First', 'Second & last']);
    await expect(chosen(page)).toHaveText(say.choice.allSystems);
    await desk.expectNames('token of the first', 'token of the second');
    await desk.expectParams();
    await choice(page).show('Second & last');
    await desk.expectNames('token of the second');
    await desk.expectParams('connection=Second & last');
    await desk.create({ name: 'made in the second' });
    // A new one stands where it is seen, whatever the system's order.
    await desk.expectNames('made in the second', 'token of the second');
    await choice(page).show('First');
    await desk.expectNames('token of the first');
    await desk.expectParams('connection=First');
  });

  test('one that is named in the address is opened, and stays there with the filters', async ({ desk, page }) => {
    await desk.open('?connection=Second+%26+last&name=second');
    await desk.expectNames('token of the second');
    await expect(chosen(page)).toHaveText('Second & last');
    await desk.byName.fill('token');
    await desk.expectParams('connection=Second & last', 'name=token');
    await page.reload();
    await desk.expectNames('token of the second');
  });

  test('an unknown name opens all of them', async ({ desk, page }) => {
    await desk.visit('?connection=Third');
    await desk.expectNames('token of the first', 'token of the second');
    await expect(chosen(page)).toHaveText(say.choice.allSystems);
  });

  test('Back leads to the connection before', async ({ desk, page }) => {
    await desk.open('?connection=First');
    await choice(page).show('Second & last');
    await desk.expectNames('token of the second');
    await page.goBack();
    await desk.expectParams('connection=First');
    await desk.expectNames('token of the first');
    await expect(chosen(page)).toHaveText('First');
    await page.goForward();
    await desk.expectNames('token of the second');
    await expect(chosen(page)).toHaveText('Second & last');
  });

  test('changing back and forth while they load ends on the last choice, without errors', async ({ desk, page, server }) => {
    await server.fail({ path: '/api/v1/*', delay_ms: 600 });
    await desk.visit('?connection=First');
    for (const name of ['Second & last', 'First', 'Second & last', 'First', 'Second & last']) {
      await choice(page).show(name);
      await page.waitForTimeout(150);
    }
    await desk.loaded();
    await desk.expectNames('token of the second');
    // The late answers of the other one change nothing.
    await page.waitForTimeout(1500);
    await desk.expectNames('token of the second');
    await expect(desk.alert).toHaveCount(0);
    await choice(page).show('First');
    await desk.expectNames('token of the first');
  });

  test('one that fails does not keep anybody from the other', async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: '/api/v1/*', status: 503, body: '' });
    await desk.visit('?connection=First');
    await expect(desk.alert).toContainText('It answered 503.');
    await choice(page).show('Second & last');
    await desk.expectNames('token of the second');
    await expect(desk.alert).toHaveCount(0);
  });
});

test.describe('with one connection', () => {
  test.use({ serve: { config: { connections: [scoped('Only', 'api/v1')] } } });

  test('there is nothing to choose', async ({ desk, page }) => {
    await desk.open();
    await expect(new Switcher(page).options).toHaveCount(0);
  });
});
