//! What the page says of a write: as much as its answer proves. And a write that is under way when its dialog is left.

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { expectAccessible, expectFits } from './look.ts';
import { proxy, running, wayTo, type Running } from './proxy.ts';
import { inDays, type DevServer } from './server.ts';
import { FAILED, only, SystemDesk } from './systems.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

/** What the page says above the table until the user dismisses it. */
function findings(page: Page) {
  return page.locator('.findings');
}

/** The text that a browser shows of an end. */
function shown(at: Date): string {
  return at.toLocaleString('en-GB', { timeZone: 'Europe/Berlin', dateStyle: 'medium', timeStyle: 'short' });
}

// The Scoped Token API ------------------------------------------------------------------------------------------------

/** A path to the dev server on which something changes its answers. */
async function bent(
  server: DevServer,
  bend: (asked: { method: string; path: string }, headers: IncomingHttpHeaders) => IncomingHttpHeaders,
): Promise<Running> {
  const host = createServer((request, response) => {
    void text(request).then(async (body) => {
      const path = request.url ?? '/';
      const method = request.method ?? 'GET';
      const headers = Object.entries(request.headers).filter(([name]) => !['host', 'connection'].includes(name));
      const sent = new Headers(headers.map(([name, value]): [string, string] => [name, String(value)]));
      sent.delete('content-length');
      sent.delete('origin');
      const init: RequestInit = { method, headers: sent, redirect: 'manual' };
      const given = await fetch(new URL(path, server.url), body === '' ? init : { ...init, body });
      const kept = Object.fromEntries([...given.headers].filter(([name]) => name !== 'content-length'));
      const content = Buffer.from(await given.arrayBuffer());
      response.writeHead(given.status, bend({ method, path }, kept));
      response.end(content);
    });
  });
  return running(host);
}

const PAGE = { headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><h1>Sign in to the company</h1>' };

test.describe('a deletion', () => {
  const DELETE = { method: 'DELETE', path: '/api/v1/tokens/*', times: 1 };

  async function remove(desk: Desk, name: string): Promise<void> {
    await desk.action('Delete', name).click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  }

  for (const status of [200, 202]) {
    test(`that a web page answers with ${status} is not done`, async ({ desk, server }) => {
      await server.add({ name: 'one' });
      await server.fail({ ...DELETE, status, ...PAGE });
      await desk.open();
      await remove(desk, 'one');
      const alert = desk.question('Delete token').getByRole('alert');
      await expect(alert).toContainText('an HTML page instead of JSON');
      await expect(desk.row('one')).toHaveCount(1);
      await desk.question('Delete token').getByRole('button', { name: say.tokenForm.retry }).click();
      await expect(desk.rows).toHaveCount(0);
      expect(await server.tokens()).toEqual([]);
    });
  }

  test('that was accepted is done when the list says so', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    await server.fail({ ...DELETE, status: 202, body: '' });
    await desk.open();
    await remove(desk, 'one');
    const pending = findings(page).getByRole('status');
    await expect(pending).toContainText('accepted the request, but does not show yet that “one” was deleted');
    await expect(desk.row('one')).toHaveCount(1);
    await server.remove(token);
    await expect(page.getByText('“one” was deleted.')).toBeVisible();
    await expect(desk.rows).toHaveCount(0);
    await expect(pending).toHaveCount(0);
  });

  test('that was accepted and never done is told', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await server.fail({ ...DELETE, status: 202, body: '' });
    await desk.open();
    await remove(desk, 'one');
    const alert = findings(page).getByRole('alert');
    await expect(alert).toContainText('does not show that “one” was deleted', { timeout: 20_000 });
    await alert.getByRole('button', { name: say.notices.dismiss }).click();
    await expect(findings(page)).toHaveCount(0);
    await expect(page.getByText('“one” was deleted.')).toHaveCount(0);
  });

  test('that deleted nothing is told with the next list', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    await server.fail({ ...DELETE, status: 200, body: { invalidated_api_keys: [], error_count: 0 } });
    await desk.open();
    await remove(desk, 'one');
    await expect(desk.rows).toHaveCount(0);
    await desk.refreshButton.click();
    await expect(findings(page)).toContainText('The system said that it deleted “one”, but still lists it.');
    await expect(desk.row('one')).toHaveCount(1);
    // Where it goes later, there is nothing to say any more.
    await server.remove(token);
    await desk.refreshButton.click();
    await expect(findings(page)).toHaveCount(0);
    await expect(desk.rows).toHaveCount(0);
  });

  test('of a token that is not there and still listed is told at once', async ({ desk, page, server, watch }) => {
    watch.expects(/404/);
    await server.add({ name: 'one' });
    await server.fail({ ...DELETE, status: 404, body: '' });
    await desk.open();
    await remove(desk, 'one');
    await expect(findings(page)).toContainText('a proxy on the way may decode its ID');
    await expect(desk.row('one')).toHaveCount(1);
  });
});

test.describe('a revocation', () => {
  async function revoke(desk: Desk, name: string): Promise<void> {
    await desk.action('Revoke', name).click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
  }

  test('after which the token is active is told', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    await server.fail({ path: '/api/v1/tokens/*/revoke', status: 200, body: token });
    await desk.open();
    await revoke(desk, 'one');
    await expect(findings(page).getByRole('alert')).toContainText('The system answered, but “one” is still active.');
    await expect(page.getByText('was revoked')).toHaveCount(0);
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.active);
  });

  test('whose answer speaks of another token is not believed', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    const other = await server.add({ name: 'other' });
    await server.fail({ path: '/api/v1/tokens/*/revoke', status: 200, body: { ...other, is_active: false } });
    await desk.open();
    await revoke(desk, 'one');
    await expect(desk.question('Revoke token').getByRole('alert')).toContainText('another token, “other”');
    await expect(desk.cell(desk.row('other'), 'Is active')).toHaveText(say.status.active);
    await expect(page.getByText('was revoked')).toHaveCount(0);
  });

  test('that answers nothing is looked for', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await server.fail({ path: '/api/v1/tokens/*/revoke', when: 'after', status: 204, body: '' });
    await desk.open();
    await revoke(desk, 'one');
    await expect(page.getByText('“one” was revoked.')).toBeVisible();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.revoked);
  });
});

test.describe('an edit', () => {
  test('does not open, nor save, another token than the one that was meant', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    const other = await server.add({ name: 'other' });
    await server.fail({ method: 'GET', path: `/api/v1/tokens/${token.id}`, status: 200, body: other });
    await desk.open();
    await desk.action('Edit', 'one').click();
    await expect(desk.editing.dialog.getByRole('alert')).toContainText('another token, “other”');
    await expect(desk.editing.save).toHaveCount(0);
    await desk.editing.cancel.click();
    await server.mend();
    await server.fail({ method: 'PUT', path: '/api/v1/tokens/*', status: 200, body: { ...other, name: 'mixed up' } });
    const form = await desk.openEdit('one');
    await form.description.fill('mine');
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('another token, “mixed up”');
    await form.cancel.click();
    await form.dialog.getByRole('button', { name: say.dialogs.discard }).click();
    await desk.expectNames('one', 'other');
    await expect(page.getByText('was saved')).toHaveCount(0);
  });

  test('that the system did otherwise is told beside its result', async ({ desk, page, server }) => {
    const end = new Date(inDays(20));
    const token = await server.add({ name: 'one', valid_to: end.toISOString() });
    await server.fail({ method: 'PUT', path: '/api/v1/tokens/*', status: 200, body: { ...token, scopes: ['logs-read'] } });
    await desk.open();
    const form = await desk.openEdit('one');
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await form.saveMore();
    const alert = findings(page).getByRole('alert');
    await expect(alert).toContainText(`It still expires ${shown(end)}.`);
    await expect(alert).toContainText('This edit also changed: Scopes Builds: read → Logs: read.');
    await expect(page.getByText('was saved.')).toHaveCount(0);
    // What passes by does not take it away, and there is a way back.
    await desk.action('Copy GUID of', 'one').click();
    await expect(alert).toBeVisible();
    await alert.getByRole('button', { name: say.action.edit }).click();
    await expect(desk.editing.name).toHaveValue('one');
  });

  for (const [title, weaken] of [
    ['a weak tag', (tag: string) => `W/${tag}`],
    ['a tag with a suffix', (tag: string) => tag.replace(/"$/, '-gzip"')],
    ['an empty tag', () => ''],
  ] as const) {
    test(`is saved behind a proxy that makes it ${title}`, async ({ keep, page, server, watch }) => {
      watch.allows(/412/);
      const token = await server.add({ name: 'one' });
      const host = await keep(
        bent(server, (_, headers) => (headers['etag'] === undefined ? headers : { ...headers, etag: weaken(headers['etag']) })),
      );
      const conditions: (string | undefined)[] = [];
      page.on('request', (it) => it.method() === 'PUT' && conditions.push(it.headers()['if-match']));
      const desk = new Desk(page, host.url);
      await desk.open();
      const form = await desk.openEdit('one');
      await form.description.fill('new');
      await form.save.click();
      await expect(page.getByText('“one” was saved.')).toBeVisible();
      expect((await server.read(token)).description).toBe('new');
      expect(conditions.every((it) => it === undefined || it.endsWith('-gzip"'))).toBe(true);
      // Another user's change is not overwritten.
      const again = await desk.openEdit('one');
      await again.description.fill('newer');
      await server.change(await server.read(token), { description: 'theirs' });
      await again.save.click();
      await expect(again.dialog.getByRole('alert')).toContainText('Someone changed this token');
      await again.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
      await expect(again.dialog).toBeHidden();
      expect((await server.read(token)).description).toBe('newer');
    });
  }
});

test.describe('a creation', () => {
  test('that answers with another token is not believed', async ({ desk, page, server }) => {
    const known = await server.add({ name: 'known' });
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 200, body: known });
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Builds: read'] });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('another token, “known”');
    await expect(page.getByText('was created')).toHaveCount(0);
  });

  test('with an end of the system’s own is told', async ({ desk, page, server }) => {
    const end = new Date(inDays(10));
    await desk.open();
    const form = await desk.openCreate();
    const guid = await form.guid.inputValue();
    const made = await server.add({ name: 'mine', guid, valid_to: end.toISOString() });
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 201, body: made });
    await form.fill({ name: 'mine', scopes: ['Builds: read'] });
    await form.save.click();
    await expect(findings(page).getByRole('alert')).toContainText(
      `It expires ${shown(end)}; you asked for no expiry.`,
    );
    await expect(page.getByText('“mine” was created.')).toBeVisible();
  });

  test('whose answer has a date that cannot be read is in the list all the same', async ({ desk, page, server }) => {
    await desk.open();
    const form = await desk.openCreate();
    const guid = await form.guid.inputValue();
    const made = await server.add({ name: 'mine', guid });
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 201, body: { ...made, valid_from: 'soon' } });
    await form.fill({ name: 'mine', scopes: ['Builds: read'] });
    await form.save.click();
    await expect(page.getByText('“mine” was created.')).toBeVisible();
    await expect(page.getByText('the filters hide it')).toHaveCount(0);
    await desk.expectNames('mine');
  });
});

test.describe('a write under way', () => {
  test('is not lost when its form is left, and closes no other dialog', async ({ desk, page, server }) => {
    await server.add({ name: 'other' });
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Builds: read'] });
    const letGo = await held(page, 'POST', /\/api\/v1\/tokens$/);
    await form.save.click();
    await page.keyboard.press('Escape');
    const question = form.dialog.getByRole('group', { name: say.dialogs.leaveWhat });
    await expect(question).toContainText(say.dialogs.sending);
    await question.getByRole('button', { name: say.dialogs.wait }).click();
    await expect(question).toBeHidden();
    await form.cancel.click();
    await question.getByRole('button', { name: say.dialogs.leave }).click();
    await expect(form.dialog).toBeHidden();
    await desk.action('Delete', 'other').click();
    await expect(desk.question('Delete token')).toBeVisible();
    letGo();
    await expect(page.getByText('“mine” was created.')).toBeVisible();
    await expect(desk.question('Delete token')).toBeVisible();
    await desk.question('Delete token').getByRole('button', { name: say.tokenForm.cancel }).click();
    await desk.expectNames('mine', 'other');
    expect(await server.named('mine')).toHaveLength(1);
  });

  test('is told of when it fails after its question was left', async ({ desk, page, server, watch }) => {
    watch.expects(/403/);
    await server.add({ name: 'one' });
    await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 403, body: { detail: 'Auditors only.' } });
    await desk.open();
    const letGo = await held(page, 'DELETE', /\/api\/v1\/tokens\//);
    await desk.action('Delete', 'one').click();
    const dialog = desk.question('Delete token');
    await dialog.getByRole('button', { name: say.action.delete }).click();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: say.dialogs.leave }).click();
    await expect(dialog).toBeHidden();
    letGo();
    await expect(findings(page).getByRole('alert')).toContainText('Deleting “one” failed. Auditors only.');
    await expect(desk.row('one')).toHaveCount(1);
  });

  test('has the browser ask before the page is left', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', delay_ms: 20_000 });
    await desk.open();
    await desk.action('Delete', 'one').click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
  });
});

test.describe('signing out while a write is under way', () => {
  const WHO = { serve: { secret: 's3cret-of-this-test' } };
  test.use(WHO);

  async function enter(desk: Desk): Promise<void> {
    await desk.visit();
    await desk.signsIn(WHO.serve.secret);
    await desk.loaded();
  }

  /** Leaves a deletion that is under way until it is let go. */
  async function deleteSlowly(desk: Desk): Promise<() => void> {
    const letGo = await held(desk.page, 'DELETE', /\/api\/v1\/tokens\//);
    await desk.action('Delete', 'one').click();
    const question = desk.question('Delete token');
    await question.getByRole('button', { name: say.action.delete }).click();
    await desk.page.keyboard.press('Escape');
    await question.getByRole('button', { name: say.dialogs.leave }).click();
    await expect(question).toBeHidden();
    return letGo;
  }

  test('is warned of once, and then done, and what comes of it is told to nobody', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await enter(desk);
    const letGo = await deleteSlowly(desk);
    const signOut = page.getByRole('button', { name: say.page.signOut });
    await signOut.click();
    await expect(page.getByText('A change is still being sent.')).toBeVisible();
    await expect(desk.row('one')).toHaveCount(1);
    await signOut.click();
    await expect(desk.box).toContainText(say.prompt.signedOut);
    await expect(desk.rows).toHaveCount(0);
    letGo();
    await expect.poll(async () => (await server.tokens()).length).toBe(0);
    await page.waitForTimeout(500);
    await expect(findings(page)).toHaveCount(0);
    await expect(page.getByText('one', { exact: false }).filter({ hasText: /“one”/ })).toHaveCount(0);
  });

  test('is not warned of once the answer is there', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await enter(desk);
    const letGo = await deleteSlowly(desk);
    await page.getByRole('button', { name: say.page.signOut }).click();
    await expect(page.getByText('A change is still being sent.')).toBeVisible();
    letGo();
    await expect(page.getByText('“one” was deleted.')).toBeVisible();
    await page.getByRole('button', { name: say.page.signOut }).click();
    await expect(desk.box).toContainText(say.prompt.signedOut);
  });

  test.describe('after another connection was shown', () => {
    const connections = ['Mine', 'Other'].map((name) => ({ name, dialect: 'scoped', base: 'api/v1', auth: { type: 'bearer' } }));
    test.use({ serve: { ...WHO.serve, config: { connections } } });

    test('is warned of, too', async ({ page, server }) => {
      await server.add({ name: 'one' });
      const desk = new Desk(page, server.url);
      await desk.visit('?connection=Mine');
      await desk.signsIn(WHO.serve.secret, 'Mine');
      await desk.loaded();
      await deleteSlowly(desk);
      const choice = new Switcher(page);
      await choice.show('Other');
      await desk.signIn('Other').getByRole('button', { name: say.tokenForm.cancel }).click();
      await choice.show('Mine');
      await page.getByRole('button', { name: say.page.signOut }).click();
      await expect(page.getByText('A change is still being sent.')).toBeVisible();
      await expect(page.getByRole('button', { name: say.page.signOut })).toBeVisible();
    });
  });
});

test('what is said of writes is gone through by keys, and keeps the focus while more is said', async ({ desk, page, server }) => {
  const tokens = [await server.add({ name: 'one' }), await server.add({ name: 'two' })];
  for (const it of tokens) await server.fail({ method: 'POST', path: `/api/v1/tokens/${it.id}/revoke`, status: 200, body: it });
  await desk.open();
  const revoke = async (name: string) => {
    await desk.action('Revoke', name).press('Enter');
    await expect(desk.question('Revoke token')).toBeVisible();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).press('Enter');
  };
  await revoke('one');
  const dismiss = findings(page).getByRole('button', { name: say.notices.dismiss });
  await dismiss.focus();
  await page.evaluate(() => ((globalThis as { kept?: unknown }).kept = document.activeElement));
  // What is said next does not take the place of what is there.
  await revoke('two');
  await expect(dismiss).toHaveCount(2);
  expect(await page.evaluate(() => (globalThis as { kept?: Element }).kept?.isConnected)).toBe(true);
  await dismiss.first().focus();
  await page.keyboard.press('Enter');
  await expect(dismiss).toHaveCount(1);
  await expect(findings(page)).toContainText('“two” is still active.');
  await expect(dismiss).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(findings(page)).toHaveCount(0);
  await expect(page.getByRole('region', { name: say.table.scrollable })).toBeFocused();
});

test('what is said of writes, and the question before leaving one, are accessible and fit a phone', async ({ desk, page, server }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const token = await server.add({ name: 'unbroken'.repeat(12), valid_to: inDays(20) });
  await server.fail({ method: 'PUT', path: '/api/v1/tokens/*', status: 200, body: { ...token, scopes: ['logs-read'] } });
  await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 202, body: '', times: 1 });
  await desk.open();
  const form = await desk.openEdit(token.name);
  await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
  await form.saveMore();
  const question = desk.question('Delete token');
  await desk.action('Delete', token.name).click();
  await question.getByRole('button', { name: say.action.delete }).click();
  await expect(findings(page).getByRole('alert')).toBeVisible();
  await expect(findings(page).getByRole('status')).toBeVisible();
  await expectFits(page, 'findings');
  await expectAccessible(page);
  await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', delay_ms: 20_000 });
  await desk.action('Delete', token.name).click();
  await question.getByRole('button', { name: say.action.delete }).click();
  await page.keyboard.press('Escape');
  await expect(question.getByRole('button', { name: say.dialogs.wait })).toBeFocused();
  await expectFits(page, 'leaving');
  await expectAccessible(page);
});

// Systems by description ----------------------------------------------------------------------------------------------

interface Item {
  id: number;
  name: string;
  on: boolean;
  to: string | null;
  role: string;
}

/** A request to it, and a way to answer it otherwise than it would. */
interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown>;
  response: ServerResponse;
}

/** A small token API that a test can have answer as it likes. */
class Acme {
  items: Item[] = [];
  heard: string[] = [];
  /** Answers a request by itself; what it does not answer is answered as ever. */
  odd: (asked: Asked) => boolean = () => false;
  #last = 0;
  readonly #server = createServer((request, response) => {
    void text(request).then((sent) => {
      const method = request.method ?? 'GET';
      const path = request.url ?? '/';
      const body = (sent === '' ? {} : JSON.parse(sent)) as Record<string, unknown>;
      this.heard.push(`${method} ${path}`);
      if (!this.odd({ method, path, body, response })) this.#answer(method, path, body, response);
    });
  });

  add(name: string, more: Partial<Item> = {}): Item {
    this.#last += 1;
    const item = { id: this.#last, name, on: true, to: null, role: 'viewer', ...more };
    this.items.push(item);
    return item;
  }

  find(path: string): Item | undefined {
    return this.items.find((it) => it.id === Number(path.split('/')[2]));
  }

  say(response: ServerResponse, status: number, body?: unknown): true {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
    return true;
  }

  #answer(method: string, path: string, body: Record<string, unknown>, response: ServerResponse): void {
    const item = this.find(path);
    if (method === 'GET') return void this.say(response, 200, this.items);
    if (method === 'POST' && path === '/tokens') {
      const made = this.add(String(body['name']), { to: (body['to'] as string | undefined) ?? null });
      return void this.say(response, 201, { ...made, secret: `s-${made.id}` });
    }
    if (!item) return void this.say(response, 404, {});
    if (method === 'PUT') Object.assign(item, body);
    if (method === 'DELETE') this.items = this.items.filter((it) => it !== item);
    if (path.endsWith('/revoke')) item.on = false;
    const secret = path.endsWith('/rotate') ? { secret: `r-${item.id}` } : {};
    this.say(response, 200, { ...item, ...secret });
  }

  async start(): Promise<this> {
    await new Promise<void>((ready) => this.#server.listen(0, '127.0.0.1', ready));
    return this;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

const API = {
  name: 'Acme',
  token: {
    id: '/id',
    name: '/name',
    active: '/on',
    valid_to: '/to',
    columns: [{ label: 'Role', at: '/role' }],
  },
  list: { path: '/tokens' },
  create: { path: '/tokens', body: { name: '{name}', to: '{valid_to}' }, secret: '/secret' },
  update: { path: '/tokens/{id}', body: { name: '{name}', to: '{valid_to}' } },
  revoke: { path: '/tokens/{id}/revoke' },
  rotate: { path: '/tokens/{id}/rotate', secret: '/secret' },
  delete: { path: '/tokens/{id}' },
};
const ACME = { name: 'Acme', dialect: 'rest', base: '/acme', api: API };
const ACME_COLUMNS = ['Name', 'Valid to', 'Is active', 'Role', 'ID', 'Actions'] as const;

const described = test.extend<{ acme: Acme; api: SystemDesk<(typeof ACME_COLUMNS)[number]> }>({
  serve: { config: only(ACME) },
  acme: async ({ keep }, use) => use(await keep(new Acme().start())),
  api: async ({ acme, keep, page, server }, use) => {
    const host = await keep(proxy(server, { '/acme': wayTo(acme.origin) }));
    await use(new SystemDesk(page, host.url, ACME, {}, ACME_COLUMNS));
  },
});

async function rotate(page: Page, name: string) {
  await page.getByRole('button', { name: `Rotate ${name}`, exact: true }).click();
  const question = page.getByRole('alertdialog', { name: /^Rotate .*\?$/ });
  await question.getByRole('button', { name: say.action.rotate }).click();
  return question;
}

described.describe('a system by description', () => {
  described('that changes more than it was asked for is caught', async ({ acme, api, page }) => {
    const end = new Date(inDays(40));
    end.setMilliseconds(0);
    acme.add('ci', { to: end.toISOString() });
    acme.odd = ({ method, path, body, response }) => {
      if (method !== 'PUT') return false;
      const item = Object.assign(acme.find(path) ?? acme.add('lost'), body, { role: 'administrator' });
      return acme.say(response, 200, item);
    };
    await api.open();
    const form = await api.openEdit('ci');
    await form.name.fill('build');
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await form.saveMore();
    const alert = findings(page).getByRole('alert');
    await expect(alert).toContainText(`It still expires ${shown(end)}.`);
    await expect(alert).toContainText('This edit also changed: Role viewer → administrator.');
    await expect(api.row('build')).toHaveCount(1);
    await expect(alert.getByRole('button', { name: say.action.edit })).toBeVisible();
  });

  described('whose copies are behind is looked at again', async ({ acme, api, page }) => {
    acme.add('ci');
    let behind = 0;
    let catchUp = () => {};
    acme.odd = ({ method, path, body, response }) => {
      if (method === 'PUT') {
        behind = 2;
        const item = acme.find(path);
        catchUp = () => void Object.assign(item ?? {}, body);
        return acme.say(response, 200);
      }
      // The first look finds nothing at all, the next ones what was before.
      if (method === 'GET' && behind === 2) {
        behind = 1;
        return acme.say(response, 200, []);
      }
      return false;
    };
    await api.open();
    const form = await api.openEdit('ci');
    await form.name.fill('build');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(findings(page)).toContainText('does not show yet that “build” was saved');
    await expect(findings(page).getByRole('alert')).toHaveCount(0);
    catchUp();
    await expect(page.getByText('“build” was saved.', { exact: true })).toBeVisible({ timeout: 15_000 });
    await expect(api.row('build')).toHaveCount(1);
    await expect(findings(page)).toHaveCount(0);
  });

  described('whose rotation makes another token shows that one', async ({ acme, api, page }) => {
    acme.add('other');
    const old = acme.add('nightly');
    acme.odd = ({ method, path, response }) => {
      if (method !== 'POST' || !path.endsWith('/rotate')) return false;
      acme.items = acme.items.filter((it) => it !== old);
      const made = acme.add('nightly');
      return acme.say(response, 200, { secret: `r-${made.id}` });
    };
    await api.open();
    await rotate(page, 'nightly');
    expect(await api.secret.read()).toBe('r-3');
    await api.secret.dismiss();
    await expect(api.cell(api.row('nightly'), 'ID')).toContainText('3');
    await api.action('Delete', 'nightly').click();
    await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('“nightly” was deleted.')).toBeVisible();
    expect(acme.items.map((it) => it.name)).toEqual(['other']);
  });

  described('whose rotation answers with a token that was there before is not believed', async ({ acme, api, page }) => {
    acme.add('nightly');
    const other = acme.add('other');
    acme.odd = ({ method, path, response }) =>
      method === 'POST' && path.endsWith('/rotate') && acme.say(response, 200, { ...other, secret: 's3cret' });
    await api.open();
    await rotate(page, 'nightly');
    expect(await api.secret.read()).toBe('s3cret');
    await expect(api.secret.dialog).toContainText('nightly');
    await api.secret.dismiss();
    await expect(findings(page).getByRole('alert')).toContainText(
      'The system answered the rotation of “nightly” with another token, “other”. The secret may belong to either',
    );
    await expect(page.getByText('has a new secret')).toHaveCount(0);
    await expect(api.rows).toHaveCount(2);
    await expect(api.row('nightly')).toHaveCount(1);
  });

  described('that is slow with one edit is not told of as odd once another one was made', async ({ acme, api, page }) => {
    const token = acme.add('ci');
    acme.odd = ({ method, body, response }) => {
      if (method !== 'PUT') return false;
      // The first is accepted and never seen.
      if (body['name'] === 'first') return acme.say(response, 200);
      return acme.say(response, 200, Object.assign(token, body));
    };
    await api.open();
    for (const name of ['first', 'second']) {
      const form = await api.openEdit('ci');
      await form.name.fill(name);
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      if (name === 'first') await expect(findings(page)).toContainText('does not show yet that “first” was saved');
    }
    await expect(page.getByText('“second” was saved.')).toBeVisible();
    await expect(findings(page)).toHaveCount(0);
    // Past the last look for the first one. Were time to run faster, that might come before the second one is sent.
    await page.waitForTimeout(11_000);
    await expect(findings(page)).toHaveCount(0);
    await expect(api.row('second')).toHaveCount(1);
  });

  described('that is slow to show a token is not told of as odd once the token was deleted', async ({ acme, api, page }) => {
    acme.add('ci');
    acme.odd = ({ method, response }) => method === 'PUT' && acme.say(response, 200);
    await api.open();
    const form = await api.openEdit('ci');
    await form.name.fill('renamed');
    await form.save.click();
    await expect(findings(page)).toContainText('does not show yet that “renamed” was saved');
    await api.action('Delete', 'ci').click();
    await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('“ci” was deleted.')).toBeVisible();
    await expect(findings(page)).toHaveCount(0);
    await page.waitForTimeout(11_000);
    await expect(findings(page)).toHaveCount(0);
  });

  described('whose rotation is lost is not asked for it twice', async ({ acme, api, page, watch }) => {
    watch.expects(FAILED);
    const old = acme.add('nightly');
    acme.odd = ({ method, path, response }) => {
      if (method !== 'POST' || !path.endsWith('/rotate')) return false;
      old.on = false;
      acme.add('nightly');
      return acme.say(response, 504);
    };
    await api.open();
    await rotate(page, 'nightly');
    // The list shows the successor, and that one can be rotated: never the old one again.
    const rotation = page.getByRole('dialog', { name: say.rotations.title, exact: true });
    await expect(rotation).toContainText('“nightly” was created, and its secret was never handed over.');
    await expect(api.row('nightly')).toHaveCount(2);
    expect(acme.heard.filter((it) => it.endsWith('/rotate'))).toEqual(['POST /tokens/1/rotate']);
    acme.odd = () => false;
    await rotation.getByRole('button', { name: /^Rotate/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: say.action.rotate }).click();
    expect(await api.secret.read()).toBe('r-2');
    await api.secret.dismiss();
    expect(acme.heard.filter((it) => it.endsWith('/rotate'))).toEqual(['POST /tokens/1/rotate', 'POST /tokens/2/rotate']);
    await expect(page.locator('.rotations-line')).toHaveCount(0);
  });

  described('whose rotation is lost with the page is not asked for it twice', async ({ acme, api, page, watch }) => {
    watch.allows(FAILED);
    acme.add('nightly');
    acme.odd = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/rotate')) return false;
      acme.add('nightly');
      // No answer.
      return true;
    };
    page.on('dialog', (asked) => void asked.accept());
    await api.open();
    await rotate(page, 'nightly');
    await expect.poll(() => acme.heard.filter((it) => it.endsWith('/rotate')).length).toBe(1);
    await page.reload();
    await expect(page.locator('.rotations-line')).toContainText('1 rotation open');
    // Whichever of the two tokens is rotated then: the list is read, and shows what was made.
    for (const idx of acme.items.keys()) {
      await api.table.getByRole('button', { name: 'Rotate nightly', exact: true }).nth(idx).click();
      const rotation = page.getByRole('dialog', { name: say.rotations.title, exact: true });
      await expect(rotation).toContainText('“nightly” was created, and its secret was never handed over.');
      await rotation.getByRole('button', { name: say.rotations.close, exact: true }).click();
    }
    expect(acme.heard.filter((it) => it.endsWith('/rotate'))).toEqual(['POST /tokens/1/rotate']);
  });

  described('that makes two tokens at one click is told of', async ({ acme, api, page, watch }) => {
    watch.allows(FAILED);
    let cuts = 1;
    acme.odd = ({ method, path, body, response }) => {
      if (method !== 'POST' || path !== '/tokens' || cuts === 0) return false;
      cuts -= 1;
      acme.add(String(body['name']));
      // A browser sends it once more by itself when a connection that it has used before is cut.
      response.destroy();
      return true;
    };
    await api.open();
    const form = await api.openCreate();
    await form.name.fill('cutme');
    // Such a connection is there, however long all this took: the host ends those that have not been used for five seconds.
    await page.evaluate(async () => {
      for (const credentials of ['omit', 'same-origin'] as const) {
        await (await fetch('config.json', { cache: 'no-store', credentials })).text();
      }
    });
    await form.save.click();
    expect(await api.secret.read()).toBe('s-2');
    await api.secret.dismiss();
    expect(acme.heard.filter((it) => it === 'POST /tokens')).toHaveLength(2);
    await expect(findings(page).getByRole('alert')).toContainText('2 tokens named “cutme” are new, with the IDs 1 and 2.');
    await expect(api.row('cutme')).toHaveCount(2);
  });

  described('that lists a new token late keeps it in sight', async ({ acme, api, page }) => {
    let hidden = 0;
    acme.odd = ({ method, response }) => {
      if (method === 'POST') hidden = 2;
      if (method !== 'GET' || hidden === 0) return false;
      hidden -= 1;
      return acme.say(response, 200, []);
    };
    await api.open();
    const form = await api.openCreate();
    await form.name.fill('mine');
    await form.save.click();
    expect(await api.secret.read()).toBe('s-1');
    await api.secret.dismiss();
    await expect(findings(page)).toContainText('“mine” was created, but the system does not list it yet.');
    await expect(api.row('mine')).toHaveCount(1);
    await expect(findings(page)).toHaveCount(0, { timeout: 15_000 });
    await expect(api.row('mine')).toHaveCount(1);
  });

  described('that makes a token later is waited for', async ({ acme, api, page }) => {
    let make = () => {};
    acme.odd = ({ method, body, response }) => {
      if (method !== 'POST') return false;
      make = () => void acme.add(String(body['name']));
      return acme.say(response, 202, { job: 7 });
    };
    await api.open();
    const form = await api.openCreate();
    await form.name.fill('mine');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(findings(page)).toContainText('does not show yet that “mine” was created');
    make();
    await expect(page.getByText('“mine” was created.', { exact: true })).toBeVisible({ timeout: 15_000 });
    await expect(api.row('mine')).toHaveCount(1);
  });

  described('whose creation makes nothing is not believed', async ({ acme, api, page }) => {
    acme.add('ci');
    // As after a redirect: the list, where a token should be.
    acme.odd = ({ method, response }) => method === 'POST' && acme.say(response, 200, acme.items);
    await api.open();
    const form = await api.openCreate();
    await form.name.fill('mine');
    await form.save.click();
    const alert = form.dialog.getByRole('alert');
    await expect(alert).toContainText('the new token is missing');
    await expect(alert).toContainText('The list shows no new token named “mine”.');
    await expect(page.getByText('was created')).toHaveCount(0);
    await expect(api.rows).toHaveCount(1);
  });

  described('whose creation answers with a secret of a token that was there before is not believed', async ({ acme, api, page }) => {
    const known = acme.add('ci');
    acme.odd = ({ method, response }) => method === 'POST' && acme.say(response, 201, { ...known, secret: 's3cret' });
    await api.open();
    const form = await api.openCreate();
    await form.name.fill('mine');
    await form.save.click();
    expect(await api.secret.read()).toBe('s3cret');
    await expect(api.secret.dialog).toContainText('mine');
    await api.secret.dismiss();
    await expect(findings(page).getByRole('alert')).toContainText('the creation of “mine” with another token, “ci”');
    await expect(page.getByText('was created')).toHaveCount(0);
    await expect(findings(page).getByRole('button', { name: say.action.edit })).toHaveCount(0);
    await expect(api.rows).toHaveCount(1);
  });

  described('whose creation is lost is asked what it made', async ({ acme, api, watch }) => {
    watch.expects(FAILED);
    acme.odd = ({ method, body, response }) => {
      if (method !== 'POST') return false;
      acme.add(String(body['name']));
      return acme.say(response, 502, {});
    };
    await api.open();
    const form = await api.openCreate();
    await form.name.fill('mine');
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('“mine” with the ID 1 is new: it was made, and its secret never arrived.');
  });

  described('shows the secret of a token whose form was left', async ({ acme, api, page }) => {
    acme.odd = ({ method, path, body, response }) => {
      if (method !== 'POST' || path !== '/tokens') return false;
      return acme.say(response, 201, { ...acme.add(String(body['name'])), secret: 's3cret' });
    };
    await api.open();
    /** Leaves a creation that is under way until it is let go. */
    const leave = async (name: string) => {
      const form = await api.openCreate();
      await form.name.fill(name);
      // The system makes it without one, and else that would be told.
      await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
      const letGo = await held(page, 'POST', /\/acme\/tokens$/);
      await form.save.click();
      await form.cancel.click();
      await form.dialog.getByRole('button', { name: say.dialogs.leave }).click();
      await expect(form.dialog).toBeHidden();
      return letGo;
    };
    const first = await leave('first');
    first();
    expect(await api.secret.read()).toBe('s3cret');
    await api.secret.dismiss();
    // Where another dialog is open by then, it waits.
    const second = await leave('second');
    const other = await api.openCreate();
    second();
    await expect(findings(page)).toContainText('“second” was created. Its secret is shown once.');
    await expect(other.dialog).toBeVisible();
    await other.cancel.click();
    await findings(page).getByRole('button', { name: say.findings.showSecret }).click();
    expect(await api.secret.read()).toBe('s3cret');
    await api.secret.dismiss();
    await expect(findings(page)).toHaveCount(0);
  });
});

// Another connection --------------------------------------------------------------------------------------------------

test.describe('a write whose connection was left', () => {
  test('is told of where the page is by then, with its secret', async ({ keep, launch, page }) => {
    const acme = await keep(new Acme().start());
    const server = await launch({
      config: { connections: [ACME, { name: 'Scoped', dialect: 'scoped', base: 'api/v1' }] },
    });
    const host = await keep(proxy(server, { '/acme': wayTo(acme.origin) }));
    acme.odd = ({ method, body, response }) => {
      if (method !== 'POST') return false;
      return acme.say(response, 201, { ...acme.add(String(body['name'])), secret: 's3cret' });
    };
    const api = new SystemDesk(page, host.url, ACME, {}, ACME_COLUMNS);
    await api.open(`?connection=${ACME.name}`);
    const form = await api.openCreate();
    await form.name.fill('mine');
    const letGo = await held(page, 'POST', /\/acme\/tokens$/);
    await form.save.click();
    await form.cancel.click();
    await form.dialog.getByRole('button', { name: say.dialogs.leave }).click();
    await new Switcher(page).show('Scoped');
    await api.expectParams('connection=Scoped');
    letGo();
    await expect(findings(page).first()).toContainText('Acme: “mine” was created. Its secret is shown once.');
    await findings(page).getByRole('button', { name: say.findings.showSecret }).click();
    expect(await api.secret.read()).toBe('s3cret');
    await api.secret.dismiss();
  });
});
