//! The half of the page that comes when the page rests, or is asked for: when that is, and what is said where it does not come.

import type { Desk } from './desk.ts';
import { expect, test } from './fixture.ts';

/** What Chromium itself writes to its console when a request fails, and the page with it. */
const FAILED = /console error/;

/** The other half, under any name that a build gives it. */
const LATER = '/tokendeck-*_later.wasm';

const NOT_LOADED = 'A part of this page did not load.';

test.use({ serve: { tokens: 20 } });

test('it is asked for once, when the page rests after its first rows', async ({ desk, page, server }) => {
  const asked: string[] = [];
  page.on('request', (it) => it.url().includes('_later.wasm') && asked.push(it.url()));
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[role=row] [role=cell]:not(:empty)')) return;
      Object.assign(globalThis, { firstRow: performance.now() });
      observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
  // Long enough for a page to rest before it has rows.
  await server.fail({ path: '/api/v1/tokens?*', delay_ms: 1500, times: 1 });
  await desk.open();
  await expect.poll(() => asked).toHaveLength(1);
  const { firstRow, later } = await page.evaluate(() => {
    const entries = performance.getEntriesByType('resource').filter((it) => it.name.includes('_later.wasm'));
    return { firstRow: (globalThis as unknown as { firstRow: number }).firstRow, later: entries.map((it) => it.startTime) };
  });
  expect(later[0]).toBeGreaterThan(firstRow);
  await desk.byName.fill('a');
  await desk.sort('Name').click();
  const form = await desk.openCreate();
  await form.cancel.click();
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More filters' }).click();
  await expect(page.getByLabel('Expires')).toBeVisible();
  expect(asked).toHaveLength(1);
});

for (const [where, go] of [
  ['a row', (desk: Desk) => desk.rows.first().getByRole('link').focus()],
  ['the button for a new token', (desk: Desk) => desk.createButton.hover()],
] as const) {
  test(`where it did not come, it is on its way again as soon as the user is at ${where}`, async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: LATER, status: 503, times: 1 });
    const lost = page.waitForResponse((it) => it.url().includes('_later.wasm'));
    await desk.open();
    await lost;
    const later = page.waitForRequest((it) => it.url().includes('_later.wasm'));
    await go(desk);
    await later;
  });
}

test('a form that is asked for before its code is there opens as soon as it is', async ({ desk, page, server }) => {
  const asked: string[] = [];
  page.on('request', (it) => it.url().includes('_later.wasm') && asked.push(it.url()));
  await server.fail({ path: LATER, delay_ms: 3000 });
  await desk.open();
  await desk.createButton.click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(desk.creating.name).toBeFocused();
  expect(asked).toHaveLength(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(desk.createButton).toBeFocused();
});

for (const [button, dialog] of [
  ['Columns', 'Columns'],
  ['Create token', 'Create token'],
] as const) {
  test(`the dialog of ${button}, where its code does not come, is not there; it is told, and can be asked for again`, async ({
    desk,
    page,
    server,
    watch,
  }) => {
    watch.expects(FAILED);
    await server.fail({ path: LATER, status: 503 });
    await desk.open();
    const opener = page.getByRole('button', { name: button, exact: true });
    await opener.click();
    await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(opener).toBeFocused();
    await server.mend();
    await opener.click();
    await expect(page.getByRole('dialog', { name: dialog })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(opener).toBeFocused();
  });
}

test('where a part has its place, that says so and tries again', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await server.fail({ path: LATER, drop: true });
  await desk.open();
  await page.getByRole('button', { name: 'More filters' }).click();
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
  await server.mend();
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByLabel('Expires')).toBeVisible();
  await expect(page.getByText(NOT_LOADED)).toHaveCount(0);
});

test('a form that is open keeps what was typed, and needs nothing more to send it', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await server.fail({ path: LATER, status: 503 });
  await desk.open();
  await desk.byName.fill('kept');
  await desk.createButton.click();
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
  await expect(desk.byName).toHaveValue('kept');
  await server.mend();
  const form = await desk.openCreate();
  await server.fail({ path: LATER, status: 503 });
  await form.fill({ name: 'kept', scopes: ['Builds: read'] });
  // The system cannot be reached for a moment.
  await server.fail({ path: '/api/v1/tokens', method: 'POST', status: 503 });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toBeVisible();
  await expect(form.name).toHaveValue('kept');
  await expect(form.scope('Builds: read')).toBeChecked();
  await server.mend();
  await server.fail({ path: LATER, status: 503 });
  await form.save.click();
  await expect(form.dialog).toHaveCount(0);
  await expect(page.getByText('“kept” was created')).toBeVisible();
});

test('a half that is not the one of this page is not run', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await server.fail({ path: LATER, status: 200, headers: { 'Content-Type': 'application/wasm' }, body: 'something else' });
  await desk.open();
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
