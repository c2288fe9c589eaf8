//! What a save changes of a token's rights is shown before it, and only more rights are asked about once more.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixture.ts';
import { inDays } from './server.ts';
import { Mist, MIST_ORG, MistDesk, only, ORG } from './systems.ts';
import { say } from './texts.ts';

test('a scope that is added is asked about once more, by keys alone', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'mine', scopes: ['logs-read'] });
  await desk.open();
  const form = await desk.openEdit('mine');
  await expect(form.changes).toBeHidden();
  await form.scope('Builds: write').check();
  await form.scope('Logs: read').uncheck();
  await expect(form.changes.getByRole('listitem')).toHaveText([
    /Adds Builds: write.*write.*More rights/,
    /Removes Logs: read(?!.*More rights)/,
  ]);
  await form.save.focus();
  await page.keyboard.press('Enter');
  await expect(form.growing).toBeVisible();
  await expect(form.growing.getByRole('button', { name: say.review.back })).toBeFocused();
  // What is asked about is in view, however long the form is.
  await expect(form.changes).toBeInViewport({ ratio: 1 });
  expect((await server.read(token)).scopes).toEqual(['logs-read']);
  // No trap: one goes back to where one was.
  await page.keyboard.press('Enter');
  await expect(form.growing).toBeHidden();
  await expect(form.save).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(form.growing.getByRole('button', { name: say.review.save })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form.dialog).toBeHidden();
  expect((await server.read(token)).scopes).toEqual(['builds-write']);
});

test('fewer rights are saved at once', async ({ desk, server }) => {
  const token = await server.add({ name: 'mine', scopes: ['logs-read', 'builds-write'], valid_to: inDays(60) });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.scope('Builds: write').uncheck();
  await form.dialog.getByRole('button', { name: '7 days' }).click();
  await expect(form.changes.getByRole('listitem')).toHaveText([/Removes Builds: write/, /Expires .* instead of/]);
  await expect(form.changes).not.toContainText(say.rights.more);
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect((await server.read(token)).scopes).toEqual(['logs-read']);
});

test('an end that is taken away or moves on is asked about, and what is typed then is another save', async ({ desk, server }) => {
  const token = await server.add({ name: 'mine', valid_to: inDays(20) });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.dialog.getByRole('button', { name: 'No end' }).click();
  await expect(form.changes.getByRole('listitem')).toHaveText(/Never expires, instead of .*More rights/);
  await form.save.click();
  await expect(form.growing).toBeVisible();
  await form.dialog.getByRole('button', { name: '90 days' }).click();
  await expect(form.growing).toBeHidden();
  await form.saveMore();
  await expect(form.dialog).toBeHidden();
  expect((await server.read(token)).valid_to).not.toBeNull();
});

test('what was agreed to is not asked about again when it is sent again', async ({ desk, server, watch }) => {
  watch.expects(/console error: Failed to load resource/);
  const token = await server.add({ name: 'mine', scopes: ['logs-read'] });
  await server.fail({ method: 'PUT', path: '/api/v1/tokens/*', status: 503, times: 1 });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.scope('Builds: write').check();
  await form.saveMore();
  await expect(form.dialog.getByRole('alert')).toBeVisible();
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect((await server.read(token)).scopes).toContain('builds-write');
});

test('a name alone changes no rights', async ({ desk, server }) => {
  await server.add({ name: 'mine', valid_to: inDays(20) });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.name.fill('renamed');
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect(await server.named('renamed')).toHaveLength(1);
});

test('a scope that the system no longer lists is told as such', async ({ desk, server }) => {
  await server.add({ name: 'mine', scopes: ['logs-read', 'builds-read'] });
  await server.fail({ path: '/api/v1/scopes', status: 200, body: [{ id: 'builds-read', name: 'Builds: read' }], times: 9 });
  await desk.open();
  const form = await desk.openEdit('mine');
  await form.scopes.getByRole('checkbox', { name: 'logs-read' }).uncheck();
  await expect(form.changes.getByRole('listitem')).toContainText(say.rights.unlisted);
});

test('axe agrees, and all of it fits into 320 pixels', async ({ desk, page, server }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await server.add({ name: 'mine', scopes: ['logs-read'], valid_to: inDays(20) });
  await desk.open();
  await desk.action('Edit', 'mine').click();
  const form = desk.editing;
  await form.scope('Builds: write').check();
  await form.save.click();
  await expect(form.growing).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await form.changes.scrollIntoViewIfNeeded();
  await expect(form.changes).toBeInViewport();
});

test.describe('privileges of Juniper Mist', () => {
  test.use({ serve: { config: only(MIST_ORG) } });

  test('more in a place is asked about, less is not', async ({ page, server }) => {
    const [mist, org] = [new MistDesk(page, server.url), new Mist(server, 'org')];
    await org.add('mine', { privileges: [{ scope: 'org', role: 'write', org_id: ORG.id }] });
    await mist.enter();
    let form = await mist.openEdit('mine');
    await form.choice('Role').selectOption('read');
    await expect(form.changes).toBeVisible();
    await expect(form.changes).not.toContainText(say.rights.more);
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    form = await mist.openEdit('mine');
    await form.choice('Role').selectOption('admin');
    await form.saveMore();
    await expect(form.dialog).toBeHidden();
  });
});
