//! When things go wrong: each failure has its own message and its way on, and nothing that was typed or loaded is lost.

import { createServer } from 'node:http';
import type { Locator, Page } from '@playwright/test';
import type { Desk, TokenForm } from './desk.ts';
import { TO_OWN } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { running } from './proxy.ts';
import type { DevServer, Fault } from './server.ts';
import { YEAR } from './dates.ts';
import { say } from './texts.ts';

/** What Chromium itself writes to its console when a request fails. */
const FAILED = /console error: Failed to load resource/;
const REFUSED_BY_CORS = /console error: .*blocked by CORS policy/;

const LIST: Fault = { method: 'GET', path: '/api/v1/tokens' };
const CREATE: Fault = { method: 'POST', path: '/api/v1/tokens' };
const UNKNOWN = say.known.atMostOnce;

/** One way in which a request fails, and what the page says about it. */
interface Failure {
  title: string;
  fault: Partial<Fault>;
  what: string;
  /** What to do next, when nothing should have been changed. */
  next: string;
  /** What to do next after a write, where that differs. */
  afterWrite?: string;
  retry: boolean;
  /** Whether the browser's console has nothing to say about it. */
  quiet?: boolean;
}

const HTML = '<!doctype html><h1>Bad gateway</h1><p>nginx</p>';
const NO_ANSWER = say.happened.unreachable;

const FAILURES: Failure[] = [
  {
    title: 'a connection that is cut',
    fault: { drop: true },
    what: NO_ANSWER,
    next: say.next.unreachable,
    afterWrite: UNKNOWN,
    retry: true,
  },
  {
    title: 'an answer that breaks off',
    fault: { when: 'after', truncate: true },
    what: say.happened.interrupted,
    next: say.next.cut,
    afterWrite: UNKNOWN,
    retry: true,
  },
  {
    title: '401 where the connection has no sign-in',
    fault: { status: 401, body: '' },
    what: say.happened.signedOut,
    next: say.next.signIn,
    retry: true,
  },
  {
    title: '403',
    fault: { status: 403, body: { detail: 'Auditors only.' } },
    what: 'Auditors only.',
    next: say.next.askForTheRight,
    retry: false,
  },
  {
    title: '404',
    fault: { status: 404, body: '<h1>Nothing here</h1>' },
    what: say.happened.notFound,
    next: "check the connection's base address",
    retry: false,
  },
  {
    title: '409',
    fault: { status: 409, body: { detail: 'The GUID is in use.' } },
    what: 'The GUID is in use.',
    next: say.next.conflictOfReading,
    afterWrite: 'It answered 409: there may be one like this already.',
    retry: true,
  },
  {
    title: '422',
    fault: { status: 422, body: { detail: 'Not like this.' } },
    what: 'Not like this.',
    next: say.next.checkConnection,
    afterWrite: say.next.correct,
    retry: true,
  },
  {
    title: '429 with seconds',
    fault: { status: 429, headers: { 'Retry-After': '7' }, body: '' },
    what: say.happened.tooMany,
    next: 'The system asks to wait 7 seconds before trying again.',
    retry: true,
  },
  {
    title: '429 without',
    fault: { status: 429, body: '' },
    what: say.happened.tooMany,
    next: say.next.waitALittle,
    retry: true,
  },
  {
    title: '502 with an HTML page',
    fault: { status: 502, body: HTML },
    what: say.happened.failed,
    next: 'It answered 502. Try again.',
    afterWrite: `It answered 502. ${UNKNOWN}`,
    retry: true,
  },
  {
    title: '500 with a problem',
    fault: { status: 500, body: { detail: 'The disk is full.' } },
    what: 'The disk is full.',
    next: 'It answered 500. Try again.',
    afterWrite: `It answered 500. ${UNKNOWN}`,
    retry: true,
  },
  {
    title: 'another status',
    fault: { status: 405, body: '' },
    what: say.happened.refused,
    next: "It answered 405. Check the connection's base address.",
    retry: false,
  },
  {
    title: 'truncated JSON',
    fault: { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"total":1,"entries":[{"id":"' },
    what: say.happened.malformed,
    next: 'It is not what a token API answers: JSON error at line 1, column 30.',
    retry: true,
    quiet: true,
  },
  {
    title: 'JSON of another shape',
    fault: { status: 200, body: { tokens: [] } },
    what: say.happened.malformed,
    next: 'It is not what a token API answers: entries is missing',
    afterWrite: `It is not what a token API answers: its id, guid or name is missing. ${UNKNOWN}`,
    retry: true,
    quiet: true,
  },
  {
    title: 'a web page in place of JSON',
    fault: { status: 200, body: HTML },
    what: say.happened.malformed,
    next: 'It is not what a token API answers: an HTML page instead of JSON.',
    retry: true,
    quiet: true,
  },
];

/** A message as it is read out: the mark that the style sheet puts before it may be part of it. */
function told(text: string): RegExp {
  return new RegExp(`^(! )?${text.replaceAll('.', '\\.')}$`);
}

function retry(page: Page) {
  return page.getByRole('button', { name: say.tokenForm.retry, exact: true });
}

async function fillIn(desk: Desk, name: string): Promise<TokenForm> {
  const form = await desk.openCreate();
  await form.fill({ name, scopes: ['Builds: read', 'Logs: read'], description: 'as typed', validTo: `${YEAR}-05-06T07:08` });
  return form;
}

async function expectAsTyped(form: TokenForm, name: string): Promise<void> {
  await expect(form.dialog).toBeVisible();
  await expect(form.name).toHaveValue(name);
  await expect(form.scope('Builds: read')).toBeChecked();
  await expect(form.scope('Logs: read')).toBeChecked();
  await expect(form.description).toHaveValue('as typed');
  await expect(form.validTo).toHaveValue(`${YEAR}-05-06T07:08`);
  await expect(form.save).toBeEnabled();
}

test.describe('a list that cannot be loaded', () => {
  test('each failure has its own message, what to do next, and Retry where that helps', async ({
    desk,
    page,
    server,
    watch,
  }) => {
    test.slow();
    watch.expects(FAILED);
    await server.add({ name: 'there' });
    for (const { title, fault, what, next, retry: canRetry } of FAILURES) {
      await test.step(title, async () => {
        await server.fail({ ...LIST, ...fault });
        await desk.visit();
        await expect(desk.alert).toHaveCount(1);
        await expect(desk.alert).toContainText(what);
        await expect(desk.alert).toContainText(next);
        await expect(page.getByText(/Bad gateway|nginx|Nothing here/)).toHaveCount(0);
        // It is not told as an empty list.
        await expect(page.getByText(say.table.noTokensYet)).toHaveCount(0);
        await expect(retry(page)).toHaveCount(canRetry ? 1 : 0);
        await server.mend();
        await (canRetry ? retry(page) : desk.refreshButton).click();
        await desk.loaded();
        await desk.expectNames('there');
        await expect(desk.alert).toHaveCount(0);
      });
    }
  });

  test('no two failures read alike', () => {
    const said = FAILURES.map((it) => `${it.what} ${it.next}`);
    expect(new Set(said).size).toBe(said.length);
  });

  test('429 with a date: the seconds until then', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const later = new Date(Date.now() + 100_000).toUTCString();
    await server.fail({ ...LIST, status: 429, headers: { 'Retry-After': later }, body: '' });
    await desk.visit();
    await expect(desk.alert).toContainText(/wait \d+ seconds/);
    const left = Number(/wait (\d+) seconds/.exec(await desk.alert.innerText())?.[1]);
    expect(left).toBeLessThanOrEqual(100);
    // As many as there are now, and those that it took to come here.
    expect(left).toBeGreaterThanOrEqual(Math.floor((Date.parse(later) - Date.now()) / 1000));
  });
});

test.describe('time-out', () => {
  // So long that what is not held up comes in time on a busy machine, too.
  const config = { connections: [{ name: 'Slow', dialect: 'scoped', base: 'api/v1', timeout: 5 }] };
  test.use({ serve: { config } });

  test('a list that takes too long', async ({ desk, page, server }) => {
    await server.add({ name: 'there' });
    await server.fail({ ...LIST, delay_ms: 20_000 });
    await desk.visit();
    await expect(desk.alert).toContainText('No answer within 5 seconds.');
    await expect(desk.alert).toContainText(say.next.overloaded);
    await server.mend();
    await retry(page).click();
    await desk.loaded();
    await desk.expectNames('there');
  });

  test('a save that takes too long, though it is carried out, makes one token', async ({ desk, server }) => {
    await desk.open();
    const form = await fillIn(desk, 'once');
    await server.fail({ ...CREATE, when: 'after', delay_ms: 20_000 });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('No answer within 5 seconds.');
    await expect(form.dialog.getByRole('alert')).toContainText(UNKNOWN);
    await expectAsTyped(form, 'once');
    await server.theOne('once');
    await server.mend();
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await server.theOne('once');
    await desk.expectNames('once');
  });
});

test.describe('no connection', () => {
  test('a server that has gone: the old list stays, marked; Retry brings the new one', async ({
    desk,
    launch,
    page,
    watch,
  }, info) => {
    watch.expects(FAILED);
    const db = info.outputPath('tokens.db');
    const server = await launch({ db });
    await server.add({ name: 'old' });
    await page.goto(server.url + TO_OWN);
    await desk.loaded();
    // Else what comes later is lost, too, and told.
    await desk.rested();
    await server.kill();
    await desk.refreshButton.click();
    await expect(desk.alert).toContainText(NO_ANSWER);
    await expect(page.getByText(say.stateLine.notUpToDate, { exact: true })).toBeVisible();
    await desk.expectNames('old');
    const back = await launch({ db, port: Number(new URL(server.url).port) });
    await back.add({ name: 'new' });
    await retry(page).click();
    await desk.expectNames('old', 'new');
    await expect(page.getByText(say.stateLine.notUpToDate)).toHaveCount(0);
    await expect(desk.alert).toHaveCount(0);
  });

  test('a server killed in the middle of a save: the form stays as typed and saves once it is back', async ({
    desk,
    launch,
    page,
    watch,
  }, info) => {
    watch.expects(FAILED);
    const db = info.outputPath('tokens.db');
    const server = await launch({ db });
    await page.goto(server.url + TO_OWN);
    await desk.loaded();
    const form = await fillIn(desk, 'survivor');
    await server.fail({ ...CREATE, delay_ms: 20_000 });
    await form.save.click();
    await expect(form.save).toHaveText(say.tokenForm.saving);
    await expect(form.save).toBeDisabled();
    await server.kill();
    await expect(form.dialog.getByRole('alert')).toContainText(NO_ANSWER);
    await expect(form.dialog.getByRole('alert')).toContainText(UNKNOWN);
    await expectAsTyped(form, 'survivor');
    const guid = await form.guid.inputValue();
    const back = await launch({ db, port: Number(new URL(server.url).port) });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await back.theOne('survivor')).toMatchObject({ guid, description: 'as typed' });
    await desk.expectNames('survivor');
  });

  for (const when of ['before', 'after'] as const) {
    test(`a save whose connection is cut ${when} it is carried out makes one token`, async ({ desk, server, watch }) => {
      watch.expects(FAILED);
      await desk.open();
      const form = await fillIn(desk, 'once');
      await server.fail({ ...CREATE, when, drop: true });
      await form.save.click();
      await expect(form.dialog.getByRole('alert')).toContainText(UNKNOWN);
      await expectAsTyped(form, 'once');
      expect(await server.named('once')).toHaveLength(when === 'after' ? 1 : 0);
      await server.mend();
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      await server.theOne('once');
      await desk.expectNames('once');
    });
  }

  test('offline: said so at once, the list stays, and Retry works when the network is back', async ({
    context,
    desk,
    page,
    server,
    watch,
  }) => {
    watch.expects(FAILED);
    await server.add({ name: 'there' });
    await desk.open();
    await desk.rested();
    await context.setOffline(true);
    await desk.refreshButton.click();
    await expect(desk.alert).toContainText(say.happened.offline);
    await expect(desk.alert).toContainText(say.next.offline);
    await desk.expectNames('there');
    const form = await fillIn(desk, 'offline');
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.offline);
    await expectAsTyped(form, 'offline');
    await context.setOffline(false);
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await retry(page).click();
    await desk.expectNames('there', 'offline');
    await server.theOne('offline');
  });
});

test.describe('another origin', () => {
  const config = (api: string) => ({ connections: [{ name: 'Elsewhere', dialect: 'scoped', base: api }] });
  /** A page and an API on another origin, which lets the page in or does not. */
  async function apart(launch: (options: object) => Promise<DevServer>, allowed: boolean) {
    const host = await launch({ config: config('api/v1') });
    const api = await launch({ tokens: 3, ...(allowed ? { allowOrigin: [host.origin] } : {}) });
    await host.configure(config(`${api.url}api/v1/`));
    return { host, api };
  }

  test('one that does not allow the page is told apart from one that does not answer', async ({
    desk,
    launch,
    page,
    watch,
  }) => {
    watch.expects(REFUSED_BY_CORS, FAILED);
    const { host, api } = await apart(launch, false);
    await page.goto(host.url);
    await expect(desk.alert).toContainText(say.happened.cors);
    await expect(desk.alert).toContainText('Let the system allow this origin');
    await api.kill();
    await retry(page).click();
    await expect(desk.alert).toContainText(NO_ANSWER);
  });

  test('one that allows it works, ETag included', async ({ desk, launch, page, watch }) => {
    watch.expects(FAILED);
    const { host, api } = await apart(launch, true);
    const token = await api.add({ name: 'far' });
    await page.goto(host.url);
    await desk.loaded();
    const form = await desk.openEdit('far');
    await api.change(token, { description: 'changed meanwhile' });
    await form.name.fill('farther');
    await form.save.click();
    await expect(form.dialog.getByRole('button', { name: say.conflict.takeTheirs })).toBeVisible();
    await form.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
    await expect(form.dialog).toBeHidden();
    await api.theOne('farther');
  });

  test('finding out why never writes: the question is a GET without credentials', async ({ desk, launch, page, watch }) => {
    watch.expects(FAILED);
    const { host, api } = await apart(launch, true);
    await page.goto(host.url);
    await desk.loaded();
    const form = await fillIn(desk, 'cut off');
    await api.fail({ ...CREATE, drop: true });
    const asked: string[] = [];
    page.on('request', (it) => asked.push(`${it.method()} ${new URL(it.url()).pathname}`));
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toBeVisible();
    await expectAsTyped(form, 'cut off');
    expect(asked.filter((it) => it.startsWith('POST'))).toEqual(['POST /api/v1/tokens']);
    expect(asked.filter((it) => !/^(POST|GET|OPTIONS) /.test(it))).toEqual([]);
    await api.mend();
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await api.theOne('cut off');
  });

  test('one whose front page leads where the policy forbids is told as what it is, each time', async ({ desk, launch, page, watch }) => {
    watch.expects(REFUSED_BY_CORS, FAILED, /policy violation: connect-src/, /console error: .*Content Security Policy/);
    const elsewhere = createServer((asked, answer) => {
      answer.writeHead(asked.url === '/' ? 302 : 200, asked.url === '/' ? { Location: 'http://127.0.0.1:9/login' } : {});
      answer.end('{"total": 0, "entries": [], "next": null}');
    });
    const api = await running(elsewhere);
    const host = await launch({ config: config(api.url.slice(0, -1)) });
    await page.goto(host.url);
    for (const times of [1, 2]) {
      await expect(desk.alert).toContainText(say.happened.cors);
      if (times === 1) await retry(page).click();
    }
    // Nor is its address told as a forbidden one where it is typed.
    await page.getByRole('button', { name: say.page.connections }).click();
    await page.getByRole('button', { name: say.manages.add }).click();
    const base = page.getByRole('dialog', { name: say.manages.add }).getByRole('textbox', { name: say.connectionForm.base });
    const question = page.waitForEvent('requestfailed');
    await base.fill(api.url);
    await base.blur();
    await question;
    await page.waitForTimeout(500);
    await expect(page.getByText("The page's own security policy does not allow")).toHaveCount(0);
    await api.stop();
    await page.goto(host.url);
    await expect(desk.alert).toContainText(NO_ANSWER);
  });

  test("an address that the page's own policy forbids is named as such", async ({ desk, launch, page, watch }) => {
    watch.expects(/policy violation: connect-src/, /console error: .*Content Security Policy/);
    const api = await launch({ allowOrigin: ['loopback'] });
    const host = await launch();
    // The policy is made from the configuration that is served; this one comes from elsewhere.
    await host.fail({ path: '/config.json', status: 200, body: config(`${api.url}api/v1`) });
    await page.goto(host.url);
    await expect(desk.alert).toContainText(`The page's own security policy does not allow ${api.origin}.`);
    await expect(desk.alert.getByText(`connect-src ${api.origin}`, { exact: true })).toBeVisible();
    await expect(desk.alert.getByRole('link', { name: say.notices.recipe })).toHaveAttribute('href', 'proxy.md');
    await expect(retry(page)).toHaveCount(0);
  });
});

test.describe('loading can be stopped', () => {
  test('the first time: said so, with Retry', async ({ desk, page, server }) => {
    await server.add({ name: 'there' });
    await server.fail({ ...LIST, delay_ms: 20_000 });
    await desk.visit();
    await page.getByRole('button', { name: say.toolbar.stop }).click();
    await expect(desk.alert).toContainText(say.happened.stopped);
    await expect(page.getByRole('button', { name: say.toolbar.stop })).toHaveCount(0);
    await server.mend();
    await retry(page).click();
    await desk.expectNames('there');
  });

  test('during a refresh: the old list stays, marked', async ({ desk, page, server }) => {
    await server.add({ name: 'there' });
    await desk.open();
    await server.fail({ ...LIST, delay_ms: 20_000 });
    await desk.refreshButton.click();
    await expect(page.getByText(say.stateLine.refreshing)).toBeVisible();
    await desk.expectNames('there');
    await page.getByRole('button', { name: say.toolbar.stop }).click();
    await expect(page.getByText(say.stateLine.notUpToDate, { exact: true })).toBeVisible();
    await desk.expectNames('there');
    await expect(desk.refreshButton).toBeVisible();
  });
});

test.describe('a failed save', () => {
  /** Tries a write against every failure there is, and expects to be told each time. */
  async function throughAll(
    server: DevServer,
    dialog: Locator,
    write: Fault,
    go: () => Promise<void>,
    kept: () => Promise<void>,
    failures = FAILURES,
  ): Promise<void> {
    for (const { title, fault, what, next, afterWrite } of failures) {
      await test.step(title, async () => {
        await server.mend();
        await server.fail({ ...write, ...fault });
        await go();
        await expect(dialog.getByRole('alert')).toContainText(what);
        await expect(dialog.getByRole('alert')).toContainText(afterWrite ?? next);
        await expect(dialog.getByText(/Bad gateway|nginx|Nothing here/)).toHaveCount(0);
        await kept();
      });
    }
    await server.mend();
  }

  test('the form of a new token stays as typed whatever fails, and saves once in the end', async ({
    desk,
    server,
    watch,
  }) => {
    test.slow();
    watch.expects(FAILED);
    await desk.open();
    const form = await fillIn(desk, 'mine');
    const guid = await form.guid.inputValue();
    await throughAll(server, form.dialog, CREATE, () => form.save.click(), () => expectAsTyped(form, 'mine'));
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await server.theOne('mine')).toMatchObject({ guid, description: 'as typed', scopes: ['builds-read', 'logs-read'] });
    await desk.expectNames('mine');
  });

  test('the form of a token that is there stays as typed too', async ({ desk, server, watch }) => {
    test.slow();
    watch.expects(FAILED);
    const token = await server.add({ name: 'before', scopes: ['builds-read', 'logs-read'] });
    await desk.open();
    const form = await desk.openEdit('before');
    await form.fill({ name: 'mine', scopes: ['Logs: read'], description: 'as typed', validTo: `${YEAR}-05-06T07:08` });
    const write = { method: 'PUT', path: '/api/v1/tokens/*' };
    await throughAll(server, form.dialog, write, () => form.save.click(), () => expectAsTyped(form, 'mine'));
    await form.save.click();
    // The write whose answer broke off was carried out, so this one meets its traces.
    await form.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
    await expect(form.dialog).toBeHidden();
    expect(await server.read(token)).toMatchObject({ name: 'mine', description: 'as typed' });
    await desk.expectNames('mine');
  });

  for (const [verb, write] of [
    ['Revoke', { method: 'POST', path: '/api/v1/tokens/*/revoke' }],
    ['Delete', { method: 'DELETE', path: '/api/v1/tokens/*' }],
  ] as const) {
    test(`the question before ${verb} stays, and does it in the end`, async ({ desk, page, server, watch }) => {
      test.slow();
      watch.expects(FAILED);
      const token = await server.add({ name: 'doomed' });
      await desk.open();
      await desk.action(verb, 'doomed').click();
      const question = desk.question(`${verb} token`);
      const go = () => question.getByRole('button', { name: new RegExp(`^(${verb}|Retry)$`) }).click();
      const failures = verb === 'Delete' ? FAILURES.filter((it) => it.title !== '404' && !it.quiet && !it.fault.truncate) : FAILURES;
      await throughAll(server, question, write, go, () => expect(question).toContainText('doomed'), failures);
      await go();
      await expect(question).toBeHidden();
      if (verb === 'Delete') {
        await desk.expectNames();
        expect(await server.tokens()).toEqual([]);
      } else {
        expect((await server.read(token)).revoked_at).not.toBeNull();
        await expect(desk.cell(desk.row('doomed'), 'Is active')).toHaveText(say.status.revoked);
      }
      await expect(page.getByText(new RegExp(`“doomed” was (revoked|deleted|already gone)\\.`))).toBeVisible();
    });
  }

  test('Save pressed twice creates one token', async ({ desk, page, server }) => {
    await desk.open();
    const form = await fillIn(desk, 'once');
    const letGo = await held(page, 'POST', /\/api\/v1\/tokens$/);
    let n_posts = 0;
    page.on('request', (it) => (n_posts += it.method() === 'POST' ? 1 : 0));
    await form.save.dblclick();
    await form.name.press('Enter');
    await form.name.press('Enter');
    await expect(form.save).toHaveText(say.tokenForm.saving);
    letGo();
    await expect(form.dialog).toBeHidden();
    expect(n_posts).toBe(1);
    await server.theOne('once');
    await desk.expectNames('once');
  });

  test('a slow save can be left, and the list still learns of it', async ({ desk, page }) => {
    await desk.open();
    const form = await fillIn(desk, 'slow');
    const letGo = await held(page, 'POST', /\/api\/v1\/tokens$/);
    await form.save.click();
    await expect(form.save).toHaveText(say.tokenForm.saving);
    await form.cancel.click();
    await form.dialog.getByRole('button', { name: say.dialogs.leave }).click();
    await expect(form.dialog).toBeHidden();
    letGo();
    await expect(page.getByText('“slow” was created.')).toBeVisible();
    await desk.create({ name: 'next' });
    await desk.expectNames('next', 'slow');
  });

  test('409: a GUID that is in use is told, and another one saves', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    const form = await fillIn(desk, 'mine');
    const guid = await form.guid.inputValue();
    await server.add({ name: 'theirs', guid });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('Change what is in the way, such as the name or the GUID');
    await expectAsTyped(form, 'mine');
    await form.dialog.getByRole('button', { name: say.formField.regenerateGuid }).click();
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.theOne('mine')).guid).not.toBe(guid);
  });

  test('422: messages stand beside their fields', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    const form = await fillIn(desk, 'mine');
    const errors = {
      name: ['Too plain.', 'Too short.'],
      guid: ['Too random.'],
      scopes: ['Too many.'],
      description: ['Too dull.'],
      valid_from: ['Too soon.'],
      valid_to: ['Too late.'],
      colour: ['Too blue.'],
    };
    await server.fail({ ...CREATE, status: 422, times: 1, body: { detail: 'Look again.', errors } });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('Look again.');
    await expect(form.dialog.getByRole('alert')).toContainText('colour: Too blue.');
    for (const [field, text] of [
      [form.name, 'Too plain. Too short.'],
      [form.guid, 'Too random.'],
      [form.description, 'Too dull.'],
      [form.validFrom, 'Too soon.'],
      [form.validTo, 'Too late.'],
    ] as const) {
      await expect(field).toHaveAccessibleDescription(told(text));
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(form.dialog.getByText(text, { exact: true })).toBeVisible();
    }
    await expect(form.scopes.getByText('Too many.', { exact: true })).toBeVisible();
    await expectAsTyped(form, 'mine');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await server.theOne('mine');
  });

  test("the server's own rules are told before it is asked", async ({ desk, server }) => {
    await desk.open();
    const form = await fillIn(desk, 'n'.repeat(201));
    await expect(form.name).toHaveAccessibleDescription(/200 characters at most/);
    await expect(form.save).toHaveAttribute('aria-disabled', 'true');
    await form.name.fill('n'.repeat(200));
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await server.theOne('n'.repeat(200));
  });
});

test.describe('412: somebody else changed the token meanwhile', () => {
  async function collide(desk: Desk, server: DevServer): Promise<TokenForm> {
    const token = await server.add({ name: 'opened', description: 'first', scopes: ['builds-read'] });
    await desk.open();
    const form = await desk.openEdit('opened');
    await server.change(token, { name: 'theirs', scopes: ['logs-read'] });
    await form.name.fill('mine');
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.changedSinceOpened);
    return form;
  }

  /** Keeps one's own: it lets the token do more than theirs does, which is asked about. */
  async function keepMine(form: TokenForm): Promise<void> {
    await form.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
    // What failed before is done with.
    await expect(form.dialog.getByRole('alert')).toHaveCount(0);
    await form.growing.getByRole('button', { name: say.review.save }).click();
  }

  test('what changed is shown, and nothing was saved', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const form = await collide(desk, server);
    const row = (field: string) => form.dialog.getByRole('row').filter({ has: desk.page.getByRole('rowheader', { name: field }) });
    await expect(form.dialog.getByRole('columnheader')).toHaveText([say.connectionTest.field, say.conflict.whenOpened, say.conflict.now, say.conflict.yours]);
    await expect(row('Name').getByRole('cell')).toHaveText(['opened', 'theirs', 'mine']);
    await expect(row('Scopes').getByRole('cell')).toHaveText(['Builds: read', 'Logs: read', 'Builds: read']);
    // Only what differs.
    await expect(form.dialog.getByRole('rowheader')).toHaveCount(2);
    await expect(form.name).toHaveValue('mine');
    await server.theOne('theirs');
  });

  test('Keep mine saves what was typed', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const form = await collide(desk, server);
    await keepMine(form);
    await expect(form.dialog).toBeHidden();
    expect(await server.theOne('mine')).toMatchObject({ scopes: ['builds-read'], description: 'first' });
    await desk.expectNames('mine');
  });

  test('Keep mine asks again where it has changed once more', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const form = await collide(desk, server);
    await server.change(await server.theOne('theirs'), { name: 'theirs again' });
    await keepMine(form);
    await expect(form.dialog.getByRole('cell', { name: 'theirs again' })).toBeVisible();
    await keepMine(form);
    await expect(form.dialog).toBeHidden();
    await server.theOne('mine');
  });

  test('Take theirs fills the form with it', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const form = await collide(desk, server);
    await form.dialog.getByRole('button', { name: say.conflict.takeTheirs }).click();
    await expect(form.dialog.getByRole('alert')).toHaveCount(0);
    await expect(form.name).toHaveValue('theirs');
    await expect(form.scope('Logs: read')).toBeChecked();
    await expect(form.scope('Builds: read')).not.toBeChecked();
    await form.description.fill('agreed');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect(await server.theOne('theirs')).toMatchObject({ description: 'agreed', scopes: ['logs-read'] });
  });

  test('a server that sends no ETag is worked with all the same', async ({ desk, server }) => {
    const token = await server.add({ name: 'untagged' });
    await desk.open();
    await server.fail({ method: 'GET', path: '/api/v1/tokens/*', omit_headers: ['etag'] });
    const form = await desk.openEdit('untagged');
    await form.name.fill('still saved');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.read(token)).name).toBe('still saved');
  });
});

test.describe('a token that is gone', () => {
  test('Edit says so, without a Retry that cannot help', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const token = await server.add({ name: 'gone' });
    await desk.open();
    await server.remove(token);
    await desk.action('Edit', 'gone').click();
    await expect(desk.editing.dialog.getByRole('alert')).toContainText(say.next.deleted);
    await expect(desk.editing.dialog.getByRole('button', { name: say.tokenForm.retry })).toHaveCount(0);
    await desk.editing.cancel.click();
    await desk.refreshButton.click();
    await desk.expectNames();
  });

  test('Edit can be tried again where that helps', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    await server.add({ name: 'there' });
    await desk.open();
    await server.fail({ method: 'GET', path: '/api/v1/tokens/*', status: 503, body: HTML });
    await desk.action('Edit', 'there').click();
    await expect(desk.editing.dialog.getByRole('alert')).toContainText('It answered 503.');
    await server.mend();
    await desk.editing.dialog.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(desk.editing.name).toHaveValue('there');
  });

  test('saving it keeps what was typed', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    const token = await server.add({ name: 'gone' });
    await desk.open();
    const form = await desk.openEdit('gone');
    await form.name.fill('typed');
    await server.remove(token);
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('404');
    await expect(form.name).toHaveValue('typed');
  });

  test('deleting it is no failure', async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    const token = await server.add({ name: 'gone' });
    await desk.open();
    await server.remove(token);
    await desk.action('Delete', 'gone').click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('“gone” was already gone.')).toBeVisible();
    await desk.expectNames();
  });
});

test.describe('a list that comes in part', () => {
  test.use({ serve: { tokens: 3000 } });

  test('a later page that fails keeps the ones before it, and Retry goes on there', async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ method: 'GET', path: '/api/v1/tokens?*cursor=*', status: 503, body: HTML });
    await desk.visit();
    await expect(desk.alert).toContainText('It answered 503.');
    await expect(page.getByText(say.stateLine.notComplete, { exact: true })).toBeVisible();
    await expect(desk.status).toHaveText('1,000 tokens loaded; the system says it has 3,000');
    await expect.poll(async () => (await desk.names()).length).toBeGreaterThan(4);
    await server.mend();
    const asked: string[] = [];
    page.on('request', (it) => asked.push(new URL(it.url()).search));
    await retry(page).click();
    await expect(desk.status).toHaveText('3,000 of 3,000 tokens');
    await expect(page.getByText(say.stateLine.notComplete)).toHaveCount(0);
    // The pages that came are not asked for again.
    expect(asked.filter((it) => it.includes('limit'))).toEqual([expect.stringContaining('cursor=')]);
  });

  test('a refresh that fails half-way keeps the whole old list, marked', async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    await server.fail({ method: 'GET', path: '/api/v1/tokens?*cursor=*', status: 503, body: HTML });
    await desk.refreshButton.click();
    await expect(desk.alert).toContainText('It answered 503.');
    await expect(desk.status).toHaveText('3,000 of 3,000 tokens');
    await expect(page.getByText(say.stateLine.notUpToDate, { exact: true })).toBeVisible();
    await server.mend();
    await retry(page).click();
    await desk.loaded();
    await expect(page.getByText(say.stateLine.notUpToDate)).toHaveCount(0);
  });
});

test('what cannot be read of a token costs no more than that; the rest still show', async ({ desk, server }) => {
  await server.add({ name: 'sound' });
  const whole = { guid: crypto.randomUUID(), scopes: [], is_active: true, name: 'odd date', created_by: 'x' };
  await server.fail({
    ...LIST,
    inject_entries: ['not even an object', { id: 'half', name: 'half a token' }, { ...whole, id: 'odd', valid_to: 'soon' }],
  });
  await desk.open();
  await expect(desk.row('sound')).toHaveCount(1);
  const unreadable = desk.row('Unreadable token');
  await expect(unreadable).toHaveCount(1);
  await expect(desk.cell(unreadable, 'Is active')).toHaveText(say.status.unreadable);
  for (const button of await unreadable.getByRole('button', { name: /^(Edit|Revoke|Delete) / }).all()) {
    await expect(button).toBeDisabled();
  }
  // One with a date that is none keeps its name and its actions: it may be the one that leaked.
  const odd = desk.row('odd date');
  await expect(desk.cell(odd, 'Expiration date')).toContainText('soon (cannot be read)');
  await expect(desk.cell(odd, 'Is active')).toHaveText(say.status.active);
  for (const action of ['Edit', 'Revoke', 'Delete'] as const) await expect(desk.action(action, 'odd date')).toBeEnabled();
  await expect(desk.cell(desk.row('half a token'), 'Is active')).toHaveText(say.status.unknown);
  for (const action of ['Revoke', 'Delete'] as const) await expect(desk.action(action, 'half a token')).toBeEnabled();
  await expect(desk.status).toHaveText('4 of 4 tokens');
  await expect(desk.action('Edit', 'sound')).toBeEnabled();
});

test.describe("the server's clock", () => {
  for (const [seconds, text] of [
    [630, "The server's clock is 10 minutes ahead of yours"],
    [-630, "The server's clock is 10 minutes behind yours"],
  ] as const) {
    test(`${seconds} seconds off is mentioned`, async ({ desk, page, server }) => {
      await server.fail({ path: '/api/v1/*', date_shift_seconds: seconds });
      await desk.open();
      await expect(page.getByText(text)).toBeVisible();
      await server.mend();
      await desk.refreshButton.click();
      await expect(page.getByText("The server's clock")).toHaveCount(0);
    });
  }

  test('seconds are not', async ({ desk, page, server }) => {
    await server.fail({ path: '/api/v1/*', date_shift_seconds: 45 });
    await desk.open();
    await expect(page.getByText("The server's clock")).toHaveCount(0);
  });
});

test('failing scopes do not hold up the list; the form says so and offers those of the tokens', async ({
  desk,
  server,
  watch,
}) => {
  watch.expects(FAILED);
  await server.add({ name: 'there', scopes: ['logs-read'] });
  await server.fail({ path: '/api/v1/scopes', status: 503, body: HTML });
  await desk.open();
  await desk.expectNames('there');
  const form = await desk.openCreate();
  await expect(form.scopes.getByRole('alert')).toContainText('It answered 503.');
  await form.fill({ name: 'without the list', scopes: ['logs-read'] });
  await form.save.click();
  await expect(form.dialog).toBeHidden();
  expect((await server.theOne('without the list')).scopes).toEqual(['logs-read']);
});
