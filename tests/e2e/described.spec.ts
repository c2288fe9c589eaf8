//! Systems that a description tells of (dialect `rest`): what is wrong with a description is told with its place, before
//! the system is asked for anything.

import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';

const CONNECTION = { name: 'Acme', dialect: 'rest', base: 'acme' };

/** The addresses below the system's base that a page asks for. */
function asked(page: Page): string[] {
  const urls: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/acme/')) urls.push(request.url());
  });
  return urls;
}

test('every mistake in a connection is named by its place', async ({ launch, page }) => {
  const api = { name: 'Acme', token: { id: 'id' }, list: { path: '/t', pages: { by: 'magic' } }, lst: {} };
  const server = await launch({ config: { connections: [{ ...CONNECTION, api }] } });
  const urls = asked(page);
  await page.goto(server.url);
  const mistakes = page.locator('.panel.error li');
  await expect(mistakes).toHaveText([
    /^\/connections\/0\/api\/lst is not known here/,
    /^\/connections\/0\/api\/token\/id must be a place/,
    /^\/connections\/0\/api\/list\/pages\/by must be “number”, “offset”/,
  ]);
  expect(urls).toEqual([]);
});

test('what makes no sense is told too', async ({ launch, page }) => {
  const api = { name: 'Acme', token: { id: '/id' }, list: { path: '/t/{value.group}' } };
  const server = await launch({ config: { connections: [{ ...CONNECTION, api }] } });
  const urls = asked(page);
  await page.goto(server.url);
  await expect(page.locator('.panel.error li')).toHaveText(/^\/connections\/0\/api\/list has \{value\.group\}/);
  expect(urls).toEqual([]);
});

test('a file that is not there is told by its name', async ({ launch, page, watch }) => {
  const server = await launch({ config: { connections: [{ ...CONNECTION, api: 'apis/nothing.json' }] } });
  watch.expects(/status of 404 .*nothing\.json/);
  await page.goto(server.url);
  await expect(page.locator('.panel.error li')).toHaveText('apis/nothing.json cannot be read: the server answered 404');
});

test('the schemas and the documentation come with the page', async ({ server }) => {
  const files = { 'config.schema.json': /json/, 'api.schema.json': /json/, 'connect-any-api.md': /markdown|text/ };
  for (const [name, kind] of Object.entries(files)) {
    const answer = await server.fetch(name);
    expect(answer.status, name).toBe(200);
    expect(answer.headers.get('content-type'), name).toMatch(kind);
  }
});
