//! NVIDIA Air, both versions: the ways to sign in, the list with its filters and its pages, making and deleting tokens.

import type { Page } from '@playwright/test';
import { expect, held, test as base } from './fixture.ts';
import { inDays } from './server.ts';
import { Air, AIR_DEMO, AIR_V1, AIR_V2, AirDesk, FAILED, injected, lines, listen, only, posted, TOKENS } from './systems.ts';
import { YEAR } from './dates.ts';
import { say } from './texts.ts';

const test = base.extend<{ air: AirDesk; past: Air }>({
  air: async ({ page, server }, use) => use(new AirDesk(page, server.url)),
  past: async ({ server }, use) => use(new Air(server)),
});
test.use({ serve: { config: only(AIR_V2) } });

const LOGIN = 'POST /api/v1/login/';
const WHO = 'GET /api/v1/login/';
const LIST = 'GET /api/v2/api-tokens/';
const LOGIN_PATH = '/sim/air/api/v1/login/';
/** What Air answers whoever is signed out: a 403, not a 401. */
const SIGNED_OUT = { status: 403, body: { detail: 'Authentication credentials were not provided.' } };

function listenToAir(page: Page) {
  return listen(page, '/sim/air');
}

test.describe('signing in', () => {
  test('asks for username and password or an API token, and sends nothing before', async ({ air, page }) => {
    const heard = listenToAir(page);
    await air.visit();
    await expect(air.asking.getByLabel('Username')).toBeFocused();
    for (const label of ['Password', 'API token']) {
      await expect(air.asking.getByLabel(label)).toHaveAttribute('type', 'password');
    }
    // The browser itself asks for what is missing of the way that is chosen.
    await air.answer({ Username: 'demo' });
    await expect(air.asking.getByLabel('Password')).toBeFocused();
    expect(await air.asking.getByLabel('Password').evaluate((it: HTMLInputElement) => it.validity.valueMissing)).toBe(true);
    await air.answer({ Username: 'demo', Password: '  ' });
    await expect(air.refusal).toHaveText(say.prompt.incomplete);
    await expect(air.asking.getByLabel('Password')).toBeFocused();
    expect(heard).toEqual([]);
  });

  test('with username and password gets a bearer token and says who is signed in', async ({ air, page }) => {
    const heard = listenToAir(page);
    await air.enter();
    await air.expectSignedInAs('demo');
    expect(lines(heard)).toEqual([LOGIN, WHO, LIST]);
    expect(heard[0]?.body).toEqual({ username: 'demo', password: 'demo' });
    const bearer = heard[1]?.headers['authorization'];
    expect(bearer).toMatch(/^Bearer \S+$/);
    expect(heard[2]?.headers['authorization']).toBe(bearer);
  });

  test('an API token works as the password', async ({ air, page, past }) => {
    const { token } = await past.add('mine');
    const heard = listenToAir(page);
    await air.enter('', { Username: 'demo', Password: token });
    await air.expectSignedInAs('demo');
    expect(lines(heard)).toEqual([LOGIN, WHO, LIST]);
    await air.expectNames('mine');
  });

  test('an API token alone is sent as a bearer token, as it is', async ({ air, page, past }) => {
    const { token } = await past.add('mine');
    const heard = listenToAir(page);
    await air.enter('', { 'API token': token });
    await air.expectSignedInAs('demo');
    expect(lines(heard)).toEqual([WHO, LIST]);
    expect(heard.map((it) => it.headers['authorization'])).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
    await air.expectNames('mine');
  });

  test('a wrong password and a wrong token are told, each in its own words', async ({ air, watch }) => {
    watch.expects(FAILED);
    await air.visit();
    await air.answer({ Username: 'demo', Password: 'wrong' });
    await expect(air.refusal).toHaveText(/did not accept this username and password\.$/);
    await air.answer({ 'API token': 'wrong' });
    await expect(air.refusal).toHaveText(/did not accept this API token\.$/);
    await expect(air.refusal).toHaveCount(1);
    await air.answer({ 'API token': '', ...AIR_DEMO });
    await air.loaded();
  });

  test('a login that answers without a token is a refusal, whatever its status', async ({ air, server }) => {
    await server.fail({ method: 'POST', path: LOGIN_PATH, status: 200, times: 1, body: {} });
    await air.visit();
    await air.answer(AIR_DEMO);
    await expect(air.refusal).toHaveText(/did not accept this username and password\.$/);
  });

  for (const [status, what] of [[503, 'It answered 503.'], [429, say.happened.tooMany]] as const) {
    test(`${status} is no refusal`, async ({ air, server, watch }) => {
      watch.expects(FAILED);
      await server.fail({ method: 'POST', path: LOGIN_PATH, status, times: 1, body: '' });
      await air.visit();
      await air.answer(AIR_DEMO);
      await expect(air.refusal).toContainText(what);
      await expect(air.refusal).not.toContainText('did not accept this');
      await air.answer(AIR_DEMO);
      await air.loaded();
    });
  }

  test('a reload asks again', async ({ air, page }) => {
    await air.enter();
    await page.reload();
    await expect(air.asking).toBeVisible();
    await expect(air.asking.getByLabel('API token')).toHaveValue('');
    await expect(air.rows).toHaveCount(0);
  });

  test('signing out forgets who asked and what was shown', async ({ air, page, past }) => {
    await past.add('to-be-forgotten');
    await air.enter();
    await expect(air.row('to-be-forgotten')).toBeVisible();
    await air.signOut.click();
    await air.expectSignedOut();
    expect(await page.content()).not.toContain('to-be-forgotten');
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await expect(air.asking.getByLabel('Password')).toHaveValue('');
    await air.answer(AIR_DEMO);
    await air.loaded();
  });

  test('403 without credentials means signed out: the page asks, and the list comes', async ({ air, server, watch }) => {
    watch.expects(FAILED);
    await air.enter();
    await server.fail({ method: 'GET', path: TOKENS.airV2, times: 1, ...SIGNED_OUT });
    await air.refreshButton.click();
    await expect(air.refusal).toContainText('Your session has ended.');
    await air.answer(AIR_DEMO);
    await air.loaded();
    await expect(air.alert).toHaveCount(0);
  });

  test('403 with other words is a refusal of the work, and nobody is asked', async ({ air, page, server, watch }) => {
    watch.expects(FAILED);
    await air.enter();
    const detail = 'You do not have permission to perform this action.';
    await server.fail({ method: 'GET', path: TOKENS.airV2, times: 1, status: 403, body: { detail } });
    await air.refreshButton.click();
    await expect(air.alert).toContainText(detail);
    await expect(air.alert).toContainText('(403)');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(air.signOut).toBeVisible();
  });

  test('a session that ends in the middle of a save: the page asks, then finishes that save', async ({
    launch,
    page,
    watch,
  }) => {
    watch.expects(FAILED);
    const config = only(AIR_V2);
    const before = await launch({ config });
    const air = new AirDesk(page, before.url);
    await air.enter();
    const form = await air.openCreate();
    await form.fill({ name: 'kept', validTo: `${YEAR}-05-06T07:08` });
    // Sessions live in the memory of the server, so another one in its place knows none.
    await before.kill();
    const server = await launch({ config, port: Number(new URL(before.url).port) });
    await form.save.click();
    await expect(air.refusal).toContainText('Your session has ended.');
    await air.asking.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.signedOut);
    await expect(form.name).toHaveValue('kept');
    await expect(form.validTo).toHaveValue(`${YEAR}-05-06T07:08`);
    await form.save.click();
    await air.answer(AIR_DEMO);
    const secret = await air.secret.read();
    const past = new Air(server);
    expect((await past.named('kept')).map((it) => Date.parse(it.expiry ?? ''))).toEqual([Date.parse(`${YEAR}-05-06T05:08Z`)]);
    expect(await past.opens(secret)).toBe(true);
    await air.secret.dismiss();
    await air.expectNames('kept');
  });
});

test.describe('the second version', () => {
  test.describe('its list', () => {
    // Tall enough for all demonstration tokens at once.
    test.use({ serve: { config: only(AIR_V2), tokens: 1 }, viewport: { width: 1400, height: 3000 } });

    test('shows every fact that the system reports, and no column for what it has not', async ({ air, past, page }) => {
      const tokens = await past.tokens();
      await air.enter();
      await expect(air.headers).toHaveText(air.columns);
      await expect(air.status).toHaveText(`${tokens.length} of ${tokens.length} tokens`);
      await air.expectNames(...tokens.map((it) => it.name));
      const row = air.row('terraform');
      const terraform = tokens.find((it) => it.name === 'terraform');
      await expect(air.cell(row, 'ID')).toContainText(terraform?.id ?? '?');
      await expect(air.cell(row, 'Created')).toHaveText(/^9 months ago\d+ \w+ 20\d\d$/);
      await expect(air.cell(row, 'Expiration date')).toHaveText(/^in 2 months\d+ \w+ 20\d\d, \d\d:\d\d$/);
      await expect(air.cell(row, 'Is active')).toHaveText(say.status.active);
      await expect(air.cell(air.row('ci-topology-tests'), 'Expiration date')).toHaveText(say.absent.never);
      await expect(air.cell(air.row('ospf-workshop'), 'Is active')).toHaveText(say.status.expired);
      // Air has no scopes: neither a column nor a filter.
      await expect(page.getByText(say.listTitle.scopes, { exact: true })).toHaveCount(0);
      await expect(air.scopeButton).toHaveCount(0);
      for (const column of air.columns) {
        const texts = await air.texts(column);
        expect(texts.filter((it) => it.trim() === '' || it.includes('1970')), column).toEqual([]);
      }
    });

    test('is searched, filtered by status, and sorted', async ({ air }) => {
      await air.enter();
      await expect(air.byStatus.getByRole('option')).toHaveText([say.statusFilter.all, say.status.active, say.status.inactive, say.status.expired]);
      await air.byStatus.selectOption(say.statusFilter.expired);
      await air.expectNames('training-2025-autumn', 'cumulus-upgrade-rehearsal', 'ospf-workshop', 'expired-a-minute-ago');
      // What is over stands with the latest first, and the other way round when the order is turned.
      await air.sort('Expiration date').click();
      await air.expectNames('expired-a-minute-ago', 'ospf-workshop', 'cumulus-upgrade-rehearsal', 'training-2025-autumn');
      await air.sort('Expiration date').click();
      await air.expectNames('training-2025-autumn', 'cumulus-upgrade-rehearsal', 'ospf-workshop', 'expired-a-minute-ago');
      await air.expectParams('status=expired', 'sort=-expires');
      await air.clearFilters.click();
      await air.byName.fill('zurich launch');
      await expect(air.rows).toHaveCount(1);
    });

    test('says what the system cannot do, in place of the buttons', async ({ air, page }) => {
      await air.enter();
      await expect(air.limits).toContainText('NVIDIA Air tokens can\'t be changed. Delete the token and create another.');
      await expect(air.limits).toContainText('NVIDIA Air tokens can\'t be revoked or disabled. Delete the token instead.');
      await expect(air.limits).toContainText('Its tokens have no scopes and no start.');
      await expect(air.limits).toContainText('Last use and creator are not reported.');
      await expect(page.getByRole('button', { name: /^(Edit|Revoke) / })).toHaveCount(0);
    });

    test('an entry that cannot be read does not hide the others', async ({ air, server }) => {
      await server.fail(injected(TOKENS.airV2, 7, { id: 'x', name: 'odd date', created: '2026-01-01T00:00:00Z', expiry: 'soon' }));
      await air.enter();
      await expect(air.row('Unreadable token')).toHaveCount(1);
      await expect(air.row('odd date')).toContainText('soon (cannot be read)');
      await expect(air.row('terraform')).toHaveCount(1);
    });

    for (const { title, fault, what } of [
      { title: 'a failure', fault: { status: 500, body: { detail: 'A server error occurred.' } }, what: 'A server error occurred.' },
      { title: 'too many requests', fault: { status: 429, headers: { 'Retry-After': '7' }, body: '' }, what: 'wait 7 seconds' },
      { title: 'another shape', fault: { status: 200, body: { tokens: [] } }, what: 'the list of tokens is missing' },
      { title: 'a web page', fault: { status: 200, body: '<h1>Maintenance</h1>' }, what: 'an HTML page instead of JSON' },
    ]) {
      test(`${title} in place of the list is told in words, and Refresh brings the list`, async ({ air, server, watch }) => {
        if (fault.status !== 200) watch.expects(FAILED);
        await server.fail({ method: 'GET', path: TOKENS.airV2, ...fault });
        await air.visit();
        await air.answer(AIR_DEMO);
        await expect(air.alert).toContainText(what);
        await server.mend();
        await air.refreshButton.click();
        await air.loaded();
        await expect(air.alert).toHaveCount(0);
      });
    }
  });

  test.describe('a list of several pages', () => {
    const N_TOKENS = 450;

    test.beforeEach(async ({ past }) => {
      for (let number = 0; number < N_TOKENS; number += 1) await past.add(`token-${number}`);
    });

    test('is followed to its end, and shown as it comes', async ({ air, page }) => {
      const letGo = await held(page, 'GET', /\/api-tokens\/\?.*offset=200/);
      const heard = listenToAir(page);
      await air.visit();
      await air.answer(AIR_DEMO);
      await expect(air.status).toHaveText('200 of 450 tokens');
      letGo();
      await air.loaded();
      await expect(air.status).toHaveText('450 of 450 tokens');
      const pages = heard.filter((it) => it.path.startsWith('/api/v2/')).map((it) => it.path);
      expect(pages).toEqual(['0', '200', '400'].map((it) => `/api/v2/api-tokens/?limit=200&offset=${it}`));
      await air.byName.fill('token-449');
      await air.expectNames('token-449');
    });

    test('whose second page fails keeps the first one, and goes on where it was', async ({ air, page, server, watch }) => {
      watch.expects(FAILED);
      await server.fail({ method: 'GET', path: `${TOKENS.airV2}?*offset=200*`, status: 502, times: 1, body: '' });
      await air.visit();
      await air.answer(AIR_DEMO);
      await expect(air.alert).toContainText('It answered 502.');
      await expect(page.getByText(say.stateLine.notComplete, { exact: true })).toBeVisible();
      await expect(air.row('token-0')).toBeVisible();
      const heard = listenToAir(page);
      await page.getByRole('button', { name: say.tokenForm.retry }).click();
      await air.loaded();
      await expect(air.status).toHaveText('450 of 450 tokens');
      expect(heard.map((it) => new URLSearchParams(it.path.split('?')[1]).get('offset'))).toEqual(['200', '400']);
    });

    test('in the middle of which the session ends goes on after signing in', async ({ air, page, server, watch }) => {
      watch.expects(FAILED);
      await server.fail({ method: 'GET', path: `${TOKENS.airV2}?*offset=200*`, times: 1, ...SIGNED_OUT });
      const heard = listenToAir(page);
      await air.visit();
      await air.answer(AIR_DEMO);
      await expect(air.refusal).toContainText('Your session has ended.');
      await air.answer(AIR_DEMO);
      await air.loaded();
      await expect(air.status).toHaveText('450 of 450 tokens');
      expect(heard.filter((it) => it.path.includes('offset=0'))).toHaveLength(1);
    });
  });

  test('a token is made with an end', async ({ air, page, past }) => {
    const heard = listenToAir(page);
    await air.enter();
    const form = await air.openCreate();
    await expect(form.name).toBeFocused();
    for (const field of [form.guid, form.scopes, form.description, form.validFrom, form.permissions]) {
      await expect(field).toHaveCount(0);
    }
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await expect(form.dialog.getByText(say.formDate.untilDeleted)).toBeVisible();
    await expect(form.save).toHaveAccessibleDescription('Enter a name.');
    await form.fill({ name: '  Ärger & <b>Co</b>  ', validTo: `${YEAR}-05-06T07:08` });
    await expect(form.dialog.getByText(say.formDate.untilDeleted)).toHaveCount(0);
    await form.save.click();
    const secret = await air.secret.read();
    await expect(air.secret.keyHash).toHaveCount(0);
    expect(await past.opens(secret)).toBe(true);
    expect(posted(heard)?.path).toBe('/api/v2/api-tokens/');
    expect(posted(heard)?.body).toEqual({ name: 'Ärger & <b>Co</b>', expiry: `${YEAR}-05-06T05:08:00Z` });
    await air.secret.dismiss();
    const row = air.row('Ärger & <b>Co</b>');
    await expect(air.cell(row, 'Expiration date')).toContainText(`6 May ${YEAR}, 07:08`);
    await expect(air.cell(row, 'Is active')).toHaveText(say.status.active);
    await expect(air.cell(row, 'Created')).toHaveText(/^(now|.* ago)/);
    await expect(air.status).toHaveText('1 of 1 tokens');
  });

  test('a token is made without an end', async ({ air, page, past }) => {
    const heard = listenToAir(page);
    await air.enter();
    const form = await air.openCreate();
    await form.name.fill('endless');
    await form.dialog.getByRole('button', { name: '7 days' }).click();
    await expect(form.validTo).not.toHaveValue('');
    await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
    await form.save.click();
    await air.secret.dismiss();
    expect(posted(heard)?.body).toEqual({ name: 'endless', expiry: null });
    expect(await past.named('endless')).toMatchObject([{ expiry: null }]);
    await expect(air.cell(air.row('endless'), 'Expiration date')).toHaveText(say.absent.never);
  });

  test('an end in the past is refused while it is typed', async ({ air }) => {
    await air.enter();
    const form = await air.openCreate();
    await form.fill({ name: 'late', validTo: '2020-01-01T00:00' });
    await expect(form.save).toBeDisabled();
    await expect(form.validTo).toHaveAccessibleDescription(say.wrong.past('Valid to'));
  });

  test("the system's word on a field stands beside that field", async ({ air, server, watch }) => {
    watch.expects(FAILED);
    await air.enter();
    const form = await air.openCreate();
    await form.name.fill('x'.repeat(256));
    await form.save.click();
    await expect(form.name).toHaveAccessibleDescription(/Ensure this field has no more than 255 characters\./);
    await server.fail({ method: 'POST', path: TOKENS.airV2, status: 400, times: 1, body: { expiry: ['Too far away.'] } });
    await form.fill({ name: 'short', validTo: `${YEAR}-05-06T07:08` });
    await form.save.click();
    await expect(form.validTo).toHaveAccessibleDescription(/Too far away\./);
    await form.save.click();
    await air.secret.dismiss();
    await air.expectNames('short');
  });

  test('an answer without a secret where one should be says so', async ({ air, page, server }) => {
    await air.enter();
    const body = { id: 'b9c7b2a0-0000-4000-8000-000000000001', name: 'mute', created: '2026-11-01T00:00:00Z', expiry: null };
    await server.fail({ method: 'POST', path: TOKENS.airV2, status: 201, times: 1, body });
    const form = await air.openCreate();
    await form.name.fill('mute');
    await form.save.click();
    await expect(air.secret.dialog.getByRole('alert')).toContainText('its answer had no secret');
    await expect(air.secret.secret).toHaveCount(0);
    await air.secret.close.click();
    await expect(air.secret.dialog).toBeHidden();
    await expect(page.getByText('“mute” was created.')).toBeVisible();
  });

  for (const field of ['secret', 'key', 'api_token']) {
    test(`a secret under the name ${field} is found`, async ({ air, server }) => {
      await air.enter();
      const body = { id: 'b9c7b2a0-0000-4000-8000-000000000001', name: 'other', created: '2026-11-01T00:00:00Z', expiry: null };
      await server.fail({ method: 'POST', path: TOKENS.airV2, status: 201, times: 1, body: { ...body, [field]: 'found-it' } });
      const form = await air.openCreate();
      await form.name.fill('other');
      await form.save.click();
      await expect(air.secret.secret).toHaveValue('found-it');
      await air.secret.dismiss();
    });
  }

  test('a token whose answer is lost: the page warns that it may be there twice', async ({ air, past, server, watch }) => {
    watch.expects(FAILED);
    await air.enter();
    const form = await air.openCreate();
    await form.name.fill('lost');
    await server.fail({ method: 'POST', path: TOKENS.airV2, when: 'after', truncate: true, times: 1 });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('Look at the list before you retry: it may be made twice.');
    expect(await past.named('lost')).toHaveLength(1);
  });

  test('a token is deleted after a question that names it', async ({ air, page, past }) => {
    await past.add('kept');
    const { id } = await past.add('gone', inDays(3));
    await air.enter();
    const heard = listenToAir(page);
    await air.action('Delete', 'gone').click();
    const question = air.question('Delete token');
    await expect(question).toContainText('gone');
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    expect(await past.named('gone')).toHaveLength(1);
    await air.action('Delete', 'gone').click();
    await question.getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('“gone” was deleted.')).toBeVisible();
    await air.expectNames('kept');
    expect(heard.map((it) => [it.method, it.path, it.body])).toEqual([['DELETE', `/api/v2/api-tokens/${id}/`, {}]]);
    expect((await past.tokens()).map((it) => it.name)).toEqual(['kept']);
  });

  test('a token that somebody else has deleted meanwhile is gone already', async ({ air, page, past, watch }) => {
    watch.expects(FAILED);
    const token = await past.add('raced');
    await air.enter();
    await past.remove(token);
    await air.action('Delete', 'raced').click();
    await air.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('“raced” was already gone.')).toBeVisible();
    await expect(air.rows).toHaveCount(0);
  });

  test('an API token that signed in here and is deleted signs its user out', async ({ air, past, watch }) => {
    watch.expects(FAILED);
    const token = await past.add('mine');
    await air.enter('', { 'API token': token.token });
    await past.remove(token);
    await air.refreshButton.click();
    await expect(air.refusal).toContainText('Your session has ended.');
    await air.answer({ 'API token': token.token });
    await expect(air.refusal).toHaveText(/did not accept this API token\.$/);
  });
});

test.describe('the first version', () => {
  test.use({ serve: { config: only(AIR_V1) } });

  test('lists in one answer, without a query where the connection has no filters', async ({ air, page, past }) => {
    await past.add('one');
    await past.add('two', `${YEAR}-05-06T05:08:00Z`);
    const heard = listenToAir(page);
    await air.enter();
    await air.expectSignedInAs('demo');
    expect(heard.map((it) => it.path)).toEqual(['/api/v1/login/', '/api/v1/login/', '/api/v1/api-token/']);
    await air.expectNames('one', 'two');
    await expect(air.cell(air.row('two'), 'Expiration date')).toContainText(`6 May ${YEAR}, 07:08`);
    await expect(air.limits).toContainText('Version 1 of its API sets no expiry and reports little besides the name.');
  });

  test("sends the filters of the connection's settings with the list", async ({ air, page, past, server }) => {
    await server.configure(only({ ...AIR_V1, filters: { name: 'ci & more', owner: 'me' } }));
    await past.add('ci & more');
    await past.add('other');
    const heard = listenToAir(page);
    await air.enter();
    await air.expectNames('ci & more');
    await expect(air.status).toHaveText('1 of 1 tokens');
    const query = new URLSearchParams(heard.at(-1)?.path.split('?')[1]);
    expect(Object.fromEntries(query)).toEqual({ name: 'ci & more', owner: 'me' });
  });

  test('what is not reported reads so, and its status is unknown', async ({ air, server }) => {
    await server.fail(injected(TOKENS.airV1, { id: '7', name: 'bare' }));
    await air.enter();
    const row = air.row('bare');
    await expect(air.cell(row, 'Created')).toHaveText(say.absent.notReported);
    await expect(air.cell(row, 'Expiration date')).toHaveText(say.absent.notReported);
    await expect(air.cell(row, 'Is active')).toHaveText(say.status.unknown);
    await expect(air.byStatus.getByRole('option')).toHaveText([say.statusFilter.all, say.status.active, say.status.inactive, say.status.expired, say.status.unknown]);
    await air.byStatus.selectOption(say.statusFilter.unknown);
    await air.expectNames('bare');
    await air.byStatus.selectOption(say.statusFilter.active);
    await expect(air.row('bare')).toHaveCount(0);
  });

  test('a token is made with a name and nothing else', async ({ air, page, past }) => {
    const heard = listenToAir(page);
    await air.enter();
    const form = await air.openCreate();
    await expect(form.dialog.getByRole('textbox')).toHaveCount(1);
    await expect(form.validTo).toHaveCount(0);
    await form.name.fill('first');
    await form.save.click();
    const secret = await air.secret.read();
    expect(await past.opens(secret)).toBe(true);
    expect([posted(heard)?.method, posted(heard)?.path, posted(heard)?.body]).toEqual([
      'POST',
      '/api/v1/api-token/',
      { name: 'first' },
    ]);
    await air.secret.dismiss();
    await air.expectNames('first');
    expect(await past.named('first')).toHaveLength(1);
  });

  test('a token is deleted at the address of its version', async ({ air, page, past }) => {
    const { id } = await past.add('gone');
    await air.enter();
    const heard = listenToAir(page);
    await air.action('Delete', 'gone').click();
    await air.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(air.rows).toHaveCount(0);
    expect(heard.map((it) => [it.method, it.path, it.body])).toEqual([['DELETE', `/api/v1/api-token/${id}/`, null]]);
    expect(await past.tokens()).toEqual([]);
  });

  test('a session that ends in the middle of a delete: the page asks, then finishes it', async ({
    air,
    past,
    server,
    watch,
  }) => {
    watch.expects(FAILED);
    await past.add('gone');
    await air.enter();
    await server.fail({ method: 'DELETE', path: `${TOKENS.airV1}*`, times: 1, ...SIGNED_OUT });
    await air.action('Delete', 'gone').click();
    await air.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(air.refusal).toContainText('Your session has ended.');
    await air.answer(AIR_DEMO);
    await expect(air.rows).toHaveCount(0);
    expect(await past.tokens()).toEqual([]);
  });
});
