//! How long a new token lives where the form is not changed: what the connection says, what is usual, what the system allows.

import { Desk, TokenForm } from './desk.ts';
import { expect, test } from './fixture.ts';
import { AIR_DEMO, AIR_V2, AirDesk, MIST_DEMO, MIST_ORG, MistDesk, only, PT_DEMO, PT_SANDBOX, PtDesk, type Connection } from './systems.ts';
import { say } from './texts.ts';

const SCOPED: Connection = { name: 'Scoped tokens', dialect: 'scoped', base: 'api/v1' };
/** The same system, as a description that has a limit tells of it. */
const DESCRIBED: Connection = {
  name: 'Described',
  dialect: 'rest',
  base: 'api/v1',
  api: {
    name: 'Described',
    scopes: ['logs-read'],
    token: {
      id: '/id',
      name: { at: '/name', required: true, max_length: 20 },
      scopes: { at: '/scopes', required: true },
      valid_to: { at: '/valid_to', max_days: 10 },
      active: '/is_active',
    },
    list: { path: '/tokens', items: '/entries' },
    create: {
      path: '/tokens',
      body: { guid: '00000000-0000-4000-8000-000000000001', name: '{name}', scopes: '{scopes}', valid_to: '{valid_to}' },
    },
  },
};

const DAY = 86_400_000;

/** Expects an end so many days from now, to some minutes. */
async function expectDays(form: TokenForm, days: number): Promise<void> {
  const typed = await form.validTo.inputValue();
  expect(Math.abs(new Date(typed).getTime() - Date.now() - days * DAY)).toBeLessThan(2 * 3_600_000);
  await expect(form.dialog.getByText(new RegExp(`^Expires .*, in ${days} days\\.`))).toBeVisible();
}

// The test's own clock and the page's are in one zone then.
test.use({ timezoneId: process.env['TZ'] ?? 'UTC' });

for (const [said, expected] of [
  [{}, null],
  [{ default_days: 45 }, 45],
  [{ default_days: null }, null],
] as const) {
  test.describe(`a Scoped Token API with ${JSON.stringify(said)}`, () => {
    test.use({ serve: { config: only({ ...SCOPED, ...said }) } });

    test(`starts with ${expected ?? 'no'} days`, async ({ desk, page }) => {
      await desk.open();
      const form = await desk.openCreate();
      if (expected === null) await expect(form.validTo).toHaveValue('');
      else await expectDays(form, expected);
      // Nothing of it was typed.
      await page.keyboard.press('Escape');
      await expect(form.dialog).toBeHidden();
    });
  });
}

test.describe('an end from the start', () => {
  test.use({ serve: { config: only({ ...SCOPED, default_days: 30 }) } });

  test('is one press away from none, and is not put into a token that is changed', async ({ desk, server }) => {
    await server.add({ name: 'endless' });
    await desk.open();
    const edit = await desk.openEdit('endless');
    await expect(edit.validTo).toHaveValue('');
    await edit.cancel.click();
    const form = await desk.openCreate();
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await form.fill({ name: 'mine', scopes: ['Logs: read'] });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.theOne('mine')).valid_to).toBeNull();
  });

  test('is saved with the token, and counts from the moment in which the form is opened', async ({ desk, server }) => {
    await desk.open();
    await desk.createButton.hover();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Logs: read'] });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    const away = Date.parse((await server.theOne('mine')).valid_to ?? '') - Date.now();
    expect(Math.abs(away - 30 * DAY)).toBeLessThan(2 * 3_600_000);
  });
});

for (const [said, expected] of [
  [{}, 30],
  [{ default_days: 7 }, 7],
  [{ default_days: null }, null],
] as const) {
  test.describe(`NVIDIA Air with ${JSON.stringify(said)}`, () => {
    test.use({ serve: { config: only({ ...AIR_V2, ...said }) } });

    test(`starts with ${expected ?? 'no'} days`, async ({ page, server }) => {
      const air = new AirDesk(page, server.url);
      await air.enter('', AIR_DEMO);
      const form = await air.openCreate();
      if (expected === null) await expect(form.validTo).toHaveValue('');
      else await expectDays(form, expected);
    });
  });
}

test.describe('systems whose tokens have no end', () => {
  test.use({ serve: { config: only({ ...PT_SANDBOX, default_days: 7 }, { ...MIST_ORG, default_days: 7 }) } });

  test('ask for none', async ({ page, server }) => {
    for (const it of [new PtDesk(page, server.url), new MistDesk(page, server.url)]) {
      await it.enter(`?connection=${it.connection}`, it instanceof PtDesk ? PT_DEMO : MIST_DEMO);
      const form = await it.openCreate();
      await expect(form.name).toBeVisible();
      await expect(form.validTo).toHaveCount(0);
      await form.cancel.click();
    }
  });
});

test.describe('a system that is known to have a limit', () => {
  test.use({ serve: { config: only({ ...DESCRIBED, default_days: 90 }) } });

  test('gets no longer life, offers none, and says so before the system does', async ({ page, server }) => {
    const desk = new Desk(page, server.url);
    await desk.visit();
    await expect(desk.refreshButton).toBeVisible();
    const form = await desk.openCreate();
    await expectDays(form, 10);
    const offered = form.dialog.getByRole('group', { name: say.formDate.validFor }).getByRole('button');
    await expect(offered).toHaveText(['7 days', say.formDate.noEnd]);
    await form.fill({ name: 'x'.repeat(21), scopes: ['logs-read'] });
    await expect(form.name).toHaveAccessibleDescription('Name can have 20 characters at most. It has 21.');
    await form.name.fill('mine');
    await form.validTo.fill(`${new Date(Date.now() + 12 * DAY).toISOString().slice(0, 10)}T00:00`);
    await expect(form.validTo).toHaveAccessibleDescription('Valid to can be 10 days from now at most.');
    await expect(form.save).toBeDisabled();
    await form.dialog.getByRole('button', { name: '7 days' }).click();
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await server.theOne('mine');
  });
});

test.describe('in the page', () => {
  test('a connection says how long its new tokens live', async ({ page, server }) => {
    await page.goto(server.url);
    await page.getByRole('button', { name: /Connections/ }).click();
    await page.getByRole('button', { name: say.connectionForm.add }).click();
    const dialog = page.getByRole('dialog', { name: say.connectionForm.add });
    await dialog.getByText(say.connectionForm.more, { exact: true }).click();
    const days = dialog.getByLabel(say.connectionForm.defaultDays);
    await days.fill('soon');
    await expect(days).toHaveAccessibleDescription(/It must be a whole number of days from 1 to 3650, or null for no end\./);
    await dialog.getByLabel(say.connectionForm.name).fill('Mine');
    await dialog.getByLabel(say.connectionForm.base).fill('api/v1');
    await days.fill('none');
    await dialog.getByRole('button', { name: say.connectionForm.save }).click();
    await expect(dialog).toBeHidden();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).toMatch(/default_days\W+null/);
  });
});
