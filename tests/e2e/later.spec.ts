//! The half of the page that comes when it is first asked for: when it is asked for, and what is said where it does not come.

import { expect, test } from './fixture.ts';

/** What Chromium itself writes to its console when a request fails, and the page with it. */
const FAILED = /console error/;

/** The other half, under any name that a build gives it. */
const LATER = '/tokendeck-*_later.wasm';

const NOT_LOADED = 'A part of this page did not load.';

test.use({ serve: { tokens: 20 } });

test('it is not asked for by the list and an empty form, and once by what needs it', async ({ desk, page }) => {
  const asked: string[] = [];
  page.on('request', (it) => it.url().includes('_later.wasm') && asked.push(it.url()));
  await desk.open();
  await desk.byName.fill('a');
  await desk.sort('Name').click();
  const form = await desk.openCreate();
  await form.cancel.click();
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More filters' }).click();
  await expect(page.getByLabel('Expires')).toBeVisible();
  expect(asked).toHaveLength(1);
});

test('it is on its way as soon as somebody is at a row', async ({ desk, page }) => {
  await desk.open();
  const later = page.waitForRequest((it) => it.url().includes('_later.wasm'));
  await desk.rows.first().getByRole('link').focus();
  await later;
});

test('a dialog whose code does not come is not there; it is told, and can be asked for again', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await desk.open();
  await server.fail({ path: LATER, status: 503 });
  const columns = page.getByRole('button', { name: 'Columns', exact: true });
  await columns.click();
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(columns).toBeFocused();
  await server.mend();
  await columns.click();
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(columns).toBeFocused();
});

test('where a part has its place, that says so and tries again', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await desk.open();
  await server.fail({ path: LATER, drop: true });
  await page.getByRole('button', { name: 'More filters' }).click();
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
  await server.mend();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByLabel('Expires')).toBeVisible();
  await expect(page.getByText(NOT_LOADED)).toHaveCount(0);
});

test('a form that cannot be sent keeps what was typed, and sends it later', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await desk.open();
  await server.fail({ path: LATER, status: 503 });
  const form = await desk.openCreate();
  await form.fill({ name: 'kept', scopes: ['Builds: read'] });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText(`${NOT_LOADED}Nothing was sent.`);
  await expect(form.name).toHaveValue('kept');
  await server.mend();
  await form.save.click();
  await expect(form.dialog).toHaveCount(0);
  await expect(page.getByText('“kept” was created')).toBeVisible();
});

test('a half that is not the one of this page is not run', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await desk.open();
  await server.fail({ path: LATER, status: 200, headers: { 'Content-Type': 'application/wasm' }, body: 'something else' });
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
});

test('both halves share one memory, and a debugger may look for it', async ({ desk, page }) => {
  await desk.open();
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
  const debug = await page.context().newCDPSession(page);
  // Chromium's renderer ends at this question where JavaScript sees a table of functions.
  const { result } = await debug.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
  const { objects } = await debug.send('Runtime.queryObjects', { prototypeObjectId: result.objectId ?? '' });
  const { result: memories } = await debug.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
  });
  expect(memories.value).toBe(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeHidden();
});
