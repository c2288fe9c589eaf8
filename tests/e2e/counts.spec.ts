//! The counts over the list: what they count, what they show when they are pressed, and that both agree.

import { expect, held, moveableTime, test } from './fixture.ts';
import { ACCOUNTS, FOUR, Inventory } from './inventory.ts';
import { inDays, inSeconds, type Token } from './server.ts';
import { AIR_V2, AirDesk, MIST_ORG, MistDesk, PT_SANDBOX, PtDesk, only, type SystemDesk } from './systems.ts';
import { say } from './texts.ts';

const DAY = 86_400_000;

/** What is counted, by the words on its button: which tokens, and what the address says when it is pressed. */
const COUNTS: [string, (it: Token) => boolean, string[]][] = [
  [say.counted.active, (it) => it.is_active, ['status=active']],
  [
    say.counted.endingSoon,
    (it) => it.is_active && it.valid_to !== null && Date.parse(it.valid_to) <= Date.now() + 14 * DAY,
    ['status=active', 'ends=14'],
  ],
  [say.counted.unused, (it) => it.last_used_at !== null && Date.parse(it.last_used_at) < Date.now() - 90 * DAY, ['used=90d']],
  [say.counted.neverUsed, (it) => it.last_used_at === null, ['used=never']],
  [say.counted.noEnd, (it) => it.valid_to === null, ['ends=never']],
  [
    say.counted.over,
    (it) => it.revoked_at !== null || (it.valid_to !== null && Date.parse(it.valid_to) <= Date.now()),
    ['status=over'],
  ],
];

test.describe('of a list', () => {
  test.use({ serve: { tokens: 200 } });

  test('are what the data says; each shows what it counts, stands in the address, and is taken away again', async ({ desk, server }) => {
    const tokens = await server.tokens();
    const number = (is: (it: Token) => boolean) => tokens.filter(is).length;
    // What was searched for before makes no difference to the counts, nor to what they show.
    await desk.open('?name=e&creator=a');
    await desk.expectCounts(...COUNTS.map(([what, is]) => `${number(is)} ${what}`));
    for (const [what, is, params] of COUNTS) {
      expect(number(is), what).toBeGreaterThan(3);
      const count = desk.count(what);
      await expect(count).toHaveAttribute('aria-pressed', 'false');
      await count.click();
      await expect(desk.status).toHaveText(`${number(is)} of 200 tokens`);
      await desk.expectParams(...params);
      await expect(count).toHaveAttribute('aria-pressed', 'true');
      await expect(desk.counts.locator('[aria-pressed=true]')).toHaveCount(1);
      await expect(count).toBeFocused();
    }
    // What is searched for besides stays when the count is taken away.
    await desk.byName.fill('e');
    await expect(desk.count(say.counted.over)).toHaveAttribute('aria-pressed', 'true');
    await desk.count(say.counted.over).click();
    await desk.expectParams('name=e');
    await expect(desk.counts.locator('[aria-pressed=true]')).toHaveCount(0);
  });

  test('lead back, and are pressed where an address or a filter says the same', async ({ desk, page }) => {
    await desk.open('?status=active&ends=14');
    await expect(desk.count(say.counted.endingSoon)).toHaveAttribute('aria-pressed', 'true');
    await desk.count(say.counted.neverUsed).click();
    await desk.expectParams('used=never');
    await page.goBack();
    await expect(desk.count(say.counted.endingSoon)).toHaveAttribute('aria-pressed', 'true');
    await desk.byStatus.selectOption(say.statusFilter.all);
    await expect(desk.counts.locator('[aria-pressed=true]')).toHaveCount(0);
    await desk.clearFilters.click();
    await desk.byStatus.selectOption(say.statusFilter.active);
    await expect(desk.count(say.counted.active)).toHaveAttribute('aria-pressed', 'true');
    // What is over is a status that the control names, though it is not among its choices.
    await desk.count(say.counted.over).click();
    await expect(desk.byStatus).toHaveValue('over');
    await expect(desk.byStatus.locator('option:checked')).toHaveText(say.statusFilter.over);
    await desk.clearFilters.click();
    await expect(desk.byStatus.getByRole('option', { name: say.statusFilter.over })).toHaveCount(0);
  });

  test('do not move the table when they are pressed, nor does what is cleared', async ({ desk, page }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await desk.open();
    const top = async () => (await desk.table.boundingBox())?.y;
    const before = await top();
    for (const [what] of COUNTS) {
      await desk.count(what).click();
      await expect(desk.clearFilters).toBeVisible();
      expect(await top(), what).toBe(before);
    }
    await desk.byName.fill('a');
    await desk.byGuid.fill('1');
    expect(await top()).toBe(before);
    await desk.clearFilters.click();
    await expect(desk.clearFilters).toBeHidden();
    expect(await top()).toBe(before);
  });

  for (const width of [320, 360, 768, 1000, 1280]) {
    test(`are whole at ${width} pixels`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height: 740 });
      await desk.open('?status=over');
      for (const [what] of COUNTS) {
        const box = await desk.count(what).boundingBox();
        expect(box && box.x >= 0 && box.x + box.width <= width, what).toBe(true);
        expect(box?.height).toBeGreaterThanOrEqual(24);
        expect(await desk.count(what).evaluate((it) => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight + 1)).toBe(true);
      }
    });
  }
});

test('are not there where there is nothing to count', async ({ desk }) => {
  await desk.open();
  await expect(desk.counts).toBeHidden();
});

test('follow time: a token starts, comes near its end, and ends', async ({ desk, page, server }) => {
  const time = await moveableTime(page);
  // Each less than a minute after the one before: after a minute the page counts in any case.
  await server.add({ name: 'rises', valid_from: inSeconds(45), valid_to: inDays(30) });
  await server.add({ name: 'nears', valid_to: inSeconds(14 * 86_400 + 90) });
  await server.add({ name: 'falls', valid_to: inSeconds(135) });
  await desk.open();
  const active = desk.count(say.counted.active);
  const soon = desk.count(say.counted.endingSoon);
  const over = desk.count(say.counted.over);
  await expect(active).toHaveText(`2 ${say.counted.active}`);
  await expect(soon).toHaveText(`1 ${say.counted.endingSoon}`);
  await time.forward(50);
  await expect(active).toHaveText(`3 ${say.counted.active}`);
  await time.forward(45);
  await expect(soon).toHaveText(`2 ${say.counted.endingSoon}`);
  await time.forward(45);
  await expect(over).toHaveText(`1 ${say.counted.over}`);
  await expect(active).toHaveText(`2 ${say.counted.active}`);
  await expect(soon).toHaveText(`1 ${say.counted.endingSoon}`);
});

test('follow what is done to a token', async ({ desk, server }) => {
  await server.add({ name: 'one' });
  await server.add({ name: 'two' });
  await desk.open();
  await expect(desk.count(say.counted.active)).toHaveText(`2 ${say.counted.active}`);
  await desk.action('Revoke', 'one').click();
  await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
  await expect(desk.count(say.counted.active)).toHaveText(`1 ${say.counted.active}`);
  await expect(desk.count(say.counted.over)).toHaveText(`1 ${say.counted.over}`);
});

test.describe('while more tokens come in', () => {
  test.use({ serve: { tokens: 3_000 } });

  test('have a plus, and lose it at the end', async ({ desk, page, server }) => {
    const letGo = await held(page, 'GET', /\/api\/v1\/tokens\?.*cursor=/);
    await desk.visit();
    await expect(desk.count(say.counted.active)).toHaveText(/^[\d,]+\+ /);
    letGo();
    await desk.loaded();
    const tokens = await server.tokens();
    const number = (is: (it: Token) => boolean) => tokens.filter(is).length.toLocaleString('en');
    await desk.expectCounts(...COUNTS.map(([what, is]) => `${number(is)} ${what}`));
    // A list that was cut stays so.
    await server.fail({ path: '/api/v1/tokens?*cursor=*', delay_ms: 60_000 });
    await page.reload();
    await expect(desk.count(say.counted.active)).toHaveText(/^[\d,]+\+ /);
    await page.getByRole('button', { name: say.toolbar.stop }).click();
    await expect(desk.refreshButton).toBeVisible();
    await expect(desk.count(say.counted.active)).toHaveText(/^[\d,]+\+ /);
  });
});

/** What each system can tell of its tokens: PT Sandbox and Air no last use, PT Sandbox and Mist no end that comes. */
const KNOWN = {
  pt: [say.counted.active, say.counted.noEnd, say.counted.over],
  air: [say.counted.active, say.counted.endingSoon, say.counted.noEnd, say.counted.over],
  mist: [say.counted.active, say.counted.unused, say.counted.neverUsed, say.counted.noEnd, say.counted.over],
};

test.describe('of another system', () => {
  /** Presses each of these counts, which are all that there are, and expects as many rows as it says. */
  async function check(desk: SystemDesk, known: string[]): Promise<void> {
    await desk.enter();
    await desk.expectCounts(...known.map((it) => new RegExp(`^\\d+ ${it}$`)));
    for (const what of known) {
      const number = (await desk.count(what).textContent())?.split(' ')[0];
      await desk.count(what).click();
      await expect(desk.status).toHaveText(new RegExp(`^${number} of `));
    }
  }

  test.describe(() => {
    test.use({ serve: { config: only(PT_SANDBOX), tokens: 1 } });
    test('PT Sandbox: without what it does not say', async ({ page, server }) => {
      const desk = new PtDesk(page, server.url);
      await check(desk, KNOWN.pt);
      await desk.clearFilters.click();
      await expect(page.locator('.table-body .line:is(.soon, .urgent)')).toHaveCount(0);
    });
  });

  test.describe(() => {
    test.use({ serve: { config: only(AIR_V2), tokens: 1 }, viewport: { width: 1400, height: 3000 } });
    test('NVIDIA Air: without what it does not say; what ends soon is marked', async ({ page, server }) => {
      const desk = new AirDesk(page, server.url);
      await check(desk, KNOWN.air);
      await desk.count(say.counted.endingSoon).click();
      const shown = await desk.rows.count();
      expect(shown).toBeGreaterThan(0);
      await expect(page.locator('.table-body .line:is(.soon, .urgent)')).toHaveCount(shown);
      const end = desk.cell(desk.row('expires-within-the-hour'), 'Expiration date');
      await expect(end.locator('.line.urgent')).toHaveText(/^Ends in \d+ minutes$/);
    });
  });

  test.describe(() => {
    test.use({ serve: { config: only(MIST_ORG), tokens: 1 } });
    test('Juniper Mist: without what it does not say', async ({ page, server }) => {
      await check(new MistDesk(page, server.url), KNOWN.mist);
    });
  });

  test.describe(() => {
    test.use({ serve: { config: only(...FOUR), tokens: 200 }, viewport: { width: 1400, height: 3000 } });
    test('all side by side: what any of them says', async ({ page, server }) => {
      const all = new Inventory(page, server.url);
      await all.start();
      for (const [system, account] of ACCOUNTS) await all.signInTo(system, account);
      const number = async (what: string) => Number((await all.count(what).textContent())?.split(' ')[0]);
      for (const [what] of COUNTS) {
        await expect(all.count(what)).toHaveText(/^\d+ /);
        await all.count(what).click();
        await expect(all.counted).toHaveText(new RegExp(`^${await number(what)} of `));
      }
      await all.count(say.counted.endingSoon).click();
      const shown = await all.rows.count();
      await expect(page.locator('.table-body .line:is(.soon, .urgent)')).toHaveCount(shown);
      expect(new Set(await all.texts('System')).size).toBeGreaterThan(1);
    });
  });
});
