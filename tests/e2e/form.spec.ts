//! `Create token`: the form, what it accepts, what it sends, and how it is left.

import { clockChange, local } from './dates.ts';
import type { Desk, TokenForm } from './desk.ts';
import { TO_OWN } from './desk.ts';
import { expect, held, moveableClock, test } from './fixture.ts';
import { inDays } from './server.ts';
import { say } from './texts.ts';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function expectCannotSave(form: TokenForm, why: string): Promise<void> {
  await expect(form.save).toBeDisabled();
  await expect(form.save).toHaveAccessibleDescription(why);
  await expect(form.dialog.getByText(why).first()).toBeVisible();
}

test('is a modal dialog with these fields', async ({ desk }) => {
  await desk.open();
  const form = await desk.openCreate();
  await expect(form.dialog.getByRole('heading', { name: say.tokenForm.create })).toBeVisible();
  expect(await form.dialog.evaluate((it) => it.matches(':modal'))).toBe(true);
  for (const field of [form.name, form.guid, form.description, form.scopes, form.validFrom, form.validTo]) {
    await expect(field).toBeVisible();
  }
  await expect(form.name).toHaveAttribute('required');
  await expect(form.validFrom).toHaveAttribute('type', 'datetime-local');
  await expect(form.validTo).toHaveAttribute('type', 'datetime-local');
  await expect(form.name).toBeFocused();
  // What is behind it cannot be reached.
  await expect(desk.refreshButton.click({ trial: true, timeout: 5000 })).rejects.toThrow(/intercepts pointer events|not visible/);
  await desk.refreshButton.evaluate((it) => it.focus());
  await expect(desk.refreshButton).not.toBeFocused();
});

test('Save stays disabled until the form is valid, and says why', async ({ desk, server }) => {
  await desk.open();
  const form = await desk.openCreate();
  await expectCannotSave(form, 'Enter a name. Choose at least one scope.');
  await form.name.fill('   ');
  await expectCannotSave(form, 'Enter a name. Choose at least one scope.');
  await form.name.fill('mine');
  await expectCannotSave(form, 'Choose at least one scope.');
  await form.scope('Logs: read').check();
  await expect(form.save).toBeEnabled();
  await expect(form.save).toHaveAccessibleDescription('');
  await form.scope('Logs: read').uncheck();
  await expectCannotSave(form, 'Choose at least one scope.');
  await form.scope('Logs: read').check();
  await form.name.clear();
  await expectCannotSave(form, 'Enter a name.');
  // Enter in a field does not get round it.
  await form.name.press('Enter');
  await expect(form.dialog).toBeVisible();
  expect(await server.tokens()).toEqual([]);
});

test('pressed too early, Save marks all that is wrong and leads to the first', async ({ desk }) => {
  await desk.open();
  const form = await desk.openCreate();
  await form.validTo.fill('2019-01-01T00:00');
  await expect(form.name).not.toHaveAttribute('aria-invalid', 'true');
  await form.save.click({ force: true });
  await expect(form.name).toBeFocused();
  await expect(form.name).toHaveAttribute('aria-invalid', 'true');
  await expect(form.name).toHaveAccessibleDescription('Enter a name.');
  await expect(form.scopes.getByText('Choose at least one scope.')).toBeVisible();
  await expect(form.validTo).toHaveAttribute('aria-invalid', 'true');
  // Each is said once to the eye; Save has them all.
  await expect(form.dialog.getByText('Enter a name.')).toHaveCount(1);
  await expect(form.save).toHaveAccessibleDescription('Enter a name. Choose at least one scope. Valid to must be in the future.');
  await form.name.fill('mine');
  await expect(form.name).not.toHaveAttribute('aria-invalid', 'true');
  await form.save.click({ force: true });
  await expect(form.scopes.getByRole('searchbox')).toBeFocused();
});

test('is read from the name to the GUID, and what a common token takes is seen at once', async ({ desk, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await desk.open();
  const form = await desk.openCreate();
  // They take the most room, and come by themselves.
  await expect(form.scope('Logs: read')).toBeVisible();
  const places = await Promise.all(
    [form.name, form.scopes, form.validTo, form.description, form.guid].map(async (it) => (await it.boundingBox())?.y ?? 0),
  );
  expect(places).toEqual([...places].sort((one, other) => one - other));
  const foot = (await form.cancel.boundingBox())?.y ?? 0;
  for (const it of [form.description, form.dialog.getByText(/Times in /)]) {
    const box = await it.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(foot);
  }
});

test.describe('scopes', () => {
  test('are told apart by what they allow', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    const group = (name: string) => form.scopes.getByRole('group', { name, exact: true });
    await expect(group('Read').getByRole('checkbox', { name: 'Logs: read' })).toBeVisible();
    await expect(group('Write').getByRole('checkbox', { name: 'Alerts: manage' })).toBeVisible();
    const [read, write] = [await group('Read').getByRole('checkbox').count(), await group('Write').getByRole('checkbox').count()];
    const other = await form.scopes.getByRole('group', { name: 'Other' }).getByRole('checkbox').count();
    expect(read + write + other).toBe(await form.scopes.getByRole('checkbox').count());
    expect(await group('Read').getByRole('checkbox', { name: /write|manage/ }).count()).toBe(0);
  });

  test('are read down the columns', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    const boxes = form.scopes.getByRole('group', { name: 'Read' }).getByRole('checkbox');
    const [first, second] = [await boxes.nth(0).boundingBox(), await boxes.nth(1).boundingBox()];
    expect(second?.x).toBe(first?.x);
    expect(second?.y).toBeGreaterThan(first?.y ?? 0);
  });

  test('are searched, and what is chosen stays to be seen', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.scope('Logs: read').check();
    const search = form.scopes.getByRole('searchbox', { name: say.scopeList.find });
    await search.fill('build');
    await expect(form.scopes.getByRole('checkbox')).toHaveCount(3);
    await expect(form.scope('Builds: write')).toBeVisible();
    await expect(form.scopes.getByRole('group', { name: say.scopeList.alsoChosen }).getByRole('checkbox')).toHaveCount(1);
    await expect(form.scope('Logs: read')).toBeChecked();
    await form.scope('Builds: write').check();
    await expect(form.scopes.getByText('2 chosen')).toBeVisible();
    await form.scope('Logs: read').uncheck();
    await expect(form.scopes.getByText('1 chosen')).toBeVisible();
    // Enter is not for the form here.
    await form.name.fill('mine');
    await search.press('Enter');
    await expect(form.dialog).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(form.dialog).toBeVisible();
    await expect(form.scopes.getByRole('checkbox').nth(8)).toBeVisible();
    await expect(form.scope('Builds: write')).toBeChecked();
  });
});

test.describe('limits', () => {
  test('of the length of a text are counted near them, and told before the system does', async ({ desk, server }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'ä'.repeat(150), scopes: ['Logs: read'] });
    await expect(form.dialog.getByText(/of 200 characters/)).toHaveCount(0);
    await form.name.fill('ä'.repeat(190));
    await expect(form.dialog.getByText('190 of 200 characters')).toBeVisible();
    // Nothing that is pasted is cut without a word.
    await form.name.fill('ä'.repeat(201));
    await expect(form.name).toHaveValue('ä'.repeat(201));
    await expectCannotSave(form, 'Name can have 200 characters at most. It has 201.');
    await expect(form.name).toHaveAttribute('aria-invalid', 'true');
    await form.name.fill('ä'.repeat(200));
    await form.description.fill('x'.repeat(4001));
    await expectCannotSave(form, 'Description can have 4,000 characters at most. It has 4,001.');
    await form.description.fill('x'.repeat(4000));
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await server.theOne('ä'.repeat(200));
  });
});

test('a refusal is seen where the user is, on a phone too', async ({ desk, page, server, watch }) => {
  watch.expects(/503/);
  await page.setViewportSize({ width: 360, height: 740 });
  await desk.open();
  await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 503, body: '' });
  const form = await desk.openCreate();
  await form.fill({ name: 'mine', scopes: ['Logs: read'] });
  await form.guid.scrollIntoViewIfNeeded();
  await form.save.click();
  const alert = form.dialog.getByRole('alert');
  await expect(alert).toBeInViewport({ ratio: 0.99 });
  expect(await alert.evaluate((it) => it.parentElement === document.activeElement)).toBe(true);
  await expect(form.save).toBeInViewport({ ratio: 1 });
  await expect(form.dialog.getByRole('heading')).toBeInViewport({ ratio: 0.9 });
});

test('Save makes the token as typed', async ({ desk, server }) => {
  await desk.open();
  const from = new Date(inDays(2));
  const to = new Date(inDays(40));
  const form = await desk.openCreate();
  const guid = await form.guid.inputValue();
  await form.fill({
    name: '  Ärger & <b>Co</b>  ',
    scopes: ['Logs: read', 'Builds: write'],
    description: 'line one\nline two “ü”',
    validFrom: local(from),
    validTo: local(to),
  });
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  const token = await server.theOne('Ärger & <b>Co</b>');
  expect(token).toMatchObject({ guid, description: 'line one\nline two “ü”' });
  expect(new Set(token.scopes)).toEqual(new Set(['logs-read', 'builds-write']));
  // What was typed in Berlin, to the minute.
  const minute = (it: Date | string | null) => Math.floor(new Date(it ?? 0).getTime() / 60_000);
  expect(minute(token.valid_from)).toBe(minute(from));
  expect(minute(token.valid_to)).toBe(minute(to));
  await desk.expectNames('Ärger & <b>Co</b>');
  await expect(desk.cell(desk.row('Ärger & <b>Co</b>'), 'GUID')).toContainText(guid);
  await expect(desk.cell(desk.row('Ärger & <b>Co</b>'), 'Is active')).toHaveText(say.status.scheduled);
  await expect(desk.status).toHaveText('1 of 1 tokens');
});

test('without dates a token is active from its creation for ever', async ({ desk, page, server }) => {
  await desk.open();
  await desk.create({ name: 'endless' });
  await expect(page.locator('.notice').getByText('“endless” was created.')).toBeVisible();
  expect(await server.theOne('endless')).toMatchObject({ valid_from: null, valid_to: null, is_active: true, description: null });
  const row = desk.row('endless');
  await expect(desk.cell(row, 'Is active')).toHaveText(say.status.active);
  await expect(desk.cell(row, 'Expiration date')).toHaveText(say.absent.never);
});

test.describe('the GUID', () => {
  test('is filled in, read-only, and random', async ({ desk, context, page }) => {
    // Were it made from these, it would be the same each time.
    await context.addInitScript(() => {
      Math.random = () => 0.5;
      performance.now = () => 1;
    });
    await desk.open();
    const seen = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const form = await desk.openCreate();
      await expect(form.guid).toHaveValue(UUID_V4);
      await expect(form.guid).toHaveAttribute('readonly');
      seen.add(await form.guid.inputValue());
      await form.cancel.click();
      await expect(form.dialog).toBeHidden();
    }
    await page.reload();
    await desk.loaded();
    const form = await desk.openCreate();
    seen.add(await form.guid.inputValue());
    expect(seen.size).toBe(4);
  });

  test('comes from the cryptographic source', async ({ context, desk, server }) => {
    await context.addInitScript(() => {
      crypto.getRandomValues = (<T extends ArrayBufferView | null>(into: T): T => {
        if (into) new Uint8Array(into.buffer, into.byteOffset, into.byteLength).fill(0xff);
        return into;
      }) as typeof crypto.getRandomValues;
      crypto.randomUUID = () => 'ffffffff-ffff-4fff-bfff-ffffffffffff';
    });
    await server.add({ name: 'other' });
    await desk.open();
    const form = await desk.openCreate();
    await expect(form.guid).toHaveValue('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });

  test('Regenerate GUID makes another one, and that is saved', async ({ desk, server }) => {
    await desk.open();
    const form = await desk.openCreate();
    const first = await form.guid.inputValue();
    await form.dialog.getByRole('button', { name: say.formField.regenerateGuid }).click();
    await expect(form.guid).not.toHaveValue(first);
    await expect(form.guid).toHaveValue(UUID_V4);
    await expect(form.dialog.getByText(say.guidWas.madeAgain)).toBeVisible();
    const second = await form.guid.inputValue();
    await form.fill({ name: 'mine', scopes: ['Logs: read'] });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.theOne('mine')).guid).toBe(second);
  });
});

test.describe('dates', () => {
  test('have a min at the running minute', async ({ desk }) => {
    await desk.open();
    const before = local(new Date());
    const form = await desk.openCreate();
    const min = (await form.validFrom.getAttribute('min')) ?? '';
    expect(min).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
    expect(min >= before && min <= local(new Date())).toBe(true);
    const minTo = (await form.validTo.getAttribute('min')) ?? '';
    expect(minTo >= before && minTo <= local(new Date(Date.now() + 60_000))).toBe(true);
    // A whole minute from now on is valid to the browser too.
    await form.validTo.fill(local(new Date(Date.now() + 3_600_000)));
    expect(await form.validTo.evaluate((it: HTMLInputElement) => it.validity.valid)).toBe(true);
  });

  test('in the past cannot be chosen', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Logs: read'] });
    await expect(form.save).toBeEnabled();
    await form.validFrom.fill(local(new Date(inDays(-1))));
    await expectCannotSave(form, say.wrong.startPast('Valid from'));
    await expect(form.validFrom).toHaveAttribute('aria-invalid', 'true');
    await form.validFrom.clear();
    await expect(form.save).toBeEnabled();
    await form.validTo.fill(local(new Date(Date.now() - 120_000)));
    await expectCannotSave(form, say.wrong.past('Valid to'));
    await expect(form.validTo).toHaveAttribute('aria-invalid', 'true');
    await form.validTo.fill(local(new Date(inDays(1))));
    await expect(form.save).toBeEnabled();
    await expect(form.validTo).not.toHaveAttribute('aria-invalid', 'true');
  });

  test('the end must lie after the start', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    const day = local(new Date(inDays(3)));
    await form.fill({ name: 'mine', scopes: ['Logs: read'], validFrom: day, validTo: day });
    await expectCannotSave(form, say.wrong.endBeforeStart('Valid to', 'Valid from'));
    await form.validTo.fill(local(new Date(inDays(4))));
    await expect(form.save).toBeEnabled();
  });

  test('half a date does not pass for none', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Logs: read'] });
    await form.validTo.focus();
    await page.keyboard.type('12');
    await expectCannotSave(form, 'Enter the whole date and time of Valid to.');
    // After two digits the next part has the focus.
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Backspace');
    await expect(form.save).toBeEnabled();
  });

  for (const days of [7, 30, 60, 90]) {
    test(`a preset sets an end ${days} days from now`, async ({ desk, server }) => {
      await desk.open();
      const form = await desk.openCreate();
      const preset = form.dialog.getByRole('group', { name: say.formDate.validFor }).getByRole('button', { name: `${days} days`, exact: true });
      const before = Date.now();
      await preset.click();
      const typed = await form.validTo.inputValue();
      // The same wall clock time that many days later, whatever the clocks do in between.
      const from = Date.parse(`${local(new Date(before))}Z`);
      const away = Date.parse(`${typed}Z`) - from;
      expect(away).toBeGreaterThanOrEqual(days * 86_400_000);
      expect(away).toBeLessThan(days * 86_400_000 + 120_000);
      await form.fill({ name: 'mine', scopes: ['Logs: read'] });
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      expect(local(new Date((await server.theOne('mine')).valid_to ?? 0))).toBe(typed);
    });
  }

  test('a preset counts from the start, where that lies ahead', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    const start = local(new Date(inDays(10)));
    await form.validFrom.fill(start);
    await form.dialog.getByRole('button', { name: '30 days' }).click();
    expect(Date.parse(`${await form.validTo.inputValue()}Z`) - Date.parse(`${start}Z`)).toBe(30 * 86_400_000);
  });

  test('a token without an end comes with a plain warning', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    const warning = form.dialog.getByText(say.formDate.untilRevoked);
    await expect(warning).toBeVisible();
    await form.dialog.getByRole('button', { name: '7 days' }).click();
    await expect(warning).toBeHidden();
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await expect(form.validTo).toHaveValue('');
    await expect(warning).toBeVisible();
    await form.validTo.fill(local(new Date(inDays(1))));
    await expect(warning).toBeHidden();
  });

  test('the zone of the dates is named in the form', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    await expect(form.dialog.getByText(/Times in Europe\/Berlin/)).toBeVisible();
  });

  test('a time that the clocks skip is told, not guessed', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Logs: read'] });
    const day = local(clockChange('forward')).slice(0, 10);
    await form.validTo.fill(`${day}T02:30`);
    await expectCannotSave(form, 'The clocks skip the time of Valid to: they go forward over it. Choose another time.');
    await form.validTo.fill(`${day}T03:30`);
    await expect(form.save).toBeEnabled();
  });

  for (const [choice, later] of [
    [/The first \(UTC\+2\)/, false],
    [/The second \(UTC\+1\)/, true],
  ] as const) {
    test(`a time that the clocks show twice is asked about: ${choice.source.slice(4, 10)}`, async ({ desk, server }) => {
      await desk.open();
      const form = await desk.openCreate();
      await form.fill({ name: 'mine', scopes: ['Logs: read'] });
      const change = clockChange('back');
      await form.validTo.fill(`${local(change).slice(0, 10)}T02:30`);
      await expectCannotSave(form, 'The clocks show the time of Valid to twice: they go back over it. Choose which one you mean.');
      await form.dialog.getByRole('group', { name: 'Which Valid to' }).getByRole('button', { name: choice }).click();
      await expect(form.save).toBeEnabled();
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      const half = 1_800_000;
      const at = Date.parse((await server.theOne('mine')).valid_to ?? '');
      expect(at).toBe(change.getTime() + (later ? half : -half));
    });
  }
});

test.describe('a form that is made ahead, as somebody goes to the button', () => {
  for (const [how, go] of [
    ['by pointer', async (desk: Desk) => desk.createButton.hover()],
    ['by key', async (desk: Desk) => desk.createButton.focus()],
  ] as const) {
    test(`${how}, knows the time and the scopes of the moment in which it is opened`, async ({ desk, page, server }) => {
      await server.fail({ path: '/api/v1/scopes', delay_ms: 2000, times: 1 });
      const clock = await moveableClock(page);
      const scopes = page.waitForResponse(/\/scopes$/);
      await desk.open();
      await go(desk);
      // It is made in the same moment, or as soon as the page rests.
      await page.evaluate(() => new Promise((rested) => requestIdleCallback(rested)));
      await expect(page.locator('dialog')).toHaveCount(0);
      await scopes;
      await clock.forward(90);
      const form = await desk.openCreate();
      await expect(form.name).toBeFocused();
      await expect(form.scope('Logs: read')).toBeVisible();
      const min = (await form.validFrom.getAttribute('min')) ?? '';
      expect(min >= local(new Date(Date.now() + 89 * 60_000))).toBe(true);
      await page.keyboard.press('Escape');
      await expect(desk.createButton).toBeFocused();
    });
  }

  test('is used once: the next one is empty and has a GUID of its own', async ({ desk, server }) => {
    await desk.open();
    await desk.createButton.hover();
    const form = await desk.openCreate();
    const guid = await form.guid.inputValue();
    expect(guid).toMatch(UUID_V4);
    await form.fill({ name: 'mine', scopes: ['Logs: read'], description: 'text', validTo: local(new Date(inDays(1))) });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await desk.createButton.hover();
    const next = await desk.openCreate();
    for (const field of [next.name, next.description, next.validTo]) await expect(field).toHaveValue('');
    await expect(next.scopes.getByRole('checkbox', { checked: true })).toHaveCount(0);
    await expect(next.guid).toHaveValue(UUID_V4);
    await expect(next.guid).not.toHaveValue(guid);
    expect((await server.theOne('mine')).guid).toBe(guid);
  });
});

test.describe('Cancel', () => {
  test('discards: at once where nothing was typed', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.cancel.click();
    await expect(form.dialog).toBeHidden();
  });

  test('asks first where something was typed', async ({ desk, server }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Logs: read'], description: 'text' });
    await form.cancel.click();
    await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeVisible();
    await form.dialog.getByRole('button', { name: say.dialogs.keepEditing }).click();
    await expect(form.name).toHaveValue('mine');
    await expect(form.scope('Logs: read')).toBeChecked();
    await expect(form.description).toHaveValue('text');
    await form.cancel.click();
    await form.dialog.getByRole('button', { name: say.dialogs.discard }).click();
    await expect(form.dialog).toBeHidden();
    expect(await server.tokens()).toEqual([]);
    // The next one begins empty.
    const next = await desk.openCreate();
    await expect(next.name).toHaveValue('');
    await expect(next.scope('Logs: read')).not.toBeChecked();
  });

  for (const [what, change] of [
    ['a name', async (form: TokenForm) => form.name.fill('x')],
    ['a scope', async (form: TokenForm) => form.scope('Logs: read').check()],
    ['a description', async (form: TokenForm) => form.description.fill('x')],
    ['a date', async (form: TokenForm) => form.validTo.fill(local(new Date(inDays(1))))],
  ] as const) {
    test(`${what} counts as typed`, async ({ desk }) => {
      await desk.open();
      const form = await desk.openCreate();
      await change(form);
      await form.cancel.click();
      await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeVisible();
    });
  }

  test('what was taken back does not count as typed', async ({ desk }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.name.fill('x');
    await form.name.fill('');
    await form.cancel.click();
    await expect(form.dialog).toBeHidden();
  });
});

test.describe('Escape', () => {
  test('closes an untouched form', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await page.keyboard.press('Escape');
    await expect(form.dialog).toBeHidden();
  });

  test('pressed three times does not get round the question', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.name.fill('typed');
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
    await expect(form.dialog).toBeVisible();
    expect(await form.dialog.evaluate((it) => it.matches(':modal'))).toBe(true);
    await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeVisible();
    for (let times = 0; times < 4; times += 1) await page.keyboard.press('Escape');
    await expect(form.dialog).toBeVisible();
    await form.dialog.getByRole('button', { name: say.dialogs.keepEditing }).click();
    await expect(form.name).toHaveValue('typed');
  });
});

test.describe('closing the tab', () => {
  test('asks where something was typed', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.name.fill('typed');
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await expect(form.name).toHaveValue('typed');
  });

  for (const [when, leave] of [
    ['nothing was typed', async () => {}],
    ['the form was discarded', async (form: TokenForm) => {
      await form.name.fill('typed');
      await form.cancel.click();
      await form.dialog.getByRole('button', { name: say.dialogs.discard }).click();
      await expect(form.dialog).toBeHidden();
    }],
    ['the token was saved', async (form: TokenForm) => {
      await form.fill({ name: 'typed', scopes: ['Logs: read'] });
      await form.save.click();
      await expect(form.dialog).toBeHidden();
    }],
  ] as const) {
    test(`does not ask where ${when}`, async ({ desk, page }) => {
      await desk.open();
      await leave(await desk.openCreate());
      let asked = false;
      page.on('dialog', (dialog) => {
        asked = true;
        void dialog.accept();
      });
      const closed = page.waitForEvent('close');
      await page.close({ runBeforeUnload: true });
      await closed;
      expect(asked).toBe(false);
    });
  }
});

test.describe('a new token', () => {
  test.use({ serve: { tokens: 200 } });

  test('is scrolled to and marked', async ({ desk, page }) => {
    await desk.open();
    // The scopes' names come by themselves. Where rows are filled anew as a scroll by key begins, Chromium calls it off.
    await expect(desk.cell(desk.rows.first(), 'Scopes')).toContainText(': ');
    // Far from where new ones come.
    await page.getByRole('region', { name: /^Tokens/ }).focus();
    await page.keyboard.press('End');
    await expect(desk.table.getByRole('row').and(page.locator('[aria-rowindex="201"]'))).toBeInViewport();
    await desk.create({ name: 'brand new' });
    const row = desk.row('brand new');
    await expect(row).toBeInViewport({ ratio: 0.9 });
    await expect(row).toHaveClass(/marked/);
    // The mark is seen, not only there.
    const colour = (name: string) => desk.row(name).evaluate((it) => {
      const style = getComputedStyle(it);
      return `${style.backgroundColor} ${style.boxShadow} ${style.outline}`;
    });
    const other = (await desk.names()).find((it) => it !== 'brand new') ?? '';
    expect(await colour('brand new')).not.toBe(await colour(other));
  });

  test('is scrolled to in a sorted list', async ({ desk }) => {
    await desk.open('?sort=name');
    await desk.create({ name: 'mmm brand new' });
    await expect(desk.row('mmm brand new')).toBeInViewport({ ratio: 0.9 });
  });

  test('that a filter hides is told of, and can be shown', async ({ desk, page }) => {
    await desk.open('?name=renovate');
    await desk.create({ name: 'brand new' });
    await expect(page.locator('.notice').getByText('“brand new” was created, but the filters hide it.')).toBeVisible();
    await desk.expectNames('renovate');
    await page.getByRole('button', { name: say.notices.show }).click();
    await expect(desk.row('brand new')).toBeInViewport({ ratio: 0.9 });
    await expect(desk.row('brand new')).toHaveClass(/marked/);
    await expect(desk.status).toHaveText('201 of 201 tokens');
    await desk.expectParams();
  });

  test('that no filter hides is not spoken of like that', async ({ desk, page }) => {
    await desk.open('?name=brand');
    await desk.create({ name: 'brand new' });
    await expect(page.locator('.notice').getByText('“brand new” was created.')).toBeVisible();
    await expect(page.getByRole('button', { name: say.notices.show })).toBeHidden();
    await desk.expectNames('brand new');
  });
});

test('the scopes in the form can be searched', async ({ desk }) => {
  await desk.open();
  const form = await desk.openCreate();
  await expect(form.scopes.getByRole('checkbox')).toHaveCount(18);
  await form.scope('Logs: read').check();
  await form.dialog.getByLabel(say.filters.findScope).fill('werk');
  // What was found, and what is chosen already.
  await expect(form.scopes.getByRole('checkbox')).toHaveCount(2);
  await form.scope('Werk Ålesund – Übersicht').check();
  await expect(form.scopes).toContainText('2 chosen');
  await form.dialog.getByLabel(say.filters.findScope).fill('');
  await expect(form.scope('Logs: read')).toBeChecked();
});

test('Save pressed twice creates one token', async ({ desk, page, server }) => {
  await desk.open();
  const form = await desk.openCreate();
  await form.fill({ name: 'once', scopes: ['Logs: read'] });
  const letGo = await held(page, 'POST', /\/api\/v1\/tokens$/);
  await form.save.dblclick();
  await expect(form.dialog.getByRole('button', { name: say.tokenForm.saving })).toBeDisabled();
  letGo();
  await expect(form.dialog).toBeHidden();
  expect(await server.named('once')).toHaveLength(1);
});

test('Enter pressed twice creates one token', async ({ desk, page, server }) => {
  await desk.open();
  const form = await desk.openCreate();
  await form.fill({ name: 'once', scopes: ['Logs: read'] });
  await form.name.focus();
  const letGo = await held(page, 'POST', /\/api\/v1\/tokens$/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  letGo();
  await expect(form.dialog).toBeHidden();
  expect(await server.named('once')).toHaveLength(1);
});

test.describe('Copy GUID', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('in the form', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.dialog.getByRole('button', { name: say.formField.copyGuid }).click();
    await expect(form.dialog.getByText(say.guidWas.copied)).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await form.guid.inputValue());
    await expect(form.dialog).toBeVisible();
  });

  test('beside each GUID in the table', async ({ desk, page, server }) => {
    const one = await server.add({ name: 'one' });
    const other = await server.add({ name: 'other' });
    await desk.open();
    for (const token of [other, one]) {
      await expect(desk.row(token.name).getByRole('button', { name: say.formField.copyGuid })).toHaveCount(1);
      await desk.action('Copy GUID of', token.name).click();
      await expect(page.getByText(`GUID of “${token.name}” copied.`)).toBeVisible();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token.guid);
    }
  });
});

test.describe('Copy GUID where the browser offers no clipboard', () => {
  test('on plain HTTP the old way works, in the table and in the form', async ({ desk, page, server, watch }) => {
    // The browser's remark on a header that only counts where the context is secure.
    watch.allows(/Cross-Origin-Opener-Policy header has been ignored/);
    const token = await server.add({ name: 'one' });
    await page.goto(server.url.replace('127.0.0.1', 'plain-http.test') + TO_OWN);
    await desk.loaded();
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await desk.action('Copy GUID of', 'one').click();
    await expect(page.getByText('GUID of “one” copied.')).toBeVisible();
    await desk.byGuid.focus();
    await page.keyboard.press('Control+V');
    await expect(desk.byGuid).toHaveValue(token.guid);
    const form = await desk.openCreate();
    const guid = await form.guid.inputValue();
    await form.dialog.getByRole('button', { name: say.formField.copyGuid }).click();
    await expect(form.dialog.getByText(say.guidWas.copied)).toBeVisible();
    await form.name.focus();
    await page.keyboard.press('Control+V');
    await expect(form.name).toHaveValue(guid);
  });

  test('a failure is told, never silent', async ({ context, desk, page, server }) => {
    await context.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.execCommand = () => false;
    });
    await server.add({ name: 'one' });
    await desk.open();
    await desk.action('Copy GUID of', 'one').click();
    await expect(desk.alert).toContainText("Couldn't copy.");
    await page.getByRole('button', { name: say.notices.dismiss }).click();
    const form = await desk.openCreate();
    await form.dialog.getByRole('button', { name: say.formField.copyGuid }).click();
    await expect(form.dialog.getByText(say.guidWas.notCopied)).toBeVisible();
  });
});
