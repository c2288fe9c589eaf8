//! What systems answer oddly, read as well as it can be: times, words of state, how long to wait, and a sign-in in front.

import { createServer, request } from 'node:http';
import type { Locator, Page } from '@playwright/test';
import { StandIn, type Asked, type Given } from './apis/stand-in.ts';
import { local, YEAR } from './dates.ts';
import { Desk, detailsOf } from './desk.ts';
import { expect, test as base } from './fixture.ts';
import { still } from './measure.ts';
import { proxy, running, wayTo, type Running } from './proxy.ts';

/** The browser reports every request that did not succeed. */
const FAILED = /console error: .*Failed to load resource/;

const HOUR = 3_600_000;

/** Full minutes in the past and in the future. */
const PAST = minute(-24 * HOUR);
const FUTURE = minute(24 * HOUR * 300);

function minute(away: number): Date {
  return new Date(Math.floor((Date.now() + away) / 60_000) * 60_000);
}

/** A system that answers as a test says, by method and path: `POST /tokens`. */
class Odd extends StandIn {
  readonly answers: Record<string, Given | (() => Given)> = {};

  protected answer({ method, path }: Asked): Given {
    const given = this.answers[`${method} /${path.join('/')}`] ?? { status: 404 };
    return typeof given === 'function' ? given() : given;
  }

  /** The bodies of these calls. */
  bodies(method: string): unknown[] {
    return this.heard.filter((it) => it.method === method).map((it) => it.body);
  }
}

interface Fixtures {
  odd: Odd;
  /** Opens the page over that system, as a Scoped Token API with these tokens. */
  scoped: (...tokens: object[]) => Promise<Desk>;
  /** Opens the page over that system by a description. */
  described: (api: object, item: object, settings?: object) => Promise<Desk<string>>;
}

const test = base.extend<Fixtures & { host: (config: object, odd: Odd) => Promise<Running> }>({
  odd: async ({ keep }, use) => use(await keep(new Odd().start())),
  host: async ({ keep, launch }, use) =>
    use(async (config, odd) => keep(proxy(await launch({ config }), { '/odd': wayTo(odd.origin) }))),
  scoped: async ({ host, odd, page }, use) => {
    await use(async (...tokens) => {
      const entries = tokens.map((it, idx) => ({ id: `t${idx}`, guid: `g${idx}`, scopes: ['s'], is_active: true, ...it }));
      odd.answers['GET /tokens'] = () => ({ status: 200, body: { total: entries.length, entries, next: null } });
      odd.answers['GET /scopes'] = { status: 200, body: [{ id: 's', name: 'Builds: read' }] };
      for (const entry of entries) odd.answers[`GET /tokens/${entry.id}`] = () => ({ status: 200, headers: { ETag: '"1"' }, body: entry });
      const { url } = await host({ connections: [{ name: 'Odd', dialect: 'scoped', base: '/odd' }] }, odd);
      const desk = new Desk(page, url);
      await desk.open();
      return desk;
    });
  },
  described: async ({ host, odd, page }, use) => {
    await use(async (api, item, settings = {}) => {
      const whole = { name: 'Odd', token: { id: '/id', name: '/name' }, list: { path: '/tokens' }, ...api };
      odd.answers['GET /tokens'] ??= { status: 200, body: [item] };
      const { url } = await host({ connections: [{ name: 'Odd', dialect: 'rest', base: '/odd', api: whole, ...settings }] }, odd);
      return new Desk(page, url, ['Name', 'Valid to', 'Is active', 'Actions']);
    });
  },
});

/** A moment as the page writes it, without its time. */
function day(moment: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'Europe/Berlin' }).format(moment);
}

test('a Scoped Token API may write times as Go, Java, Postgres, HTTP or a number does, and none in many ways', async ({ page, scoped }) => {
  // All rows are in view.
  await page.setViewportSize({ width: 1280, height: 1600 });
  const plain = FUTURE.toISOString().slice(0, 16).replace('T', ' ');
  const writings = [
    `${plain}:00 +0000 UTC`,
    `${plain.replace(' ', 'T')}:00.000+0000`,
    `${plain.replace(' ', 'T')}:00Z[UTC]`,
    `${plain}:00+00`,
    `${plain.replace(' ', 'T')}Z`,
    FUTURE.toUTCString(),
    FUTURE.getTime() / 1000,
    String(FUTURE.getTime()),
  ];
  const nones = ['never', 'N/A', '', -1, 0, '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z', { Time: '0001-01-01T00:00:00Z', Valid: false }];
  const desk = await scoped(
    ...writings.map((valid_to, idx) => ({ name: `end ${idx}`, valid_to })),
    ...nones.map((none, idx) => ({ name: `none ${idx}`, valid_to: none, revoked_at: none, deleted_at: none })),
  );
  for (const idx of writings.keys()) {
    await expect(desk.cell(desk.row(`end ${idx}`), 'Expiration date'), String(writings[idx])).toContainText(day(FUTURE));
  }
  for (const idx of nones.keys()) {
    const row = desk.row(`none ${idx}`);
    await expect(desk.cell(row, 'Expiration date'), String(nones[idx])).toHaveText('Never');
    await expect(desk.cell(row, 'Is active')).toHaveText('Active');
    await expect(desk.action('Revoke', `none ${idx}`)).toBeEnabled();
  }
});

test('what a date cannot be read as is marked whole, and an edit that leaves it alone keeps it', async ({ odd, scoped, page }) => {
  const end = '+012027-01-01T10:00:00.000000000Z';
  const desk = await scoped({ name: 'odd', valid_to: end, last_used_at: 'some time in the last days or weeks' });
  for (const width of [768, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    // The table finds out which columns have room when the browser draws next.
    await still(page);
    for (const fact of ['valid_to', 'last_used']) {
      const cell = desk.row('odd').locator(`[data-fact=${fact}]`);
      // Not every width has room for it.
      if (!(await cell.isVisible())) continue;
      await expect(cell, `${fact} at ${width}`).toContainText('(cannot be read)');
      const isCut = await cell.evaluate((cell) => {
        const own = (it: Element) => [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent?.includes('(cannot be read)'));
        const parts = [cell, ...cell.querySelectorAll('*')].filter(own);
        return parts.some((it) => it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1);
      });
      expect(isCut, `${fact} at ${width}`).toBe(false);
    }
  }
  odd.answers['PUT /tokens/t0'] = { status: 200, body: { id: 't0', guid: 'g0', name: 'other', scopes: ['s'], is_active: true, valid_to: end } };
  const form = await desk.openEdit('odd');
  await expect(form.dialog).toContainText('which this page cannot read. It stays as it is unless you choose a date.');
  await form.name.fill('other');
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect(odd.bodies('PUT')).toEqual([expect.objectContaining({ name: 'other', valid_to: end })]);
});

test('what an edit would take away, as it cannot be read, keeps the form closed', async ({ odd, scoped, page }) => {
  for (const fact of [{ scopes: 'all' }, { valid_to: { at: 1 } }]) {
    const desk = await scoped({ name: 'odd', ...fact });
    await desk.action('Edit', 'odd').click();
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('cannot be read, and saving it here would remove');
    await expect(page.getByRole('dialog').getByRole('textbox')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(desk.action('Revoke', 'odd')).toBeEnabled();
  }
  expect(odd.bodies('PUT')).toEqual([]);
});

test.describe('a described system', () => {
  const token = { id: '/id', name: '/name', created: '/made', valid_to: '/end' };

  test('has times in its own zone, to be read and to be sent', async ({ described, odd }) => {
    const zone = 'Asia/Tokyo';
    const desk = await described(
      { zone, token: { id: '/id', name: '/name', valid_to: '/end' }, create: { path: '/tokens', body: { end: '{valid_to|datetime}' } } },
      { id: 1, name: 'CI', end: `${YEAR}-07-02 01:30:00` },
    );
    await desk.open();
    // Nine hours before in UTC, two hours ahead of that in the tests' zone.
    await expect(desk.cell(desk.row('CI'), 'Valid to')).toContainText(`1 Jul ${YEAR}, 18:30`);
    odd.answers['POST /tokens'] = { status: 201, body: { id: 2, name: '', end: `${YEAR}-07-02 07:00:00` } };
    const form = await desk.openCreate();
    await form.validTo.fill(`${YEAR}-07-02T00:00`);
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(odd.bodies('POST')).toEqual([{ end: `${YEAR}-07-02 07:00:00` }]);
  });

  test('that names a zone which there is not is told of it', async ({ described, page }) => {
    const desk = await described({ zone: 'Europe/Brelin' }, { id: 1, name: 'CI' });
    await page.goto(desk.url);
    await expect(page.getByText('names the time zone Europe/Brelin, which this browser does not know')).toBeVisible();
  });

  test('that counts an end in days from the creation gets it so', async ({ described, odd }) => {
    const made = new Date(Date.now() - 10 * 24 * HOUR);
    const days = { ...token, valid_to: { at: '/days', as: 'days', from: 'created' } };
    const item = { id: 1, name: 'CI', made: made.toISOString(), days: 20 };
    const desk = await described(
      { token: days, update: { path: '/tokens/{id}', body: { days: '{valid_to|days from created}' } } },
      item,
    );
    await desk.open();
    odd.answers['PUT /tokens/1'] = { status: 200, body: { ...item, days: 40 } };
    // It has no name to be changed.
    await desk.action('Edit', 'CI').click();
    const form = desk.editing;
    // A little before 40 days: the form counts minutes.
    await form.validTo.fill(local(new Date(made.getTime() + 40 * 24 * HOUR - 60_000)));
    await form.saveMore();
    await expect(form.dialog).toBeHidden();
    expect(odd.bodies('PUT')).toEqual([{ days: 40 }]);
  });

  test.describe('east of Greenwich', () => {
    test.use({ timezoneId: 'Asia/Tokyo' });

    test('that takes days ends no token before it was to', async ({ described, odd, page }) => {
      const dates = { id: '/id', name: '/name', valid_to: { at: '/end', as: 'date' } };
      const create = { path: '/tokens', body: { end: '{valid_to|date}' } };
      const desk = await described({ token: dates, create }, { id: 1, name: 'CI', end: null });
      await desk.open();
      odd.answers['POST /tokens'] = { status: 201, body: { id: 2, name: 'new', end: `${YEAR}-05-06` } };
      const form = await desk.openCreate();
      await expect(form.dialog).toContainText('This system counts in whole days');
      await form.validTo.fill(`${YEAR}-05-05T23:00`);
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      expect(odd.bodies('POST')).toEqual([{ end: `${YEAR}-05-06` }]);
      // It is what was asked for, as near as the system can.
      await expect(page.getByText('as its end')).toHaveCount(0);
    });
  });

  test('whose words of state are not known shows no token as active, and the test of the connection asks for them', async ({
    described,
    odd,
    page,
  }) => {
    const words = ['inactive', 'DISABLED', 'expired', 'revoked'];
    odd.answers['GET /tokens'] = { status: 200, body: words.map((state, id) => ({ id, name: state, state, end: `${YEAR}-01-01 10:00` })) };
    const api = { token: { id: '/id', name: '/name', valid_to: '/end', active: '/state' } };
    const desk = await described(api, {});
    await desk.open();
    for (const word of words) await expect(desk.cell(desk.row(word), 'Is active')).toHaveText('Unknown');
    const report = await tested(page);
    await expect(report).toContainText('“inactive”, “DISABLED”, “expired” and “revoked” mean neither yes nor no here');
    const end = report.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Valid to' }) });
    await expect(end).toContainText(`${YEAR}-01-01T10:00:00Z`);
    await expect(end).toContainText('Written without a zone.');
    await expect(end).toContainText('Read in the time zone UTC');
  });
});

/** What the test of the one connection says. */
async function tested(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Connections…' }).click();
  await page.getByRole('button', { name: 'Duplicate Odd', exact: true }).click();
  await page.getByRole('button', { name: 'Test connection' }).click();
  const report = page.locator('.report');
  await expect(report).toBeVisible();
  return report;
}

test('how long to wait is told whatever form it has, by the clock of the system', async ({ host, odd, page, watch }) => {
  watch.expects(FAILED);
  const off = new Date(Date.now() + 5 * HOUR);
  const now = Math.floor(Date.now() / 1000);
  for (const [said, headers, told] of [
    ['a fraction', { 'Retry-After': '6.2' }, 'wait 7 seconds'],
    ['an instant', { 'Retry-After': String(now + 600), Date: new Date(now * 1000).toUTCString() }, 'wait 600 seconds'],
    ['a date by another clock', { 'Retry-After': new Date(off.getTime() + 30_000).toUTCString(), Date: off.toUTCString() }, 'wait 30 seconds'],
  ] as const) {
    odd.answers['GET /tokens'] = { status: 429, headers };
    odd.answers['GET /scopes'] = { status: 200, body: [] };
    const { url } = await host({ connections: [{ name: 'Odd', dialect: 'scoped', base: '/odd' }] }, odd);
    await page.goto(url);
    await expect(page.getByRole('alert').filter({ hasText: told }), said).toBeVisible();
  }
});

test('details bring the row up to date, and an edit is not refused because of a use', async ({ odd, scoped, page, watch }) => {
  watch.expects(FAILED);
  const desk = await scoped({ name: 'CI', last_used_at: null });
  await expect(desk.cell(desk.row('CI'), 'Last used')).toHaveText('Never');
  let n_used = 0;
  odd.answers['GET /tokens/t0'] = () => {
    n_used += 1;
    const last_used_at = new Date(PAST.getTime() + n_used * 60_000).toISOString();
    const body = { id: 't0', guid: 'g0', name: 'CI', scopes: ['s'], is_active: true, last_used_at };
    return { status: 200, headers: { ETag: `"${n_used}"` }, body };
  };
  await page.getByRole('link', { name: 'CI', exact: true }).click();
  await expect(desk.cell(desk.row('CI'), 'Last used')).toContainText(/hours ago|yesterday/);
  await expect(detailsOf(page, 'CI').locator('dl').first()).not.toContainText('Never');
  await page.getByRole('button', { name: 'Close details' }).click();
  // It is used all the time, so its tag is another one whenever it is saved.
  odd.answers['PUT /tokens/t0'] = () => {
    const isBound = odd.heard.at(-1)?.headers['if-match'] !== undefined;
    const body = { id: 't0', guid: 'g0', name: 'new', scopes: ['s'], is_active: true, last_used_at: PAST.toISOString() };
    return isBound ? { status: 412, body: {} } : { status: 200, body };
  };
  const form = await desk.openEdit('CI');
  await form.name.fill('new');
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  await desk.expectNames('new');
});

test('one token is one token, where several systems stand side by side', async ({ host, odd, page }) => {
  odd.answers['GET /tokens'] = { status: 200, body: { total: 1, entries: [{ id: '1', guid: 'g', name: 'CI', scopes: [], is_active: true }] } };
  odd.answers['GET /scopes'] = { status: 200, body: [] };
  const { url } = await host({ connections: [{ name: 'Odd', dialect: 'scoped', base: '/odd' }, { name: 'Two', dialect: 'scoped', base: '/odd/' }] }, odd);
  await page.goto(`${url}`);
  const systems = page.getByRole('list', { name: 'Systems' });
  await expect(systems.getByText('1 token', { exact: true })).toHaveCount(2);
});

test('a sign-in in front is named with the address, what was typed stays, and who has signed in there goes on', async ({
  context,
  keep,
  launch,
  odd,
  page,
}) => {
  const entries = [{ id: '1', guid: 'g', name: 'CI', scopes: [], is_active: true }];
  odd.answers['GET /api/tokens'] = () => ({ status: 200, body: { total: 1, entries, next: null } });
  odd.answers['GET /api/scopes'] = { status: 200, body: [{ id: 's', name: 'Builds: read' }] };
  odd.answers['POST /api/tokens'] = () => ({ status: 201, body: { ...entries[0], id: '2', ...(odd.bodies('POST').at(-1) as object) } });
  const server = await launch({ config: { connections: [{ name: 'Odd', dialect: 'scoped', base: '/api', cookies: true }] } });
  let isOver = false;
  const front = await keep(running(
    createServer((asked, answer) => {
      if (asked.url === '/sso') return answer.writeHead(200, { 'Set-Cookie': 'sso=1; Path=/', 'Content-Type': 'text/plain' }).end('Signed in.');
      const isApi = asked.url?.startsWith('/api/');
      if (isApi && (isOver || !asked.headers.cookie?.includes('sso=1'))) {
        return answer.writeHead(302, { Location: 'https://idp.example/login' }).end();
      }
      const to = new URL(isApi ? odd.origin : server.url);
      const options = { host: to.hostname, port: to.port, method: asked.method, path: asked.url, headers: { ...asked.headers, host: to.host } };
      const passed = request(options, (given) => {
        answer.writeHead(given.statusCode ?? 502, given.headers);
        given.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      return asked.pipe(passed);
    }),
  ));
  const desk = new Desk(page, front.url);
  await desk.visit();
  await expect(desk.alert.first()).toContainText(`${front.url}api/tokens answers with a redirect`);
  await expect(desk.alert.first()).toContainText('open that address in another tab, sign in there, and come back');
  const other = await context.newPage();
  await other.goto(`${front.url}sso`);
  await page.bringToFront();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await desk.expectNames('CI');
  // The session in front ends while something is typed.
  isOver = true;
  const form = await desk.openCreate();
  await form.fill({ name: 'typed', scopes: ['Builds: read'] });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('answers with a redirect');
  isOver = false;
  await other.reload();
  await page.bringToFront();
  await expect(form.name).toHaveValue('typed');
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  await desk.expectNames('typed', 'CI');
});
