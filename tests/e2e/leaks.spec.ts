//! What is closed is freed: nodes, documents and listeners do not grow with dialogs that come and go, nor with connections.

import type { Page } from '@playwright/test';
import { detailsOf } from './desk.ts';
import { expect, test } from './fixture.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

const ROUNDS = 20;

/** What the browser still holds after it has collected what nothing holds any more. */
interface Held {
  documents: number;
  nodes: number;
  jsEventListeners: number;
}

/** Counts what a page holds. */
async function counter(page: Page): Promise<() => Promise<Held>> {
  const debug = await page.context().newCDPSession(page);
  const count = async () => {
    // What runs when the page rests has run, and what has ended is finished.
    await page.evaluate(async () => {
      for (let idx = 0; idx < 3; idx += 1) await new Promise((done) => requestIdleCallback(done, { timeout: 500 }));
    });
    for (let idx = 0; idx < 3; idx += 1) {
      await debug.send('HeapProfiler.collectGarbage');
      // Rust's side of a function goes in a task of its own after JavaScript's is collected.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    }
    return debug.send('Memory.getDOMCounters');
  };
  return async () => {
    // What is made ahead in a quiet moment, such as the next form, may still be to come: it is there when nothing changes.
    let held = await count();
    for (let idx = 0; idx < 8; idx += 1) {
      const before = held.nodes;
      await page.waitForTimeout(300);
      held = await count();
      if (held.nodes === before) break;
    }
    return held;
  };
}

/** Expects that what is done leaves nothing behind, however often it is done. Once it has been done `warmUp` times, all that
 * is made once and kept is there. */
async function expectNoGrowth(page: Page, round: (idx: number) => Promise<void>, warmUp = 3): Promise<void> {
  const held = await counter(page);
  for (let idx = 0; idx < warmUp; idx += 1) await round(idx);
  let before = await held();
  let after = before;
  const grown = () => Math.max(after.nodes - before.nodes, after.jsEventListeners - before.jsEventListeners);
  // What is made once, such as a row that the table has to spare, may be made late: it does not come again.
  for (let times = 0; times < 2 && (times === 0 || grown() >= ROUNDS); times += 1) {
    before = after;
    for (let idx = 0; idx < ROUNDS; idx += 1) await round(idx);
    after = await held();
    console.log(said());
  }
  expect(after.documents, said()).toBeLessThanOrEqual(before.documents);
  // Less than one for each time: nothing that is made each time is left.
  expect(grown(), said()).toBeLessThan(ROUNDS);

  function said(): string {
    return `${JSON.stringify(before)}, ${ROUNDS} times later ${JSON.stringify(after)}`;
  }
}

test.slow();

test.describe('with one connection', () => {
  test.use({ serve: { tokens: 20 } });

  test('a form that was closed leaves nothing behind', async ({ desk, page }) => {
    await desk.open();
    await expectNoGrowth(page, async (idx) => {
      const form = await desk.openCreate();
      await form.name.fill(`never sent ${idx}`);
      await form.cancel.click();
      await form.dialog.getByRole('button', { name: say.dialogs.discard }).click();
      await expect(page.getByRole('dialog')).toHaveCount(0);
    });
  });

  test('a dialog, a panel or a list that was closed leaves nothing behind', async ({ desk, page }) => {
    await desk.open();
    const [name] = await desk.names();
    if (name === undefined) throw new Error('there are no tokens');
    const ways = [
      async () => {
        await page.getByRole('button', { name: say.stateLine.columns, exact: true }).click();
        await page.getByRole('dialog', { name: say.stateLine.columns }).getByRole('button', { name: say.manages.close }).click();
      },
      async () => {
        const form = await desk.openEdit(name);
        await form.cancel.click();
      },
      async () => {
        await desk.action('Delete', name).click();
        await desk.question('Delete token').getByRole('button', { name: say.tokenForm.cancel }).click();
      },
      async () => {
        await page.getByRole('link', { name, exact: true }).click();
        await page.getByRole('button', { name: say.details.close }).click();
      },
      async () => {
        await desk.scopeButton.click();
        await expect(desk.scopeChoices).toBeVisible();
        await page.keyboard.press('Escape');
      },
      async () => {
        const more = page.getByRole('button', { name: say.filters.more });
        await more.click();
        await expect(page.getByLabel(say.filters.expires)).toBeVisible();
        await more.click();
      },
    ];
    await expectNoGrowth(page, async (idx) => {
      await ways[idx % ways.length]?.();
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(page.getByRole('alertdialog')).toHaveCount(0);
      await expect(detailsOf(page)).toHaveCount(0);
    }, ways.length);
  });
});

test.describe('with two connections', () => {
  const config = {
    connections: ['One', 'Two'].map((name) => ({ name, dialect: 'scoped', base: 'api/v1' })),
  };
  test.use({ serve: { tokens: 200, config } });

  test('a connection that was left leaves nothing behind', async ({ desk, page }) => {
    await desk.open('?connection=One');
    const choice = new Switcher(page);
    await expectNoGrowth(page, async () => {
      for (const name of ['Two', 'All systems', 'One']) {
        await choice.show(name);
        const tokens = name === 'All systems' ? 400 : 200;
        await expect(page.getByRole('status').filter({ hasText: `${tokens} of ${tokens} tokens` })).toBeVisible();
        await expect(desk.rows.first()).toBeVisible();
      }
    });
  });
});
