//! What a save changes of a token's rights is shown before it, and only more rights are asked about once more.

import { detailsOf, TokenForm } from './desk.ts';
import { expect, test } from './fixture.ts';
import { violations } from './look.ts';
import { inDays } from './server.ts';
import { cloneOf, Mist, MIST_ORG, MistDesk, only, ORG } from './systems.ts';
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
  expect(await violations(page)).toEqual([]);
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

  test('addresses that are loosened are asked about, narrower ones are not', async ({ page, server }) => {
    const [mist, org] = [new MistDesk(page, server.url), new Mist(server, 'org')];
    const privileges = [{ scope: 'org', role: 'read', org_id: ORG.id }];
    await org.add('mine', { privileges, src_ips: ['192.0.2.0/24', '198.51.100.7'] });
    await mist.enter();
    // Addresses are fixed by the system once a token is made: a clone has others.
    const form = await cloneOf(page, 'mine');
    const addresses = form.dialog.getByRole('textbox', { name: 'Source IPs' });
    await expect(addresses).toHaveValue('192.0.2.0/24\n198.51.100.7');
    await expect(form.changes).toBeHidden();
    await addresses.fill('');
    await expect(form.changes.getByRole('listitem')).toHaveText(/any address.*192\.0\.2\.0\/24.*More rights/i);
    await form.save.click();
    await expect(form.growing).toContainText(say.review.moreThanOriginal);
    await form.growing.getByRole('button', { name: say.review.back }).click();
    await addresses.fill('192.0.0.0/16');
    await expect(form.changes).toContainText(say.rights.more);
    // Part of what it had.
    await addresses.fill('192.0.2.128/25');
    await expect(form.changes).toBeVisible();
    await expect(form.changes).not.toContainText(say.rights.more);
    await form.save.click();
    await expect(form.growing).toBeHidden();
    await expect(mist.secret.dialog).toBeVisible();
    expect(await org.named('mine-copy')).toMatchObject([{ privileges: [{ scope: 'org', role: 'read' }], src_ips: ['192.0.2.128/25'] }]);
  });
});

test.describe('before a clone is saved', () => {
  test('an end that is taken away or moves on is asked about; a nearer one and fewer scopes are not', async ({ desk, page, server }) => {
    await server.add({ name: 'mine', scopes: ['logs-read', 'builds-write'], valid_from: inDays(-10), valid_to: inDays(20) });
    await desk.open();
    const form = await cloneOf(page, 'mine');
    await form.dialog.getByRole('button', { name: 'No end' }).click();
    await expect(form.changes.getByRole('listitem')).toHaveText(/Never expires, instead of .*More rights/);
    await form.save.click();
    await expect(form.growing).toContainText(say.review.moreThanOriginal);
    await form.dialog.getByRole('button', { name: '90 days' }).click();
    await expect(form.changes.getByRole('listitem')).toHaveText(/Expires .* instead of .*More rights/);
    await form.save.click();
    await expect(form.growing).toBeVisible();
    await form.dialog.getByRole('button', { name: '7 days' }).click();
    await form.scope('Builds: write').uncheck();
    await expect(form.changes.getByRole('listitem')).toHaveText([/Removes Builds: write/, /Expires .* instead of/]);
    await expect(form.changes).not.toContainText(say.rights.more);
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.theOne('mine-copy')).scopes).toEqual(['logs-read']);
  });
});

test.describe('before a rotation by a successor is saved', () => {
  test('more is asked about, less is not', async ({ desk, page, server }) => {
    await server.add({ name: 'mine', scopes: ['logs-read', 'builds-read'], valid_to: inDays(30) });
    await desk.open();
    await page.locator('.table-body .name').getByText('mine', { exact: true }).click();
    await detailsOf(page).getByRole('button', { name: 'Rotate', exact: true }).click();
    const form = new TokenForm(page, 'Rotate token');
    await expect(form.name).not.toHaveValue('');
    await expect(form.changes).toBeHidden();
    await form.scope('Builds: write').check();
    await expect(form.changes.getByRole('listitem')).toHaveText(/Adds Builds: write.*More rights/);
    const begin = form.dialog.getByRole('button', { name: say.begin.create });
    await begin.click();
    await expect(form.growing).toBeVisible();
    expect(await server.tokens()).toHaveLength(1);
    await form.growing.getByRole('button', { name: say.review.back }).click();
    await form.scope('Builds: write').uncheck();
    await form.scope('Builds: read').uncheck();
    await expect(form.changes).not.toContainText(say.rights.more);
    await begin.click();
    await expect(form.growing).toBeHidden();
    await expect.poll(async () => (await server.tokens()).map((it) => it.scopes)).toContainEqual(['logs-read']);
  });
});
