//! The program for one's own machine: systems that allow no other origin (CORS), in a real browser.

import { expect, test } from './fixture.ts';
import { local, localWith } from './local.ts';
import { MistDesk, only } from './systems.ts';

test('a system that allows no other origin is reached with one typed configuration', async ({ page, server }) => {
  await server.add({ name: 'ci/deploy' });
  const host = await localWith(only({ name: 'Tokens', dialect: 'scoped', base: `${server.url}api/v1`, proxy: true }));
  try {
    await page.goto(host.url);
    await expect(page.getByRole('status').filter({ hasText: '1 of 1 tokens' })).toBeVisible();
  } finally {
    await host.stop();
  }
});

test('a system that signs in by cookies is written to: its CSRF cookie is the page’s to read', async ({ page, server }) => {
  const connection = { name: 'Juniper Mist', dialect: 'mist', base: `${server.url}sim/mist`, proxy: true };
  const host = await localWith(only(connection));
  try {
    const mist = new MistDesk(page, host.url);
    await mist.enter();
    await mist.expectSignedInAs('demo@example.com');
    const cookies = await page.context().cookies();
    expect(cookies.filter((it) => it.path === '/').map((it) => it.name)).toEqual(['csrftoken']);
    expect(cookies.filter((it) => it.path !== '/').every((it) => it.httpOnly && it.sameSite === 'Strict')).toBe(true);
    const form = await mist.openCreate();
    await form.name.fill('by way of the program');
    await form.save.click();
    await mist.secret.dismiss();
    await expect(mist.rows.filter({ hasText: 'by way of the program' })).toHaveCount(1);
  } finally {
    await host.stop();
  }
});

test('other pages of the browser get nothing of the program', async ({ page, server, watch }) => {
  watch.allows(/./);
  const host = await local([]);
  try {
    await page.goto(server.url);
    const outcome = async (path: string, init: RequestInit) =>
      page.evaluate(async ([url, init]) => fetch(url, init).then(() => 'an answer', () => 'nothing'), [host.url + path, init] as const);
    for (const path of ['', 'config.json', 'proxy/Tokens/tokens']) {
      expect(await outcome(path, {})).toBe('nothing');
      expect(await outcome(path, { method: 'DELETE' })).toBe('nothing');
    }
  } finally {
    await host.stop();
  }
});
