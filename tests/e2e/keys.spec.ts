//! The table by keyboard: one stop for Tab, arrows from row to row and along a row.

import type { Locator } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { say } from './texts.ts';

test.use({ serve: { tokens: 400 } });

/** The row that has the focus. */
const nameOf = (row: Locator) => row.getByRole('rowheader');

test.beforeEach(async ({ desk }) => {
  await desk.open();
  await desk.rested();
});

test('is one stop, and keys go on where they left off', async ({ desk, page }) => {
  const columns = page.getByRole('button', { name: say.stateLine.columns });
  const rows = await desk.rows.all();
  const links = desk.table.getByRole('link');
  await columns.focus();
  await page.keyboard.press('Tab');
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(columns).toBeFocused();
  await page.keyboard.press('Tab');
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('ArrowDown');
  await expect(links.nth(3)).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(columns).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(links.nth(3)).toBeFocused();
  // Of all that can be pressed in it there is one that Tab comes to.
  expect(await desk.table.locator('[tabindex="0"]').count()).toBe(1);
  expect(rows.length).toBeGreaterThan(4);
});

test('goes along a row to its buttons, and down from a button to the same of the next row', async ({ desk, page }) => {
  const row = (idx: number) => desk.rows.nth(idx);
  await row(0).getByRole('link').focus();
  await page.keyboard.press('ArrowRight');
  await expect(row(0).getByRole('button', { name: /^Copy GUID/ })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(row(0).getByRole('button', { name: /^Edit/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(row(1).getByRole('button', { name: /^Edit/ })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(row(1).getByRole('button', { name: /^Copy GUID/ })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Edit token' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(1).getByRole('button', { name: /^Edit/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row(1).getByRole('link')).toBeFocused();
});

test('goes by screens and to both ends, and what has the focus is in view', async ({ desk, page }) => {
  const focused = desk.rows.filter({ has: page.locator(':focus') });
  const place = async () => Number(await focused.getAttribute('aria-rowindex'));
  const isInView = () =>
    focused.evaluate((row) => {
      const box = row.getBoundingClientRect();
      const view = row.closest('.table-box')?.getBoundingClientRect();
      const head = row.closest('.table')?.querySelector('.table-head')?.getBoundingClientRect();
      return view !== undefined && head !== undefined && box.top >= head.bottom - 1 && box.bottom <= view.bottom + 1;
    });
  await desk.table.getByRole('link').first().focus();
  await page.keyboard.press('PageDown');
  const screen = (await place()) - 2;
  expect(screen).toBeGreaterThan(3);
  expect(await isInView()).toBe(true);
  await page.keyboard.press('PageDown');
  expect(await place()).toBe(2 + 2 * screen);
  expect(await isInView()).toBe(true);
  await page.keyboard.press('End');
  expect(await place()).toBe(401);
  expect(await isInView()).toBe(true);
  await page.keyboard.press('ArrowDown');
  expect(await place()).toBe(401);
  await page.keyboard.press('PageUp');
  expect(await place()).toBe(401 - screen);
  await page.keyboard.press('Home');
  expect(await place()).toBe(2);
  expect(await isInView()).toBe(true);
});

test('goes up to the headers, which sort, and down again', async ({ desk, page }) => {
  await desk.table.getByRole('link').first().focus();
  await page.keyboard.press('ArrowUp');
  await expect(desk.table.getByRole('button', { name: 'Name', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(desk.table.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(desk.table.getByRole('button', { name: 'Name', exact: true })).toBeFocused();
  // From there Tab leaves the table, too.
  expect(await desk.table.locator('[tabindex="0"]').count()).toBe(1);
  await page.keyboard.press('ArrowDown');
  await expect(nameOf(desk.rows.first()).getByRole('link')).toBeFocused();
});

test('goes on with what is in view when the row with the focus was scrolled away', async ({ desk, page }) => {
  await desk.table.getByRole('link').first().focus();
  await desk.table.hover();
  await page.mouse.wheel(0, 5_000);
  const first = () => desk.rows.first().getAttribute('aria-rowindex').then(Number);
  await expect.poll(first).toBeGreaterThan(20);
  // Not on the page itself, from where keys would lead nowhere.
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('table-box');
  await page.keyboard.press('ArrowDown');
  const focused = desk.rows.filter({ has: page.locator(':focus') });
  await expect(focused).toHaveCount(1);
  expect(Number(await focused.getAttribute('aria-rowindex'))).toBeGreaterThan(20);
});

test('goes from card to card, and the page scrolls with it', async ({ desk, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await expect(page.getByLabel(say.sortBy.label)).toBeVisible();
  const focused = desk.rows.filter({ has: page.locator(':focus') });
  await desk.table.getByRole('link').first().focus();
  for (let times = 0; times < 12; times += 1) await page.keyboard.press('ArrowDown');
  expect(await focused.getAttribute('aria-rowindex')).toBe('14');
  const box = await focused.boundingBox();
  expect(box?.y).toBeGreaterThanOrEqual(-1);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(741);
  expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(1_000);
  await page.keyboard.press('End');
  expect(await focused.getAttribute('aria-rowindex')).toBe('401');
});
