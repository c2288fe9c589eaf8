//! What the page may take at 100,000 tokens, whatever the machine: requests, nodes, rows. The budgets are in bench/budget.json.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { say } from './texts.ts';

const BUDGETS: Record<string, number> = JSON.parse(readFileSync(resolve('../../bench/budget.json'), 'utf8'));

/** What has been seen of the page since it began to load. */
interface Seen {
  /** When the first row with a token was there, by the page's clock. */
  firstRow: number | null;
  /** The most nodes at any time, text and comments included. */
  nodes: number;
  /** Every element that was ever a row. */
  rows: Set<Element>;
}

/** Watches the page from its beginning. */
async function watchNodes(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Seen = { firstRow: null, nodes: 0, rows: new Set() };
    const look = () => {
      if (seen.firstRow === null && document.querySelector('[role=row] [role=gridcell]:not(:empty)')) seen.firstRow = performance.now();
      const walk = document.createNodeIterator(document);
      let nodes = 0;
      while (walk.nextNode()) nodes += 1;
      seen.nodes = Math.max(seen.nodes, nodes);
    };
    const observer = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          if (!(node instanceof Element)) continue;
          if (node.matches('[role=row]')) seen.rows.add(node);
          for (const row of node.querySelectorAll('[role=row]')) seen.rows.add(row);
        }
      }
      look();
    });
    observer.observe(document, { childList: true, subtree: true, characterData: true });
    Object.assign(globalThis, { seen });
  });
}

async function read(page: Page): Promise<{ requests: string[] | null; nodes: number; rows: number }> {
  return page.evaluate(() => {
    const { firstRow, nodes, rows } = (globalThis as unknown as { seen: Seen }).seen;
    const requests = performance.getEntriesByType('resource').filter((it) => it.startTime < (firstRow ?? 0));
    const names = [location.href, ...requests.map((it) => it.name)];
    return { requests: firstRow === null ? null : names, nodes, rows: rows.size };
  });
}

function check(name: string, taken: number, detail = ''): void {
  const budget = BUDGETS[name];
  if (budget === undefined) throw new Error(`bench/budget.json says no ${JSON.stringify(name)}`);
  console.log(`${name}: ${taken} of ${budget} allowed`);
  expect(taken, `${name}${detail}`).toBeLessThanOrEqual(budget);
}

test.use({ serve: { tokens: 100_000 } });
test.slow();

test('requests, nodes and rows stay within their budgets', async ({ desk, page, server }) => {
  // So that no page of the list but the first can be there before the first row.
  await server.fail({ path: '/api/v1/tokens?*cursor=*', delay_ms: 2000, times: 1 });
  await watchNodes(page);
  await desk.visit();
  await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
  const { requests } = await read(page);
  expect(requests, 'the first row was seen').not.toBeNull();
  check('requests before the first row', requests?.length ?? 0, `:\n${requests?.join('\n')}`);

  // What a user does to the list.
  const first = desk.rows.first();
  const steps: (() => Promise<unknown>)[] = [];
  for (const typed of ['p', 'pr', 'pro', 'prod', '']) steps.push(() => desk.byName.fill(typed));
  steps.push(() => desk.sort('Name').click(), () => desk.sort('Name').click(), () => desk.sort('Name').click());
  const box = page.getByRole('region', { name: say.table.scrollable });
  for (const share of [0.5, 0.03, 0.97, 0.25, 0.26, 0.75, 1, 0]) {
    steps.push(() => box.evaluate((it, share) => (it.scrollTop = share * it.scrollHeight), share));
  }
  for (const step of steps) {
    await step();
    // Two frames, so that every step has had its effect.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await expect(first).toBeVisible();
  }
  const { nodes, rows } = await read(page);
  expect(rows, 'the rows are counted').toBeGreaterThan(10);
  check('nodes at 100,000 tokens', nodes);
  check('row views ever made at 100,000 tokens', rows);
});
