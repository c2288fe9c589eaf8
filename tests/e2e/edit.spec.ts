//! `Edit`: the same form filled in, what goes back untouched, and what happens when somebody else changed the token.

import { expect, test } from './fixture.ts';
import { inDays, inSeconds } from './server.ts';
import { YEAR } from './dates.ts';
import { say } from './texts.ts';

test('the form is filled in with the token as it is now', async ({ desk, server }) => {
  const token = await server.add({
    name: 'mine',
    description: 'line one\nline two',
    scopes: ['logs-read', 'builds-write'],
    valid_from: '2026-07-01T10:00:00Z',
    valid_to: `${YEAR}-01-15T23:45:00+01:00`,
  });
  await desk.open();
  // What the list showed is old by now.
  await server.change(token, { description: 'changed meanwhile' });
  const form = await desk.openEdit('mine');
  await expect(form.name).toHaveValue('mine');
  await expect(form.guid).toHaveValue(token.guid);
  await expect(form.description).toHaveValue('changed meanwhile');
  await expect(form.scope('Logs: read')).toBeChecked();
  await expect(form.scope('Builds: write')).toBeChecked();
  await expect(form.scopes.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await expect(form.validFrom).toHaveValue('2026-07-01T12:00');
  await expect(form.validTo).toHaveValue(`${YEAR}-01-15T23:45`);
  await expect(form.save).toBeEnabled();
});

test('Save changes what was changed, here and on the server', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'mine', description: 'old', scopes: ['logs-read'] });
  await server.add({ name: 'other' });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.fill({ name: 'renamed', description: 'new', scopes: ['Builds: read'] });
  await form.scope('Logs: read').uncheck();
  await form.saveMore();
  await expect(form.dialog).toBeHidden();
  await expect(page.locator('.notice').getByText('“renamed” was saved.')).toBeVisible();
  await desk.expectNames('renamed', 'other');
  await expect(desk.cell(desk.row('renamed'), 'Scopes')).toHaveText('Builds: read');
  const saved = { id: token.id, guid: token.guid, name: 'renamed', description: 'new', scopes: ['builds-read'] };
  expect(await server.read(token)).toMatchObject(saved);
  expect(await server.tokens()).toHaveLength(2);
});

test('an emptied description is gone', async ({ desk, server }) => {
  const token = await server.add({ name: 'mine', description: 'old' });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.description.clear();
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect((await server.read(token)).description).toBeNull();
});

test.describe('the GUID', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('can be copied but not changed', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'mine' });
    await desk.open();
    const form = await desk.openEdit('mine');
    await expect(form.guid).toHaveAttribute('readonly');
    await expect(form.dialog.getByRole('button', { name: say.formField.regenerateGuid })).toBeHidden();
    await form.guid.focus();
    await page.keyboard.type('x');
    await expect(form.guid).toHaveValue(token.guid);
    await form.dialog.getByRole('button', { name: say.formField.copyGuid }).click();
    await expect(form.dialog.getByText(say.guidWas.copied)).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token.guid);
  });
});

test.describe('dates', () => {
  const ODD_FROM = '2020-01-01T00:00:07.250+05:30';
  const ODD_TO = `${YEAR}-06-30T23:59:59.999999-03:30`;

  test('that were not touched go back exactly as they came', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'mine', valid_from: ODD_FROM, valid_to: ODD_TO });
    expect(token).toMatchObject({ valid_from: ODD_FROM, valid_to: ODD_TO });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.name.fill('renamed');
    const put = page.waitForRequest((it) => it.method() === 'PUT');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await put).postDataJSON()).toMatchObject({ valid_from: ODD_FROM, valid_to: ODD_TO });
    expect(await server.read(token)).toMatchObject({ name: 'renamed', valid_from: ODD_FROM, valid_to: ODD_TO });
  });

  test('one that was changed leaves the other as it came', async ({ desk, server }) => {
    const token = await server.add({ name: 'mine', valid_from: ODD_FROM, valid_to: ODD_TO });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.validTo.fill(`${YEAR + 1}-01-01T12:00`);
    await form.saveMore();
    await expect(form.dialog).toBeHidden();
    const saved = await server.read(token);
    expect(saved.valid_from).toBe(ODD_FROM);
    expect(Date.parse(saved.valid_to ?? '')).toBe(Date.parse(`${YEAR + 1}-01-01T11:00:00Z`));
  });

  test('put back to what it was, goes back exactly as it came', async ({ desk, server }) => {
    const token = await server.add({ name: 'mine', valid_to: ODD_TO });
    await desk.open();
    const form = await desk.openEdit('mine');
    const shown = await form.validTo.inputValue();
    await form.validTo.fill(`${YEAR + 1}-01-01T12:00`);
    await form.validTo.fill(shown);
    await form.description.fill('x');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.read(token)).valid_to).toBe(ODD_TO);
  });

  test('a valid-from that already lies in the past stays allowed, another past one does not', async ({ desk, server }) => {
    const token = await server.add({ name: 'mine', valid_from: inDays(-10) });
    await desk.open();
    const form = await desk.openEdit('mine');
    const shown = await form.validFrom.inputValue();
    await expect(form.save).toBeEnabled();
    await expect(form.validFrom).not.toHaveAttribute('aria-invalid', 'true');
    await form.validFrom.fill('2021-01-01T00:00');
    await expect(form.save).toBeDisabled();
    await expect(form.dialog.getByText(say.wrong.startPast('Valid from')).first()).toBeVisible();
    await form.validFrom.fill(shown);
    await expect(form.save).toBeEnabled();
    await form.name.fill('renamed');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toMatchObject({ name: 'renamed', valid_from: token.valid_from });
  });

  test('of a token that has expired may stay', async ({ desk, server }) => {
    // It has to lie ahead when the server hears of it.
    const token = await server.add({ name: 'mine', valid_to: inSeconds(5) });
    await desk.open();
    await expect(desk.cell(desk.row('mine'), 'Is active')).toHaveText(say.status.expired);
    const form = await desk.openEdit('mine');
    await form.name.fill('renamed');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toMatchObject({ name: 'renamed', valid_to: token.valid_to });
  });

  test('can be taken away', async ({ desk, server }) => {
    const token = await server.add({ name: 'mine', valid_from: inDays(1), valid_to: inDays(5) });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.validFrom.clear();
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await form.saveMore();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toMatchObject({ valid_from: null, valid_to: null, is_active: true });
    await expect(desk.cell(desk.row('mine'), 'Is active')).toHaveText(say.status.active);
  });

  test('of a revoked token cannot be changed, everything else can', async ({ desk, server }) => {
    const token = await server.add({ name: 'mine', valid_to: inDays(5) });
    const revoked = await server.revoke(token);
    await desk.open();
    const form = await desk.openEdit('mine');
    await expect(form.validFrom).toBeDisabled();
    await expect(form.validTo).toBeDisabled();
    await expect(form.dialog.getByText(say.formDate.fixed)).toBeVisible();
    await form.name.fill('renamed');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toEqual({ ...revoked, name: 'renamed' });
  });
});

test('a scope that is not listed any more stays, unless it is taken away', async ({ desk, launch, page }) => {
  const server = await launch({ tokens: 50 });
  await page.goto(`${server.url}?name=old-jenkins`);
  const form = await desk.openEdit('old-jenkins');
  await expect(form.scope('legacy-ftp')).toBeChecked();
  await form.description.fill('kept');
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect(await server.theOne('old-jenkins')).toMatchObject({ description: 'kept', scopes: ['builds-read', 'builds-write', 'legacy-ftp'] });
});

test('is left at once where nothing was changed, and asks where something was', async ({ desk, page, server }) => {
  await server.add({ name: 'mine', description: 'old' });
  await desk.open();
  let form = await desk.openEdit('mine');
  await page.keyboard.press('Escape');
  await expect(form.dialog).toBeHidden();
  form = await desk.openEdit('mine');
  await form.description.fill('new');
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
  await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeVisible();
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  await (await asked).dismiss();
  await form.dialog.getByRole('button', { name: say.dialogs.discard }).click();
  await expect(form.dialog).toBeHidden();
  expect((await server.theOne('mine')).description).toBe('old');
});

test('a token that cannot be read is told of, and Retry reads it', async ({ desk, server, watch }) => {
  watch.expects(/503/);
  const token = await server.add({ name: 'mine' });
  await server.fail({ path: `/api/v1/tokens/${token.id}`, status: 503, times: 1 });
  await desk.open();
  await desk.action('Edit', 'mine').click();
  const form = desk.editing;
  await expect(form.dialog.getByRole('alert')).toContainText('It answered 503.');
  await form.dialog.getByRole('button', { name: say.tokenForm.retry }).click();
  await expect(form.name).toHaveValue('mine');
});

test('while the token is read, the form can be left', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'mine' });
  await server.fail({ path: `/api/v1/tokens/${token.id}`, delay_ms: 20_000 });
  await desk.open();
  await desk.action('Edit', 'mine').click();
  await expect(desk.editing.dialog.getByText(say.tokenForm.reading)).toBeVisible();
  const aborted = page.waitForEvent('requestfailed');
  await desk.editing.cancel.click();
  await expect(desk.editing.dialog).toBeHidden();
  expect((await aborted).failure()?.errorText).toContain('ABORTED');
});

test.describe('changed by somebody else meanwhile', () => {
  test('the page shows what changed and keeps what was typed', async ({ desk, page, server, watch }) => {
    watch.expects(/412/);
    const token = await server.add({ name: 'mine', description: 'old', scopes: ['logs-read'] });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.description.fill('my words');
    const theirs = await server.change(token, { name: 'theirs', description: 'their words', scopes: ['logs-read', 'builds-read'] });
    await form.save.click();
    const panel = form.dialog.getByRole('alert');
    await expect(panel).toContainText(say.happened.changedSinceOpened);
    await expect(panel).toContainText('Nothing was saved.');
    const changes = panel.getByRole('row');
    const change = (field: string) => changes.filter({ has: page.getByRole('rowheader', { name: field, exact: true }) }).getByRole('cell');
    await expect(change('Name')).toHaveText(['mine', 'theirs', 'mine']);
    await expect(change('Description')).toHaveText(['old', 'their words', 'my words']);
    await expect(change('Scopes')).toHaveText(['Logs: read', 'Logs: read, Builds: read', 'Logs: read']);
    // What did not change is not listed: the header and three rows.
    await expect(changes).toHaveCount(4);
    await expect(form.description).toHaveValue('my words');
    expect(await server.read(token)).toEqual(theirs);
  });

  test('on a phone what changed is seen at once, and each field by itself', async ({ desk, page, server, watch }) => {
    watch.expects(/412/);
    const token = await server.add({ name: 'mine', description: 'old' });
    await page.setViewportSize({ width: 360, height: 740 });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.description.fill('my words');
    await server.change(token, { description: 'their words' });
    await form.guid.scrollIntoViewIfNeeded();
    await form.save.click();
    const panel = form.dialog.getByRole('alert');
    await expect(panel.getByText(say.happened.changedSinceOpened)).toBeInViewport({ ratio: 1 });
    await expect(form.dialog.getByRole('button', { name: say.conflict.takeTheirs })).toBeInViewport({ ratio: 1 });
    expect(await panel.evaluate((it) => it.parentElement === document.activeElement)).toBe(true);
    // Whole words, in lines of their own.
    const [now, yours] = [await panel.getByText('their words').boundingBox(), await panel.getByText('my words').boundingBox()];
    expect(yours?.x).toBe(now?.x);
    expect(now?.height).toBeLessThan(30);
  });

  test('Keep mine saves what was typed over it', async ({ desk, server, watch }) => {
    watch.expects(/412/);
    const token = await server.add({ name: 'mine', description: 'old' });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.description.fill('my words');
    await server.change(token, { description: 'their words' });
    await form.save.click();
    await form.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
    await expect(form.dialog).toBeHidden();
    expect((await server.read(token)).description).toBe('my words');
  });

  test('Keep mine does not write over a third change', async ({ desk, server, watch }) => {
    watch.expects(/412/);
    const token = await server.add({ name: 'mine', description: 'old' });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.description.fill('my words');
    await server.change(token, { description: 'second' });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('second');
    await server.change(token, { description: 'third' });
    await form.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
    await expect(form.dialog.getByRole('alert')).toContainText('third');
    expect((await server.read(token)).description).toBe('third');
  });

  test('Take theirs fills the form with it, and it can be edited on', async ({ desk, server, watch }) => {
    watch.expects(/412/);
    const token = await server.add({ name: 'mine', description: 'old', scopes: ['logs-read'] });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.description.fill('my words');
    await server.change(token, { description: 'their words', scopes: ['builds-read'], valid_to: `${YEAR}-01-15T22:45:00Z` });
    await form.save.click();
    await form.dialog.getByRole('button', { name: say.conflict.takeTheirs }).click();
    await expect(form.dialog.getByRole('button', { name: say.conflict.keepMine })).toBeHidden();
    await expect(form.description).toHaveValue('their words');
    await expect(form.scope('Builds: read')).toBeChecked();
    await expect(form.scope('Logs: read')).not.toBeChecked();
    await expect(form.validTo).toHaveValue(`${YEAR}-01-15T23:45`);
    await form.name.fill('both');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toMatchObject({ name: 'both', description: 'their words', scopes: ['builds-read'] });
  });

  test('without a tag that can be read, the page goes on without', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'mine' });
    await server.fail({ path: `/api/v1/tokens/${token.id}`, omit_headers: ['etag'] });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.name.fill('renamed');
    const put = page.waitForRequest((it) => it.method() === 'PUT');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await put).headers()['if-match']).toBeUndefined();
    expect((await server.read(token)).name).toBe('renamed');
  });

  test('deleted meanwhile: the page says so, and the form stays', async ({ desk, server, watch }) => {
    watch.expects(/404/);
    const token = await server.add({ name: 'mine' });
    await desk.open();
    const form = await desk.openEdit('mine');
    await form.description.fill('my words');
    await server.remove(token);
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('404');
    await expect(form.dialog.getByRole('alert')).toContainText(say.next.deleted);
    await expect(form.description).toHaveValue('my words');
    await form.dialog.getByRole('button', { name: say.goneToken.refresh }).click();
    await expect(form.dialog).toBeHidden();
    await desk.expectNames();
  });

  test('deleted before it was opened: the page says so, and takes it out of the list', async ({ desk, page, server, watch }) => {
    watch.expects(/404/);
    const token = await server.add({ name: 'mine' });
    await server.add({ name: 'other' });
    await desk.open();
    await server.remove(token);
    await desk.action('Edit', 'mine').click();
    const dialog = desk.editing.dialog;
    await expect(dialog.getByRole('alert')).toContainText(say.next.deleted);
    await dialog.getByRole('button', { name: say.goneToken.remove }).click();
    await expect(dialog).toBeHidden();
    await desk.expectNames('other');
    await expect(page.locator('.notice').getByText('“mine” was already gone.')).toBeVisible();
  });
});

test('a filter that hides the token after its change is told of', async ({ desk, page, server }) => {
  await server.add({ name: 'mine' });
  await server.add({ name: 'mine too' });
  await desk.open('?name=mine');
  const form = await desk.openEdit('mine');
  await form.name.fill('other');
  await form.save.click();
  await expect(page.locator('.notice').getByText('“other” was saved, but the filters hide it.')).toBeVisible();
  await desk.expectNames('mine too');
  await page.getByRole('button', { name: say.notices.show }).click();
  await desk.expectNames('other', 'mine too');
});
