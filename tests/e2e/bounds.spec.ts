//! Where the page sends what it knows: to the connection's own address and nowhere else, whatever a system answers or a
//! configuration says. Every system here is a real server that writes down what it hears.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { expect, test as base } from './fixture.ts';
import { proxy, wayTo } from './proxy.ts';
import { say } from './texts.ts';

/** What typed secrets look like. */
const SECRET = 'MARK/SECRET+77 x';

const ID = '11111111-2222-4333-8444-55555555';

/** An answer; without a body of its own it has none. */
interface Given {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: unknown;
}

/** A request as it came. */
interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A server that answers as told, allows every page, and writes down what it hears. */
class Listener {
  readonly heard: Heard[] = [];
  #answer: (asked: Heard) => Given;
  readonly #server: Server;

  private constructor(answer: (asked: Heard) => Given) {
    this.#answer = answer;
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
        const allowed = {
          'Access-Control-Allow-Origin': request.headers.origin ?? '*',
          'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '*',
          'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE',
        };
        if (asked.method === 'OPTIONS') return response.writeHead(204, allowed).end();
        this.heard.push(asked);
        const given = this.#answer(asked);
        response.writeHead(given.status, { 'Content-Type': 'application/json', ...allowed, ...given.headers });
        response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
        return undefined;
      });
    });
  }

  static async start(answer: (asked: Heard) => Given): Promise<Listener> {
    const listener = new Listener(answer);
    await new Promise<void>((ready) => listener.#server.listen(0, '127.0.0.1', ready));
    return listener;
  }

  /** Answers so from now on. */
  answers(answer: (asked: Heard) => Given): void {
    this.#answer = answer;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /** What was asked for, like `GET /tokens`, without what follows a question mark. */
  get asked(): string[] {
    return this.heard.map((it) => `${it.method} ${it.url.split('?')[0]}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

function token(name: string, more: object = {}): object {
  const id = `${ID}${String(name.length).padStart(4, '0')}`;
  return { id, guid: id, name, scopes: [], is_active: true, created_at: '2026-01-01T00:00:00Z', created_by: 'ada', ...more };
}

/** A Scoped Token API with these tokens under a path. */
function api(path: string, tokens: object[]): (asked: Heard) => Given {
  return ({ method, url }) => {
    const [at] = url.split('?');
    if (method === 'GET' && at === `${path}/tokens`) return { status: 200, body: { total: tokens.length, entries: tokens, next: null } };
    if (method === 'GET' && at === `${path}/scopes`) return { status: 200, body: [{ id: 's', name: 'Builds: read' }] };
    return { status: 404, body: { detail: 'There is nothing here.' } };
  };
}

const HEADERS = { type: 'headers', headers: [{ name: 'Tenant', value: 'acme' }, { name: 'ApiToken' }] };

const BEARER = { type: 'bearer' };

function connection(base: string, auth: unknown, more: object = {}): object {
  return { connections: [{ name: 'Mine', dialect: 'scoped', base, auth, ...more }] };
}

interface Fixtures {
  /** Starts a server. */
  listen: (answer: (asked: Heard) => Given) => Promise<Listener>;
  /** Starts a page with this configuration on which these paths lead to those servers; its address. */
  host: (config: unknown, ways: Record<string, Listener>, connectSrc?: string[]) => Promise<string>;
}

const test = base.extend<Fixtures>({
  listen: async ({ keep }, use) => use((answer) => keep(Listener.start(answer))),
  host: async ({ keep, launch }, use) =>
    use(async (config, listeners, connectSrc = []) => {
      const server = await launch({ config, connectSrc });
      const ways = Object.entries(listeners).map(([path, it]) => [path, wayTo(it.origin)]);
      return (await keep(proxy(server, Object.fromEntries(ways)))).url;
    }),
});

async function signIn(page: Page, label = 'API token'): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Sign in to Mine' });
  await dialog.getByLabel(label, { exact: true }).fill(SECRET);
  await dialog.getByRole('button', { name: say.signInForm.signIn }).click();
}

const ELSEWHERE = 'The system sent the page elsewhere';

test.describe('a redirect', () => {
  for (const [what, auth, label, status] of [
    ['headers of its own', HEADERS, 'ApiToken', 302],
    ['a bearer token', BEARER, 'API token', 307],
    ['headers of its own, for good', HEADERS, 'ApiToken', 308],
  ] as const) {
    test(`takes ${what} to no other origin (${status})`, async ({ host, listen, page }) => {
      const thief = await listen(api('', [token('stolen')]));
      const system = await listen(({ url }) => ({ status, headers: { Location: `${thief.origin}${url}` } }));
      const address = await host(connection(system.origin, auth), {}, [thief.origin]);
      const desk = new Desk(page, address);
      await desk.visit();
      await signIn(page, label);
      await expect(desk.alert).toContainText(ELSEWHERE);
      await expect(desk.rows).toHaveCount(0);
      expect(system.heard.length).toBeGreaterThan(0);
      expect(thief.heard).toEqual([]);
    });
  }

  test("takes nothing to another connection's path either", async ({ host, listen, page }) => {
    const system = await listen(() => ({ status: 302, headers: { Location: '/thief/tokens' } }));
    const thief = await listen(api('', [token('stolen')]));
    const desk = new Desk(page, await host(connection('/s', BEARER), { '/s': system, '/thief': thief }));
    await desk.visit();
    await signIn(page);
    await expect(desk.alert).toContainText(ELSEWHERE);
    expect(thief.heard).toEqual([]);
  });

  test('of a list that anybody may read is not followed, asked early or late', async ({ host, listen, page }) => {
    const thief = await listen(api('', [token('stolen')]));
    const system = await listen(({ url }) => ({ status: 302, headers: { Location: `${thief.origin}${url}` } }));
    const desk = new Desk(page, await host(connection('/s', { type: 'none' }), { '/s': system }, [thief.origin]));
    await desk.visit();
    await expect(desk.alert).toContainText(ELSEWHERE);
    await page.getByRole('button', { name: say.tokenForm.retry }).first().click();
    await expect.poll(() => system.heard.length).toBeGreaterThan(2);
    await expect(desk.alert).toContainText(ELSEWHERE);
    expect(thief.heard).toEqual([]);
  });

  test('of a write is no success: nothing goes there, and nothing is told as done', async ({ host, listen, page }) => {
    const thief = await listen(api('', []));
    const list = api('', [token('kept')]);
    const system = await listen((asked) =>
      asked.method === 'GET' ? list(asked) : { status: 303, headers: { Location: `${thief.origin}/login.html` } },
    );
    const desk = new Desk(page, await host(connection(system.origin, HEADERS), {}, [thief.origin]));
    await desk.visit();
    await signIn(page, 'ApiToken');
    await desk.expectNames('kept');
    await desk.action('Delete', 'kept').click();
    const question = desk.question('Delete token');
    await question.getByRole('button', { name: say.action.delete }).click();
    await expect(question.getByRole('alert')).toContainText(ELSEWHERE);
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    await desk.expectNames('kept');
    const form = await desk.openCreate();
    await form.fill({ name: 'goes elsewhere', scopes: ['Builds: read'] });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText(ELSEWHERE);
    expect(system.asked.filter((it) => !it.startsWith('GET'))).toEqual([`DELETE /tokens/${ID}0004`, 'POST /tokens']);
    expect(thief.heard).toEqual([]);
  });

  test('is told by Test connection, and takes nothing along there either', async ({ host, listen, page, watch }) => {
    watch.allows(/console error: Failed to load resource/);
    const thief = await listen(api('', []));
    const system = await listen(({ url }) => ({ status: 302, headers: { Location: `${thief.origin}${url}` } }));
    const address = await host(connection('api/v1', { type: 'none' }), { '/s': system }, [thief.origin, system.origin]);
    await new Desk(page, address).open();
    await page.getByRole('button', { name: say.page.connections }).click();
    await page.getByRole('button', { name: say.manages.add }).click();
    const form = page.getByRole('dialog', { name: say.manages.add });
    await form.getByRole('textbox', { name: say.table.name }).fill('Other');
    await form.getByRole('combobox', { name: 'Authentication' }).selectOption('bearer');
    for (const base of ['/s', system.origin]) {
      await form.getByRole('textbox', { name: say.connectionForm.base }).fill(base);
      await form.getByRole('button', { name: say.connectionTest.test }).click();
      await form.getByLabel('API token').fill(SECRET);
      await form.getByRole('button', { name: say.connectionTest.signIn }).click();
      await expect(form.getByRole('alert')).toContainText(ELSEWHERE);
    }
    expect(system.heard.filter((it) => it.headers.authorization === `Bearer ${SECRET}`)).toHaveLength(2);
    // Whether the policy lets the page connect there is asked of the front page, without anything.
    expect(thief.asked.filter((it) => it !== 'GET /')).toEqual([]);
    for (const { headers } of thief.heard) expect(headers.authorization).toBeUndefined();
  });

  test('within a description goes nowhere either', async ({ host, listen, page }) => {
    const thief = await listen(() => ({ status: 200, body: [] }));
    const system = await listen(({ url }) => ({ status: 301, headers: { Location: `${thief.origin}${url}` } }));
    const description = { name: 'Acme', sign_in: { type: 'bearer' }, token: { id: '/id' }, list: { path: '/all' } };
    const config = { connections: [{ name: 'Mine', dialect: 'rest', base: system.origin, api: description }] };
    const desk = new Desk(page, await host(config, {}, [thief.origin]));
    await desk.visit();
    await signIn(page);
    await expect(desk.alert).toContainText(ELSEWHERE);
    expect(thief.heard).toEqual([]);
  });
});

test.describe("the third step of PT Sandbox's sign-in, the one that follows redirects", () => {
  const CONFIG = { connections: [{ name: 'Mine', dialect: 'pt-sandbox', base: '/s' }] };

  /** A PT Sandbox whose third step leads here; the cookie that counts comes with the end of it. */
  function sandbox(location: string): (asked: Heard) => Given {
    return ({ method, url, headers }) => {
      const path = `${method} ${url.split('?')[0]}`;
      const kept = { 'Set-Cookie': 'refresh=1; Path=/s/; HttpOnly' };
      if (path === 'GET /api/ui/auth/authorize') {
        return { status: 200, body: { data: { location: 'https://sandbox.example.com/ui/authorize?state=1' } } };
      }
      if (path === 'POST /ui/login') return { status: 200, body: {} };
      if (path === 'GET /ui/authorize') return { status: 302, headers: { Location: location } };
      if (path === 'GET /ui/done') return { status: 200, headers: kept, body: {} };
      if (path === 'POST /api/ui/auth/token') {
        const isKnown = headers.cookie?.includes('refresh=1') ?? false;
        return isKnown ? { status: 200, body: { data: { accessToken: 'access-1' } } } : { status: 401, body: {} };
      }
      return { status: 200, body: { total: 0, entries: [] } };
    };
  }

  async function logIn(page: Page): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'Sign in to Mine' });
    await dialog.getByLabel('Username').fill('ada');
    await dialog.getByLabel('Password').fill(SECRET);
    await dialog.getByRole('button', { name: say.signInForm.signIn }).click();
  }

  test('goes along within the connection', async ({ host, listen, page }) => {
    const system = await listen(sandbox('/s/ui/done'));
    const desk = new Desk(page, await host(CONFIG, { '/s': system }));
    await desk.visit();
    await logIn(page);
    await expect(page.getByText(say.table.noTokensYet)).toBeVisible();
    const list = system.heard.find((it) => it.url.endsWith('/public-api/tokens'));
    expect(list?.headers.authorization).toBe('Bearer access-1');
    expect(list?.headers.cookie).toBeUndefined();
  });

  test('reaches no other origin, and no other path of this one counts', async ({ host, listen, page, watch }) => {
    watch.allows(/console error/);
    const thief = await listen(() => ({ status: 200, body: {} }));
    const system = await listen(sandbox(`${thief.origin}/ui/done`));
    const address = await host(CONFIG, { '/s': system, '/thief': thief }, [thief.origin]);
    await page.goto(address);
    await logIn(page);
    const dialog = page.getByRole('dialog', { name: 'Sign in to Mine' });
    await expect(dialog.getByRole('alert')).toBeVisible();
    expect(thief.heard).toEqual([]);
    system.answers(sandbox('/thief/ui/done'));
    await logIn(page);
    await expect(dialog.getByRole('alert')).toContainText(`${ELSEWHERE}: ${address}thief/ui/done.`);
    expect(thief.heard.map((it) => [it.body, it.headers.authorization])).toEqual([['', undefined]]);
  });
});

test.describe('an address that only looks like one of the page', () => {
  /** Bases that browsers read as another origin, with the host in the place of HOST. */
  const BASES = ['/\t/HOST/x', '/\n/HOST/x', '//HOST/x', 'HTTP://HOST/x', '\t//HOST/x', '/\\HOST/x', 'ht\ttp://HOST/x'];

  for (const base of BASES) {
    test(`is a mistake as a base, and is asked for nothing before that is told: ${JSON.stringify(base)}`, async ({ host, listen, page }) => {
      const thief = await listen(api('/x', [token('stolen')]));
      const config = connection(base.replace('HOST', thief.host), { type: 'none' });
      await page.goto(await host(config, {}, [thief.origin]));
      await expect(page.getByText('/connections/0/base')).toBeVisible();
      expect(thief.heard).toEqual([]);
    });
  }

  for (const [where, api] of [['tab', '/\t/HOST/x.json'], ['line break', '/\n/HOST/x.json'], ['backslash', '/\\HOST/x.json']] as const) {
    test(`is a mistake as the file of a description, in an import too (${where})`, async ({ host, listen, page }) => {
      const thief = await listen(() => ({ status: 200, body: {} }));
      const wrong = { connections: [{ name: 'Evil', dialect: 'rest', base: '/evil', api: api.replace('HOST', thief.host) }] };
      const address = await host(wrong, {}, [thief.origin]);
      await page.goto(address);
      await expect(page.getByText('/connections/0/api')).toBeVisible();

      const right = await host(connection('api/v1', { type: 'none' }), {}, [thief.origin]);
      await new Desk(page, right).open();
      await page.getByRole('button', { name: say.page.connections }).click();
      const file = { name: 'evil.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(wrong)) };
      await page.locator('input[type=file]').setInputFiles(file);
      await expect(page.getByRole('dialog', { name: say.import.title }).getByRole('alert')).toContainText('Nothing was imported');
      expect(thief.heard).toEqual([]);
    });
  }

  test('is not asked for while it is typed as the file of a description', async ({ host, listen, page, watch }) => {
    watch.allows(/console error: Failed to load resource/);
    const thief = await listen(() => ({ status: 200, body: {} }));
    await new Desk(page, await host(connection('api/v1', { type: 'none' }), {}, [thief.origin])).open();
    await page.getByRole('button', { name: say.page.connections }).click();
    await page.getByRole('button', { name: say.manages.add }).click();
    const form = page.getByRole('dialog', { name: say.manages.add });
    await form.getByRole('combobox', { name: say.connectionForm.system }).selectOption('Other API (bring a description)');
    for (const typed of [`//${thief.host}/x.json`, `${thief.origin}/x.json`, `/\\${thief.host}/x.json`]) {
      await form.getByRole('textbox', { name: 'Description' }).fill(typed);
      await page.waitForTimeout(500);
    }
    expect(thief.heard).toEqual([]);
  });
});

test('a token whose id has no address is neither changed nor deleted', async ({ host, listen, page }) => {
  // Caddy follows the dots of `ci%2F..%2Fdeploy`, too: the system would be asked for another token.
  const ids = { dots: '..', 'dot!': '.', empty: '', up: 'ci/../deploy', 'up back': 'ci\\..\\deploy', out: '../scopes' };
  const odd = Object.entries(ids).map(([name, id]) => token(name, { id }));
  const list = api('', odd);
  const system = await listen((asked) => (asked.method === 'GET' ? list(asked) : { status: 204 }));
  const desk = new Desk(page, await host(connection(system.origin, { type: 'none' }), {}));
  await desk.open();
  for (const [idx, name] of Object.keys(ids).entries()) {
    const verb = idx % 2 === 0 ? 'Delete' : 'Revoke';
    await desk.action(verb, name).click();
    const question = desk.question(`${verb} token`);
    await question.getByRole('button', { name: verb }).click();
    await expect(question.getByRole('alert')).toContainText('No address can stand for this token');
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
  }
  expect(system.asked.filter((it) => !it.startsWith('GET'))).toEqual([]);
  await desk.expectNames(...Object.keys(ids));
});

test('a next page above the connection is not asked for', async ({ host, listen, page }) => {
  const system = await listen(({ url }) => ({ status: 200, body: { data: [{ id: '1', name: 'one' }], next: url.includes('thief') ? null : '/../thief' } }));
  const list = { path: '/all', items: '/data', pages: { by: 'url', next: '/next' } };
  const description = { name: 'Acme', token: { id: '/id', name: '/name' }, list };
  const config = { connections: [{ name: 'Mine', dialect: 'rest', base: '/s', api: description }] };
  const desk = new Desk(page, await host(config, { '/s': system, '/thief': system }));
  await desk.visit();
  await expect(desk.alert).toContainText("would have left the connection's own address");
  expect(system.asked).toEqual(['GET /all']);
});

test.describe("the browser's own cookies", () => {
  const GIVEN = { cookie: 'other=1' };

  for (const [what, auth, label, more, expected] of [
    ['stay where a bearer token says who asks', BEARER, 'API token', {}, {}],
    ['stay where headers say who asks', HEADERS, 'ApiToken', {}, {}],
    ['go along where the connection says so', BEARER, 'API token', { cookies: true }, GIVEN],
    ['go along where nobody signs in', { type: 'none' }, '', {}, GIVEN],
  ] as const) {
    test(`${what}, on the page's own origin`, async ({ context, host, listen, page }) => {
      const system = await listen(api('', [token('mine')]));
      const address = await host(connection('/s', auth, more), { '/s': system });
      await context.addCookies([{ name: 'other', value: '1', url: address }]);
      const desk = new Desk(page, address);
      await desk.visit();
      if (label !== '') await signIn(page, label);
      await desk.expectNames('mine');
      await desk.refreshButton.click();
      await expect.poll(() => system.asked.filter((it) => it === 'GET /tokens').length).toBeGreaterThan(1);
      for (const { headers } of system.heard) expect(headers.cookie).toBe('cookie' in expected ? expected.cookie : undefined);
    });
  }

  test('never go to another origin', async ({ context, host, listen, page }) => {
    const system = await listen(api('', [token('mine')]));
    const address = await host(connection(system.origin.replace('127.0.0.1', 'localhost'), { type: 'none' }, { cookies: true }), {});
    await context.addCookies([{ name: 'other', value: '1', url: `${system.origin.replace('127.0.0.1', 'localhost')}/` }]);
    const desk = new Desk(page, address);
    await desk.open();
    await desk.expectNames('mine');
    for (const { headers } of system.heard) expect(headers.cookie).toBeUndefined();
  });
});

test("a system that asks for a password by HTTP raises no window of the browser's", async ({ host, listen, page, watch }) => {
  watch.expects(/console error: Failed to load resource/);
  const challenge = { 'WWW-Authenticate': 'Basic realm="x"' };
  const system = await listen(() => ({ status: 401, headers: challenge, body: { detail: 'No.' } }));
  const devtools = await page.context().newCDPSession(page);
  let raised = 0;
  devtools.on('Fetch.authRequired', ({ requestId }) => {
    raised += 1;
    void devtools.send('Fetch.continueWithAuth', { requestId, authChallengeResponse: { response: 'CancelAuth' } });
  });
  devtools.on('Fetch.requestPaused', ({ requestId }) => void devtools.send('Fetch.continueRequest', { requestId }));
  await devtools.send('Fetch.enable', { handleAuthRequests: true });
  const description = { name: 'Acme', sign_in: { type: 'basic' }, token: { id: '/id' }, list: { path: '/all' } };
  const config = { connections: [{ name: 'Mine', dialect: 'rest', base: '/s', api: description }] };
  await page.goto(await host(config, { '/s': system }));
  const dialog = page.getByRole('dialog', { name: 'Sign in to Mine' });
  await dialog.getByLabel('Username').fill('ada');
  await dialog.getByLabel('Password').fill('wrong');
  await dialog.getByRole('button', { name: say.signInForm.signIn }).click();
  await expect(dialog.getByRole('alert')).toContainText('No.');
  expect(system.heard.length).toBeGreaterThan(0);
  expect(raised).toBe(0);
});

test('a secret that the system repeats is masked, however it is written', async ({ host, listen, page, watch }) => {
  watch.expects(/console error: Failed to load resource/);
  const encoded = encodeURIComponent(SECRET);
  const inBase64 = Buffer.from(`ada:${SECRET}`).toString('base64');
  const detail = `Not you: ${SECRET}, ${encoded}, ${inBase64}.`;
  const system = await listen(() => ({ status: 403, body: { detail } }));
  const desk = new Desk(page, await host(connection(system.origin, BEARER), {}));
  await desk.visit();
  await signIn(page);
  await expect(desk.alert).toContainText('Not you: ••••••••, ••••••••, ••••••••.');
  const shown = (await page.textContent('body')) ?? '';
  for (const it of [SECRET, encoded, inBase64, Buffer.from(SECRET).toString('base64')]) expect(shown).not.toContain(it);
});

test('the sign-in says where what is typed is sent', async ({ host, listen, page }) => {
  const system = await listen(api('', []));
  const address = await host(connection('/s/', BEARER), { '/s': system });
  await page.goto(address);
  const dialog = page.getByRole('dialog', { name: 'Sign in to Mine' });
  await expect(dialog).toContainText(`Sent to ${address}s`);
});

test('a header that no browser sends is told as a mistake, in the page too', async ({ host, page }) => {
  const wrong = { type: 'headers', headers: [{ name: 'Cookie' }] };
  await page.goto(await host(connection('/s', wrong), {}));
  await expect(page.getByText('/connections/0/auth/headers/0/name')).toBeVisible();
  await new Desk(page, await host(connection('api/v1', { type: 'none' }), {})).open();
  await page.getByRole('button', { name: say.page.connections }).click();
  await page.getByRole('button', { name: say.manages.add }).click();
  await page.getByLabel('Authentication').selectOption('headers');
  await page.getByRole('button', { name: say.headerRows.add }).click();
  const form = page.getByRole('dialog', { name: say.manages.add });
  await form.getByLabel('Header 1: name').fill('Host');
  await expect(form).toContainText('is a header that the browser or the page sets by itself');
});
