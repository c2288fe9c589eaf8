//! What users ask their system for: the list on paper, colours of their own, more contrast, less motion, another language.

import type { Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
import { measured, still } from './measure.ts';
import { inDays } from './server.ts';
import { say } from './texts.ts';

/** Has the page be as it is printed. */
async function print(page: Page): Promise<void> {
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({ media: 'print' });
}

test.describe('on paper', () => {
  test.use({ serve: { tokens: 200 } });

  for (const [paper, width] of [['upright', 720], ['across', 1040]] as const) {
    test(`all rows are a table, and nothing is to be pressed, ${paper}`, async ({ desk, page, server }) => {
      await server.add({ name: 'a'.repeat(200), description: 'what for', valid_to: inDays(9) });
      await page.setViewportSize({ width, height: 900 });
      await desk.open('?status=active');
      const n = Number((await desk.status.textContent())?.split(' ')[0]);
      // The rows that are kept ready below the view come after those in it.
      await still(page);
      const before = await desk.rows.count();
      await print(page);
      await expect(desk.rows).toHaveCount(n);
      const seen = await page.evaluate(() => {
        const isSeen = (it: Element) => it.checkVisibility() && it.getClientRects().length > 0;
        const rows = [...document.querySelectorAll('.table-body > .row')].map((it) => it.getBoundingClientRect());
        const head = document.querySelector('.table-head');
        return {
          controls: [...document.querySelectorAll('button, input, select, textarea')].filter((it) => isSeen(it) && !it.matches('.sort')).map((it) => it.outerHTML),
          areBelow: rows.every((it, idx) => it.height > 0 && (idx === 0 || it.top >= (rows[idx - 1]?.bottom ?? 0) - 1)),
          isWide: rows.some((it) => it.right > document.documentElement.clientWidth + 1),
          columns: new Set([...document.querySelectorAll('.table .row')].map((it) => [...it.children].filter(isSeen).length)).size,
          head: head && getComputedStyle(head).display,
          breaks: getComputedStyle(document.querySelector('.table-body > .row') ?? document.body).breakInside,
        };
      });
      expect(seen).toEqual({ controls: [], areBelow: true, isWide: false, columns: 1, head: 'table-header-group', breaks: 'avoid' });
      expect(await measured(page, 'cut', 'over', 'faint')).toEqual([]);
      // Whose it is, by what it was filtered, and when.
      await expect(page.locator('.printed')).toHaveText(/^tokendeck · .*API tokens.* · .*Active.* · \d+ \w+ \d{4}, \d\d:\d\d$/);
      await page.evaluate(() => dispatchEvent(new Event('afterprint')));
      await page.emulateMedia({ media: 'screen' });
      await expect.poll(() => desk.rows.count()).toBeLessThanOrEqual(before);
      await expect(page.locator('.printed')).toBeHidden();
    });
  }

  test('the details are printed alone', async ({ desk, page }) => {
    await desk.open();
    await desk.table.getByRole('link').first().click();
    await expect(page.getByRole('button', { name: say.details.close })).toBeVisible();
    const name = await page.locator('.details h2').first().textContent();
    await print(page);
    await expect(page.locator('.details').getByText(name ?? '').first()).toBeVisible();
    await expect(page.locator('.page-main')).toBeHidden();
    await expect(page.getByRole('button').filter({ visible: true })).toHaveCount(0);
  });
});

test('a long list says how much of it is printed', async ({ launch, page }) => {
  const server = await launch({ tokens: 1_200 });
  const desk = new Desk(page, server.url);
  await desk.open();
  await print(page);
  await expect(desk.rows).toHaveCount(1_000);
  await expect(page.locator('.printed')).toContainText('Printed: 1,000 of 1,200');
});

test.describe('in colours of the system\'s own', () => {
  test.use({ serve: { tokens: 30 } });
  test.beforeEach(async ({ page }) => page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' }));

  test('what opens a list has its sign, what is wrong has an edge, what is chosen another', async ({ desk, page }) => {
    await desk.open();
    const styleOf = (selector: string, what: keyof CSSStyleDeclaration & string, pseudo?: string) =>
      page.locator(selector).first().evaluate((it, [what, pseudo]) => getComputedStyle(it, pseudo)[what as 'color'], [what, pseudo] as const);
    // Their style comes with what loads later.
    await expect.poll(() => styleOf('.select-like', 'content', '::after')).toContain('▾');
    const edge = () => desk.scopeButton.evaluate((it) => [getComputedStyle(it).borderTopColor, getComputedStyle(it).borderTopWidth].join());
    const closed = await edge();
    await desk.scopeButton.click();
    expect(await edge()).not.toBe(closed);
    await page.keyboard.press('Escape');
    const form = await desk.openCreate();
    await form.validTo.fill('2019-01-01T00:00');
    await form.validTo.blur();
    expect(await form.validTo.evaluate((it) => getComputedStyle(it).outlineStyle)).toBe('dashed');
    expect(await form.description.evaluate((it) => getComputedStyle(it).outlineStyle)).toBe('none');
  });
});

test.describe('with more contrast', () => {
  test.use({ serve: { tokens: 30 } });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`nothing is muted, and the focus is wide, ${colorScheme}`, async ({ desk, page }) => {
      await page.emulateMedia({ contrast: 'more', colorScheme });
      await desk.open();
      const colours = await page.evaluate(() => {
        const [ink, muted] = [document.body, document.querySelector('.muted')].map((it) => it && getComputedStyle(it).color);
        return { ink, muted };
      });
      expect(colours.muted).toBe(colours.ink);
      await desk.byName.focus();
      expect(await desk.byName.evaluate((it) => getComputedStyle(it).outlineWidth)).toBe('3px');
      // What is disabled is read as well as the rest.
      const disabled = page.locator('button:is(:disabled, [aria-disabled=true])').filter({ visible: true }).first();
      expect(await disabled.evaluate((it) => getComputedStyle(it).opacity)).toBe('1');
      expect(await measured(page, 'faint')).toEqual([]);
    });
  }
});

test('with less motion nothing moves while the list is on its way', async ({ desk, page, server }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await server.fail({ method: 'GET', path: '/api/v1/tokens', delay_ms: 20_000 });
  await desk.visit();
  await expect(page.locator('.skeleton').first()).toBeVisible();
  await still(page);
  expect(await page.evaluate(() => document.getAnimations().map((it) => String((it as CSSAnimation).animationName)).filter((it) => it !== 'late'))).toEqual([]);
});

test.describe('in another language', () => {
  for (const locale of ['ar', 'ja', 'de', 'en-US']) {
    test.describe(locale, () => {
      test.use({ locale, serve: { tokens: 0 } });

      test('dates and numbers are the page\'s, whole and in one order', async ({ desk, page, server }) => {
        const token = await server.add({ name: 'مفتاح النشر 123', valid_from: '2024-02-03T09:05:06Z', valid_to: '2031-02-03T09:05:06Z' });
        const names = Array.from({ length: 1_100 }, (_, idx) => ({ ...token, id: `${idx}`, guid: `${idx}`, name: `token ${idx}` }));
        await server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: names });
        await page.setViewportSize({ width: 1440, height: 900 });
        await desk.open();
        await expect(desk.status).toHaveText('1,101 of 1,101 tokens');
        await desk.byName.fill('مفتاح');
        await expect(desk.rows).toHaveCount(1);
        const [from, to] = locale === 'en-US' ? ['Feb 3, 2024', 'Feb 3, 2031'] : ['3 Feb 2024', '3 Feb 2031'];
        const row = desk.rows.first();
        await expect(row).toContainText(from);
        await expect(row).toContainText(to);
        // As it is seen: each date on one line, its parts from left to right, whatever the name beside it is.
        const parts = await row.evaluate((row) => {
          const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
          const found: { lines: number; isInOrder: boolean }[] = [];
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            if (!/20(24|31)/.test(node.textContent ?? '') || !node.parentElement?.checkVisibility()) continue;
            const range = document.createRange();
            const boxes = [...(node.textContent ?? '')].map((_, idx) => {
              range.setStart(node, idx);
              range.setEnd(node, idx + 1);
              return range.getBoundingClientRect();
            });
            const first = boxes.filter((it) => Math.abs(it.top - (boxes[0]?.top ?? 0)) < 2);
            found.push({ lines: new Set(boxes.map((it) => Math.round(it.top))).size, isInOrder: first.every((it, idx) => idx === 0 || it.left >= (first[idx - 1]?.left ?? 0)) });
          }
          return found;
        });
        expect(parts.length).toBeGreaterThan(1);
        expect(parts.every((it) => it.isInOrder)).toBe(true);
        expect(await measured(page, 'cut', 'over')).toEqual([]);
      });
    });
  }
});
