//! A dry run of 10,000 of 100,000 tokens: what it costs, and that the page does not grow by it. Times are noted, and bounded
//! where a user would wait.

import type { CDPSession, Page } from '@playwright/test';
import { Bulk } from './bulk.ts';
import { TO_OWN } from './desk.ts';
import { expect, test } from './fixture.ts';
import { say } from './texts.ts';

const [ALL, N] = [100_000, 10_000];

test.slow();
test.use({ serve: { tokens: ALL } });

/** How long the page is busy with what is done, until it has painted: milliseconds. */
async function takes(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(() => {
    const noted = { longest: 0, sum: 0 };
    const watch = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        noted.longest = Math.max(noted.longest, duration);
        noted.sum += duration;
      }
    });
    watch.observe({ type: 'longtask' });
    Object.assign(globalThis, { tokendeckTestTasks: noted });
  });
  await act();
  return page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return (globalThis as unknown as { tokendeckTestTasks: { sum: number } }).tokendeckTestTasks.sum;
  });
}

/** How much the page holds, after what is not needed was let go of: bytes of JavaScript, and nodes. The module's memory is its own. */
async function held(page: Page, browser: CDPSession): Promise<{ heap: number; nodes: number }> {
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize } = await browser.send('Runtime.getHeapUsage');
  return { heap: usedSize, nodes: await page.evaluate(() => document.querySelectorAll('*').length) };
}

test('10,000 lines are planned, shown in part, and let go of', async ({ desk, page, server }, info) => {
  test.setTimeout(240_000);
  const note = (what: string, value: number) => info.annotations.push({ type: what, description: String(Math.round(value)) });
  await page.goto(server.url + TO_OWN);
  await expect(desk.status).toHaveText(/^100,000 of 100,000 tokens/, { timeout: 120_000 });
  await desk.rested();
  // A part of the list that is about so large, by name.
  await desk.byName.fill(process.env['TOKENDECK_LARGE_NAME'] ?? 'deploy');
  await expect(desk.status).not.toHaveText(/^100,000 of/);
  const n = Number(((await desk.status.textContent()) ?? '').replace(/ of.*$/, '').replaceAll(',', ''));
  expect(n).toBeGreaterThanOrEqual(N);
  const bulk = new Bulk(desk);
  const browser = await page.context().newCDPSession(page);
  note('selecting all, ms', await takes(page, () => desk.selectAll.check()));
  await expect(desk.selection).toContainText(`${n.toLocaleString('en')} selected`);
  const before = await held(page, browser);
  // The first time its code is compiled, too.
  for (const turn of ['first', 'second', 'third']) {
    const opening = await takes(page, () => bulk.ask('delete'));
    note(`the ${turn} opening, ms`, opening);
    const open = await held(page, browser);
    note(`nodes while it is open the ${turn} time`, open.nodes - before.nodes);
    expect(open.nodes - before.nodes).toBeLessThan(2_500);
    await expect(bulk.plan('delete').getByRole('list', { name: say.dryRun.tokens }).getByRole('listitem')).toHaveCount(200);
    note(`leaving one out the ${turn} time, ms`, await takes(page, () => bulk.plan('delete').getByRole('checkbox').last().uncheck()));
    await expect(bulk.plan('delete').getByRole('button', { name: `Delete ${(n - 1).toLocaleString('en')} tokens` })).toBeVisible();
    note(`the ${turn} closing, ms`, await takes(page, () => page.keyboard.press('Escape')));
    await expect(bulk.plan('delete')).toHaveCount(0);
    expect(opening).toBeLessThan(3_000);
  }
  const after = await held(page, browser);
  note('bytes of JavaScript more than before', after.heap - before.heap);
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + 20);
  expect(after.heap - before.heap).toBeLessThan(2_000_000);
  console.log(info.annotations.map((it) => `${it.type}: ${it.description}`).join('\n'), n);
});
