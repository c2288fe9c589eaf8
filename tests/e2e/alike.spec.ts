//! The right one: tokens that look alike, tokens with one id, and more systems than can be told apart.

import { expect, type Locator } from '@playwright/test';
import { test as plain } from './fixture.ts';
import { entries, entry, page as list, test } from './odd.ts';
import { expectAccessible } from './look.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

const buttons = (row: Locator) => row.getByRole('button', { name: /^(Edit|Revoke|Delete)/ });

test('two entries of one page with one id are both shown, told, and cannot be changed', async ({ desk, odd, page }) => {
  const same = entry(1)['id'];
  odd.list = () => list([entry(1, { name: 'build' }), entry(2), entry(3, { id: same, name: 'deploy' })]);
  await desk.open();
  await desk.expectNames('build', 'token 2', 'deploy');
  await expect(page.locator('.state-line')).toContainText('“build” and “deploy” have the same id');
  for (const name of ['build', 'deploy']) {
    await expect(buttons(desk.row(name))).toHaveCount(3);
    for (const button of await buttons(desk.row(name)).all()) {
      await expect(button).toBeDisabled();
      await expect(button).toHaveAttribute('title', say.refused.sharesId);
    }
  }
  await expect(desk.action('Delete', 'token 2')).toBeEnabled();
  await expectAccessible(page);
  // Each row copies what it shows.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await desk.action('Copy GUID of', 'deploy').click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(entry(3)['guid']);
  // The system has mended it.
  odd.list = () => list([entry(1, { name: 'build' }), entry(2), entry(3, { name: 'deploy' })]);
  await desk.refreshButton.click();
  await expect(desk.action('Delete', 'deploy')).toBeEnabled();
  await expect(page.locator('.state-line')).not.toContainText('have the same id');
});

test('a token that two pages have is one, the later', async ({ desk, odd }) => {
  odd.list = ({ query }) =>
    query.get('cursor') === null ? list([entry(1), entry(2)], 'b', 3) : list([entry(2, { name: 'renamed' }), entry(3)], null, 3);
  await desk.open();
  await desk.expectNames('token 1', 'renamed', 'token 3');
  await expect(desk.action('Delete', 'renamed')).toBeEnabled();
});

test('a question tells tokens of one name apart', async ({ desk, odd }) => {
  odd.list = () => list([entry(1, { name: 'admin', description: 'of the mail gateway' }), entry(2, { name: 'Admin' }), entry(3)]);
  await desk.open();
  await desk.action('Delete', 'admin').click();
  await expect(desk.question('Delete token')).toContainText(`of the mail gateway · ${entry(1)['id']}`);
  // There is one system only.
  await expect(desk.question('Delete token')).not.toContainText('System:');
  await desk.question('Delete token').getByRole('button', { name: say.tokenForm.cancel }).click();
  await desk.action('Revoke', 'Admin').click();
  await expect(desk.question('Revoke token')).toContainText(String(entry(2)['id']));
  await desk.question('Revoke token').getByRole('button', { name: say.tokenForm.cancel }).click();
  await desk.action('Delete', 'token 3').click();
  await expect(desk.question('Delete token')).not.toContainText(String(entry(3)['id']));
});

plain.describe('several systems', () => {
  const scoped = (name: string, base: string) => ({ name, dialect: 'scoped', base });
  plain.use({ serve: { config: { connections: [scoped('Only', 'api/v1')] } } });

  plain('questions, forms and what is told name the system', async ({ desk, launch, page, server }) => {
    const other = await launch({ allowOrigin: [server.origin] });
    for (const it of [server, other]) await it.add({ name: 'token 3' });
    await server.configure({ connections: [scoped('Production', 'api/v1'), scoped('Staging', `${other.url}api/v1`)] });
    await page.goto(server.url);
    await expect(desk.rows).toHaveCount(2);
    const staging = desk.rows.filter({ has: page.getByRole('gridcell', { name: 'Staging', exact: true }) });
    for (const [verb, dialog] of [
      ['Edit', page.getByRole('dialog', { name: say.tokenForm.edit })],
      ['Revoke', desk.question('Revoke token')],
      ['Delete', desk.question('Delete token')],
    ] as const) {
      await staging.getByRole('button', { name: verb }).click();
      await expect(dialog).toContainText('Staging');
      await dialog.getByRole('button', { name: say.tokenForm.cancel }).click();
    }
    await staging.getByRole('button', { name: say.action.delete }).click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('In “Staging”: “token 3” was deleted.')).toBeVisible();
    expect([(await server.tokens()).length, (await other.tokens()).length]).toEqual([1, 0]);
    // Where one is shown and there are others, too.
    await new Switcher(page).show('Production');
    await desk.action('Delete', 'token 3').click();
    await expect(desk.question('Delete token')).toContainText('Production');
  });

  plain('257 of them are refused with their place, and nothing is asked for', async ({ launch, page }) => {
    const connections = Array.from({ length: 257 }, (_, idx) => scoped(`C${idx}`, 'api/v1'));
    const server = await launch({ config: { connections } });
    await page.goto(server.url);
    await expect(page.getByRole('main')).toContainText('/connections has 257 connections; the page can tell 256 apart');
    await server.configure({ connections: connections.slice(0, 256) });
    await page.goto(server.url);
    await expect(new Switcher(page).options).toHaveCount(257);
  });
});

test('many alike are told apart in a moment', async ({ desk, odd }) => {
  odd.list = () => list(entries(0, 5_000).map((it) => ({ ...it, name: 'the same' })));
  await desk.open();
  await desk.rows.first().getByRole('button', { name: say.action.delete }).click();
  await expect(desk.question('Delete token')).toContainText(String(entry(0)['id']));
});
