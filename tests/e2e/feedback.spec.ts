//! What the page tells, where, how long, and what of it is heard; and what it looks like before there are rows.

import type { Page } from '@playwright/test';
import { TO_OWN } from './desk.ts';
import { expect, hurry, test } from './fixture.ts';
import { FOUR, Inventory } from './inventory.ts';
import { holdsFocus, listen, tabTo, times } from './look.ts';
import { AIR_DEMO, FAILED, MIST_DEMO, MIST_ORG, MistDesk, only, PT_DEMO, PT_SANDBOX, PtDesk } from './systems.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

const notice = (page: Page) => page.locator('.notice');

test.describe('what is copied', () => {
  test.use({ serve: { tokens: 5 } });

  test('shows a tick on its button for two seconds, makes no notice, and is heard once', async ({ desk, page }) => {
    const heard = await listen(page);
    await desk.open();
    const [name = ''] = await desk.names();
    const button = desk.action('Copy GUID of', name);
    await button.click();
    await expect(button).toHaveAttribute('data-copied', '');
    await expect(notice(page)).toBeHidden();
    await expect.poll(async () => times(await heard(), `GUID of “${name}” copied.`)).toBe(1);
    await expect(button).not.toHaveAttribute('data-copied', '', { timeout: 3_000 });
    await button.click();
    await expect.poll(async () => times(await heard(), `GUID of “${name}” copied.`)).toBe(2);
  });
});

test.describe('a notice', () => {
  test.use({ serve: { tokens: 60 } });

  test('goes by itself after five seconds, and waits while it is looked at', async ({ desk, page }) => {
    await desk.open();
    await desk.create({ name: 'made' });
    await expect(notice(page)).toBeVisible();
    await notice(page).hover();
    await page.waitForTimeout(6_000);
    await expect(notice(page)).toBeVisible();
    await page.mouse.move(600, 10);
    await expect(notice(page)).toBeHidden({ timeout: 7_000 });
  });

  test('of something that went wrong stays, and gives the focus back when it is dismissed', async ({ desk, page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } });
      document.execCommand = () => false;
    });
    await desk.open();
    const [name = ''] = await desk.names();
    const copy = desk.action('Copy GUID of', name);
    await copy.focus();
    await page.keyboard.press('Enter');
    await expect(notice(page).getByRole('alert')).toContainText("Couldn't copy.");
    await page.waitForTimeout(6_000);
    await expect(notice(page)).toBeVisible();
    await notice(page).getByRole('button', { name: say.notices.dismiss }).focus();
    await page.keyboard.press('Enter');
    await expect(notice(page)).toBeHidden();
    await expect(copy).toBeFocused();
  });

  for (const [width, height] of [[360, 740], [1280, 800]] as const) {
    test(`covers neither the head, nor what has the focus, nor a dialog's buttons at ${width} pixels`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height });
      await page.addInitScript(() => {
        Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } });
        document.execCommand = () => false;
      });
      await desk.open();
      // What makes room for the focus comes later; a notice before that has a place of its own.
      await desk.rested();
      const [name = ''] = await desk.names();
      await desk.action('Copy GUID of', name).click();
      await expect(notice(page)).toBeVisible();
      const isFree = (selector: string) =>
        page.locator(selector).first().evaluate((it) => {
          const { x, y, width, height } = it.getBoundingClientRect();
          return it.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        });
      expect(await isFree('.page-head > .button')).toBe(true);
      expect(await isFree('.load')).toBe(true);
      // Whatever stands where the notice is.
      await page.evaluate(() => {
        const box = document.querySelector('.notice')!.getBoundingClientRect();
        const button = document.createElement('button');
        button.id = 'below';
        button.style.cssText = `position:fixed;left:${box.x + 10}px;top:${box.y + 4}px;width:60px;height:24px`;
        document.querySelector('main')!.append(button);
        button.focus();
      });
      await expect.poll(() => isFree('#below')).toBe(true);
      await desk.refreshButton.focus();
      await page.evaluate(() => document.querySelector('#below')!.remove());
      await desk.openCreate();
      await expect.poll(() => isFree('dialog[open] .modal-foot .primary')).toBe(true);
      // It is above the dialog, and can be dismissed there.
      await notice(page).getByRole('button', { name: say.notices.dismiss }).click();
      await expect(notice(page)).toBeHidden();
      await expect(desk.creating.dialog).toBeVisible();
    });
  }
});

test.describe('a notice over a page that offers to sign in', () => {
  test.use({ serve: { config: only(PT_SANDBOX) } });

  for (const [width, height] of [[320, 640], [360, 740]] as const) {
    test(`does not cover the button at ${width} pixels`, async ({ page, server }) => {
      await page.setViewportSize({ width, height });
      const pt = new PtDesk(page, server.url);
      await pt.enter();
      await pt.signOut.click();
      await pt.expectSignedOut();
      await expect(notice(page)).toBeVisible();
      const isFree = () =>
        pt.box.getByRole('button', { name: say.notices.signIn }).evaluate((it) => {
          it.scrollIntoView({ block: 'nearest' });
          const { x, y, width, height } = it.getBoundingClientRect();
          return it.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        });
      await expect.poll(isFree).toBe(true);
    });
  }
});

test.describe('what is heard', () => {
  test.use({ serve: { tokens: 200 } });

  test('of a filter is its count, once and when typing pauses; the line is there at once', async ({ context, desk, page }) => {
    // No key comes so late on a busy machine that it would be a pause to the page.
    await hurry(context, 0.25);
    const heard = await listen(page);
    await desk.open();
    await expect.poll(heard).toContain('200 of 200 tokens');
    await desk.byName.pressSequentially('grafana', { delay: 60 });
    const line = await desk.status.innerText();
    await expect.poll(heard).toContain(line);
    await page.waitForTimeout(3_000);
    const counts = (await heard()).filter((it) => it.endsWith('of 200 tokens'));
    expect(counts).toEqual(['200 of 200 tokens', line]);
    await expect(desk.status).toHaveAttribute('aria-live', 'off');
  });

  test('of an order is the column, and what comes first', async ({ desk, page }) => {
    const heard = await listen(page);
    await desk.open();
    await desk.sort('Expiration date').click();
    await expect.poll(heard).toContain('Sorted by Expiration date, soonest first');
    await desk.sort('Expiration date').click();
    await expect.poll(heard).toContain('Sorted by Expiration date, latest first');
  });

  test('of a token that was made is so, once, in the dialog that shows its secret', async ({ launch, page }) => {
    const server = await launch({ config: only(PT_SANDBOX) });
    const heard = await listen(page);
    const pt = new PtDesk(page, server.url);
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill('made-here');
    await form.permission('TASKS_VIEW_ALL').check();
    await form.save.click();
    await expect(pt.secret.dialog).toBeVisible();
    await expect.poll(async () => times(await heard(), '“made-here” was created')).toBe(1);
    await pt.secret.dismiss();
    await page.waitForTimeout(1_000);
    expect(times(await heard(), '“made-here” was created')).toBe(1);
    // It was not lost with the dialog.
    await pt.byName.fill('made-here');
    await expect.poll(heard).toContain('1 of 1 tokens');
  });

  test('of a load that takes long are its quarters', async ({ launch, page, desk }) => {
    const server = await launch({ tokens: 21_000 });
    await server.fail({ path: '/api/v1/tokens', method: 'GET', delay_ms: 1_500 });
    const heard = await listen(page);
    await page.goto(server.url);
    await expect(desk.status).toHaveText('21,000 of 21,000 tokens', { timeout: 60_000 });
    await expect.poll(heard).toContain('21,000 of 21,000 tokens');
    const said = (await heard()).filter((it) => /tokens/.test(it));
    expect(said[0]).toBe('Loading tokens');
    expect(said.length).toBeLessThanOrEqual(5);
    expect(said.slice(1, -1).every((it) => /^(25|50|75)% of 21,000 tokens loaded$/.test(it))).toBe(true);
  });
});

test.describe('one button refreshes and stops', () => {
  test.use({ serve: { tokens: 5 } });

  test('so that it keeps the focus', async ({ desk, page, server }) => {
    await desk.open();
    await server.fail({ path: '/api/v1/tokens', delay_ms: 20_000, times: 1 });
    await desk.refreshButton.focus();
    const before = await page.evaluateHandle(() => document.activeElement);
    const place = await desk.refreshButton.boundingBox();
    await page.keyboard.press('Enter');
    const stop = page.getByRole('button', { name: say.toolbar.stop });
    await expect(stop).toBeFocused();
    expect((await stop.boundingBox())?.width).toBe(place?.width);
    await page.keyboard.press('Enter');
    await expect(desk.refreshButton).toBeFocused();
    expect(await page.evaluate((it) => it === document.activeElement, before)).toBe(true);
  });

  test('and Retry gives it the focus', async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: '/api/v1/tokens', status: 503, times: 1, headers: { 'retry-after': '7' } });
    await desk.visit();
    await expect(desk.alert).toContainText('asks to wait 7 seconds');
    await desk.alert.page().getByRole('button', { name: say.notices.retry }).focus();
    await page.keyboard.press('Enter');
    await desk.loaded();
    await expect(desk.refreshButton).toBeFocused();
  });
});

test.describe('before the user has signed in', () => {
  test.use({ serve: { config: only(PT_SANDBOX, MIST_ORG) } });

  test('nothing is said to load, and what is there is one button, not an error', async ({ page, server }) => {
    const pt = new PtDesk(page, server.url);
    await pt.visit();
    await expect(pt.asking).toBeVisible();
    const isQuiet = async () => {
      await expect(page.getByText(say.stateLine.loading)).toHaveCount(0);
      await expect(page.locator('.load')).toHaveText(say.toolbar.refresh);
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
    };
    await isQuiet();
    await page.keyboard.press('Escape');
    await expect(pt.asking).toBeHidden();
    await isQuiet();
    const signIn = pt.box.getByRole('button', { name: say.notices.signIn });
    await expect(pt.box.getByRole('button')).toHaveCount(1);
    await signIn.press('Enter');
    await expect(pt.asking).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(signIn).toBeFocused();
    await signIn.press('Enter');
    await pt.answer(PT_DEMO);
    await pt.loaded();
    await expect(signIn).toHaveCount(0);
  });

  test('the account stands at the end of the head, and the choice of the system where it was', async ({ page, server }) => {
    const mist = new MistDesk(page, server.url);
    for (const width of [320, 360, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      await page.goto(`${server.url}?connection=Juniper+Mist`);
      const choice = page.locator('.switcher > :is(select, nav)').filter({ visible: true });
      await expect(choice).toBeVisible();
      const places = () => choice.evaluate((it) => [it, ...it.querySelectorAll('a')].map((it) => Math.round(it.getBoundingClientRect().x)));
      const before = await places();
      await mist.answer(MIST_DEMO);
      await mist.loaded();
      expect(await places(), `${width}`).toEqual(before);
      const account = page.locator('.page-head .account');
      const box = await account.boundingBox();
      expect(box && box.x + box.width, `${width}`).toBeLessThanOrEqual(width);
      // In one line.
      expect(box?.height, `${width}`).toBeLessThanOrEqual(46);
      await expect(account.locator('.who')).toHaveAttribute('title', /demo@example\.com/);
      await mist.signOut.click();
    }
  });
});

test.describe('several systems', () => {
  test.use({ serve: { tokens: 20, config: only(...FOUR) } });

  test('are tabs with their counts, all of them first; a title tells which one is shown', async ({ page, server }) => {
    const all = new Inventory(page, server.url);
    await page.goto(server.url);
    const switcher = new Switcher(page);
    await expect(switcher.tabs.getByRole('link')).toHaveText([/^All systems\s*20\+$/, /^Scoped tokens\s*20$/, 'PT Sandbox', 'NVIDIA Air', 'Juniper Mist']);
    await expect(page).toHaveTitle('All systems · API tokens');
    await switcher.show('Scoped tokens');
    await expect(page).toHaveTitle('Scoped tokens · API tokens');
    await switcher.show('All systems');
    await expect(page).toHaveTitle('All systems · API tokens');
    await all.expectParams();
    await all.signInTo('NVIDIA Air', AIR_DEMO);
    await expect(switcher.tab('NVIDIA Air')).toHaveText(/\d$/);
    await page.getByRole('button', { name: 'Sign out of NVIDIA Air' }).click();
    await expect(switcher.tab('NVIDIA Air')).toHaveText('NVIDIA Air');
    const [name = ''] = await all.names();
    await page.getByRole('link', { name, exact: true }).click();
    await expect(page).toHaveTitle(`${name} · All systems · API tokens`);
  });

  test('are a list where they do not fit', async ({ page, server }) => {
    await page.setViewportSize({ width: 1000, height: 700 });
    await page.goto(server.url);
    const switcher = new Switcher(page);
    await expect(switcher.list).toBeVisible();
    await expect(switcher.tabs).toBeHidden();
    await page.setViewportSize({ width: 1280, height: 700 });
    await expect(switcher.tabs).toBeVisible();
    await expect(switcher.list).toBeHidden();
  });

  test('are a line each, and a click on one shows its tokens alone', async ({ page, server }) => {
    const all = new Inventory(page, server.url);
    await all.start();
    await all.signInTo('PT Sandbox', PT_DEMO);
    const filter = all.place('PT Sandbox').getByRole('button', { name: 'PT Sandbox', exact: true });
    await expect(filter).toHaveAttribute('aria-pressed', 'false');
    await filter.click();
    await expect(filter).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(() => all.systems()).toEqual(['PT Sandbox']);
    await all.expectParams('system=PT Sandbox');
    const heights = await page.getByRole('list', { name: say.system.list }).getByRole('listitem').evaluateAll((all) => all.map((it) => it.clientHeight));
    expect(Math.max(...heights)).toBeLessThanOrEqual(40);
    await filter.click();
    await all.expectParams();
  });

  test('that are signed in to by the keyboard give the focus back', async ({ page, server }) => {
    const all = new Inventory(page, server.url);
    await all.start();
    const button = page.getByRole('button', { name: 'Sign in to PT Sandbox' });
    await tabTo(page, button);
    await page.keyboard.press('Enter');
    await expect(all.signIn('PT Sandbox')).toBeVisible();
    expect(await holdsFocus(all.signIn('PT Sandbox'))).toBe(true);
    await page.keyboard.press('Escape');
    await expect(button).toBeFocused();
  });
});

test.describe('one of several that fails', () => {
  test.use({ serve: { tokens: 20, config: only(...FOUR) } });

  test('says why in a line, and the rest on asking', async ({ page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: '/api/v1/tokens', status: 503, headers: { 'retry-after': '30' }, body: { detail: 'Down for maintenance.' } });
    const all = new Inventory(page, server.url);
    await all.start();
    const place = all.place('Scoped tokens');
    await expect(place.getByRole('alert')).toHaveText('Down for maintenance.');
    const rest = place.getByText('asks to wait 30 seconds');
    await expect(rest).toBeHidden();
    await place.getByText(say.system.details, { exact: true }).click();
    await expect(rest).toBeVisible();
  });
});

test.describe('the first paint', () => {
  test.use({ serve: { tokens: 200 } });

  for (const [width, height] of [[360, 740], [1280, 800]] as const) {
    test(`does not jump when the page starts at ${width} pixels`, async ({ desk, page, server }) => {
      await page.setViewportSize({ width, height });
      await server.fail({ path: '/config.json', delay_ms: 800, times: 2 });
      await page.addInitScript(() => {
        interface Source {
          node?: Element;
          previousRect: DOMRect;
          currentRect: DOMRect;
        }
        const shifts: string[] = [];
        Object.assign(globalThis, { tokendeckTestShifts: shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: Source[] })[]) {
            const moved = entry.sources.map(({ node, previousRect: from, currentRect: to }) => `${node?.className ?? ''}: ${from.x},${from.y} to ${to.x},${to.y}`);
            if (entry.value > 0.001) shifts.push(`${entry.value.toFixed(4)} at ${Math.round(entry.startTime)} ${moved.join('; ')}`);
          }
        }).observe({ type: 'layout-shift', buffered: true });
      });
      await page.goto(server.url + TO_OWN);
      const top = () => page.locator('.table-box').evaluate((it) => it.getBoundingClientRect().top);
      await expect(page.locator('.shell-control').first()).toBeVisible();
      const before = await top();
      await desk.loaded();
      await page.waitForTimeout(500);
      expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
      expect(await page.evaluate(() => (globalThis as unknown as { tokendeckTestShifts: string[] }).tokendeckTestShifts)).toEqual([]);
    });
  }

  test('of a page that never starts says so below its head, and covers nothing', async ({ page, server, watch }) => {
    watch.expects(/console error/);
    await page.setViewportSize({ width: 360, height: 740 });
    await server.fail({ path: '/start*.js', status: 404, body: '' });
    await page.goto(server.url);
    const said = page.getByText('The page has not started yet.');
    await expect(said).toBeVisible({ timeout: 25_000 });
    const [text, title, head] = await Promise.all([said, page.getByRole('heading', { level: 1 }), page.getByRole('banner')].map((it) => it.boundingBox()));
    expect(text && head && text.y >= head.y + head.height).toBe(true);
    expect(text && title && text.y + text.height <= title.y).toBe(true);
  });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('nothing is said to load', async ({ page, server }) => {
    await page.goto(server.url);
    await expect(page.locator('noscript p')).toBeVisible();
    await expect(page.locator('[role=status]')).toBeHidden();
    await expect(page.locator('.skeleton').first()).toBeHidden();
    await page.waitForTimeout(16_000);
    await expect(page.locator('.shell-late')).toBeHidden();
  });
});
