//! Connections managed in the page: those of `config.json` and those that the browser keeps, what is said of mistakes and
//! of the page's policy, and that no secret is kept.

import { readFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import { TO_OWN, pageKeeps } from './desk.ts';
import { expect, test as base } from './fixture.ts';
import { expectAccessible, expectFits, holdsFocus, tabTo } from './look.ts';
import { Manager } from './manager.ts';
import { measured } from './measure.ts';
import { IS_WHOLE, part } from './server.ts';
import { FAILED, only, PtDesk } from './systems.ts';
import { say } from './texts.ts';

const REFUSED_BY_POLICY = [/policy violation: connect-src/, /console error: .*Content Security Policy/];

/** Where the page keeps connections. */
const KEY = 'tokendeck.connections';

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

const test = base.extend<{ manager: Manager }>({
  manager: async ({ page }, use) => use(new Manager(page)),
});

const HOSTED = ['Scoped tokens', 'PT Sandbox', 'NVIDIA Air', 'Juniper Mist'];

test.describe('what the browser keeps', () => {
  test('a connection that is added is shown, and is there after a reload', async ({ desk, manager, page, server }) => {
    await server.add({ name: 'one' });
    await desk.open();
    await manager.open();
    await manager.expectListed(...HOSTED);
    await manager.add('Mine', 'api/v1');
    await manager.expectListed(...HOSTED, 'Mine');
    await expect(manager.dialog.getByRole('listitem').last()).toContainText(/^Mine\s*Yours\s*Scoped Token API · api\/v1/);
    await manager.close.click();
    await expect(manager.dialog).toBeHidden();
    await manager.expectOffered(...HOSTED, 'Mine');
    await desk.expectParams('connection=Mine');
    await desk.loaded();
    await desk.expectNames('one');
    await page.reload();
    await desk.loaded();
    await manager.expectOffered(...HOSTED, 'Mine');
    await expect(manager.control.chosen).toHaveText('Mine');
  });

  test('where config.json has one connection, more can be added', async ({ desk, launch, manager, page }) => {
    const server = await launch({ config: only({ name: 'Only', dialect: 'scoped', base: 'api/v1' }) });
    await page.goto(server.url);
    await desk.loaded();
    await expect(manager.control.options).toHaveCount(0);
    await manager.open();
    // The page always has one.
    await expect(manager.does('Hide', 'Only')).toHaveAttribute('aria-disabled', 'true');
    await manager.add('Mine', 'api/v1');
    await manager.close.click();
    await manager.expectOffered('Only', 'Mine');
  });

  test('the user\'s own can be changed, renamed and removed; those of config.json copied', async ({ desk, manager, page }) => {
    await desk.open();
    const form = await manager.openToCopy('Scoped tokens');
    await expect(form.name).toHaveValue('Scoped tokens, copy');
    await expect(form.base).toHaveValue('api/v1');
    await form.name.fill('Copied');
    await form.save.click();
    await expect(manager.does('Edit', 'Copied')).toBeFocused();
    await manager.close.click();
    await desk.expectParams('connection=Copied');
    await manager.open();
    await manager.does('Edit', 'Copied').click();
    await expect(manager.editing.name).toHaveValue('Copied');
    await manager.editing.name.fill('Renamed');
    await manager.editing.save.click();
    await manager.expectListed(...HOSTED, 'Renamed');
    await manager.close.click();
    // What was shown is still shown, under its new name.
    await desk.expectParams('connection=Renamed');
    await expect(manager.control.chosen).toHaveText('Renamed');
    await manager.open();
    await expect(manager.does('Edit', 'Scoped tokens')).toHaveCount(0);
    await expect(manager.does('Remove', 'Scoped tokens')).toHaveCount(0);
    await manager.does('Remove', 'Renamed').click();
    const question = page.getByRole('alertdialog', { name: say.manages.removeTitle });
    await expect(question).toContainText('Renamed');
    await question.getByRole('button', { name: say.connectionForm.cancel }).click();
    await expect(manager.does('Remove', 'Renamed')).toBeFocused();
    await manager.does('Remove', 'Renamed').click();
    await question.getByRole('button', { name: say.headerRows.remove }).click();
    await manager.expectListed(...HOSTED);
    await manager.close.click();
    await desk.expectParams();
    await manager.expectOffered(...HOSTED);
    await expect(manager.opener).toBeFocused();
  });

  test('the order is kept; what was shown stays shown', async ({ desk, manager, page }) => {
    await desk.open('?name=x');
    await manager.open();
    await manager.does('Move up', 'Juniper Mist').click();
    await manager.expectListed('Scoped tokens', 'PT Sandbox', 'Juniper Mist', 'NVIDIA Air');
    await expect(manager.does('Move up', 'Juniper Mist')).toBeFocused();
    await expect(manager.dialog.getByRole('status').filter({ hasText: 'number' })).toHaveText('“Juniper Mist” is number 3 of 4.');
    await manager.does('Move down', 'Scoped tokens').click();
    await manager.expectListed('PT Sandbox', 'Scoped tokens', 'Juniper Mist', 'NVIDIA Air');
    await expect(manager.does('Move up', 'PT Sandbox')).toHaveAttribute('aria-disabled', 'true');
    await manager.close.click();
    await manager.expectOffered('PT Sandbox', 'Scoped tokens', 'Juniper Mist', 'NVIDIA Air');
    await desk.expectParams('name=x');
    await expect(manager.control.chosen).toHaveText('Scoped tokens');
    await page.reload();
    await manager.expectOffered('PT Sandbox', 'Scoped tokens', 'Juniper Mist', 'NVIDIA Air');
  });

  test('one of config.json can be left out, and shown again', async ({ desk, manager }) => {
    await desk.open();
    await manager.open();
    await manager.does('Hide', 'PT Sandbox').click();
    await expect(manager.does('Show', 'PT Sandbox')).toBeFocused();
    await manager.does('Hide', 'NVIDIA Air').click();
    await manager.does('Hide', 'Juniper Mist').click();
    // Whatever is hidden, one is left.
    await expect(manager.does('Hide', 'Scoped tokens')).toHaveAttribute('aria-disabled', 'true');
    await manager.does('Show', 'NVIDIA Air').click();
    await manager.close.click();
    await manager.expectOffered('Scoped tokens', 'NVIDIA Air');
    await manager.open();
    await manager.expectListed(...HOSTED);
    await manager.does('Show', 'PT Sandbox').click();
    await manager.does('Show', 'Juniper Mist').click();
    await manager.close.click();
    await manager.expectOffered(...HOSTED);
  });

  test('whoever is signed in stays so', async ({ desk, manager, page, server }) => {
    const pt = new PtDesk(page, server.url);
    await pt.enter('?connection=PT+Sandbox');
    await manager.open();
    await manager.add('Mine', 'api/v1');
    await manager.does('Move up', 'PT Sandbox').click();
    await manager.close.click();
    await desk.loaded();
    await manager.control.show('PT Sandbox');
    await pt.loaded();
    await pt.expectSignedInAs('demo');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  test('the list as a file is a config.json', async ({ desk, launch, manager, page }) => {
    await desk.open();
    await manager.open();
    await manager.add('Mine', 'mine/api');
    await manager.does('Hide', 'PT Sandbox').click();
    await manager.does('Move up', 'Mine').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      manager.dialog.getByRole('button', { name: say.manages.export }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('config.json');
    const text = await textOf(download);
    const config = JSON.parse(text) as { connections: { name: string }[] };
    expect(config.connections.map((it) => it.name)).toEqual(['Scoped tokens', 'NVIDIA Air', 'Mine', 'Juniper Mist']);
    expect(config.connections[2]).toEqual({ name: 'Mine', dialect: 'scoped', base: 'mine/api' });
    const other = await launch({ config: text });
    await page.goto(other.url + TO_OWN);
    await manager.expectOffered('Scoped tokens', 'NVIDIA Air', 'Mine', 'Juniper Mist');
  });

  test('what another tab changes is followed, and what is shown stays shown', async ({ context, desk, manager, page, server }) => {
    await server.add({ name: 'one' });
    await desk.open();
    const other = new Manager(await context.newPage());
    await other.page.goto(server.url + TO_OWN);
    await other.open();
    await manager.open();
    await manager.add('Mine', 'api/v1');
    await manager.does('Hide', 'NVIDIA Air').click();
    await manager.close.click();
    // The list of the other one too, which is open.
    await other.expectListed(...HOSTED, 'Mine');
    await expect(other.does('Show', 'NVIDIA Air')).toBeVisible();
    await other.expectOffered('Scoped tokens', 'PT Sandbox', 'Juniper Mist', 'Mine');
    await expect(other.control.chosen).toHaveText('Scoped tokens');
    await desk.loaded();
    await expect(manager.control.chosen).toHaveText('Mine');
    await other.does('Remove', 'Mine').click();
    await other.page.getByRole('alertdialog').getByRole('button', { name: say.headerRows.remove }).click();
    await expect(page.getByRole('alert').filter({ hasText: '“Mine” is no longer among the connections' })).toBeVisible();
    await manager.expectOffered('Scoped tokens', 'PT Sandbox', 'Juniper Mist');
    await desk.expectParams();
  });

  test('what another tab changes waits for the form that is open', async ({ context, desk, manager, server }) => {
    await desk.open();
    await desk.openCreate();
    await desk.creating.name.fill('half typed');
    const other = new Manager(await context.newPage());
    await other.page.goto(server.url);
    await other.open();
    await other.does('Move down', 'Scoped tokens').click();
    await other.expectListed('PT Sandbox', 'Scoped tokens', 'NVIDIA Air', 'Juniper Mist');
    await expect(desk.creating.name).toHaveValue('half typed');
    await desk.creating.cancel.click();
    await desk.creating.dialog.getByRole('button', { name: say.dialogs.discard }).click();
    await manager.expectOffered('PT Sandbox', 'Scoped tokens', 'NVIDIA Air', 'Juniper Mist');
    await desk.expectParams();
  });

  test('a wrong description of one\'s own is told as such, and can be corrected at once', async ({ desk, manager, page, server }) => {
    await server.add({ name: 'one' });
    const api = { name: 'Wrong', token: { id: '/id', name: '/name' }, list: { path: '/api/v1/tokens', itms: '/entries' } };
    const own = [{ name: 'Mine', dialect: 'rest', base: '.', api }];
    await page.addInitScript(({ key, text }) => {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, text);
    }, { key: KEY, text: JSON.stringify({ connections: own }) });
    await page.goto(`${server.url}?connection=Mine`);
    const told = page.locator('.panel.error');
    await expect(told.getByRole('alert')).toHaveText(say.notOpened.own);
    await expect(told.getByRole('listitem')).toHaveText(/^\/api\/list\/itms is not known here/);
    await expect(told.getByRole('button')).toHaveText([say.action.edit]);
    await expectAccessible(page);
    await told.getByRole('button', { name: 'Edit Mine' }).click();
    await expect(manager.editing.dialog).toBeVisible();
    await expect(manager.dialog).toHaveCount(0);
    await manager.editing.cancel.click();
    await expect(manager.editing.dialog).toBeHidden();
    await told.getByRole('button', { name: 'Edit Mine' }).click();
    const description = manager.editing.dialog.getByRole('textbox', { name: 'Description' });
    await description.fill((await description.inputValue()).replace('itms', 'items'));
    await manager.editing.save.click();
    await desk.loaded();
    await expect(desk.table).toContainText('one');
    await desk.expectParams('connection=Mine');
    // Among all systems it has the same words.
    await page.evaluate(({ key, text }) => localStorage.setItem(key, text), { key: KEY, text: JSON.stringify({ connections: own }) });
    await page.goto(server.url);
    const place = page.getByRole('list', { name: say.system.list }).getByRole('listitem').filter({ hasText: 'Mine' }).first();
    await expect(place.getByRole('alert')).toHaveText(say.notOpened.own);
    await place.getByRole('button', { name: 'Edit Mine' }).click();
    await expect(manager.editing.name).toHaveValue('Mine');
  });

  for (const [what, text, words] of [
    ['no JSON', '{"connections":', 'is not JSON'],
    ['something else', '[1]', 'must be an object'],
  ] as const) {
    test(`rubbish is left out and said so: ${what}`, async ({ desk, manager, page }) => {
      await page.addInitScript(({ key, text }) => {
        if (localStorage.getItem(key) === null) localStorage.setItem(key, text);
      }, { key: KEY, text });
      await desk.open();
      await manager.expectOffered(...HOSTED);
      await manager.open();
      await expect(manager.dialog.getByRole('alert')).toContainText(words);
      await manager.add('Mine', 'api/v1');
      await expect(manager.dialog.getByRole('alert')).toHaveCount(0);
      await page.reload();
      await manager.expectOffered(...HOSTED, 'Mine');
    });
  }

  test('what another version has kept is shown with what is wrong with it, and can be removed', async ({ desk, manager, page }) => {
    const own = [
      { name: 'Odd', dialect: 'soap', base: 'b' },
      { name: 'PT Sandbox', dialect: 'air', base: 'b' },
      { name: 'Fine', dialect: 'scoped', base: 'api/v1' },
    ];
    await page.addInitScript(({ key, text }) => localStorage.setItem(key, text), { key: KEY, text: JSON.stringify({ connections: own }) });
    await desk.open();
    await manager.expectOffered(...HOSTED, 'Fine');
    await manager.open();
    await expect(manager.dialog.getByRole('listitem').filter({ hasText: 'Odd' })).toContainText('/dialect is “soap”');
    await expect(manager.dialog.getByText('is the name of another connection too')).toBeVisible();
    await manager.does('Remove', 'Odd').click();
    await page.getByRole('alertdialog').getByRole('button', { name: say.headerRows.remove }).click();
    await manager.expectListed(...HOSTED, 'PT Sandbox', 'Fine');
  });

  for (const [what, method] of [['switched off', 'getItem'], ['full', 'setItem']] as const) {
    test(`a storage that is ${what} is told, and the page works`, async ({ desk, manager, page }) => {
      await page.addInitScript((method) => {
        Storage.prototype[method] = () => {
          throw new DOMException('no', 'QuotaExceededError');
        };
      }, method);
      await desk.open();
      await manager.expectOffered(...HOSTED);
      await manager.open();
      if (method === 'getItem') {
        await expect(manager.dialog.getByRole('alert')).toContainText('keeps nothing for this page');
        return;
      }
      await manager.add('Mine', 'api/v1');
      await expect(manager.dialog.getByRole('alert')).toContainText('Not saved');
      await manager.expectListed(...HOSTED);
      await manager.close.click();
      await manager.expectOffered(...HOSTED);
    });
  }
});

test.describe('Import', () => {
  const one = (name: string, base: string) => ({ name, dialect: 'scoped', base });

  test('what one browser exports another one takes in', async ({ desk, launch, manager, page }) => {
    await desk.open();
    await manager.open();
    await manager.add('First', 'api/v1');
    await manager.add('Second', 'sim/mist', 'Juniper Mist');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      manager.dialog.getByRole('button', { name: say.manages.export }).click(),
    ]);
    const text = await textOf(download);
    // Another origin has another storage.
    const other = await launch();
    await page.goto(other.url + TO_OWN);
    await manager.open();
    await manager.choose('theirs.json', text);
    const line = (name: string) => manager.importing.getByRole('listitem').filter({ hasText: name });
    await expect(manager.importing).toContainText('theirs.json');
    await expect(line('PT Sandbox')).toContainText(say.import.same);
    await expect(line('PT Sandbox').getByRole('checkbox')).toHaveCount(0);
    await expect(line('Second')).toContainText('Juniper Mist · sim/mist');
    await expectAccessible(page);
    await line('First').getByRole('checkbox').uncheck();
    await manager.importing.getByRole('button', { name: 'Import 1 connection' }).click();
    await manager.expectListed(...HOSTED, 'Second');
    await expect(manager.dialog.getByRole('status').filter({ hasText: 'imported' })).toHaveText('1 connection imported and saved in this browser.');
    await expect(manager.dialog.getByRole('button', { name: say.manages.import })).toBeFocused();
    await manager.close.click();
    await manager.expectOffered(...HOSTED, 'Second');
    await expect(manager.control.chosen).toHaveText('Scoped tokens');
  });

  test('names that are taken are told, and what is there makes way only where the user says so', async ({ desk, manager, page }) => {
    await desk.open();
    await manager.open();
    await manager.add('Mine', 'api/v1');
    await manager.choose('c.json', { connections: [one('Mine', 'other'), one('PT Sandbox', 'other'), one('New', 'new')] });
    const line = (name: string) => manager.importing.getByRole('listitem').filter({ hasText: name });
    await expect(line('PT Sandbox')).toContainText('config.json has a connection of this name.');
    await expect(line('PT Sandbox').getByRole('checkbox')).toHaveCount(0);
    await expect(line('Mine')).toContainText(say.import.replaces);
    await expect(line('Mine').getByRole('checkbox')).not.toBeChecked();
    await line('Mine').getByRole('checkbox').check();
    await manager.importing.getByRole('button', { name: 'Import 2 connections' }).click();
    await manager.expectListed(...HOSTED, 'Mine', 'New');
    await expect(manager.dialog.getByRole('listitem').filter({ hasText: 'Mine' })).toContainText('other');
    // Once more there is nothing to take in.
    await manager.choose('c.json', { connections: [one('Mine', 'other'), one('New', 'new')] });
    await expect(manager.importing.getByText(say.import.same)).toHaveCount(2);
    await expect(manager.importing.getByRole('button')).toHaveText([say.connectionForm.cancel]);
    await page.keyboard.press('Escape');
    await expect(manager.importing).toBeHidden();
  });

  const described = { name: 'D', token: { id: '/id' }, list: { path: '/t', itms: '/x' } };
  const secret = { ...one('S', 's'), auth: { type: 'headers', headers: [{ name: 'T', secret: true, value: 'hush' }] } };
  for (const [what, file, mistakes] of [
    ['no JSON', '{"connections": [', [/^c\.json is not JSON at line 1/]],
    ['something else', { tokens: [] }, [/^\/tokens is not known here/, /^\/connections is missing/]],
    ['a secret', { connections: [one('A', 'a'), secret] }, [/^\/connections\/1\/auth\/headers\/0\/value is a secret/]],
    ['one name twice', { connections: [one('A', 'a'), one('A', 'b')] }, [/^\/connections\/1\/name is the name of another/]],
    ['a wrong description', { connections: [one('A', 'a'), { name: 'D', dialect: 'rest', base: 'd', api: described }] }, [
      /^\/connections\/1\/api\/list\/itms is not known here/,
    ]],
  ] as const) {
    test(`of a file with mistakes nothing is taken in, and each is named by its place: ${what}`, async ({ desk, manager, page }) => {
      await desk.open();
      await manager.open();
      await manager.choose('c.json', file);
      await expect(manager.importing.getByRole('alert')).toContainText('Nothing was imported');
      await expect(manager.importing.locator('.panel li')).toHaveText([...mistakes]);
      await expect(manager.importing.getByRole('button')).toHaveText([say.connectionForm.cancel]);
      await expectAccessible(page);
      await manager.importing.getByRole('button', { name: say.connectionForm.cancel }).click();
      await manager.expectListed(...HOSTED);
      expect(await page.evaluate((key) => localStorage.getItem(key), KEY)).toBeNull();
    });
  }
});

test.describe('the form', () => {
  test('says what is still wanted and what is wrong, at its field', async ({ desk, manager, watch }) => {
    watch.allows(...REFUSED_BY_POLICY);
    await desk.open();
    const form = await manager.openToAdd();
    await expect(form.name).toBeFocused();
    await expect(form.save).toBeDisabled();
    await expect(form.whyNot).toHaveText('Required: name, base address.');
    await form.name.fill('PT Sandbox');
    await form.base.fill('ftp://x');
    await expect(form.base).toHaveAccessibleDescription(/must be an http or https address/);
    await expect(form.name).toHaveAccessibleDescription(/name of another connection/);
    await expect(form.name).toHaveAttribute('aria-invalid', 'true');
    await expect(form.base).toHaveAttribute('aria-invalid', 'true');
    await expect(form.whyNot).toHaveText(say.notSaved.marked);
    await form.base.fill('https://x.example/');
    await expect(form.name).toHaveAccessibleDescription(/name of another connection/);
    await form.name.fill('X');
    await form.more.click();
    const seconds = form.dialog.getByRole('textbox', { name: 'Request timeout' });
    await seconds.fill('soon');
    await expect(seconds).toHaveAccessibleDescription(/whole number of seconds/);
    await seconds.fill('');
    await form.dialog.getByRole('combobox', { name: 'Authentication' }).selectOption(say.connectionForm.authHeaders);
    await expect(form.dialog.getByText('at least one header')).toBeVisible();
    await form.dialog.getByRole('button', { name: say.headerRows.add }).click();
    await form.dialog.getByRole('textbox', { name: 'Header 1: name' }).fill('a b');
    await expect(form.dialog.getByText('not the name of an HTTP header')).toBeVisible();
    await form.system.selectOption('NVIDIA Air');
    await expect(form.save).toBeEnabled();
    await form.dialog.getByRole('combobox', { name: 'Version' }).selectOption('1');
    await form.dialog.getByRole('textbox', { name: say.filters.label }).fill('name');
    await expect(form.save).toBeDisabled();
    await form.dialog.getByRole('textbox', { name: say.filters.label }).fill('name=ci');
    await expect(form.save).toBeEnabled();
    await expect(form.whyNot).toHaveText('');
  });

  test('asks before what was typed is thrown away', async ({ desk, manager, page }) => {
    await desk.open();
    await manager.open();
    const add = manager.dialog.getByRole('button', { name: say.manages.add });
    await add.click();
    await manager.adding.cancel.click();
    await expect(manager.adding.dialog).toBeHidden();
    await expect(add).toBeFocused();
    await add.click();
    await manager.adding.name.fill('typed');
    await page.keyboard.press('Escape');
    await expect(manager.adding.dialog.getByRole('button', { name: say.dialogs.keepEditing })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(manager.adding.name).toBeFocused();
    await expect(manager.adding.name).toHaveValue('typed');
    await manager.adding.cancel.click();
    await manager.adding.dialog.getByRole('button', { name: say.dialogs.discard }).click();
    await expect(manager.adding.dialog).toBeHidden();
    await manager.expectListed(...HOSTED);
  });

  test('headers of a system come back as they were', async ({ desk, manager, page }) => {
    await desk.open();
    const form = await manager.openToAdd();
    await form.name.fill('Tenant');
    await form.base.fill('api/v1');
    await form.dialog.getByRole('combobox', { name: 'Authentication' }).selectOption(say.connectionForm.authHeaders);
    const header = (number: number, part: 'name' | 'value') => form.dialog.getByRole('textbox', { name: `Header ${number}: ${part}` });
    for (const number of [1, 2, 3]) {
      await form.dialog.getByRole('button', { name: say.headerRows.add }).click();
      await header(number, 'name').fill(`H${number}`);
    }
    const kind = (number: number) => form.dialog.getByRole('combobox', { name: `Header ${number}: its value is` });
    await kind(1).selectOption(say.headerRows.fixed);
    await header(1, 'value').fill('acme');
    await kind(2).selectOption(say.headerRows.askedShown);
    await form.save.click();
    const kept = await page.evaluate((key) => localStorage.getItem(key), KEY);
    const headers = [{ name: 'H1', value: 'acme' }, { name: 'H2', secret: false }, { name: 'H3' }];
    expect(JSON.parse(kept ?? '')).toMatchObject({
      connections: [{ name: 'Tenant', dialect: 'scoped', base: 'api/v1', auth: { type: 'headers', headers } }],
    });
    await manager.does('Edit', 'Tenant').click();
    const editing = manager.editing.dialog;
    await expect(editing.getByRole('textbox', { name: 'Header 1: value' })).toHaveValue('acme');
    await expect(editing.getByRole('combobox', { name: 'Header 2: its value is' }).locator('option:checked')).toHaveText(say.headerRows.askedShown);
    await editing.getByRole('button', { name: 'Remove header 2' }).click();
    await expect(editing.getByRole('textbox', { name: 'Header 2: name' })).toHaveValue('H3');
  });
});

test.describe('Test connection', () => {
  test('shows what the first token has, field by field', async ({ desk, manager, page, server }) => {
    const token = await server.add({ name: 'first', description: 'What for' });
    await server.add({ name: 'second' });
    await desk.open();
    const form = await manager.openToCopy('Scoped tokens');
    await form.test.click();
    await expect(form.tested).toHaveText('Connected. 2 tokens, paging works.');
    await expect(form.test).toBeFocused();
    await expect(form.dialog.getByText('The next page is asked for by')).toBeVisible();
    await expect(form.found('Name')).toHaveText('first');
    await expect(form.found('Description')).toHaveText('What for');
    await expect(form.found('Expiration date')).toHaveText(say.conflict.none);
    await expect(form.found('GUID')).not.toContainText(token.guid);
    await expectAccessible(page);
    // What was found is of the connection as it was.
    await form.base.fill('api/v2');
    await expect(form.tested).toHaveText('');
  });

  test('a list call that fails says why', async ({ desk, manager, server, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    const form = await manager.openToCopy('Scoped tokens');
    await server.fail({ path: '/api/v1/tokens', status: 503, body: { detail: 'Down for maintenance.' } });
    await form.test.click();
    await expect(form.dialog.getByRole('alert').filter({ hasText: /\S/ })).toContainText('Down for maintenance.');
  });

  test('an address without such an API is told as that', async ({ desk, manager, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    const form = await manager.openToAdd();
    await form.name.fill('Nothing');
    await form.base.fill('api/v7');
    await form.test.click();
    await expect(form.dialog.getByRole('alert').filter({ hasText: /\S/ })).toHaveText(say.connectionTest.noApi + say.connectionTest.noApiNext);
    await expect(form.test).toBeFocused();
  });

  test('one of the list is tested from there, and keeps the focus', async ({ desk, manager, page, server }) => {
    await server.add({ name: 'first' });
    await desk.open();
    await manager.open();
    await manager.does('Test', 'Scoped tokens').click();
    const dialog = page.getByRole('dialog', { name: say.connectionTest.test });
    await expect(dialog).toContainText('Scoped tokens');
    await expect(dialog.getByRole('status')).toHaveText('Connected. 1 token.');
    // While it is asked again the button keeps the focus, and Escape works, which calls that off.
    await server.fail({ path: '/api/v1/tokens', delay_ms: 60_000 });
    await dialog.getByRole('button', { name: say.connectionTest.test }).click();
    await expect(dialog.getByRole('status')).toHaveText(say.connectionTest.asking);
    await expect(dialog.getByRole('button', { name: say.connectionTest.test })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(manager.does('Test', 'Scoped tokens')).toBeFocused();
  });

  test('what was found is read at any width, each path whole', async ({ desk, manager, page, server }) => {
    await server.add({ name: 'a'.repeat(200), description: 'devops@example.com' });
    await desk.open();
    const form = await manager.openToCopy('Scoped tokens');
    await form.test.click();
    await expect(form.tested).toHaveText('Connected. 1 token.');
    for (const width of [320, 360, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      expect(await measured(page, 'cut', 'over', 'covered'), `${width}`).toEqual([]);
      const broken = await form.dialog.locator('.place code').evaluateAll((all) =>
        all.filter((it) => it.getClientRects().length > 1).map((it) => it.textContent),
      );
      expect(broken, `${width}`).toEqual([]);
    }
    // Blocks or columns, it is a table for those who hear it.
    await expect(form.found('Description')).toHaveText('devops@example.com');
  });

  test('asks for a sign-in where the system wants one, and keeps nothing of it', async ({ launch, manager, page, watch }) => {
    watch.expects(FAILED);
    const server = await launch({ tokens: 3, secret: 'hush-hush-7' });
    await page.goto(server.url + TO_OWN);
    await page.getByRole('dialog', { name: 'Sign in to Scoped tokens' }).getByRole('button', { name: say.connectionForm.cancel }).click();
    const form = await manager.openToCopy('Scoped tokens');
    await form.test.click();
    const token = form.dialog.getByLabel('API token');
    await token.fill('wrong');
    await form.dialog.getByRole('button', { name: say.connectionTest.signIn }).click();
    await expect(form.dialog.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
    await form.test.click();
    await token.fill('hush-hush-7');
    await form.dialog.getByRole('button', { name: say.connectionTest.signIn }).click();
    await expect(form.tested).toHaveText('Connected. 3 tokens, paging works.');
    await form.name.fill('Mine');
    await form.save.click();
    await manager.close.click();
    const kept = await pageKeeps(page);
    expect(kept).toContain('Mine');
    expect(kept).not.toContain('hush-hush-7');
  });

  test('works through the adapters of other systems too', async ({ desk, manager, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    const form = await manager.openToCopy('PT Sandbox');
    await form.test.click();
    await form.dialog.getByLabel('Username').fill('demo');
    await form.dialog.getByLabel('Password').fill('wrong');
    await form.dialog.getByRole('button', { name: say.connectionTest.signIn }).click();
    await expect(form.dialog.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
    await form.dialog.getByLabel('Username').fill('demo');
    await form.dialog.getByLabel('Password').fill('demo');
    await form.dialog.getByRole('button', { name: say.connectionTest.signIn }).click();
    await expect(form.tested).toHaveText('Connected. 0 tokens.');
  });
});

test.describe('a description of another API', () => {
  /** The dev server's own API, as somebody could describe it. */
  const DESCRIPTION = {
    name: 'Described',
    token: { id: '/id', name: '/name', valid_to: '/valid_to', creator: '/made_by' },
    list: { path: '/api/v1/tokens', items: '/entries', total: '/total' },
  };

  test('is checked while it is written, and a mistake in it is named with its place', async ({ desk, manager, page, server }) => {
    await server.add({ name: 'first' });
    await desk.open();
    const form = await manager.openToAdd();
    await form.name.fill('Described');
    await form.base.fill('.');
    await form.system.selectOption('Other API (bring a description)');
    await expect(form.whyNot).toHaveText('Required: description.');
    const description = form.dialog.getByRole('textbox', { name: 'Description' });
    await description.fill('{\n "name": }');
    await expect(description).toHaveAccessibleDescription(/not JSON at line 2, column 10/);
    await description.fill(JSON.stringify({ ...DESCRIPTION, list: { path: '/api/v1/tokens', itms: '/entries' } }));
    await expect(description).toHaveAccessibleDescription(/\/list\/itms/);
    await expect(form.save).toBeDisabled();
    await description.fill(JSON.stringify(DESCRIPTION));
    await expect(form.save).toBeEnabled();
    await form.test.click();
    await expect(form.tested).toHaveText('Connected. 1 token.');
    await expect(form.found('Name')).toHaveText('first');
    await expect(form.dialog.getByRole('row').filter({ hasText: '/made_by' })).toContainText(say.connectionTest.notFound);
    await expectAccessible(page);
    await form.save.click();
    await expect(manager.dialog.getByRole('listitem').last()).toContainText('Other API');
    await manager.close.click();
    await desk.loaded();
    await expect(desk.table).toContainText('first');
  });

  test('of a shipped one only what it asks for is asked', async ({ desk, manager, page }) => {
    await desk.open();
    const form = await manager.openToAdd();
    await form.name.fill('Dashboards');
    await form.base.fill('grafana');
    await form.system.selectOption('Grafana');
    const account = form.dialog.getByRole('textbox', { name: 'account' });
    await expect(account).toBeVisible();
    await expect(form.save).toBeDisabled();
    await account.fill('7');
    await expect(form.save).toBeEnabled();
    await expectAccessible(page);
    await form.save.click();
    await expect(manager.dialog.getByRole('listitem').last()).toContainText(/^Dashboards\s*Yours\s*Grafana · grafana/);
    const kept = await page.evaluate((key) => localStorage.getItem(key), KEY);
    const own = { name: 'Dashboards', dialect: 'rest', base: 'grafana', api: 'apis/grafana.json', values: { account: '7' } };
    expect(JSON.parse(kept ?? '')).toMatchObject({ connections: [own] });
    await manager.does('Edit', 'Dashboards').click();
    await expect(manager.editing.system.locator('option:checked')).toHaveText('Grafana');
    await expect(manager.editing.dialog.getByRole('textbox', { name: 'account' })).toHaveValue('7');
  });
});

test.describe("the page's policy", () => {
  test('an origin that it lacks is named with the source to add, and works once it is added', async ({ desk, launch, manager, page, watch }) => {
    watch.expects(...REFUSED_BY_POLICY);
    const api = await launch({ allowOrigin: ['loopback'] });
    await api.add({ name: 'over there' });
    const host = await launch();
    await page.goto(host.url + TO_OWN);
    await desk.loaded();
    const form = await manager.openToAdd();
    await form.name.fill('Elsewhere');
    await form.base.fill(`${api.url}api/v1`);
    await form.name.focus();
    const said = form.dialog.getByRole('alert').filter({ hasText: 'security policy' });
    await expect(said).toContainText(`does not allow ${api.origin}.`);
    await expect(said.getByText(`connect-src ${api.origin}`, { exact: true })).toBeVisible();
    await expect(said.getByRole('link', { name: say.notices.recipe })).toHaveAttribute('href', 'proxy.md');
    // It is told once, wherever it was met.
    await form.test.click();
    await expect(form.dialog.getByRole('region', { name: say.connectionTest.label }).getByRole('alert')).toContainText('security policy');
    await expect(said).toHaveCount(1);
    // It may be kept all the same: the policy can be changed later.
    await form.save.click();
    await manager.close.click();
    await expect(desk.alert).toContainText(`does not allow ${api.origin}.`);
    await expect(desk.alert.getByText(`connect-src ${api.origin}`, { exact: true })).toBeVisible();
    await host.kill();
    const { port } = new URL(host.url);
    await launch({ port: Number(port), connectSrc: [api.origin] });
    await page.reload();
    await desk.loaded();
    await desk.expectNames('over there');
  });

  test('an origin that it has, or the page has itself, is not complained about', async ({ desk, launch, manager, page }) => {
    const api = await launch({ allowOrigin: ['loopback'] });
    const host = await launch({ connectSrc: [api.origin] });
    await page.goto(host.url + TO_OWN);
    await desk.loaded();
    const form = await manager.openToAdd();
    await form.name.fill('Elsewhere');
    for (const address of [`${api.url}api/v1`, `${host.url}api/v1`, 'api/v1']) {
      await form.base.fill(address);
      await form.test.click();
      await expect(form.tested).toHaveText(/^Connected\./);
      await expect(form.dialog.getByText('security policy')).toHaveCount(0);
    }
  });
});

test.describe('for everybody', () => {
  test('the list is quiet: a name and what it is, a line of buttons, one way to go on', async ({ desk, manager, page }) => {
    await desk.open();
    await manager.open();
    await expect(manager.dialog.locator('.primary')).toHaveText([say.manages.add]);
    const air = manager.dialog.getByRole('listitem').filter({ hasText: 'NVIDIA Air' });
    // What it speaks is its name, and is not said again.
    await expect(air).toContainText(/^NVIDIA Air\s*Shared\s*sim\/air/);
    for (const width of [320, 360, 768]) {
      await page.setViewportSize({ width, height: 740 });
      const rows = await manager.dialog.locator('.connection-buttons').evaluateAll((all) =>
        all.map((it) => new Set([...it.children].map((button) => button.getBoundingClientRect().top)).size),
      );
      expect(rows, `lines of buttons at ${width}`).toEqual([1, 1, 1, 1]);
    }
  });

  test('by the keyboard alone', async ({ desk, manager, page }) => {
    await desk.open();
    await tabTo(page, manager.opener);
    await page.keyboard.press('Enter');
    await expect(manager.dialog).toBeVisible();
    expect(await holdsFocus(manager.dialog)).toBe(true);
    await tabTo(page, manager.dialog.getByRole('button', { name: say.manages.add }));
    await page.keyboard.press('Enter');
    await expect(manager.adding.name).toBeFocused();
    await page.keyboard.type('Typed');
    await tabTo(page, manager.adding.base);
    await page.keyboard.type('api/v1');
    await page.keyboard.press('Enter');
    await expect(manager.adding.dialog).toBeHidden();
    await expect(manager.does('Edit', 'Typed')).toBeFocused();
    await tabTo(page, manager.does('Move up', 'Typed'));
    for (let place = HOSTED.length - 1; place >= 0; place -= 1) {
      await page.keyboard.press('Enter');
    }
    await manager.expectListed('Typed', ...HOSTED);
    await expect(manager.does('Move up', 'Typed')).toBeFocused();
    await tabTo(page, manager.does('Hide', 'PT Sandbox'));
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Enter');
    await expect(manager.does('Show', 'PT Sandbox')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(manager.dialog).toBeHidden();
    await expect(manager.opener).toBeFocused();
  });

  test('axe finds nothing wrong, and nothing sticks out at 360 pixels', async ({ desk, manager, page }) => {
    test.slow();
    await desk.open();
    await manager.open();
    await manager.add('A connection with a rather long name, as people give them', 'sim/mist', 'Juniper Mist');
    await manager.does('Hide', 'NVIDIA Air').click();
    for (const width of [1400, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await expectAccessible(page);
      await expectFits(page, `the list at ${width}`);
      await manager.dialog.getByRole('button', { name: say.manages.add }).click();
      for (const system of ['Scoped Token API', 'NVIDIA Air', 'Juniper Mist', 'Other API (bring a description)']) {
        await manager.adding.system.selectOption(system);
      }
      await expectAccessible(page);
      await manager.adding.system.selectOption('Scoped Token API');
      await manager.adding.dialog.getByRole('combobox', { name: 'Authentication' }).selectOption(say.connectionForm.authHeaders);
      await manager.adding.dialog.getByRole('button', { name: say.headerRows.add }).click();
      await expectAccessible(page);
      await expectFits(page, `the form at ${width}`);
      await manager.adding.cancel.click();
      await manager.adding.dialog.getByRole('button', { name: say.dialogs.discard }).click();
      await manager.does('Remove', 'A connection with a rather long name, as people give them').click();
      await expectAccessible(page);
      await page.getByRole('alertdialog').getByRole('button', { name: say.connectionForm.cancel }).click();
    }
  });

  test('what manages them and does not load is told, and can be asked for again', async ({ desk, manager, page, server, watch }) => {
    test.skip(IS_WHOLE, 'the page is in one piece');
    watch.expects(FAILED);
    watch.allows(/integrity/);
    await desk.open();
    await server.fail({ path: part('managing'), status: 503, times: 1 });
    await manager.opener.click();
    await expect(page.getByRole('alert').filter({ hasText: 'manages connections' })).toBeVisible();
    await manager.open();
    await expect(page.getByRole('alert').filter({ hasText: 'manages connections' })).toHaveCount(0);
  });

  test('its part is loaded when it is first asked for, once', async ({ desk, manager, page }) => {
    test.skip(IS_WHOLE, 'the page is in one piece');
    const asked: string[] = [];
    page.on('request', (it) => asked.push(new URL(it.url()).pathname));
    await desk.open();
    expect(asked.filter((it) => it.endsWith(part('managing')))).toEqual([]);
    await manager.open();
    expect(asked.filter((it) => it.endsWith(part('managing')))).toHaveLength(1);
    await manager.close.click();
    await manager.open();
    expect(asked.filter((it) => it.endsWith(part('managing')))).toHaveLength(1);
  });
});
