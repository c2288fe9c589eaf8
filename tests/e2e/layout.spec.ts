//! What stands where, whatever width the window comes to: rows one under the other, and the details beside them.

import type { Desk } from './desk.ts';
import { expect, test } from './fixture.ts';
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
    await desk.signIn().getByLabel('API token').fill(SECRET);
    await desk.signIn().getByRole('button', { name: say.signInForm.signIn }).click();
    await desk.loaded();
    await desk.table.getByRole('link').first().click();
  }

  for (const [width, height] of [[700, 800], [768, 900], [1024, 768], [1280, 800], [1920, 1000]] as const) {
    test(`leave the page's head free at ${width} pixels`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height });
      await openDetails(desk);
      const panel = page.getByRole('complementary');
      const close = panel.getByRole('button', { name: say.details.close });
      await expect(panel.locator('pre')).toBeVisible();
      // The whole of it is in the window, and its own button at the top.
      const box = await panel.boundingBox();
      expect(box && box.y + box.height).toBeLessThanOrEqual(height + 1);
      await close.click({ trial: true });
      await page.getByRole('button', { name: say.page.signOut }).click();
      await expect(panel).toHaveCount(0);
      await expect(desk.box).toContainText(say.prompt.signedOut);
    });
  }

  test('fill the window of a phone, where what is told does not lie over their head', async ({ desk, page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await openDetails(desk);
    const panel = page.getByRole('complementary');
    // What is copied is told on its button; what is not, in a notice.
    await panel.getByRole('button', { name: say.details.copyJson }).click();
    await expect(panel.getByRole('button', { name: say.details.copyJson })).toHaveAttribute('data-copied', '');
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } });
      document.execCommand = () => false;
    });
    await panel.getByRole('button', { name: say.details.copyJson }).click();
    await expect(page.locator('.notice')).toBeVisible();
    await panel.getByRole('button', { name: say.details.close }).click();
    await expect(panel).toHaveCount(0);
  });
});

test('a long name and a long date that cannot be read push nothing out of a phone', async ({ desk, page, server }) => {
  const odd = { id: 'odd', guid: crypto.randomUUID(), name: 'n'.repeat(200), scopes: [], is_active: true, valid_to: 'soon '.repeat(40) };
  await server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: [odd] });
  await desk.open();
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 760 });
    for (const action of ['Edit', 'Revoke', 'Delete'] as const) {
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
