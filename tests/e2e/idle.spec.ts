//! Where the page is left alone it signs out by itself: `idle_minutes`.

import type { Page } from '@playwright/test';
import { expect, held, moveableClock, test } from './fixture.ts';
import { expectAccessible, expectFits } from './look.ts';
import { AIR_V2, AirDesk, only } from './systems.ts';
import { say } from './texts.ts';

const CONFIG = { ...only(AIR_V2), idle_minutes: 15 };

test.use({ serve: { config: CONFIG } });

/** Lets time pass while the page sleeps, and wakes it. */
async function passing(page: Page): Promise<(minutes: number) => Promise<void>> {
  const clock = await moveableClock(page);
  return async (minutes) => {
    await clock.forward(minutes);
    await page.evaluate(() => dispatchEvent(new Event('focus')));
  };
}

test('it warns a minute before, and one who stays stays', async ({ page, server }) => {
  const air = new AirDesk(page, server.url);
  const warning = page.getByRole('alertdialog', { name: say.idleDialog.warning });
  const pass = await passing(page);
  await air.enter();
  await pass(13.8);
  await expect(warning).toHaveCount(0);
  await pass(0.45);
  await expect(warning).toBeVisible();
  await expect(warning.getByRole('timer')).toHaveText(/Signing out in (3\d|4\d) seconds\./);
  await expect(warning.getByRole('button', { name: say.idleDialog.stay })).toBeFocused();
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 600 });
  await expectFits(page, 'the warning');
  await page.keyboard.press('Enter');
  await expect(warning).toBeHidden();
  await pass(13.8);
  await expect(warning).toHaveCount(0);
  await expect(air.signOut).toBeVisible();
});

test('it signs out as the user would, and says why', async ({ page, server }) => {
  const air = new AirDesk(page, server.url);
  const pass = await passing(page);
  await air.enter();
  const form = await air.openCreate();
  await form.name.fill('half typed');
  await pass(14.2);
  await expect(page.getByRole('alertdialog', { name: say.idleDialog.warning })).toBeVisible();
  await pass(0.9);
  const over = page.getByRole('alertdialog', { name: say.idleDialog.over });
  await expect(over).toContainText('15 minutes');
  await expect(form.dialog).toHaveCount(0);
  await over.getByRole('button', { name: say.idleDialog.close }).click();
  await air.expectSignedOut();
});

test('what the user does begins the time again: a key, a press, the wheel; a pointer that only moves does not', async ({ page, server }) => {
  const air = new AirDesk(page, server.url);
  const warning = page.getByRole('alertdialog', { name: say.idleDialog.warning });
  const pass = await passing(page);
  await air.enter();
  for (const act of [
    () => page.keyboard.press('Shift'),
    async () => {
      // The browser tells of it with a frame, which may be after the next step. It is listened for before it is sent.
      const turned = await page.evaluateHandle(() => ({
        wheel: new Promise<void>((done) => addEventListener('wheel', () => done(), { once: true })),
      }));
      await page.mouse.wheel(0, 10);
      await turned.evaluate((it) => it.wheel);
    },
    () => page.mouse.click(5, 5),
  ]) {
    await pass(13);
    await act();
    await expect(warning).toHaveCount(0);
  }
  await pass(13);
  await page.mouse.move(50, 50);
  await page.mouse.move(90, 90);
  await pass(1.3);
  await expect(warning).toBeVisible();
  await warning.getByRole('button', { name: say.idleDialog.signOut }).click();
  await air.expectSignedOut();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
});

test('a machine that slept shows nothing to the one who wakes it', async ({ page, server }) => {
  const clock = await moveableClock(page);
  const air = new AirDesk(page, server.url);
  await air.enter();
  await clock.forward(8 * 60);
  // No timer has run since: the first key ends it.
  await page.keyboard.press('Shift');
  await expect(page.getByRole('alertdialog', { name: say.idleDialog.over })).toBeVisible();
  await page.keyboard.press('Escape');
  await air.expectSignedOut();
});

test('a change that is being sent is waited for', async ({ page, server }) => {
  const pass = await passing(page);
  const air = new AirDesk(page, server.url);
  await air.enter();
  const form = await air.openCreate();
  await form.name.fill('late');
  const letGo = await held(page, 'POST', /\/api-tokens\/$/);
  await form.save.click();
  await pass(20);
  await expect(page.getByRole('alertdialog', { name: say.idleDialog.waiting })).toBeVisible();
  letGo();
  await expect(page.getByRole('alertdialog', { name: say.idleDialog.over })).toBeVisible({ timeout: 15_000 });
  await page.keyboard.press('Escape');
  await air.expectSignedOut();
  await page.getByRole('button', { name: say.notices.signIn, exact: true }).click();
  await air.answer(air.account);
  await air.loaded();
  await expect(air.row('late')).toHaveCount(1);
});

test('what is done in another tab counts in this one', async ({ context, page, server }) => {
  const air = new AirDesk(page, server.url);
  const other = await context.newPage();
  const there = new AirDesk(other, server.url);
  const clocks = [await moveableClock(page), await moveableClock(other)];
  await air.enter();
  await there.enter();
  for (const clock of clocks) await clock.forward(14.5);
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await expect(page.getByRole('alertdialog', { name: say.idleDialog.warning })).toBeVisible();
  await other.evaluate(() => dispatchEvent(new Event('focus')));
  await other.getByRole('button', { name: say.idleDialog.stay }).click();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(air.signOut).toBeVisible();
});

test.describe('a wrong one', () => {
  test.use({ serve: { config: { ...only(AIR_V2), idle_minutes: 0 } } });

  test('is told with its place', async ({ page, server }) => {
    await page.goto(server.url);
    await expect(page.getByRole('main')).toContainText('/idle_minutes must be a whole number from 1 to 1440');
  });
});
