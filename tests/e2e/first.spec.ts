//! A page without a connection: from the empty screen to the first row of a system.

import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { local, localWith } from './local.ts';
import { expectAccessible, expectFits, tabTo } from './look.ts';
import { Manager } from './manager.ts';
import { FAILED } from './systems.ts';
import { say } from './texts.ts';

const EMPTY = { connections: [] };

function heading(page: Page) {
  return page.getByRole('heading', { level: 1, name: say.welcome.title });
}

test.describe('from the dev server', () => {
  test.use({ serve: { config: EMPTY } });

  test('its choices stand beside each other where there is room', async ({ page, server }) => {
    await page.goto(server.url);
    const known = page.locator('section').filter({ has: page.getByRole('heading', { name: say.welcome.known }) }).getByRole('button');
    const tops = async () => new Set((await Promise.all((await known.all()).map((it) => it.boundingBox()))).map((it) => it?.y));
    await expect(known.first()).toBeVisible();
    expect((await tops()).size).toBeLessThan(await known.count());
  });

  test('what it simulates is one click away', async ({ page, server }) => {
    await server.add({ name: 'ci/deploy' });
    await page.goto(server.url);
    await expect(heading(page)).toBeVisible();
    await page.getByRole('listitem').getByRole('button', { name: 'Scoped tokens' }).click();
    await expect(page.getByRole('status').filter({ hasText: '1 of 1 tokens' })).toBeVisible();
    // This browser keeps it.
    await page.reload();
    await expect(page.getByRole('status').filter({ hasText: '1 of 1 tokens' })).toBeVisible();
  });

  test('all of it is one click away, too', async ({ page, server }) => {
    await page.goto(server.url);
    await page.getByRole('button', { name: say.welcome.addAll('4') }).click();
    await new Manager(page).expectOffered('Scoped tokens', 'PT Sandbox', 'NVIDIA Air', 'Juniper Mist');
  });

  test('a known system takes its name, its address and a sign-in', async ({ page, server }) => {
    await page.goto(server.url);
    const known = page.locator('section').filter({ has: page.getByRole('heading', { name: say.welcome.known }) });
    await known.getByRole('button', { name: 'NVIDIA Air' }).click();
    const form = new Manager(page).adding;
    await expect(form.base).toBeFocused();
    await expect(form.name).toHaveValue('NVIDIA Air');
    await form.base.fill('sim/air');
    await form.save.click();
    const asking = page.getByRole('dialog', { name: /NVIDIA Air/ });
    await asking.getByLabel('Username').fill('demo');
    await asking.getByLabel('Password').fill('demo');
    await asking.getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(page.getByRole('status').filter({ hasText: '0 of 0 tokens' })).toBeVisible();
  });

  test('an API of one’s own is described, and the guides are there', async ({ page, server }) => {
    await page.goto(server.url);
    for (const guide of [say.welcome.readDescribe, say.welcome.readProxy]) {
      const link = page.getByRole('link', { name: guide });
      expect((await server.fetch((await link.getAttribute('href')) ?? '')).status).toBe(200);
    }
    await page.getByRole('button', { name: say.welcome.describe }).click();
    const form = new Manager(page).adding;
    await expect(form.system).toHaveValue(/\d+/);
    await expect(form.system.locator('option:checked')).toHaveText('Other API (bring a description)');
    await expect(form.name).toBeFocused();
    await form.cancel.click();
    await expect(heading(page)).toBeVisible();
  });

  test('the last connection can be removed, and the screen is back', async ({ page, server }) => {
    const manager = new Manager(page);
    await page.goto(server.url);
    await page.getByRole('listitem').getByRole('button', { name: 'Scoped tokens' }).click();
    await manager.open();
    await manager.does('Remove', 'Scoped tokens').click();
    await page.getByRole('alertdialog').getByRole('button', { name: say.connectionLine.remove }).click();
    await manager.close.click();
    await expect(heading(page)).toBeVisible();
  });

  test('what is kept and cannot be used is told', async ({ page, server }) => {
    await page.addInitScript(() => {
      const soap = { name: 'Old', dialect: 'soap', base: 'b' };
      localStorage.setItem('tokendeck.connections', JSON.stringify({ connections: [soap] }));
    });
    await page.goto(server.url);
    await expect(page.getByText(say.welcome.broken)).toBeVisible();
    await page.getByRole('button', { name: say.welcome.review }).click();
    await new Manager(page).expectListed('Old');
  });

  test('by the keyboard alone, and axe finds nothing, in both schemes and at every width', async ({ page, server }) => {
    test.slow();
    await page.goto(server.url);
    await expect(heading(page)).toBeVisible();
    for (const width of [320, 768, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expectFits(page, `${colorScheme} at ${width}`);
      }
      await expectAccessible(page);
    }
    await tabTo(page, page.getByRole('button', { name: 'Gitea', exact: true }));
    await page.keyboard.press('Enter');
    const form = new Manager(page).adding;
    await expect(form.base).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(form.dialog).toBeHidden();
    await expect(page.getByRole('button', { name: 'Gitea', exact: true })).toBeFocused();
  });
});

test.describe('from the program', () => {
  test('without arguments it says what to type for a system that allows no other page', async ({ keep, page, server, watch }) => {
    watch.allows(FAILED, /Content Security Policy/, /policy violation: connect-src/, /Fetch API cannot load/);
    await server.add({ name: 'ci/deploy' });
    const host = await keep(local([]));
    await page.goto(host.url);
    await expect(heading(page)).toBeVisible();
    await expect(page.getByText('tokendeck --connect gitlab=https://gitlab.example.com', { exact: true })).toBeVisible();
    await expect(page.getByRole('heading', { name: say.welcome.suggested })).toHaveCount(0);
    await expectAccessible(page);
    const known = page.locator('section').filter({ has: page.getByRole('heading', { name: say.welcome.known }) });
    await known.getByRole('button', { name: 'NVIDIA Air' }).click();
    const form = new Manager(page).adding;
    await form.base.fill(`${server.url}sim/air`);
    await form.name.focus();
    await expect(form.dialog.getByText(`tokendeck --connect air=${server.url}sim/air`, { exact: true })).toBeVisible();
    await expectAccessible(page);
  });

  test('what is typed leads to the first row', async ({ keep, page, server }) => {
    const host = await keep(local(['--connect', `air=${server.url}sim/air`]));
    await page.goto(host.url);
    const asking = page.getByRole('dialog', { name: /NVIDIA Air/ });
    await asking.getByLabel('Username').fill('demo');
    await asking.getByLabel('Password').fill('demo');
    await asking.getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(page.getByRole('status').filter({ hasText: '0 of 0 tokens' })).toBeVisible();
  });

  test('a connection goes out with the system’s own address, and keeps that the program reaches it', async ({ keep, page, server }) => {
    const connection = { name: 'Tokens', dialect: 'scoped', base: `${server.url}api/v1`, proxy: true };
    const host = await keep(localWith({ connections: [connection] }));
    const manager = new Manager(page);
    await page.goto(host.url);
    await manager.open();
    await manager.does('Duplicate', 'Tokens').click();
    const form = manager.adding;
    // It is open where something of it was said.
    await expect(form.dialog.getByLabel(say.connectionForm.proxy)).toHaveValue('true');
    await expect(form.dialog.getByLabel(say.connectionForm.address)).toHaveValue(connection.base);
    await form.save.click();
    await manager.does('Edit', 'Tokens, copy').click();
    await manager.editing.name.fill('Mine');
    await manager.editing.save.click();
    const coming = page.waitForEvent('download');
    await manager.dialog.getByRole('button', { name: say.manages.export }).click();
    const stream = await (await coming).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const file = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
    expect(file).toEqual({ connections: [connection, { ...connection, name: 'Mine' }] });
    // What it is, is known when it comes back.
    await manager.dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'config.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
    await expect(manager.importing.getByText(say.import.same)).toHaveCount(2);
  });
});
