//! Lists that end too early: the page says how many tokens have come, never that these are all, and why more may be there.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, type Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { test as base } from './fixture.ts';
import { entries, page as list, test as odd } from './odd.ts';
import { running, type Running } from './proxy.ts';

/** The line that counts. */
const count = (page: Page) => page.locator('.count');

/** Why the list may not be all. */
const gap = (page: Page) => page.locator('.gap');

odd.describe('a system of the page', () => {
  odd('that names a total and no next page', async ({ desk, odd, page }) => {
    odd.list = () => list(entries(0, 100), null, 250);
    await desk.visit();
    await expect(count(page)).toHaveText('100 tokens loaded; the system says it has 250');
    await expect(gap(page)).toContainText('names no next page');
    await desk.byName.fill('token 99');
    await expect(count(page)).toHaveText('1 of the 100 tokens loaded; the system says it has 250');
    odd.list = () => list(entries(0, 250), null, 250);
    await desk.byName.fill('');
    await desk.refreshButton.click();
    await expect(count(page)).toHaveText('250 of 250 tokens');
    await expect(gap(page)).toHaveCount(0);
  });

  odd('that says it has some and lists none', async ({ desk, odd, page }) => {
    odd.list = () => list([], null, 3);
    await desk.visit();
    await expect(count(page)).toHaveText('0 tokens loaded; the system says it has 3');
    await expect(page.getByText('There are no tokens')).toHaveCount(0);
  });

  odd('whose seventh page fails', async ({ desk, odd, page, watch }) => {
    watch.expects(/status of 500/);
    let isWell = false;
    const at = (query: URLSearchParams) => Number(query.get('cursor') ?? 0);
    odd.status = ({ query }) => (at(query) === 6 && !isWell ? 500 : 200);
    odd.list = ({ query }) => list(entries(at(query) * 100, 100), at(query) < 9 ? String(at(query) + 1) : null, 1_000);
    await desk.visit();
    await expect(count(page)).toHaveText('600 tokens loaded; the system says it has 1,000');
    await expect(page.getByText('Not complete', { exact: true })).toBeVisible();
    isWell = true;
    await desk.alert.getByRole('button', { name: 'Retry' }).click();
    await expect(count(page)).toHaveText('1,000 of 1,000 tokens');
  });
});

/** A system on another origin: it answers as told and exposes what it is told to. */
const test = base.extend<{ foreign: (answer: (asked: URL, request: IncomingMessage) => Given | Promise<Given>) => Promise<Running> }>({
  foreign: async ({ keep }, use) =>
    use((answer) => keep(running(createServer((request, response) => void respond(request, response, answer))))),
});

interface Given {
  body?: unknown;
  headers?: Record<string, string>;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: URL, request: IncomingMessage) => Given | Promise<Given>,
): Promise<void> {
  const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*', 'Access-Control-Allow-Methods': '*' };
  const given: Given = request.method === 'OPTIONS' ? {} : await answer(new URL(request.url ?? '/', 'http://x'), request);
  response.writeHead(given.body === undefined ? 204 : 200, { 'Content-Type': 'application/json', ...allowed, ...given.headers });
  response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
}

const items = (from: number, n: number) => Array.from({ length: n }, (_, idx) => ({ id: from + idx, name: `token ${from + idx}` }));

const described = (listCall: object, more: object = {}) => ({
  name: 'Acme',
  token: { id: '/id', name: '/name' },
  list: { path: '/tokens', ...listCall },
  ...more,
});

async function over(launch: (options: object) => Promise<{ url: string }>, page: Page, system: Running, api: object): Promise<Desk> {
  const origin = system.url.replace(/\/$/, '');
  const config = { connections: [{ name: 'Acme', dialect: 'rest', base: origin, api }] };
  const server = await launch({ config, connectSrc: [origin] });
  const desk = new Desk(page, server.url);
  await desk.visit();
  return desk;
}

const BY_LINK = { query: { per_page: '{page.size}' }, pages: { by: 'link', size: 100 } };

test('a Link header that the system does not expose', async ({ foreign, launch, page }) => {
  let exposed: Record<string, string> = {};
  const system = await foreign((asked) => {
    const at = Number(asked.searchParams.get('page') ?? 1);
    const link = at < 3 ? `<http://${'x'}/tokens?page=${at + 1}>; rel="next"` : '<http://x/tokens?page=1>; rel="first"';
    return { body: items(at * 100, at < 3 ? 100 : 50), headers: { Link: link, 'X-Total': '250', ...exposed } };
  });
  const desk = await over(launch, page, system, described(BY_LINK));
  await expect(count(page)).toHaveText('100 tokens loaded; the system may have more');
  await expect(gap(page)).toContainText('Access-Control-Expose-Headers: link');
  // The test of the connection says it too.
  await page.getByRole('button', { name: 'Connections…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connections' });
  await dialog.getByRole('button', { name: /Duplicate/ }).first().click();
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('.report')).toContainText('The page cannot read the header link.');
  exposed = { 'Access-Control-Expose-Headers': 'Link' };
  await page.goto(desk.url);
  await expect(count(page)).toHaveText('250 of 250 tokens');
  await expect(gap(page)).toHaveCount(0);
});

test('a short page without a Link header is all', async ({ foreign, launch, page }) => {
  const system = await foreign(() => ({ body: items(1, 99) }));
  await over(launch, page, system, described(BY_LINK));
  await expect(count(page)).toHaveText('99 of 99 tokens');
});

test('a header that says whether there is more and is not exposed: the pages are gone through', async ({ foreign, launch, page }) => {
  const system = await foreign((asked) => {
    const at = Number(asked.searchParams.get('page'));
    return { body: items(at * 100, at < 3 ? 100 : 50), headers: { 'X-More': at < 3 ? '1' : '0' } };
  });
  const pages = { by: 'number', size: 100, more: { header: 'X-More' } };
  await over(launch, page, system, described({ query: { page: '{page.number}' }, pages }));
  await expect(count(page)).toHaveText('250 of 250 tokens');
});

test('a link that says that nothing is behind it', async ({ foreign, launch, page }) => {
  let asks = 0;
  const link = '<http://x/?cursor=0:0:1>; rel="previous"; results="false", <http://x/?cursor=0:100:0>; rel="next"; results="false"';
  const system = await foreign(() => {
    asks += 1;
    return { body: items(1, 100), headers: { Link: link, 'Access-Control-Expose-Headers': 'Link' } };
  });
  await over(launch, page, system, described(BY_LINK));
  await expect(count(page)).toHaveText('100 of 100 tokens');
  expect(asks).toBe(1);
});

for (const [what, users] of [
  ['without any tokens', (at: number) => [{ tokens: at === 2 ? items(1, 30) : [] }]],
  ['whose items are all left out', (at: number) => (at === 2 ? items(1, 30) : items(900, 30)).map((it) => ({ ...it, kind: at === 2 ? 'pat' : 'other' }))],
] as const) {
  test(`a page ${what} in the middle`, async ({ foreign, launch, page }) => {
    const at = (asked: URL) => Number(asked.searchParams.get('page') ?? 1);
    const system = await foreign((asked) => {
      const next = at(asked) < 3 ? `<http://x/tokens?page=${at(asked) + 1}>; rel="next"` : '';
      return { body: { data: users(at(asked)), pages: 3 }, headers: { Link: next, 'Access-Control-Expose-Headers': 'Link' } };
    });
    const place = what === 'without any tokens' ? '$.data[*].tokens[*]' : "$.data[?@.kind == 'pat']";
    for (const pages of [{ by: 'link' }, { by: 'number', last: '/pages' }]) {
      const query = pages.by === 'number' ? { query: { page: '{page.number}' } } : {};
      await over(launch, page, system, described({ items: place, pages, ...query }));
      await expect(count(page)).toHaveText('30 of 30 tokens');
    }
  });
}

for (const by of ['number', 'offset']) {
  test(`a delete while page three is on its way, by ${by}`, async ({ foreign, launch, page }) => {
    let all = items(1, 250);
    let go: () => void = () => {};
    const held = new Promise<void>((done) => (go = done));
    const system = await foreign(async (asked, request) => {
      if (request.method === 'DELETE') {
        all = all.filter((it) => !asked.pathname.endsWith(`/${it.id}`));
        return {};
      }
      const at = Number(asked.searchParams.get('at'));
      const from = by === 'number' ? (at - 1) * 100 : at;
      if (from === 200) await held;
      return { body: all.slice(from, from + 100) };
    });
    const query = { query: { at: by === 'number' ? '{page.number}' : '{page.offset}' } };
    const api = described({ ...query, pages: { by, size: 100 } }, { delete: { path: '/tokens/{id}' } });
    const desk = await over(launch, page, system, api);
    await expect(count(page)).toContainText('200 of 200 tokens');
    await page.getByRole('button', { name: 'Delete token 7', exact: true }).click();
    await desk.question('Delete token').getByRole('button', { name: 'Delete' }).click();
    await expect(desk.question('Delete token')).toBeHidden();
    go();
    await expect(count(page)).toHaveText('249 of 249 tokens', { timeout: 20_000 });
    await desk.byName.fill('token 201');
    await expect(desk.rows).toHaveCount(1);
  });
}

test('on All systems each list says it, and the line above all of them', async ({ foreign, launch, page }) => {
  const system = await foreign(() => ({ body: items(1, 100) }));
  const origin = system.url.replace(/\/$/, '');
  const connection = { dialect: 'rest', base: origin };
  const config = {
    connections: [
      { ...connection, name: 'Cut', api: described(BY_LINK) },
      { ...connection, name: 'Whole', api: described({}) },
    ],
  };
  const server = await launch({ config, connectSrc: [origin] });
  await page.goto(server.url);
  const place = (name: string) => page.getByRole('list', { name: 'Systems' }).getByRole('listitem').filter({ hasText: name });
  await expect(place('Cut')).toContainText('100 tokens loaded; the system may have more');
  await expect(place('Cut')).toContainText('does not let this page read the header link');
  await expect(place('Whole')).toContainText('100 tokens');
  await expect(place('Whole')).not.toContainText('may have more');
  await expect(count(page)).toHaveText('200 tokens loaded; a system may have more');
});
