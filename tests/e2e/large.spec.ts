//! 100,000 tokens: pages come as a stream, only rows in view exist, and typing never waits.

import type { Page } from '@playwright/test';
import { TO_OWN } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { scrollWith } from './look.ts';
import { DevServer } from './server.ts';
import { say } from './texts.ts';

const ALL = 100_000;

// In one worker, so that they share the server; one that fails does not keep the others from running.
test.describe.configure({ mode: 'default' });
test.slow();

/** One server for all of these tests: filling it takes longer than they do. They only read. */
let large: DevServer;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  large = await DevServer.start({ tokens: ALL });
});
test.afterAll(async () => large.stop());
test.afterEach(async () => large.mend());

/** Watches how many rows there are from now on, at every change of the page. */
async function countRows(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const seen = { most: 0 };
    const count = () => (seen.most = Math.max(seen.most, document.querySelectorAll('[role=row]').length));
    count();
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
    Object.assign(globalThis, { seenRows: seen });
  });
  return () => page.evaluate(() => (globalThis as unknown as { seenRows: { most: number } }).seenRows.most);
}

test('the first rows are there before the others, and the status line says how many have come', async ({ desk, page }) => {
  await large.fail({ path: '/api/v1/tokens?*cursor=*', delay_ms: 100 });
  const letGo = await held(page, 'GET', /\/api\/v1\/tokens\?.*cursor=/);
  await page.goto(large.url + TO_OWN);
  await expect(desk.status).toHaveText('1,000 of 100,000 tokens');
  expect((await desk.names()).length).toBeGreaterThan(4);
  await expect(desk.table).toHaveAttribute('aria-busy', 'true');
  await expect(desk.table).toHaveAttribute('aria-rowcount', '1001');
  const mostRows = await countRows(page);
  // What is there can be used already.
  await desk.byName.fill('no token has this name');
  await expect(desk.status).toHaveText(/^0 of [\d,]+ tokens, 100,000 in all$/);
  await desk.byName.clear();
  letGo();
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  await expect(desk.table).toHaveAttribute('aria-rowcount', String(ALL + 1));
  await expect(desk.table).toHaveAttribute('aria-busy', 'false');
  expect(await mostRows()).toBeLessThan(60);
});

test('filters find what is there, letter by letter, and typing does not wait for them', async ({ desk, page }) => {
  const tokens = await large.tokens();
  expect(tokens).toHaveLength(ALL);
  const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const folded = tokens.map((it) => fold(it.name));
  await page.goto(large.url + TO_OWN);
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  const mostRows = await countRows(page);
  await desk.byName.focus();
  let typed = '';
  for (const letter of 'deploy prod') {
    await page.keyboard.type(letter);
    typed += letter;
    const words = typed.split(' ').filter(Boolean);
    const n_found = folded.filter((it) => words.every((word) => it.includes(word))).length;
    await expect(desk.status).toHaveText(`${n_found.toLocaleString('en')} of 100,000 tokens`);
    await expect(desk.table).toHaveAttribute('aria-rowcount', String(n_found + 1));
  }
  for (const name of await desk.names()) expect(fold(name)).toMatch(/deploy/);
  await desk.clearFilters.click();
  expect(await mostRows()).toBeLessThan(60);
});

test('the end can be scrolled to, and each row knows its place', async ({ desk, page }) => {
  await page.goto(large.url + TO_OWN);
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  const mostRows = await countRows(page);
  const box = page.getByRole('region', { name: say.table.scrollable });
  await scrollWith(page, box, 'End');
  const last = desk.rows.and(page.locator(`[aria-rowindex="${ALL + 1}"]`));
  await expect(last).toBeVisible();
  await expect(last).toBeInViewport();
  const tokens = await large.tokens();
  await expect(desk.cell(last, 'Name')).toHaveText(tokens[ALL - 1]?.name ?? '');
  // Half-way.
  await box.evaluate((it) => (it.scrollTop = it.scrollHeight / 2));
  await expect(last).toHaveCount(0);
  const rows = await desk.rows.evaluateAll((rows) =>
    rows.map((it) => ({ index: Number(it.ariaRowIndex), name: it.querySelector('[role=rowheader]')?.textContent })),
  );
  expect(rows.length).toBeGreaterThan(4);
  for (const { index, name } of rows) expect(name).toBe(tokens[index - 2]?.name);
  await scrollWith(page, box, 'Home');
  await expect(desk.rows.and(page.locator('[aria-rowindex="2"]'))).toBeInViewport();
  expect(await mostRows()).toBeLessThan(60);
});

test('it is sorted by name, both ways', async ({ desk, page }) => {
  await page.goto(large.url + TO_OWN);
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  await desk.sort('Name').click();
  await expect(desk.header('Name')).toHaveAttribute('aria-sort', 'ascending');
  // What sorts may come later than the list.
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens');
  const first = await desk.names();
  await desk.sort('Name').click();
  await expect(desk.header('Name')).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(async () => (await desk.names())[0]).not.toBe(first[0]);
  const last = await desk.names();
  await scrollWith(page, page.getByRole('region', { name: say.table.scrollable }), 'End');
  const end = desk.rows.and(page.locator(`[aria-rowindex="${ALL + 1}"]`));
  await expect(desk.cell(end, 'Name')).toHaveText(first[0] ?? '');
  expect(last[0]).not.toBe(first[0]);
});

test('arrows go on past the last row in view', async ({ desk, page }) => {
  await page.goto(large.url + TO_OWN);
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  const place = () => page.evaluate(() => Number(document.activeElement?.closest('[role=row]')?.getAttribute('aria-rowindex')));
  const in_view = await desk.rows.count();
  await desk.rows.first().getByRole('button', { name: /^Copy GUID of/ }).focus();
  for (let before = 2; before <= in_view + 10; before += 1) {
    expect(await place()).toBe(before);
    await page.keyboard.press('ArrowDown');
  }
  const copy = desk.rows.and(page.locator(`[aria-rowindex="${in_view + 11}"]`)).getByRole('button', { name: /^Copy GUID of/ });
  await expect(copy).toBeFocused();
  await expect(copy).toBeInViewport();
});

test('a refresh keeps the old rows until the new list is whole', async ({ desk, page }) => {
  await page.goto(large.url + TO_OWN);
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  // It is stopped long before.
  await large.fail({ path: '/api/v1/tokens?*cursor=*', delay_ms: 60_000 });
  await desk.refreshButton.click();
  await expect(page.getByText(say.stateLine.refreshing)).toBeVisible();
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens');
  await page.getByRole('button', { name: say.toolbar.stop }).click();
  await expect(page.getByText(say.stateLine.notUpToDate, { exact: true })).toBeVisible();
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens');
});
