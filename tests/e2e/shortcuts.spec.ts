//! Single keys that work wherever the focus is, their list, and the switch that turns them off.

import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { violations } from './look.ts';
import { say } from './texts.ts';

function listOf(page: Page): Locator {
  return page.getByRole('dialog', { name: say.shortcutList.title });
}

test.beforeEach(async ({ desk, server, page }) => {
  await server.add({ name: 'one' });
  await server.add({ name: 'two' });
  await desk.open();
  // They come with what acts on tokens.
  await expect(page.getByRole('button', { name: say.shortcutList.title })).toBeVisible();
});

test('a slash goes to the search, and is not typed', async ({ desk, page }) => {
  await page.keyboard.press('/');
  await expect(desk.byName).toBeFocused();
  await page.keyboard.type('o/n');
  await expect(desk.byName).toHaveValue('o/n');
  await expect(desk.byName).toHaveAttribute('aria-keyshortcuts', '/');
});

test('a slash that needs Shift, as on German keyboards', async ({ desk, page }) => {
  await page.evaluate(() => {
    const event = { key: '/', code: 'Digit7', shiftKey: true, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent('keydown', event));
  });
  await expect(desk.byName).toBeFocused();
});

test('n opens the form, and there keys are letters', async ({ desk, page }) => {
  await page.keyboard.press('n');
  const form = desk.creating;
  await expect(form.name).toBeFocused();
  await page.keyboard.type('n/x?');
  await expect(form.name).toHaveValue('n/x?');
  await expect(listOf(page)).toBeHidden();
});

test('nothing happens with a modifier, while a key repeats, or while an input method composes', async ({ desk, page }) => {
  const press = (more: object) =>
    page.evaluate((more) => {
      const event = { key: 'n', bubbles: true, cancelable: true, ...more };
      return document.body.dispatchEvent(new KeyboardEvent('keydown', event));
    }, more);
  for (const more of [
    { ctrlKey: true },
    { altKey: true },
    { metaKey: true },
    { shiftKey: true },
    { repeat: true },
    { isComposing: true },
    { keyCode: 229 },
  ]) {
    // What is not handled is left to the browser.
    expect(await press(more), JSON.stringify(more)).toBe(true);
  }
  await desk.byStatus.focus();
  await page.keyboard.press('n');
  await expect(desk.creating.dialog).toBeHidden();
  expect(await press({})).toBe(false);
  await expect(desk.creating.dialog).toBeVisible();
});

test('a question mark lists them all; no other key works in a dialog', async ({ desk, page }) => {
  await page.keyboard.press('?');
  const list = listOf(page);
  await expect(list.getByRole('term').first()).toHaveText('/');
  for (const key of ['/', 'n', 'x', '?']) await expect(list.getByText(key, { exact: true })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('n');
  await expect(desk.creating.dialog).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
});

test('switched off they stay off, until they are switched on again', async ({ desk, page }) => {
  await page.getByRole('button', { name: say.shortcutList.title }).click();
  await listOf(page).getByRole('checkbox', { name: say.shortcutList.on }).uncheck();
  await page.keyboard.press('Escape');
  const all = async (works: boolean) => {
    await expect(desk.byName).toHaveAttribute('aria-keyshortcuts', works ? '/' : /^$/, { timeout: 2_000 }).catch(() => undefined);
    await page.keyboard.press('?');
    await expect(listOf(page)).toBeVisible({ visible: works });
  };
  await all(false);
  await page.reload();
  await desk.loaded();
  const open = page.getByRole('button', { name: say.shortcutList.title });
  await expect(open).toBeVisible();
  await all(false);
  await expect(desk.byName).not.toHaveAttribute('aria-keyshortcuts');
  await open.click();
  await listOf(page).getByRole('checkbox', { name: say.shortcutList.on }).check();
  await page.keyboard.press('Escape');
  await all(true);
});

test('x selects the row that has the focus, and takes it out again', async ({ desk, page }) => {
  const name = (of: string) => desk.row(of).locator('.name');
  await name('two').focus();
  await page.keyboard.press('x');
  await expect(desk.selects('two')).toBeChecked();
  await expect(desk.selects('one')).not.toBeChecked();
  await expect(desk.selection).toContainText('1 selected');
  // The focus stays, so that one goes on by keys: also from another cell of a row, and from the box itself.
  await expect(name('two')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('x');
  await expect(desk.selection).toContainText('2 selected');
  await desk.selects('one').focus();
  await page.keyboard.press('x');
  await expect(desk.selects('one')).not.toBeChecked();
  await expect(desk.selection).toContainText('1 selected');
});

test('x selects nothing while letters are typed or composed, with a modifier, outside the table, or switched off', async ({ desk, page }) => {
  const none = () => expect(desk.selection).toHaveCount(0);
  const name = desk.row('one').locator('.name');
  await desk.byName.focus();
  await page.keyboard.type('x');
  await expect(desk.byName).toHaveValue('x');
  await desk.byName.fill('');
  await desk.expectNames('one', 'two');
  await none();
  await name.focus();
  const press = (more: object) =>
    name.evaluate((it, more) => it.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, cancelable: true, ...more })), more);
  for (const more of [{ isComposing: true }, { keyCode: 229 }, { ctrlKey: true }, { metaKey: true }, { altKey: true }, { shiftKey: true }, { repeat: true }]) {
    expect(await press(more), JSON.stringify(more)).toBe(true);
  }
  await none();
  await desk.refreshButton.focus();
  await page.keyboard.press('x');
  await none();
  await page.keyboard.press('?');
  await listOf(page).getByRole('checkbox', { name: say.shortcutList.on }).uncheck();
  await page.keyboard.press('Escape');
  await page.reload();
  await desk.loaded();
  await expect(page.getByRole('button', { name: say.shortcutList.title })).toBeVisible();
  await name.focus();
  await page.keyboard.press('x');
  await none();
  // The box itself goes on working.
  await desk.selects('one').focus();
  await page.keyboard.press('Space');
  await expect(desk.selects('one')).toBeChecked();
});

test('the keys of the table go on working', async ({ desk, page }) => {
  const name = (of: string) => desk.row(of).locator('.name');
  await name('one').focus();
  await page.keyboard.press('ArrowDown');
  await expect(name('two')).toBeFocused();
  await page.keyboard.press('/');
  await expect(desk.byName).toBeFocused();
});

test('at 320 pixels the list fits', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.getByRole('button', { name: say.shortcutList.title }).click();
  await expect(listOf(page)).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
