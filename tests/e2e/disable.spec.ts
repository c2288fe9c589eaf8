//! `Disable` and `Enable`: a stop that can be undone, where the system has it; where not, what comes nearest to it.

import { detailsOf } from './desk.ts';
import { expect, moveableClock, test } from './fixture.ts';
import { FOUR, Inventory } from './inventory.ts';
import { expectFits, violations } from './look.ts';
import { inDays } from './server.ts';
import { AIR_V2, AirDesk, MIST_ORG, MistDesk, only, PT_SANDBOX, PtDesk } from './systems.ts';
import { say } from './texts.ts';

const { confirm } = say;

test.describe('a token', () => {
  test('is disabled after a question that says what it means, and enabled again', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one', valid_to: inDays(30) });
    await server.add({ name: 'other' });
    await desk.open();
    const row = desk.row('one');
    await expect(desk.action('Enable', 'one')).toHaveCount(0);
    await desk.action('Disable', 'one').click();
    const question = desk.question('Disable token');
    await expect(question).toContainText(confirm.disabled);
    // It can be taken back, so it is no danger.
    await expect(question.getByRole('button', { name: say.action.disable })).toHaveClass(/primary/);
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(question).toBeHidden();
    await expect(desk.action('Disable', 'one')).toBeFocused();
    expect((await server.read(token)).disabled_at).toBeNull();

    const before = Date.now();
    await desk.action('Disable', 'one').click();
    await question.getByRole('button', { name: say.action.disable }).click();
    await expect(page.getByText('“one” was disabled.')).toBeVisible();
    await expect(desk.cell(row, 'Is active')).toHaveText(say.status.disabled);
    const off = await server.read(token);
    expect(off).toEqual({ ...token, is_active: false, disabled_at: off.disabled_at });
    expect(Math.abs(Date.parse(off.disabled_at ?? '') - before)).toBeLessThan(60_000);
    // One button for both: it keeps its place and the focus.
    await expect(desk.action('Disable', 'one')).toHaveCount(0);
    await expect(desk.action('Enable', 'one')).toBeFocused();
    await expect(desk.cell(desk.row('other'), 'Is active')).toHaveText(say.status.active);

    await desk.action('Enable', 'one').click();
    const back = desk.question('Enable token');
    await expect(back).toContainText(confirm.enabled);
    await back.getByRole('button', { name: say.action.enable }).click();
    await expect(page.getByText('“one” was enabled.')).toBeVisible();
    await expect(desk.cell(row, 'Is active')).toHaveText(say.status.active);
    await expect(desk.action('Disable', 'one')).toBeFocused();
    expect(await server.read(token)).toEqual(token);
  });

  test('that is disabled can be looked for, sorted, revoked and deleted', async ({ desk, server }) => {
    const token = await server.add({ name: 'off' });
    await server.disable(token);
    await server.disable(await server.add({ name: 'off, too' }));
    await server.add({ name: 'on' });
    await desk.open('?status=disabled');
    await desk.expectNames('off', 'off, too');
    await expect(desk.byStatus).toHaveValue('disabled');
    await desk.byStatus.selectOption(say.statusFilter.inactive);
    await desk.expectNames('off', 'off, too');
    await desk.byStatus.selectOption(say.statusFilter.disabled);
    await desk.expectParams('status=disabled');
    // It works no more: nothing is said of a softer stop.
    await desk.action('Delete', 'off, too').click();
    const question = desk.question('Delete token');
    await expect(question.getByRole('button', { name: confirm.insteadDisable })).toHaveCount(0);
    await expect(question.getByRole('button', { name: say.action.delete })).toHaveClass(/danger/);
    await question.getByRole('button', { name: say.action.delete }).click();
    await desk.expectNames('off');
    await desk.action('Revoke', 'off').click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await desk.expectNames();
    const revoked = await server.read(token);
    expect([revoked.revoked_at, revoked.disabled_at]).not.toContain(null);
  });

  test('whose end has passed is said to stay inactive before it is enabled', async ({ desk, page, server }) => {
    await server.disable(await server.add({ name: 'ended', valid_to: inDays(1) }));
    const clock = await moveableClock(page);
    await desk.open();
    await clock.forward(2 * 24 * 60);
    await expect(desk.cell(desk.row('ended'), 'Is active')).toHaveText(say.status.disabled);
    await desk.action('Enable', 'ended').click();
    await expect(desk.question('Enable token')).toContainText(confirm.enabledOver);
  });

  test('that was revoked meanwhile is refused in the words of the system', async ({ desk, server, watch }) => {
    watch.expects(/409/);
    const token = await server.add({ name: 'one' });
    await desk.open();
    await server.revoke(token);
    await desk.action('Disable', 'one').click();
    const question = desk.question('Disable token');
    await question.getByRole('button', { name: say.action.disable }).click();
    await expect(question.getByRole('alert')).toContainText('A revoked token can be neither disabled nor enabled.');
    expect((await server.read(token)).disabled_at).toBeNull();
  });
});

test.describe('an answer', () => {
  test('that is lost is safe to ask for again', async ({ desk, page, server, watch }) => {
    watch.expects(/ERR_/);
    const token = await server.add({ name: 'one' });
    await server.fail({ path: '/api/v1/tokens/*/disable', drop: true, when: 'after' });
    await desk.open();
    await desk.action('Disable', 'one').click();
    const question = desk.question('Disable token');
    await question.getByRole('button', { name: say.action.disable }).click();
    await expect(question.getByRole('alert')).toContainText("We don't know if the change went through.");
    const first = (await server.read(token)).disabled_at;
    expect(first).not.toBeNull();
    await server.mend();
    await question.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(page.getByText('“one” was disabled.')).toBeVisible();
    expect((await server.read(token)).disabled_at).toBe(first);
  });

  test('that says nothing is followed by a look', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await server.fail({ path: '/api/v1/tokens/*/disable', when: 'after', status: 202, body: '', times: 1 });
    await desk.open();
    await desk.action('Disable', 'one').click();
    await desk.question('Disable token').getByRole('button', { name: say.action.disable }).click();
    await expect(page.getByText('“one” was disabled.')).toBeVisible();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.disabled);
  });

  test('that shows otherwise is told', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    await server.fail({ path: '/api/v1/tokens/*/disable', status: 200, body: token });
    await desk.open();
    await desk.action('Disable', 'one').click();
    await desk.question('Disable token').getByRole('button', { name: say.action.disable }).click();
    await expect(page.getByText('The system answered, but “one” is not disabled.')).toBeVisible();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.active);
  });
});

test.describe('the details', () => {
  test('say since when, and their button keeps the focus', async ({ desk, page, server }) => {
    await server.disable(await server.add({ name: 'one' }));
    await desk.open();
    await page.getByRole('link', { name: 'one', exact: true }).click();
    const details = detailsOf(page, 'one');
    const since = details.locator('.fact').filter({ hasText: /^Disabled/ });
    await expect(since).toContainText(/now|second|minute/);
    await details.getByRole('button', { name: say.action.enable, exact: true }).click();
    await desk.question('Enable token').getByRole('button', { name: say.action.enable }).click();
    await expect(details.getByText(say.status.active, { exact: true })).toBeVisible();
    await expect(since).toHaveCount(0);
    await expect(details.getByRole('button', { name: say.action.disable, exact: true })).toBeFocused();
  });
});

test.describe('before a token ends for good', () => {
  for (const verb of ['Revoke', 'Delete'] as const) {
    test(`${verb} says that disabling can be undone, and leads to it`, async ({ desk, page, server }) => {
      const token = await server.add({ name: 'one' });
      await desk.open();
      await desk.action(verb, 'one').click();
      const question = desk.question(`${verb} token`);
      await expect(question).toHaveAccessibleDescription(new RegExp(confirm.disableInstead));
      await question.getByRole('button', { name: confirm.insteadDisable }).click();
      await expect(question).toBeHidden();
      const softer = desk.question('Disable token');
      await expect(softer).toBeVisible();
      // From there the focus goes back to where it all began.
      await page.keyboard.press('Escape');
      await expect(softer).toBeHidden();
      await expect(desk.action(verb, 'one')).toBeFocused();
      await desk.action(verb, 'one').click();
      await question.getByRole('button', { name: confirm.insteadDisable }).click();
      await softer.getByRole('button', { name: say.action.disable }).click();
      await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.disabled);
      const after = await server.read(token);
      expect([after.revoked_at, after.disabled_at === null]).toEqual([null, false]);
    });
  }
});

test.describe('a server of before, which says of no token whether it is disabled', () => {
  test('offers neither, and says what comes nearest', async ({ desk, page, server }) => {
    await server.fail({ path: '/api/v1/tokens*', omit_members: ['disabled_at'] });
    await server.add({ name: 'one' });
    await desk.open();
    await expect(desk.row('one').getByRole('gridcell').last().getByRole('button')).toHaveText(['Edit', 'Revoke', 'Delete']);
    await expect(desk.byStatus.locator('option:not([hidden])')).not.toContainText([say.statusFilter.disabled]);
    await page.getByRole('link', { name: 'one', exact: true }).click();
    const details = detailsOf(page, 'one');
    await expect(details.getByRole('button', { name: say.action.revoke, exact: true })).toBeVisible();
    await expect(details.getByRole('button', { name: say.action.disable, exact: true })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await desk.action('Delete', 'one').click();
    const question = desk.question('Delete token');
    await expect(question).toContainText(confirm.endInstead);
    await question.getByRole('button', { name: confirm.insteadEdit }).click();
    await expect(desk.editing.validTo).toBeVisible();
  });

  test('and one that cannot say it of some', async ({ desk, server }) => {
    const entry = { id: '1', guid: '1', name: 'injected', scopes: [], valid_to: null, is_active: true };
    await server.fail({ path: '/api/v1/tokens*', inject_entries: [entry] });
    await server.add({ name: 'one' });
    await desk.open();
    await expect(desk.action('Disable', 'one')).toBeVisible();
    await expect(desk.action('Disable', 'injected')).toHaveCount(0);
  });
});

for (const [system, Desk] of [[PT_SANDBOX, PtDesk], [AIR_V2, AirDesk], [MIST_ORG, MistDesk]] as const) {
  test.describe(system.name, () => {
    test.use({ serve: { config: only(system), tokens: 20 } });

    test('has no such stop, and says so where a token is deleted', async ({ page, server }) => {
      const desk = new Desk(page, server.url);
      await desk.enter();
      await expect(desk.limits).toContainText('or disabled');
      await expect(page.getByRole('button', { name: /^Disable / })).toHaveCount(0);
      // One that is live.
      await page.getByRole('button', { name: /^Delete / }).and(page.locator(':enabled')).first().click();
      await expect(desk.question('Delete token')).toContainText(confirm.onlyDelete);
    });
  });
}

test.describe('all systems', () => {
  test.use({ serve: { config: only(...FOUR), tokens: 0 } });

  test('have the button where the system has it, and the filter', async ({ page, server }) => {
    await server.disable(await server.add({ name: 'off' }));
    await server.add({ name: 'on' });
    const all = new Inventory(page, server.url);
    await all.start('?systems=all&status=disabled');
    await expect(all.rows).toHaveCount(1);
    await expect(page.getByRole('button', { name: 'Enable off', exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Enable off', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: say.action.enable }).click();
    await expect(all.rows).toHaveCount(0);
    expect((await server.theOne('off')).is_active).toBe(true);
  });
});

test('all of it works by the keyboard at 320 pixels, and axe finds nothing', async ({ desk, page, server }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await server.add({ name: 'one' });
  await desk.open();
  await expectFits(page, 'the list');
  await desk.action('Delete', 'one').focus();
  await page.keyboard.press('Enter');
  await expect(desk.question('Delete token')).toBeVisible();
  await expectFits(page, 'the question before a deletion');
  expect(await violations(page)).toEqual([]);
  await expect(desk.question('Delete token').getByRole('button', { name: say.tokenForm.cancel })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(desk.question('Disable token')).toBeVisible();
  await expect(desk.question('Disable token').getByRole('button', { name: say.tokenForm.cancel })).toBeFocused();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.disabled);
  await expectFits(page, 'the list with a disabled token');
  expect(await violations(page)).toEqual([]);
});
