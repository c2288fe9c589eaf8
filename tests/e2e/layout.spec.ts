//! What stands where, whatever width the window comes to: rows one under the other, and the details beside them.

import { detailsOf, openRaw, type Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
import { FOUR, Inventory } from './inventory.ts';
import { only } from './systems.ts';
import { say } from './texts.ts';

test.use({ serve: { tokens: 200 } });

test('rows have their places again when the window gets another layout', async ({ page, desk }) => {
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto(desk.url);
  await expect(desk.status).toContainText('of 200 tokens');
  for (const width of [1000, 400, 1400]) {
    await page.setViewportSize({ width, height: 900 });
    await expect
      .poll(() =>
        desk.table.getByRole('row').evaluateAll((rows) => {
          const boxes = rows.slice(1).map((row) => row.getBoundingClientRect());
          return boxes.slice(1).every((box, idx) => Math.abs(box.top - (boxes[idx]?.bottom ?? 0)) < 1.5);
        }),
      )
      .toBe(true);
  }
});

test.describe('the details of a token', () => {
  const SECRET = 's3cret-of-this-test';
  test.use({ serve: { tokens: 30, secret: SECRET } });

  /** Signs in, and opens the details of the first token. */
  async function openDetails(desk: Desk): Promise<void> {
    await desk.visit();
    await desk.signsIn(SECRET);
    await desk.loaded();
    await desk.table.getByRole('link').first().click();
  }

  for (const [width, height] of [[1440, 900], [1920, 1000], [3440, 1300]] as const) {
    test(`stand beside the table at ${width} pixels and cover nothing`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height });
      await openDetails(desk);
      const panel = page.getByRole('complementary');
      const close = panel.getByRole('button', { name: say.details.close });
      // The whole of it is in the window, beside what the page has to show, and its own button at the top.
      const [box, main] = [await panel.boundingBox(), await page.getByRole('main').boundingBox()];
      if (!box || !main) throw new Error('no place');
      expect(box.y + box.height).toBeLessThanOrEqual(height + 1);
      expect(main.x + main.width).toBeLessThanOrEqual(box.x + 1);
      expect(box.x - (main.x + main.width)).toBeLessThan(2);
      await close.click({ trial: true });
      for (const button of [desk.createButton, desk.refreshButton]) await button.click({ trial: true });
      await page.getByRole('button', { name: say.page.signOut }).click();
      await expect(panel).toHaveCount(0);
      await expect(desk.box).toContainText(say.prompt.signedOut);
    });
  }

  for (const [width, height] of [[360, 740], [768, 900], [1280, 800]] as const) {
    test(`are a dialog over the table at ${width} pixels, whole in the window`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height });
      await openDetails(desk);
      const panel = page.getByRole('dialog', { name: 'ci-deploy' });
      expect(await panel.evaluate((it) => it.matches(':modal'))).toBe(true);
      await openRaw(panel);
      await panel.getByRole('button', { name: say.details.copyJson }).click();
      // It is told where it happened, and nothing lies over their head.
      await expect(panel.getByRole('button', { name: say.dialogs.copied })).toBeVisible();
      await expect(page.locator('.notice.shown')).toHaveCount(0);
      const box = await panel.boundingBox();
      expect(box && box.y >= -1 && box.y + box.height <= height + 1).toBe(true);
      if (width === 360) expect(box?.height).toBeGreaterThan(height - 2);
      await panel.getByRole('button', { name: say.details.close }).click();
      await expect(panel).toHaveCount(0);
    });
  }

  test('offer what can be done, and say each fact once', async ({ desk, page }) => {
    await openDetails(desk);
    const panel = detailsOf(page);
    const actions = panel.locator('.details-actions').getByRole('button');
    await expect(actions).toHaveText(['Copy GUID', 'Edit', 'Rotate', 'Disable', 'Revoke', 'Delete', 'Clone']);
    const facts = await panel.locator('dt').filter({ visible: true }).allInnerTexts();
    expect(facts).toEqual(expect.arrayContaining(['GUID', 'Scopes', 'Active from', 'Expiration date', 'Last used', 'Created by']));
    expect(new Set(facts).size).toBe(facts.length);
    await expect(panel.getByText(say.details.json, { exact: true })).toBeHidden();
    await actions.filter({ hasText: 'Revoke' }).click();
    await expect(page.getByRole('alertdialog', { name: 'Revoke ci-deploy?' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(actions.filter({ hasText: 'Revoke' })).toBeFocused();
  });

  test('change their place with the width and stay as they are', async ({ desk, page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await openDetails(desk);
    const panel = detailsOf(page);
    await openRaw(panel);
    await panel.getByRole('button', { name: say.details.copyJson }).focus();
    for (const width of [1000, 1500, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => panel.evaluate((it) => it.matches(':modal'))).toBe(width < 1440);
      await expect(panel.locator('pre')).toBeVisible();
      await expect(panel.getByRole('button', { name: say.details.copyJson })).toBeFocused();
    }
    await page.keyboard.press('Escape');
    await expect(panel).toHaveCount(0);
  });

  test('stay under what was opened from them when the width changes, and take their place after it', async ({ desk, page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await openDetails(desk);
    const panel = detailsOf(page);
    await panel.getByRole('button', { name: 'Edit' }).click();
    const form = desk.editing;
    await expect(form.name).toBeVisible();
    for (const width of [1000, 1500, 360]) {
      await page.setViewportSize({ width, height: 900 });
      // What is covered cannot be clicked.
      await form.name.click({ timeout: 5000 });
    }
    await form.cancel.click();
    await expect(form.dialog).toBeHidden();
    await expect.poll(() => panel.evaluate((it) => it.matches(':modal'))).toBe(true);
  });
});

test('a long name and a long date that cannot be read push nothing out of a phone', async ({ desk, page, server }) => {
  const odd = { id: 'odd', guid: crypto.randomUUID(), name: 'n'.repeat(200), scopes: [], is_active: true, disabled_at: null, valid_to: 'soon '.repeat(40) };
  await server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: [odd] });
  await desk.open();
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 760 });
    for (const action of ['Edit', 'Disable', 'Revoke', 'Delete'] as const) {
      const right = async () => {
        const box = await desk.action(action, odd.name).boundingBox();
        return box ? box.x + box.width : Number.POSITIVE_INFINITY;
      };
      await expect.poll(right, `${action} at ${width}`).toBeLessThanOrEqual(width);
    }
  }
});

for (const width of [360, 768, 1280]) {
  test(`a refusal that nothing can be done about is as wide as the page at ${width} pixels`, async ({ desk, page, server, watch }) => {
    watch.expects(/console error: .*Failed to load resource/);
    await page.setViewportSize({ width, height: 800 });
    await server.fail({ method: 'GET', path: '/api/v1/tokens?*', status: 403, body: { detail: 'Auditors only.' } });
    await desk.visit();
    await expect(desk.alert).toContainText('Auditors only.');
    const told = page.locator('.page-main > .panel');
    await expect(told.getByRole('button')).toHaveCount(0);
    const lines = await told.locator('p').first().evaluate((it) => it.clientHeight / Number.parseFloat(getComputedStyle(it).lineHeight));
    expect(lines).toBeLessThan(1.5);
  });
}

test.describe('the table', () => {
  const KEPT = ['Name', 'GUID', 'Active from', 'Expiration date', 'Last used', 'Is active', 'Actions'];

  for (const width of [1000, 1024, 1280, 1440, 1920]) {
    test(`has the columns that people decide by, each header over its cells, at ${width} pixels`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height: 800 });
      await desk.open();
      // A description has one too, for those who hear the table.
      const headers = desk.table.getByRole('columnheader').filter({ visible: true });
      const names = (await headers.allInnerTexts()).map((it) => it.replace(/\s*[▲▼↕]?\s*$/, ''));
      expect(names.filter((it) => KEPT.includes(it))).toEqual(KEPT);
      for (const label of KEPT) {
        const header = await headers.filter({ hasText: new RegExp(`^${label}`) }).boundingBox();
        const cell = desk.rows.nth(1).locator(`[data-label="${label}"]`);
        // Where its text begins: a button has some room around its own.
        const left = await cell.evaluate((it) => {
          const button = it.querySelector('.button');
          const range = document.createRange();
          if (button) range.selectNodeContents(button);
          return (button ? range : (it.firstElementChild ?? it)).getBoundingClientRect().left;
        });
        if (!header) throw new Error(`no ${label}`);
        expect(Math.abs(header.x - left), label).toBeLessThan(1.5);
      }
    });
  }

  for (const width of [320, 360, 768]) {
    test(`is cards with a label for each fact at ${width} pixels`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height: 800 });
      await desk.open();
      for (const label of ['GUID', 'Scopes', 'Active from', 'Expiration date', 'Last used']) {
        const cell = desk.rows.first().locator(`[data-label="${label}"]`);
        await expect(cell).toBeVisible();
        expect(await cell.evaluate((it) => [getComputedStyle(it, '::before').display, getComputedStyle(it, '::before').content])).toEqual([
          expect.not.stringMatching('none'),
          `"${label}"`,
        ]);
      }
    });
  }
});

test.describe('all systems', () => {
  test.use({ serve: { tokens: 60, config: only(...FOUR) } });

  test('an action has one place in all rows', async ({ page, server }) => {
    const all = new Inventory(page, server.url);
    for (const width of [1024, 1440]) {
      await page.setViewportSize({ width, height: 1400 });
      await all.start('?systems=all&sort=name');
      await all.signInToAll();
      await expect(all.rows.first()).toBeVisible();
      const places = await all.rows.getByRole('button').evaluateAll((buttons) =>
        buttons
          .filter((it) => it.matches('[data-do=edit], [data-do=disable], [data-do=revoke], [data-do=delete]') && it.getClientRects().length > 0)
          .map((it) => `${it.getAttribute('data-do')} at ${Math.round(it.getBoundingClientRect().left)}`),
      );
      expect(new Set(places).size).toBe(4);
    }
  });
});
