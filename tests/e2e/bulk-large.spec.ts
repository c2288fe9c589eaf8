//! A dry run of 10,000 of 100,000 tokens: what it costs, and that the page does not grow by it. Times are noted, and bounded
//! where a user would wait.

import type { CDPSession, Page } from '@playwright/test';
import { Bulk } from './bulk.ts';
import { TO_OWN } from './desk.ts';
import { expect, test } from './fixture.ts';
import type { DevServer } from './server.ts';
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

/** A part of names that as few tokens have as can be, but `N` of them; and how many. */
async function partOf(server: DevServer): Promise<[string, number]> {
  const names = (await server.tokens()).map((it) => it.name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase());
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const parts = letters.flatMap((one) => letters.map((other) => one + other));
  const counted = parts.map((part): [string, number] => [part, names.filter((it) => it.includes(part)).length]);
  const enough = counted.filter(([, n]) => n >= N).sort(([, one], [, other]) => one - other);
  return enough[0] ?? ['', ALL];
}

/** How much the page holds, after what is not needed was let go of: bytes of objects and of the module, and nodes. */
async function held(page: Page, browser: CDPSession): Promise<{ heap: number; memory: number; nodes: number }> {
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize: heap } = await browser.send('Runtime.getHeapUsage');
  const [memory, nodes] = await page.evaluate(() => {
    const { tokendeckTestMemory } = globalThis as unknown as { tokendeckTestMemory: WebAssembly.Memory };
    return [tokendeckTestMemory.buffer.byteLength, document.querySelectorAll('*').length] as const;
  });
  return { heap, memory, nodes };
}

test('10,000 lines are planned, shown in part, and let go of', async ({ desk, page, server }, info) => {
  test.setTimeout(240_000);
  const note = (type: string, value: number) => void info.annotations.push({ type, description: String(Math.round(value)) });
  await page.addInitScript(() => {
    const { instantiate, instantiateStreaming } = WebAssembly;
    const kept = <T>(made: T): T => {
      const instance = made instanceof WebAssembly.Instance ? made : (made as WebAssembly.WebAssemblyInstantiatedSource).instance;
      const { memory } = instance.exports;
      if (memory instanceof WebAssembly.Memory) Object.assign(globalThis, { tokendeckTestMemory: memory });
      return made;
    };
    WebAssembly.instantiate = (async (...args: Parameters<typeof instantiate>) => kept(await instantiate(...args))) as typeof instantiate;
    WebAssembly.instantiateStreaming = async (...args) => kept(await instantiateStreaming(...args));
  });
  await page.goto(server.url + TO_OWN);
  await expect(desk.status).toHaveText(/^100,000 of 100,000 tokens/, { timeout: 120_000 });
  await desk.rested();
  const [part, n] = await partOf(server);
  await desk.byName.fill(part);
  const counted = n.toLocaleString('en');
  await expect(desk.status).toHaveText(new RegExp(`^${counted} of`));
  const bulk = new Bulk(desk);
  const browser = await page.context().newCDPSession(page);
  note('selecting all, ms', await takes(page, () => desk.selectAll.check()));
  await expect(desk.selection).toContainText(`${counted} selected`);
  const before = await held(page, browser);
  const memory: number[] = [before.memory];
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
    memory.push((await held(page, browser)).memory);
    expect(opening).toBeLessThan(3_000);
  }
  const after = await held(page, browser);
  note('bytes of objects more than before', after.heap - before.heap);
  for (const [turn, bytes] of memory.entries()) note(`bytes of the module after opening it ${turn} times`, bytes);
  // The module's memory grows to what one needs, and no more.
  expect((memory[3] ?? 0) - (memory[1] ?? 0)).toBeLessThan(1_000_000);
  expect(after.nodes).toBeLessThanOrEqual(before.nodes + 20);
  expect(after.heap - before.heap).toBeLessThan(2_000_000);
  console.log(info.annotations.map((it) => `${it.type}: ${it.description}`).join("\n"), n);
});
