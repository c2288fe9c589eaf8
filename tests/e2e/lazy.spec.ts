//! The parts of the page that come later: when they are asked for, what is said where one does not come, and that none is
//! run that is not this page's.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { TO_OWN, type Desk } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { listen, times } from './look.ts';
import { DIST, IS_WHOLE, PARTS, part } from './server.ts';
import { only, PT_SANDBOX, type Connection } from './systems.ts';
import { say } from './texts.ts';

/** What Chromium itself writes to its console when a request fails, and the page with it. */
const FAILED = /console error/;

/** What acting on tokens takes. */
const ACTING = part('acting');
const IS_ACTING = new RegExp(`${ACTING.replace('.', '\\.')}$`);

const NOT_LOADED = say.happened.notLoaded;

test.use({ serve: { tokens: 20 } });
test.skip(IS_WHOLE, 'the page is in one piece');

test('what acting on tokens takes is asked for once, when the page rests after its first rows', async ({ desk, page, server }) => {
  const asked: string[] = [];
  page.on('request', (it) => it.url().includes('/parts/') && asked.push(it.url()));
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[role=row] [role=gridcell]:not(:empty)')) return;
      Object.assign(globalThis, { firstRow: performance.now() });
      observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
  });
  // Long enough for a page to rest before it has rows.
  await server.fail({ path: '/api/v1/tokens?*', delay_ms: 1500, times: 1 });
  await desk.open();
  const files = PARTS.filter((it) => it.split('-').includes('acting'));
  await expect.poll(() => asked).toHaveLength(files.length);
  const { firstRow, later } = await page.evaluate(() => {
    const entries = performance.getEntriesByType('resource').filter((it) => it.name.includes('/parts/'));
    return { firstRow: (globalThis as unknown as { firstRow: number }).firstRow, later: entries.map((it) => it.startTime) };
  });
  expect(Math.min(...later)).toBeGreaterThan(firstRow);
  await desk.byName.fill('a');
  await desk.sort('Name').click();
  const form = await desk.openCreate();
  await form.cancel.click();
  await page.getByRole('button', { name: say.stateLine.columns, exact: true }).click();
  await expect(page.getByRole('dialog', { name: say.stateLine.columns })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: say.filters.more }).click();
  await expect(page.getByLabel(say.filters.expires)).toBeVisible();
  expect(asked.map((it) => it.split('/').at(-1)).sort()).toEqual(files);
});

for (const [where, go] of [
  ['a row', (desk: Desk) => desk.rows.first().getByRole('link').focus()],
  ['the button for a new token', (desk: Desk) => desk.createButton.hover()],
] as const) {
  test(`where it did not come, it is on its way again as soon as the user is at ${where}`, async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: ACTING, status: 503, times: 1 });
    const asked: string[] = [];
    page.on('request', (it) => it.url().endsWith(ACTING) && asked.push(it.url()));
    const lost = page.waitForResponse((it) => it.url().endsWith(ACTING));
    await desk.open();
    await lost;
    // The answer may not have been looked at yet.
    await expect(async () => {
      await page.mouse.move(0, 0);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await go(desk);
      await expect.poll(() => asked.length, { timeout: 500 }).toBeGreaterThan(1);
    }).toPass();
  });
}

test('a form that is asked for before its code is there opens as soon as it is', async ({ desk, page }) => {
  const asked: string[] = [];
  page.on('request', (it) => it.url().endsWith(ACTING) && asked.push(it.url()));
  const letGo = await held(page, 'GET', IS_ACTING);
  await desk.open();
  await desk.createButton.click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  letGo();
  await expect(desk.creating.name).toBeFocused();
  expect(asked).toHaveLength(1);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(desk.createButton).toBeFocused();
});

test('what is copied before the code that tells it is there is ticked and heard as soon as it is', async ({ desk, page }) => {
  const letGo = await held(page, 'GET', IS_ACTING);
  const heard = await listen(page);
  await desk.open();
  const [name = ''] = await desk.names();
  const button = desk.action('Copy GUID of', name);
  await button.click();
  await expect(button).not.toHaveAttribute('data-copied', '');
  letGo();
  await expect(button).toHaveAttribute('data-copied', '');
  await expect.poll(async () => times(await heard(), `GUID of “${name}” copied.`)).toBe(1);
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
    await server.fail({ path: ACTING, status: 503 });
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
  await server.fail({ path: ACTING, drop: true });
  await desk.open();
  await page.getByRole('button', { name: say.filters.more }).click();
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
  await server.mend();
  await page.getByRole('button', { name: say.tokenForm.retry }).click();
  await expect(page.getByLabel(say.filters.expires)).toBeVisible();
  await expect(page.getByText(NOT_LOADED)).toHaveCount(0);
});

test('an address with a filter shows nothing else where it did not come, and says so', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await server.fail({ path: ACTING, status: 503 });
  await desk.visit('?name=token-1');
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toBeVisible();
  await expect(desk.rows).toHaveCount(0);
  await expect(desk.status).toHaveText(say.stateLine.loading);
  await server.mend();
  await page.getByRole('button', { name: say.tokenForm.retry }).click();
  await desk.loaded();
  expect((await desk.names()).every((it) => it.includes('1'))).toBe(true);
  await desk.expectParams('name=token-1');
});

test('counts and what is set come with it; where it did not come, they do when a filter is changed', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await server.fail({ path: ACTING, status: 503, times: 1 });
  const lost = page.waitForResponse((it) => it.url().endsWith(ACTING));
  await desk.open();
  const top = async () => (await desk.table.boundingBox())?.y;
  const before = await top();
  await lost;
  await expect(desk.counts.getByRole('button')).toHaveCount(0);
  await expect(desk.clearFilters).toHaveCount(0);
  // The answer may not have been looked at yet.
  await expect(async () => {
    await desk.byName.fill('');
    await desk.byName.fill('a');
    await expect(desk.clearFilters).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(desk.count(say.counted.active)).toBeVisible();
  expect(await top()).toBe(before);
});

test('a form that is open keeps what was typed, and needs nothing more to send it', async ({ desk, page, server, watch }) => {
  watch.expects(FAILED);
  await server.fail({ path: ACTING, status: 503 });
  await desk.open();
  await desk.byName.fill('kept');
  await desk.createButton.click();
  // The dialog did not come, and what picks the rows did not either: each is told.
  await expect(page.getByRole('alert').filter({ hasText: NOT_LOADED })).toHaveCount(2);
  await expect(desk.byName).toHaveValue('kept');
  await server.mend();
  const form = await desk.openCreate();
  await server.fail({ path: ACTING, status: 503 });
  await form.fill({ name: 'kept', scopes: ['Builds: read'] });
  // The system cannot be reached for a moment.
  await server.fail({ path: '/api/v1/tokens', method: 'POST', status: 503 });
  await form.save.click();
  // Besides, what did not load before is still told in a notice.
  await expect(form.dialog.locator('.panel.error')).toBeVisible();
  await expect(form.name).toHaveValue('kept');
  await expect(form.scope('Builds: read')).toBeChecked();
  await server.mend();
  await server.fail({ path: ACTING, status: 503 });
  await form.save.click();
  await expect(form.dialog).toHaveCount(0);
  await expect(page.getByText('“kept” was created')).toBeVisible();
});

/** A connection to a system that a description tells of. */
const DESCRIBED: Connection = {
  name: 'Described',
  dialect: 'rest',
  base: 'api/v1',
  api: { name: 'Described', list: { path: '/tokens', items: '/entries' }, token: { id: '/id', name: '/name' } },
};

/** For each part what asks for it, and what is said where that does not come. */
const NEEDED: Record<Parameters<typeof part>[0], { config?: unknown; ask?: (page: Page) => Promise<void>; said: string }> = {
  acting: { ask: (page) => page.getByRole('button', { name: say.stateLine.columns, exact: true }).click(), said: NOT_LOADED },
  bulk: { ask: (page) => page.getByRole('rowgroup').last().getByRole('checkbox').first().check(), said: NOT_LOADED },
  managing: {
    ask: (page) => page.getByRole('button', { name: say.page.connections }).click(),
    said: 'The part of this page that manages connections did not load.',
  },
  rest: { config: only(DESCRIBED), said: NOT_LOADED },
  vendors: { config: only(PT_SANDBOX), said: NOT_LOADED },
};

/** The text with another letter in its longest word, so that it would still be a module, with one word changed. */
function withAnotherLetter(module: Buffer): Buffer {
  const text = module.toString('latin1');
  const words = [...text.matchAll(/[a-z]{4,}/g)].sort((one, other) => other[0].length - one[0].length);
  const at = words[0]?.index ?? text.length - 1;
  const changed = Buffer.from(module);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

for (const [name, { config, ask, said }] of Object.entries(NEEDED)) {
  test(`a changed copy is not run: ${name}`, async ({ browser, launch, page, watch }) => {
    // The page is opened once for each file.
    test.slow();
    watch.expects(/integrity/);
    watch.allows(FAILED);
    const folder = await mkdtemp(join(tmpdir(), 'tokendeck-parts-'));
    try {
      await cp(DIST, folder, { recursive: true });
      const server = await launch({ dist: folder, tokens: 3, ...(config === undefined ? {} : { config }) });
      const files = PARTS.filter((it) => it.split('-').includes(name));
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) {
        const path = join(folder, 'parts', file);
        const module = await readFile(path);
        await writeFile(path, withAnotherLetter(module));
        await page.goto(server.url + TO_OWN);
        await ask?.(page);
        await expect(page.getByRole('alert').filter({ hasText: said }), file).toBeVisible();
        await expect(page.getByRole('dialog'), file).toHaveCount(0);
        await writeFile(path, module);
      }
      // As it was, it is run; in a browser that has none of the changed copies.
      const other = await (await browser.newContext()).newPage();
      await other.goto(server.url + TO_OWN);
      await ask?.(other);
      const shown = { rest: other.getByRole('row').nth(1), bulk: other.getByRole('region', { name: say.selectionBar.label }) };
      await expect(name === 'rest' || name === 'bulk' ? shown[name] : other.getByRole('dialog')).toBeVisible();
      await other.context().close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
