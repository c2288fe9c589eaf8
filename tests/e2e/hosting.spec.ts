//! Where `dist/` lies and what becomes of a page that cannot start: any path, wrong configuration, missing or torn files,
//! and an app that stops.

import { cp, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test as base } from './fixture.ts';
import { footOf } from './look.ts';
import { DIST, IS_WHOLE, part } from './server.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

/** A copy of the built page that a test may damage. */
const test = base.extend<{ dist: { folder: string; file: (ending: string) => Promise<string> } }>({
  dist: async ({}, use) => {
    const parent = await mkdtemp(join(tmpdir(), 'tokendeck-dist-'));
    const folder = join(parent, 'dist');
    await cp(DIST, folder, { recursive: true });
    const file = async (ending: string) => {
      const name = (await readdir(folder)).find((it) => it.endsWith(ending) && it.startsWith('tokendeck'));
      if (name === undefined) throw new Error(`no ${ending}`);
      return join(folder, name);
    };
    await use({ folder, file });
    await rm(parent, { recursive: true, force: true });
  },
});

/** What Chromium itself writes to its console when a request fails. */
const FAILED = /console error: Failed to load resource/;

test.describe('under a path', () => {
  test.use({ serve: { basePath: '/some/where', tokens: 3 } });

  test('it works as at the root: all addresses are relative, and the state is in the query', async ({
    desk,
    page,
    server,
  }) => {
    expect(new URL(server.url).pathname).toBe('/some/where/');
    const asked: string[] = [];
    page.on('request', (it) => asked.push(new URL(it.url()).pathname));
    await desk.open();
    await desk.create({ name: 'under a path' });
    await expect(desk.row('under a path')).toHaveCount(1);
    await desk.byName.fill('under');
    await desk.expectParams('name=under');
    expect(new URL(page.url()).pathname).toBe('/some/where/');
    await page.reload();
    await desk.expectNames('under a path');
    await desk.openEdit('under a path');
    expect(asked.filter((it) => !it.startsWith('/some/where/'))).toEqual([]);
    await server.theOne('under a path');
  });

  test('index.html in the address does as well', async ({ desk, page, server }) => {
    await page.goto(`${server.url}index.html?name=a`);
    await desk.loaded();
    await expect(desk.byName).toHaveValue('a');
    expect(page.url()).toContain('/some/where/index.html?name=a');
  });
});

test.describe('config.json', () => {
  const alert = (page: Page) => page.getByRole('alert').filter({ hasText: say.misconfigured.correct });

  test('every mistake is named with its field', async ({ launch, page }) => {
    const server = await launch({
      config: {
        conections: [],
        connections: [
          { name: 'A', dialect: 'scoped', base: 'api/v1', timeout: 0 },
          { name: 'A', dialect: 'soap', base: 'ftp://host', auth: { type: 'bearer', token: 'x' } },
          { dialect: 'scoped', base: 'https://me:pw@host/' },
        ],
      },
    });
    await page.goto(server.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.misconfigured.title);
    await expect(alert(page)).toBeVisible();
    for (const [pointer, text] of [
      ['/conections', 'is not known here'],
      ['/connections/0/timeout', 'must be a whole number of seconds from 1 to 600'],
      ['/connections/1/dialect', 'is “soap”'],
      ['/connections/1/base', 'must be an http or https address'],
      ['/connections/1/auth/token', 'is not known here'],
      ['/connections/2/name', 'is missing'],
      ['/connections/2/base', 'must not have a user name or a password'],
    ] as const) {
      await expect(page.getByRole('listitem').filter({ hasText: `${pointer} ${text}` })).toHaveCount(1);
    }
    await expect(page.getByRole('grid')).toHaveCount(0);
    await server.configure({ connections: [{ name: 'A', dialect: 'scoped', base: 'api/v1' }] });
    await page.getByRole('button', { name: say.misconfigured.reload }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.toolbar.title);
  });

  for (const [what, config, text] of [
    ['cut off', '{"connections": [', 'is not JSON'],
    ['empty', '', 'is not JSON'],
    ['a list', '[]', 'must be an object'],
  ] as const) {
    test(`${what}: told as such`, async ({ launch, page }) => {
      const server = await launch({ config });
      await page.goto(server.url);
      await expect(alert(page)).toBeVisible();
      await expect(page.getByRole('listitem')).toContainText(text);
    });
  }

  test('that is missing or fails is told with the status', async ({ page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: '/config.json', status: 404, body: '<h1>Not found</h1>' });
    await page.goto(server.url);
    await expect(page.getByRole('listitem')).toHaveText('config.json cannot be read: the server answered 404');
    await server.mend();
    await server.fail({ path: '/config.json', drop: true });
    await page.getByRole('button', { name: say.misconfigured.reload }).click();
    await expect(page.getByRole('listitem')).toHaveText('config.json cannot be read: the server did not answer');
    await server.mend();
    await page.getByRole('button', { name: say.misconfigured.reload }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.toolbar.title);
  });

  test('the one that ships reaches the API at api/v1 beside the page, without signing in', async ({ desk, dist, launch, page }) => {
    const shipped = await readFile(join(dist.folder, 'config.json'), 'utf8');
    expect(shipped).not.toMatch(/secret|password|bearer/i);
    const server = await launch({ config: shipped, basePath: '/x', tokens: 2 });
    await page.goto(server.url);
    await desk.loaded();
    await expect(desk.status).toHaveText('2 of 2 tokens');
  });
});

/** Expects the page that speaks when the app cannot, and that its Reload asks the server again. */
async function expectRecovery(page: Page, heading: string, text: string | RegExp): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
  await expect(page.getByRole('heading')).toHaveCount(1);
  await expect(page.getByRole('alert')).toContainText(text);
  await expect(page).toHaveTitle(heading);
  await expect(page.getByRole('grid')).toHaveCount(0);
  await expect(page.getByRole('button', { name: say.misconfigured.reload })).toBeVisible();
}

test.describe('a page that fails to load', () => {
  const COULD_NOT = 'The page could not be loaded';

  for (const [what, ending] of [
    ['the module', '_bg.wasm'],
    ['its JavaScript', '.js'],
  ] as const) {
    test(`${what} is missing`, async ({ desk, dist, launch, page, watch }) => {
      watch.expects(/console error/);
      await rm(await dist.file(ending));
      const server = await launch({ dist: dist.folder });
      await page.goto(server.url);
      await expectRecovery(page, COULD_NOT, 'Reload');
      // Once the file is back, Reload is all it takes.
      await cp(DIST, dist.folder, { recursive: true });
      await page.getByRole('button', { name: say.misconfigured.reload }).click();
      await desk.loaded();
    });
  }

  test('the module is torn', async ({ dist, launch, page }) => {
    await truncate(await dist.file('_bg.wasm'), 100_000);
    const server = await launch({ dist: dist.folder });
    await page.goto(server.url);
    await expectRecovery(page, COULD_NOT, /did not arrive/);
  });

  test('the module is something else', async ({ dist, launch, page }) => {
    await writeFile(await dist.file('_bg.wasm'), '<!doctype html><h1>Not found</h1>');
    const server = await launch({ dist: dist.folder });
    await page.goto(server.url);
    await expectRecovery(page, COULD_NOT, /did not arrive/);
  });

  test('its connection is cut half-way', async ({ desk, page, server, watch }) => {
    watch.expects(/console error/);
    await server.fail({ path: '/*.wasm', truncate: true, when: 'after' });
    await page.goto(server.url);
    await expectRecovery(page, COULD_NOT, /did not arrive/);
    await server.mend();
    await page.getByRole('button', { name: say.misconfigured.reload }).click();
    await desk.loaded();
  });

  test('start.js itself is missing: the first paint says after a while that nothing comes', async ({ page, server, watch }) => {
    watch.expects(/console error/);
    await server.fail({ path: '/start*.js', status: 404, body: '' });
    await page.goto(server.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.toolbar.title);
    await expect(page.getByText('The page has not started yet.')).toBeVisible({ timeout: 25_000 });
  });

  test('a browser without WebAssembly is told so', async ({ context, page, server }) => {
    await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
    await page.goto(server.url);
    await expectRecovery(page, 'This browser cannot run the page', 'WebAssembly');
  });
});

test('where the adapters of other systems do not load, the page says so and the first system still works', async ({ desk, page, server, watch }) => {
  test.skip(IS_WHOLE, 'the page is in one piece');
  watch.expects(/console error/);
  await desk.open();
  await server.fail({ path: part('vendors'), status: 404, body: '' });
  await new Switcher(page).show('NVIDIA Air');
  await expect(page.getByRole('alert')).toContainText('did not load');
  await new Switcher(page).show('Scoped tokens');
  await desk.loaded();
  await new Switcher(page).show('NVIDIA Air');
  await server.mend();
  await page.getByRole('button', { name: say.tokenForm.retry }).click();
  await expect(page.getByRole('dialog', { name: 'Sign in to NVIDIA Air' })).toBeVisible();
});

test.describe('an app that stops', () => {
  const STOPPED = 'The page has stopped working';

  test('a panic leads to the recovery page, from which nothing more is sent', async ({ desk, page }) => {
    await desk.open();
    // Something typed must not stand in the way of the reload.
    const form = await desk.openCreate();
    await form.name.fill('typed');
    await page.evaluate(() => {
      (globalThis as unknown as { tokendeckFailed(message: string): void }).tokendeckFailed('panicked at src/x.rs: oh');
    });
    await expectRecovery(page, STOPPED, 'The page has a bug and cannot go on.');
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await page.getByText('Details for a report').click();
    await expect(page.getByText('panicked at src/x.rs: oh')).toBeVisible();
    expect(await page.evaluate(() => fetch('config.json').then(() => 'sent', () => 'refused'))).toBe('refused');
    await page.getByRole('button', { name: say.misconfigured.reload }).click();
    await desk.loaded();
  });

  test('so does a panic of its own: a browser without a source of randomness', async ({ context, desk, page, watch }) => {
    watch.expects(/page error/);
    await context.addInitScript(() => {
      Crypto.prototype.getRandomValues = () => {
        throw new Error('none left');
      };
    });
    await desk.open();
    await page.getByRole('button', { name: say.toolbar.create }).click();
    await expectRecovery(page, STOPPED, 'The page has a bug and cannot go on.');
    await page.getByText('Details for a report').click();
    await expect(page.getByText('this browser has no source of randomness')).toBeVisible();
  });

  test('a trap without a panic does', async ({ desk, page, watch }) => {
    watch.expects(/page error/);
    await desk.open();
    await page.evaluate(() => {
      // A module whose one function is `unreachable`, called as the app's own listeners are.
      const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11];
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
      setTimeout(exports['f'] as () => void);
    });
    await expectRecovery(page, STOPPED, 'The page has a bug and cannot go on.');
  });

  test('so does one in a promise, and a stack that overflows', async ({ desk, page, watch }) => {
    watch.expects(/page error/);
    await desk.open();
    await page.evaluate(() => void Promise.reject(new WebAssembly.RuntimeError('unreachable')));
    await expectRecovery(page, STOPPED, 'cannot go on');
    await page.getByRole('button', { name: say.misconfigured.reload }).click();
    await desk.loaded();
    await page.evaluate(() => {
      const deeper = (): number => 1 + deeper();
      setTimeout(deeper);
    });
    await expectRecovery(page, STOPPED, 'cannot go on');
  });

  test('memory that has run out is named', async ({ desk, page }) => {
    await desk.open();
    await page.evaluate(() => {
      const { tokendeckFailed } = globalThis as unknown as { tokendeckFailed(message: string, kind: string): void };
      tokendeckFailed('allocation failed', 'memory');
    });
    await expectRecovery(page, STOPPED, 'It ran out of memory.');
  });

  test('an ordinary error in a script of the browser does not end the page', async ({ desk, page, watch }) => {
    watch.expects(/page error/);
    await desk.open();
    await page.evaluate(() => {
      setTimeout(() => {
        throw new Error('from an extension');
      });
    });
    await expect.poll(() => watch.has(/from an extension/)).toBe(true);
    await expect(desk.heading).toBeVisible();
  });
});

test.describe('the foot', () => {
  test.use({ serve: { tokens: 40 } });

  for (const [width, height] of [[320, 640], [1280, 800]] as const) {
    test(`at ${width} it says the version and the hash, adds no scroll bar, and gives way to a notice`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height });
      await desk.open();
      const foot = page.getByRole('contentinfo');
      const hash = await page.locator('meta[name="tokendeck-module"]').getAttribute('data-js');
      await expect(foot).toHaveText(footOf(/[0-9a-f]{16}/.exec(hash ?? '')?.[0]));
      const room = await page.evaluate(() => {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
        return { across: scrollWidth - clientWidth, down: scrollHeight - clientHeight };
      });
      expect(room.across).toBe(0);
      // A wide page fits the window: its list scrolls.
      if (width > 1000) expect(room.down).toBe(0);
      await foot.scrollIntoViewIfNeeded();
      await expect(foot).toBeInViewport();
      await desk.create({ name: 'made' });
      await expect(page.locator('.notice')).toBeVisible();
      await expect(foot).toBeHidden();
      await page.mouse.move(width / 2, 10);
      await expect(foot).toBeVisible({ timeout: 30_000 });
    });
  }
});

test.describe('before anything has run', () => {
  test.use({ javaScriptEnabled: false });

  test('the first paint is in the HTML, and says what is needed', async ({ page, server }) => {
    await page.goto(server.url);
    await expect(page).toHaveTitle('API tokens');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(say.toolbar.title);
    // Nothing is loading, and nothing will come.
    await expect(page.getByText('Loading the page…')).toBeHidden();
    // By element: text in it is none to Playwright's other locators.
    const said = page.locator('noscript p');
    await expect(said).toBeVisible();
    await expect(said).toContainText('This page needs JavaScript and WebAssembly.');
  });
});

test.describe('the first screen', () => {
  test.use({ serve: { tokens: 3 } });

  test('is asked for, once, while the app is on the way', async ({ desk, page }) => {
    const asked: string[] = [];
    page.on('request', (it) => asked.push(it.url()));
    // The app comes only when the first page of the list has been asked for.
    const list = page.waitForRequest((it) => it.url().includes('/tokens?limit='));
    await page.route('**/tokendeck-*_bg.wasm', async (route) => {
      await list;
      await route.continue();
    });
    await desk.open();
    await expect(desk.rows).toHaveCount(3);
    expect(asked.filter((it) => /\/tokens\?limit=|config\.json$/.test(it)).map((it) => new URL(it).pathname)).toEqual([
      '/config.json',
      '/api/v1/tokens',
    ]);
  });

  test('is asked for again by the app where that failed', async ({ desk, page, watch }) => {
    watch.expects(FAILED);
    await page.route('**/tokens?limit=*', (route) => route.abort(), { times: 1 });
    await desk.open();
    await expect(desk.rows).toHaveCount(3);
  });

  test('is left to the app where this browser may show other connections', async ({ desk, page }) => {
    await page.addInitScript(() => localStorage.setItem('tokendeck.connections', '{"connections": []}'));
    const seen: string[] = [];
    page.on('requestfinished', (it) => it.url().endsWith('_bg.wasm') && seen.push('the app'));
    page.on('request', (it) => it.url().includes('/tokens?limit=') && seen.push('the list'));
    await desk.open();
    await expect(desk.rows).toHaveCount(3);
    expect(seen).toEqual(['the app', 'the list']);
  });

  test('is that of the system that the address names', async ({ desk, page, server }) => {
    const scoped = (name: string, base: string) => ({ name, dialect: 'scoped', base });
    await server.configure({ connections: [scoped('First', 'nowhere/v1'), scoped('Second', 'api/v1')] });
    const list = page.waitForRequest((it) => it.url().includes('/tokens?limit='));
    await page.route('**/tokendeck-*_bg.wasm', async (route) => {
      await list;
      await route.continue();
    });
    await desk.open('?connection=Second');
    await expect(desk.rows).toHaveCount(3);
    expect(new URL((await list).url()).pathname).toBe('/api/v1/tokens');
  });
});
