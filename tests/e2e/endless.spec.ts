//! Lists that do not end: what has come stays and can be used, and the page says that it may not be all.

import { expect, type Page } from '@playwright/test';
import type { Desk } from './desk.ts';
import { entries, entry, page as list, test, type Odd } from './odd.ts';
import { say } from './texts.ts';

/** What the page's modules take of memory, in bytes. */
async function heap(page: Page): Promise<number> {
  return page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize);
}

/** Expects an incomplete list of so many tokens that can be used, after few requests. */
async function expectEnded(desk: Desk, odd: Odd, page: Page, n_tokens: number, most: number): Promise<void> {
  await expect(desk.refreshButton).toBeVisible({ timeout: 30_000 });
  await expect(desk.alert).toContainText("The system's list does not end:");
  await expect(desk.alert).toContainText('may not be all');
  await expect(desk.alert.getByRole('button', { name: say.tokenForm.retry })).toBeVisible();
  await expect(page.getByText(say.stateLine.notComplete, { exact: true })).toBeVisible();
  const count = n_tokens.toLocaleString('en');
  await expect(page.locator('.count')).toHaveText(`${count} tokens loaded; the system may have more`);
  expect(odd.nLists).toBeLessThanOrEqual(most);
  // No request goes on after that.
  const asked = odd.nLists;
  await page.waitForTimeout(300);
  expect(odd.nLists).toBe(asked);
  await desk.byName.fill('token 7');
  await expect(desk.row('token 7')).toBeVisible();
}

for (const ring of [['A'], ['A', 'B'], ['A', 'B', 'C']]) {
  test(`a ring of ${ring.length}`, async ({ desk, odd, page }) => {
    odd.list = ({ query }) => {
      const at = ring.indexOf(query.get('cursor') ?? '');
      const next = ring[(at + 1) % ring.length] ?? null;
      return list(entries(Math.max(at, 0) * 500, 500), next, 500);
    };
    await desk.visit();
    await expectEnded(desk, odd, page, ring.length * 500, ring.length + 2);
  });
}

test('two tokens with one id stay two, however often they come', async ({ desk, odd, page }) => {
  const same = entry(0)['id'];
  odd.list = ({ query }) =>
    list([...entries(0, 50), entry(50, { id: same, name: 'of the same id' })], query.get('cursor') === 'A' ? 'B' : 'A', 51);
  await desk.visit();
  await expectEnded(desk, odd, page, 51, 4);
});

test('ever new cursors with the same tokens', async ({ desk, odd, page }) => {
  odd.list = ({ query }) => list(entries(0, 1_000), `c${Number((query.get('cursor') ?? 'c0').slice(1)) + 1}`, 5);
  await desk.visit();
  await expectEnded(desk, odd, page, 1_000, 20);
  expect(await heap(page)).toBeLessThan(100_000_000);
});

test('the same tokens with other facts each time', async ({ desk, odd, page }) => {
  let times = 0;
  odd.list = () => {
    times += 1;
    const used = new Date(times * 86_400_000).toISOString();
    return list(entries(0, 100).map((it) => ({ ...it, last_used_at: used })), `c${times}`);
  };
  await desk.visit();
  await expectEnded(desk, odd, page, 100, 20);
});

test('empty pages', async ({ desk, odd, page }) => {
  odd.list = ({ query }) => {
    const number = Number((query.get('cursor') ?? 'c0').slice(1));
    return list(number === 0 ? entries(0, 100) : [], `c${number + 1}`, 100);
  };
  await desk.visit();
  await expectEnded(desk, odd, page, 100, 20);
});

test('while it goes on, the page does not say that this is all', async ({ desk, odd, page }) => {
  let let_go: () => void = () => {};
  odd.list = ({ query }) => list(query.get('cursor') === null ? entries(0, 100) : [], query.get('cursor') === null ? 'b' : null, 100);
  const held = new Promise<void>((done) => (let_go = done));
  await page.route('**/tokens?*cursor=b*', async (route) => {
    await held;
    await route.continue();
  });
  await desk.visit();
  await expect(page.locator('.count')).toHaveText('100 of 100 tokens so far');
  let_go();
  await desk.loaded();
  await expect(page.locator('.count')).toHaveText('100 of 100 tokens');
});

test('a list that was whole stays when a later one does not end', async ({ desk, odd, page }) => {
  odd.list = () => list(entries(0, 10));
  await desk.open();
  odd.list = ({ query }) => list(entries(0, 10), query.get('cursor') === 'A' ? 'B' : 'A');
  await desk.refreshButton.click();
  await expect(desk.alert).toContainText("The system's list does not end:");
  await expect(page.getByText(say.stateLine.notUpToDate, { exact: true })).toBeVisible();
  await expect(desk.rows).toHaveCount(10);
  odd.list = () => list(entries(0, 11));
  await desk.alert.getByRole('button', { name: say.tokenForm.retry }).click();
  await expect(page.locator('.count')).toHaveText('11 of 11 tokens');
  await expect(desk.alert).toHaveCount(0);
});
