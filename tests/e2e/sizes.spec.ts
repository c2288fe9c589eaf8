//! What a system answers may be far too much to lay out: the page shows its beginning, and everything else goes on.

import { createServer } from 'node:http';
import { chromium, expect, type Page } from '@playwright/test';
import { Desk, detailsOf, openRaw } from './desk.ts';
import { test as plain } from './fixture.ts';
import { entries, entry, page as list, test } from './odd.ts';
import { running } from './proxy.ts';
import { say } from './texts.ts';

/** Expects the page to take no longer than this for something, in milliseconds. */
async function quick<T>(most: number, what: string, run: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const outcome = await run();
  expect(Date.now() - start, what).toBeLessThan(most);
  return outcome;
}

/** A name that takes a browser minutes to lay out. */
const MARKS = `a${'\u0301\u0323'.repeat(50_000)}`;

/** The text of a row's name. */
const name = (page: Page, idx: number) => page.locator('.table-body .name').nth(idx);

test('names and descriptions of combining marks, and of a mebibyte', async ({ desk, odd, page }) => {
  const long = 'x'.repeat(1 << 20);
  odd.list = () =>
    list([
      entry(0, { name: MARKS, description: MARKS, created_by: MARKS }),
      entry(1, { name: long, description: long, scopes: [long] }),
      entry(2, { valid_to: MARKS, last_used_at: long }),
    ]);
  await quick(8_000, 'the list', () => desk.open());
  for (const idx of [0, 1]) {
    await expect(name(page, idx)).toHaveText(/…$/);
    expect((await name(page, idx).textContent())?.length).toBeLessThan(400);
  }
  await quick(5_000, 'the title', () => name(page, 0).hover());
  await quick(8_000, 'the question', async () => {
    await page.getByRole('button', { name: 'Delete' }).first().click();
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await page.keyboard.press('Escape');
  });
  await desk.byName.fill('xxx');
  await expect(desk.rows).toHaveCount(1);
});

test('details show the beginning of what is long, and all of it on asking', async ({ desk, odd, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const long = `begin ${'word '.repeat(40_000)}end`;
  const token = entry(0, { description: long });
  odd.list = () => list([token]);
  odd.token = () => token;
  await desk.open();
  await name(page, 0).click();
  const panel = detailsOf(page);
  const value = panel.locator('dd').filter({ hasText: 'begin word' }).first();
  await expect(value).toContainText('…');
  await expect(value).not.toContainText('end');
  await value.getByRole('button', { name: say.details.showAll, exact: true }).click();
  await value.getByRole('button', { name: /^Show all 200,009 letters$/ }).click();
  await expect(value).toContainText('word end');
  // What is copied is never cut.
  await openRaw(panel);
  await panel.getByRole('button', { name: 'Copy JSON' }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('word end');
});

test('a guid is copied whole, whatever the cell shows', async ({ desk, odd, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const guid = `g${'0'.repeat(5_000)}1`;
  odd.list = () => list([entry(0, { guid })]);
  await desk.open();
  await desk.action('Copy GUID of', 'token 0').click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(guid);
});

test('a name that cannot be seen, or that turns others around, is seen', async ({ desk, odd }) => {
  odd.list = () =>
    list([
      entry(0, { name: '' }),
      entry(1, { name: '  ' }),
      entry(2, { name: '\u202Eevil', description: 'a\u200Bb' }),
      entry(3, { name: '\u200B\u2060' }),
    ]);
  await desk.open();
  await desk.expectNames('(no name)', '␣␣', '[U+202E]evil', '[U+200B][U+2060]');
  expect(await desk.texts('Description')).toEqual(['', '', 'a[U+200B]b', '']);
});

test('a scope that a token has three times is shown once', async ({ desk, odd }) => {
  odd.list = () => list([entry(0, { scopes: ['read', 'x', 'read', 'x', 'read'] })]);
  odd.scopes = () => [
    { id: 'read', name: 'Read' },
    { id: 'read', name: 'Read' },
  ];
  await desk.open();
  // Their names come beside the list.
  await expect.poll(() => desk.texts('Scopes')).toEqual(['Read, x']);
  const form = await desk.openCreate();
  await expect(form.scopes.getByRole('checkbox')).toHaveCount(1);
});

test('a million scopes', async ({ desk, odd, page }) => {
  test.setTimeout(120_000);
  const scopes = Array.from({ length: 1_000_000 }, (_, idx) => ({ id: `s${idx}`, name: `Scope ${idx}` }));
  odd.scopes = () => scopes;
  odd.list = () => list([entry(0, { scopes: ['s999999', 'other'] })]);
  await desk.open();
  await expect(desk.row('token 0')).toContainText('Scope 999999, other', { timeout: 30_000 });
  const form = await quick(8_000, 'the form', () => desk.openCreate());
  await expect(form.scopes.getByRole('checkbox')).toHaveCount(200);
  await expect(form.scopes).toContainText('999,800 more');
  await quick(8_000, 'a search', async () => {
    await form.scopes.getByLabel('Find a scope').fill('Scope 777777');
    await expect(form.scopes.getByRole('checkbox')).toHaveCount(1);
  });
  await form.scopes.getByRole('checkbox').check();
  await form.scopes.getByLabel('Find a scope').fill('');
  // What is chosen is there, wherever it stands in the list.
  await expect(form.scope('Scope 777777')).toBeChecked();
  await form.name.fill('with one');
  await quick(3_000, 'typing', () => form.name.pressSequentially(' of many'));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard' }).click();
  await quick(8_000, 'the filter', async () => {
    await desk.scopeButton.click();
    await expect(desk.scopeChoices.getByRole('checkbox')).toHaveCount(200);
  });
  await desk.scopeChoices.getByLabel('Find a scope').fill('Scope 999999');
  await expect(desk.scopeChoices.getByRole('checkbox')).toHaveCount(1);
  await desk.scopeChoices.getByRole('checkbox').first().check();
  await expect(desk.rows).toHaveCount(1);
});

test('a token with a hundred thousand scopes', async ({ desk, odd }) => {
  odd.list = () => list([entry(0, { scopes: Array.from({ length: 100_000 }, (_, idx) => `s${idx}`) }), ...entries(1, 50)]);
  await quick(10_000, 'the list', () => desk.open());
  await quick(8_000, 'the filter', async () => {
    await desk.scopeButton.click();
    await expect(desk.scopeChoices.getByRole('checkbox')).toHaveCount(200);
  });
});

for (const isEarly of [true, false]) {
  plain(`an answer over the limit is not read to its end, asked ${isEarly ? 'before the page is there' : 'by the page'}`, async ({ keep, launch, page }) => {
    let [sent, isCut] = [0, false];
    const system = await keep(running(
      createServer((request, response) => {
        const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
        if (!request.url?.includes('/tokens')) return response.writeHead(200, allowed).end('[]');
        response.on('close', () => (isCut = !response.writableFinished));
        response.writeHead(200, { 'Content-Type': 'application/json', ...allowed });
        const blanks = Buffer.alloc(1 << 20, ' ');
        const more = () => {
          if (response.destroyed || sent > 500_000_000) return void response.end();
          sent += blanks.length;
          response.write(blanks, () => setImmediate(more));
        };
        more();
        return undefined;
      }),
    ));
    const origin = system.url.replace(/\/$/, '');
    const odd = { name: 'Odd', dialect: 'scoped', base: origin, max_answer_mb: 8 };
    const other = { name: 'Other', dialect: 'scoped', base: '/api/v1' };
    const server = await launch({ config: { connections: isEarly ? [odd] : [other, odd] }, connectSrc: [origin] });
    const desk = new Desk(page, server.url);
    await desk.visit(isEarly ? '' : '?connection=Odd');
    await expect(desk.alert).toContainText('The answer is larger than 8 MB');
    await expect(desk.alert).toContainText('max_answer_mb');
    await expect.poll(() => isCut).toBe(true);
    expect(sent).toBeLessThan(100_000_000);
  });
}

plain('every row of 100,000 is reached at 400 % on a sharp screen', async ({ launch, playwright }) => {
  void playwright;
  plain.setTimeout(180_000);
  const server = await launch({ tokens: 100_000 });
  // Only a real factor makes the browser count real pixels.
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-device-scale-factor=8'],
  });
  try {
    const page = await browser.newPage({ viewport: null });
    const desk = new Desk(page, server.url);
    await desk.visit();
    await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
    expect(await page.evaluate(() => devicePixelRatio)).toBe(8);
    const box = page.locator('.table-box');
    const seen = () =>
      box.evaluate((it) => {
        // Cards scroll with the page.
        const box = it.getBoundingClientRect();
        const frame = { top: Math.max(box.top, 0), height: Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) };
        const rows = [...it.querySelectorAll('.table-body > .row')].map((row) => ({
          idx: Number(row.getAttribute('aria-rowindex')) - 2,
          top: row.getBoundingClientRect().top - frame.top,
          bottom: row.getBoundingClientRect().bottom - frame.top,
        }));
        const all = rows.filter((row) => row.bottom > 0 && row.top < frame.height).sort((a, b) => a.idx - b.idx);
        return { first: all[0], last: all.at(-1), all, height: frame.height };
      });
    /** No gap between rows, none above them or below. */
    const expectFilled = async (): Promise<void> => {
      const { all, height } = await seen();
      for (const [idx, row] of all.entries()) {
        const next = all[idx + 1];
        if (next) expect([next.idx, Math.round(next.top)]).toEqual([row.idx + 1, Math.round(row.bottom)]);
      }
      expect(all.at(-1)?.bottom).toBeGreaterThanOrEqual(Math.min(height, all.at(-1)?.idx === 99_999 ? height - 2 : height));
    };
    await box.focus();
    await page.keyboard.press('End');
    await expect.poll(async () => (await seen()).last?.idx).toBe(99_999);
    const end = await seen();
    expect(end.last?.bottom).toBeLessThanOrEqual(end.height + 2);
    await expectFilled();
    // The focus goes up by a screen, and the page with it where it has to.
    for (let times = 0; times < 4; times += 1) await page.keyboard.press('PageUp');
    await expect.poll(async () => (await seen()).last?.idx).toBeLessThan(99_999);
    await expectFilled();
    await page.keyboard.press('Home');
    await expect.poll(async () => (await seen()).first?.idx).toBe(0);
    await expectFilled();
    // The middle, by the scroll bar.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
    await expect.poll(async () => (await seen()).first?.idx ?? 0).toBeGreaterThan(45_000);
    expect((await seen()).first?.idx).toBeLessThan(55_000);
    await expectFilled();
    // A wheel moves by as much as ever, and by nothing else.
    const before = await seen();
    await box.hover();
    await page.mouse.wheel(0, 30);
    const place = (it: Awaited<ReturnType<typeof seen>>): number =>
      (it.first?.idx ?? 0) * ((it.first?.bottom ?? 0) - (it.first?.top ?? 0)) - (it.first?.top ?? 0);
    const off = async () => Math.abs(place(await seen()) - place(before) - 30);
    // A browser that draws slowly is longer on its way.
    await expect.poll(off).toBeLessThan(2);
    await page.waitForTimeout(500);
    expect(await off()).toBeLessThan(2);
    await expectFilled();
  } finally {
    await browser.close();
  }
});
