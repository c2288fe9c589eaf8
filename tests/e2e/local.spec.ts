//! The program for one's own machine: systems that allow no other origin (CORS), in a real browser.

import { createServer } from 'node:http';
import { expect, test } from './fixture.ts';
import { local, localWith } from './local.ts';
import { running } from './proxy.ts';
import { MistDesk, only } from './systems.ts';

test('a system that allows no other origin is reached with one typed configuration', async ({ keep, page, server }) => {
  await server.add({ name: 'ci/deploy' });
  const host = await keep(localWith(only({ name: 'Tokens', dialect: 'scoped', base: `${server.url}api/v1`, proxy: true })));
  await page.goto(host.url);
  await expect(page.getByRole('status').filter({ hasText: '1 of 1 tokens' })).toBeVisible();
});

test('a system that signs in by cookies is written to: its CSRF cookie is the page’s to read', async ({ keep, page, server }) => {
  const connection = { name: 'Juniper Mist', dialect: 'mist', base: `${server.url}sim/mist`, proxy: true };
  const host = await keep(localWith(only(connection)));
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
});

test('pages of a list whose answers name the system’s own host and path come by way of the program', async ({ keep, page }) => {
  const asked: string[] = [];
  let own = '';
  // It lies below a path of its own, and says so in every address: whole, from the root, and by a header.
  const system = await keep(running(
    createServer((request, answer) => {
      asked.push(request.url ?? '');
      const token = (number: number) => ({ id: String(number), name: `token-${number}` });
      const pages: Record<string, { data: unknown[]; next: string | null }> = {
        '/gitlab/api/tokens': { data: [token(1)], next: `${own}gitlab/api/more?cursor=a%2Fb` },
        '/gitlab/api/more?cursor=a%2Fb': { data: [token(2)], next: '/gitlab/api/rest?cursor=c' },
        '/gitlab/api/rest?cursor=c': { data: [token(3)], next: null },
      };
      const found = pages[request.url ?? ''];
      answer.writeHead(found ? 200 : 404, {
        'Content-Type': 'application/json',
        ...(found?.next ? { Link: `<${found.next}>; rel="next"` } : {}),
      });
      answer.end(JSON.stringify(found ?? {}));
    }),
  ));
  own = system.url;
  const described = (pages: unknown) => ({
    name: 'GitLab',
    dialect: 'rest',
    base: `${system.url}gitlab`,
    proxy: true,
    api: { name: 'GitLab', token: { id: '/id', name: '/name' }, list: { path: '/api/tokens', items: '/data', pages } },
  });
  for (const pages of [{ by: 'url', next: '/next' }, { by: 'link' }]) {
    asked.length = 0;
    const host = await keep(localWith(only(described(pages))));
    await page.goto(host.url);
    await expect(page.getByRole('status').filter({ hasText: '3 of 3 tokens' })).toBeVisible();
    expect(asked).toEqual(['/gitlab/api/tokens', '/gitlab/api/more?cursor=a%2Fb', '/gitlab/api/rest?cursor=c']);
  }
});

test('other pages of the browser get nothing of the program', async ({ keep, page, server, watch }) => {
  watch.allows(/./);
  const host = await keep(local([]));
  await page.goto(server.url);
  const outcome = async (path: string, init: RequestInit) =>
    page.evaluate(async ([url, init]) => fetch(url, init).then(() => 'an answer', () => 'nothing'), [host.url + path, init] as const);
  for (const path of ['', 'config.json', 'proxy/Tokens/tokens']) {
    expect(await outcome(path, {})).toBe('nothing');
    expect(await outcome(path, { method: 'DELETE' })).toBe('nothing');
  }
});
