//! PT Sandbox: the four-step sign-in and its renewal, the list, making and deleting tokens.

import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { expect, moveableClock, test as base } from './fixture.ts';
import { FAILED, injected, lines, listen, only, posted, PT_DEMO, PT_SANDBOX, PtDesk, PtSandbox, TOKENS } from './systems.ts';
import { say } from './texts.ts';

const test = base.extend<{ pt: PtDesk; past: PtSandbox }>({
  pt: async ({ page, server }, use) => use(new PtDesk(page, server.url)),
  past: async ({ server }, use) => use(new PtSandbox(server)),
});
test.use({ serve: { config: only(PT_SANDBOX) } });

const LDAP = { Username: 'ldap-demo', Password: 'demo' };
const DANCE = ['GET /api/ui/auth/authorize', 'POST /ui/login', 'GET /ui/authorize', 'POST /api/ui/auth/token'];
const LIST = 'GET /api/ui/public-api/tokens';
const RENEWAL = 'POST /api/ui/auth/token';

function listenToPt(page: Page) {
  return listen(page, '/sim/pt-sandbox');
}

test.describe('signing in', () => {
  test('asks for username, password and kind of account, and sends nothing before', async ({ page, pt }) => {
    const heard = listenToPt(page);
    await pt.visit();
    const username = pt.asking.getByLabel('Username');
    await expect(username).toBeFocused();
    await expect(pt.asking.getByLabel('Password')).toHaveAttribute('type', 'password');
    const account = pt.asking.getByRole('group', { name: 'Account' });
    await expect(account.getByRole('radio')).toHaveCount(2);
    await expect(account.getByRole('radio', { name: 'Local account' })).toBeChecked();
    await expect(account.getByRole('radio', { name: 'LDAP' })).not.toBeChecked();
    await expect(pt.refusal).toHaveCount(0);
    // On its own origin there is nothing to warn of.
    await expect(pt.asking.getByRole('note')).toHaveCount(0);
    await username.fill('demo');
    await pt.asking.getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(pt.asking).toBeVisible();
    expect(heard).toEqual([]);
  });

  test('with a local account takes the four steps, one fingerprint in all of them', async ({ page, pt }) => {
    const heard = listenToPt(page);
    await pt.enter();
    await pt.expectSignedInAs('demo');
    expect(lines(heard)).toEqual([...DANCE, LIST]);
    const fingerprint = new URLSearchParams(heard[0]?.path.split('?')[1]).get('fingerprint');
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(heard[1]?.body).toEqual({ username: 'demo', password: 'demo', authType: 0, rememberLogin: true });
    expect(heard[3]?.body).toEqual({ fingerprint });
    expect(heard[4]?.headers['authorization']).toMatch(/^Bearer \S+$/);
  });

  test('each sign-in has a fingerprint of its own', async ({ page, pt }) => {
    const heard = listenToPt(page);
    for (let times = 0; times < 2; times += 1) await pt.enter();
    const fingerprints = heard.filter((it) => it.path.includes('fingerprint=')).map((it) => it.path);
    expect(fingerprints).toHaveLength(2);
    expect(fingerprints[0]).not.toBe(fingerprints[1]);
  });

  test('with LDAP says so to the system', async ({ page, pt }) => {
    const heard = listenToPt(page);
    await pt.visit();
    await pt.asking.getByRole('radio', { name: 'LDAP' }).check();
    await pt.answer(LDAP);
    await pt.loaded();
    await pt.expectSignedInAs('ldap-demo');
    expect(heard.find((it) => it.path === '/ui/login')?.body).toMatchObject({ username: 'ldap-demo', authType: 1 });
  });

  test('a refused login is told with the kind of account, and can be corrected', async ({ pt, watch }) => {
    watch.expects(FAILED);
    await pt.visit();
    await pt.answer({ Username: 'demo', Password: 'wrong' });
    await expect(pt.refusal).toHaveText(/did not accept this username and password for a local account\.$/);
    // The right password of the other kind of account is refused too.
    await pt.asking.getByRole('radio', { name: 'LDAP' }).check();
    await pt.answer(PT_DEMO);
    await expect(pt.refusal).toHaveText(/did not accept this username and password for an LDAP account\.$/);
    await expect(pt.refusal).toHaveCount(1);
    await pt.asking.getByRole('radio', { name: 'Local account' }).check();
    await pt.answer(PT_DEMO);
    await pt.loaded();
  });

  test('a host that does not answer is told apart from a refused login', async ({ launch, page, watch }) => {
    watch.expects(FAILED);
    const server = await launch({ config: only(PT_SANDBOX) });
    const pt = new PtDesk(page, server.url);
    await pt.visit();
    await expect(pt.asking).toBeVisible();
    await server.kill();
    await pt.answer(PT_DEMO);
    await expect(pt.refusal).toContainText(say.happened.unreachable);
    await expect(pt.refusal).not.toContainText('password');
    // What was typed is still there for another try.
    await expect(pt.asking.getByLabel('Username')).toHaveValue('demo');
    await launch({ config: only(PT_SANDBOX), port: Number(new URL(server.url).port) });
    await pt.asking.getByRole('button', { name: say.signInForm.signIn }).click();
    await pt.loaded();
  });

  for (const { step, path, status, what } of [
    { step: 'first', path: '/sim/pt-sandbox/api/ui/auth/authorize', status: 503, what: 'It answered 503.' },
    { step: 'second', path: '/sim/pt-sandbox/ui/login', status: 500, what: 'It answered 500.' },
    { step: 'second', path: '/sim/pt-sandbox/ui/login', status: 429, what: say.happened.tooMany },
    { step: 'fourth', path: '/sim/pt-sandbox/api/ui/auth/token', status: 502, what: 'It answered 502.' },
  ]) {
    test(`${status} at the ${step} step is no refusal`, async ({ pt, server, watch }) => {
      watch.expects(FAILED);
      await server.fail({ path, status, body: '' });
      await pt.visit();
      await pt.answer(PT_DEMO);
      await expect(pt.refusal).toContainText(what);
      await expect(pt.refusal).not.toContainText('did not accept');
      await server.mend();
      await pt.answer(PT_DEMO);
      await pt.loaded();
    });
  }

  test('an answer that is no PT Sandbox at all is told', async ({ pt, server }) => {
    await server.fail({ path: '/sim/pt-sandbox/api/ui/auth/authorize', status: 200, body: '<h1>Welcome to nginx</h1>' });
    await pt.visit();
    await pt.answer(PT_DEMO);
    await expect(pt.refusal).toContainText(say.happened.malformed);
    await expect(pt.asking).not.toContainText('nginx');
  });

  test('the access token is asked for a second time after a 5xx', async ({ page, pt, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: '/sim/pt-sandbox/api/ui/auth/token', status: 503, times: 1, body: '' });
    const heard = listenToPt(page);
    await pt.enter();
    expect(lines(heard)).toEqual([...DANCE, RENEWAL, LIST]);
  });

  test('Cancel leaves the page with Sign in', async ({ page, pt }) => {
    await pt.visit();
    await pt.asking.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(pt.box).toContainText(say.happened.signedOut);
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await pt.answer(PT_DEMO);
    await pt.loaded();
  });

  test('a reload asks again, though the cookie of the system is still there', async ({ context, page, pt, server }) => {
    await pt.enter();
    expect((await context.cookies(`${server.url}sim/pt-sandbox/`)).map((it) => it.name)).toContain('ptsandbox_refresh');
    await page.reload();
    await expect(pt.asking).toBeVisible();
    await expect(pt.rows).toHaveCount(0);
  });

  test('signing out forgets, and says what it cannot delete', async ({ page, past, pt }) => {
    await past.add('some-token');
    await pt.enter();
    await expect(pt.row('some-token')).toBeVisible();
    await pt.signOut.click();
    await pt.expectSignedOut();
    await expect(page.getByText("PT Sandbox's own sign-in cookie stays in this browser")).toBeVisible();
    expect(await page.content()).not.toContain('some-token');
    const heard = listenToPt(page);
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await expect(pt.asking.getByLabel('Password')).toHaveValue('');
    await pt.answer(PT_DEMO);
    await pt.loaded();
    // The old session is not taken up again by itself.
    expect(lines(heard)).toEqual([...DANCE, LIST]);
  });
});

test.describe('the access token', () => {
  test('is renewed once it is eight minutes old, unseen, before the next request', async ({ page, pt }) => {
    const clock = await moveableClock(page);
    await pt.enter();
    const heard = listenToPt(page);
    await clock.forward(7);
    await pt.refreshButton.click();
    await pt.loaded();
    expect(lines(heard)).toEqual([LIST]);
    await clock.forward(1.1);
    heard.length = 0;
    await pt.refreshButton.click();
    await expect.poll(() => lines(heard)).toEqual([RENEWAL, LIST]);
    await pt.loaded();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    // The next one makes do with the new token.
    heard.length = 0;
    await pt.refreshButton.click();
    await expect.poll(() => lines(heard)).toEqual([LIST]);
  });

  test('that the system drops early is renewed, unseen, and the request sent again', async ({ page, pt, server, watch }) => {
    watch.expects(FAILED);
    await pt.enter();
    await server.fail({ method: 'GET', path: TOKENS.pt, status: 401, times: 1, body: '' });
    const heard = listenToPt(page);
    await pt.refreshButton.click();
    await expect.poll(() => lines(heard)).toEqual([LIST, RENEWAL, LIST]);
    const bearers = heard.filter((it) => it.method === 'GET').map((it) => it.headers['authorization']);
    expect(bearers[0]).not.toBe(bearers[1]);
    await pt.loaded();
    await expect(pt.alert).toHaveCount(0);
  });

  test('that cannot be renewed because the system fails is told as that, not as signed out', async ({ pt, server, watch }) => {
    watch.expects(FAILED);
    await pt.enter();
    await server.fail(
      { method: 'GET', path: TOKENS.pt, status: 401, times: 1, body: '' },
      { path: '/sim/pt-sandbox/api/ui/auth/token', status: 503, times: 2, body: '' },
    );
    await pt.refreshButton.click();
    await expect(pt.alert).toContainText('It answered 503.');
    await expect(pt.asking).toBeHidden();
    await pt.page.getByRole('button', { name: say.tokenForm.retry }).click();
    await pt.loaded();
    await expect(pt.alert).toHaveCount(0);
  });

  test('of a session that has ended in the middle of a save: the page asks, then finishes that save', async ({
    launch,
    page,
    watch,
  }) => {
    watch.expects(FAILED);
    const config = only(PT_SANDBOX);
    const before = await launch({ config });
    const pt = new PtDesk(page, before.url);
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill('kept-by-page');
    await form.permission('TASKS_VIEW_ALL').check();
    await form.comment.fill('as typed');
    // Sessions live in the memory of the server, so another one in its place knows none.
    await before.kill();
    const server = await launch({ config, port: Number(new URL(before.url).port) });
    await form.save.click();
    await expect(pt.refusal).toContainText('Your session has ended.');
    await pt.asking.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.signedOut);
    await expect(form.name).toHaveValue('kept-by-page');
    await expect(form.comment).toHaveValue('as typed');
    await expect(form.permission('TASKS_VIEW_ALL')).toBeChecked();
    await form.save.click();
    await pt.answer({ Username: 'demo', Password: 'wrong' });
    await expect(pt.refusal).toContainText('did not accept');
    await pt.answer(PT_DEMO);
    await expect(pt.asking).toBeHidden();
    const secret = await pt.secret.read();
    const past = new PtSandbox(server);
    expect(await past.named('kept-by-page')).toMatchObject([{ comment: 'as typed', permissions: ['TASKS_VIEW_ALL'] }]);
    expect(await past.opens(secret)).toBe(true);
    await pt.secret.dismiss();
    await expect(pt.row('kept-by-page')).toHaveCount(1);
  });
});

test.describe('the list', () => {
  // Tall enough for all demonstration tokens at once.
  test.use({ serve: { config: only(PT_SANDBOX), tokens: 1 }, viewport: { width: 1400, height: 3000 } });

  test('shows every fact that the system reports', async ({ past, pt }) => {
    const tokens = await past.tokens();
    await pt.enter();
    await expect(pt.headers).toHaveText(pt.columns);
    await expect(pt.status).toHaveText(`${tokens.length} of ${tokens.length} tokens`);
    const row = pt.row('mail-gateway');
    await expect(pt.cell(row, 'Comment')).toContainText('Used by the mail gateways of both data centres');
    await expect(pt.cell(row, 'ID')).toContainText(String(tokens[0]?.id));
    await expect(pt.cell(row, 'Permissions')).toHaveText('SCAN_WITH_EXTENDED_SETTINGS, SCAN_WITH_PREDEFINED_SETTINGS');
    await expect(pt.cell(row, 'Created')).toHaveText(/^2 years ago\d+ \w+ 20\d\d$/);
    await expect(pt.cell(row, 'Created by')).toHaveText('demo');
    await expect(pt.cell(row, 'Modified')).toHaveText(/^40 days ago\d+ \w+ 20\d\d$/);
    await expect(pt.cell(row, 'Deleted')).toHaveText(say.absent.never);
    await expect(pt.cell(row, 'Entry point')).toHaveText('Mail gateway north');
    await expect(pt.cell(row, 'Is active')).toHaveText(say.status.active);
    await expect(pt.cell(pt.row('soar-playbooks'), 'Modified')).toHaveText(say.absent.never);
    await expect(pt.cell(pt.row('soar-playbooks'), 'Entry point')).toHaveText(say.absent.empty);
    await expect(pt.cell(pt.row('comment-markup'), 'Comment')).toHaveText(`<img src=x onerror=alert(1)> & "quotes" 'too'`);
    await expect(pt.cell(pt.row('comment-cyrillic'), 'Created by')).toHaveText('и.иванов');
    // The moment stands there on asking.
    await expect(pt.cell(row, 'Created')).toHaveAttribute('title', /20\d\d, \d\d:\d\d/);
  });

  test('no cell is blank, and nothing is from 1970', async ({ pt }) => {
    await pt.enter();
    for (const column of pt.columns) {
      // The comment is the line below the name; one that is empty takes no place.
      if (column === 'Comment') continue;
      const texts = await pt.texts(column);
      expect(texts.length).toBeGreaterThan(20);
      expect(texts.filter((it) => it.trim() === ''), column).toEqual([]);
      expect(texts.filter((it) => it.includes('1970')), column).toEqual([]);
    }
    await expect(pt.cell(pt.row('no-permissions'), 'Permissions')).toHaveText(say.absent.empty);
  });

  test('deleted ones are listed as deleted, since when, and cannot be deleted again', async ({ past, pt }) => {
    await pt.enter();
    const row = pt.row('backup-verify');
    await expect(pt.cell(row, 'Is active')).toHaveText(say.status.deleted);
    await expect(pt.cell(row, 'Deleted')).toHaveText(/^4 months ago\d+ \w+ 20\d\d$/);
    await expect(pt.action('Delete', 'backup-verify')).toBeDisabled();
    await expect(pt.action('Delete', 'backup-verify')).toHaveAttribute('title', say.refused.deletedAlready);
    await expect(pt.action('Delete', 'mail-gateway')).toBeEnabled();
    const deleted = (await past.tokens()).filter((it) => it.deleted !== null).map((it) => it.name);
    await pt.byStatus.selectOption(say.statusFilter.deleted);
    await pt.expectNames(...deleted);
    await pt.expectParams('status=deleted');
    await pt.byStatus.selectOption(say.statusFilter.active);
    await expect(pt.row('backup-verify')).toHaveCount(0);
    await expect(pt.row('mail-gateway')).toHaveCount(1);
    // Two have the same name, one of them is deleted.
    await expect(pt.row('twin-token')).toHaveCount(1);
    await pt.byStatus.selectOption(say.statusFilter.inactive);
    await pt.expectNames(...deleted);
  });

  test('permissions that nobody knows are shown as they come, and can be filtered by', async ({ pt }) => {
    await pt.enter();
    await expect(pt.cell(pt.row('newer-release'), 'Permissions')).toHaveText(
      'SCAN_WITH_PREDEFINED_SETTINGS, QUARANTINE_MANAGE',
    );
    await expect(pt.cell(pt.row('only-unknown'), 'Permissions')).toHaveText('REPORTS_EXPORT_V2');
    await pt.scopeButton.click();
    await expect(pt.scopeChoices.getByRole('checkbox')).toHaveCount(5);
    await pt.scopeChoices.getByRole('checkbox', { name: 'QUARANTINE_MANAGE' }).check();
    await pt.expectNames('newer-release');
    await pt.expectParams('scope=QUARANTINE_MANAGE');
  });

  test('is searched by name and by ID, and sorted', async ({ pt }) => {
    await pt.enter();
    await pt.byName.fill('gateway');
    await pt.expectNames('mail-gateway', 'mail-gateway-south', 'old-mail-gateway');
    await pt.sort('Name').click();
    await pt.sort('Name').click();
    await pt.expectNames('old-mail-gateway', 'mail-gateway-south', 'mail-gateway');
    await pt.clearFilters.click();
    await pt.byGuid.fill('22');
    await pt.expectNames('no-permissions');
  });

  test("an order by a column of the system's own stands in the address by its name", async ({ page, pt }) => {
    await pt.enter();
    await pt.sort('Modified').click();
    await pt.expectParams('sort=modified');
    const names = await pt.names();
    await page.goBack();
    // As it was opened: with one system, no address names it again.
    await pt.expectParams('connection=PT Sandbox');
    await page.goForward();
    await pt.expectParams('sort=modified');
    await pt.expectNames(...names);
  });

  test('offers the statuses that the system has', async ({ pt }) => {
    await pt.enter();
    await expect(pt.byStatus.getByRole('option')).toHaveText([say.statusFilter.all, say.status.active, say.status.inactive, say.status.deleted]);
  });

  test('says what the system cannot do, in place of the buttons', async ({ page, pt }) => {
    await pt.enter();
    await expect(pt.limits).toContainText('PT Sandbox tokens can\'t be changed. Delete the token and create another.');
    await expect(pt.limits).toContainText('PT Sandbox tokens can\'t be revoked or disabled. Delete the token instead.');
    await expect(pt.limits).toContainText('Its tokens have no start and no expiry.');
    await expect(pt.limits).toContainText('Last use is not reported.');
    await expect(page.getByRole('button', { name: /^(Edit|Revoke) / })).toHaveCount(0);
    await expect(pt.header('Is active')).toBeVisible();
  });

  test('facts that are missing read `not reported`', async ({ pt, server }) => {
    await server.fail(injected(TOKENS.pt, { id: 900, name: 'sparse', permissions: ['TASKS_VIEW_ALL'], created: 0 }));
    await pt.enter();
    const row = pt.row('sparse');
    for (const column of ['Created', 'Created by', 'Modified', 'Deleted', 'Entry point'] as const) {
      await expect(pt.cell(row, column)).toHaveText(say.absent.notReported);
    }
  });

  test('an entry that cannot be read does not hide the others', async ({ pt, server }) => {
    await server.fail(injected(TOKENS.pt, 'nonsense', 7));
    await pt.enter();
    await expect(pt.row('Unreadable token')).toHaveCount(2);
    await expect(pt.row('mail-gateway')).toHaveCount(1);
    await expect(pt.page.getByRole('button', { name: 'Delete Unreadable token' }).first()).toBeDisabled();
  });

  test('an ID is copied', async ({ context, page, past, pt }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const [token] = await past.named('mail-gateway');
    await pt.enter();
    await pt.action('Copy ID of', 'mail-gateway').click();
    await expect(page.getByText('ID of “mail-gateway” copied.')).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(token?.id));
  });

  for (const { title, fault, what } of [
    { title: 'a failure', fault: { status: 500, body: { errors: [{ message: 'The disk is full.', type: 'X' }] } }, what: 'The disk is full.' },
    { title: 'a refusal', fault: { status: 403, body: { errors: [{ message: 'Auditors only.', type: 'X' }] } }, what: 'Auditors only.' },
    { title: 'too many requests', fault: { status: 429, headers: { 'Retry-After': '7' }, body: '' }, what: 'wait 7 seconds' },
    { title: 'another shape', fault: { status: 200, body: { tokens: [] } }, what: 'the list of tokens is missing' },
    { title: 'a web page', fault: { status: 200, body: '<h1>Maintenance</h1>' }, what: 'an HTML page instead of JSON' },
    { title: 'a connection that is cut', fault: { drop: true }, what: 'The system does not answer' },
  ]) {
    test(`${title} in place of the list is told in words, and Refresh brings the list`, async ({ pt, server, watch }) => {
      if (fault.status !== 200) watch.expects(FAILED);
      await server.fail({ method: 'GET', path: TOKENS.pt, ...fault });
      await pt.visit();
      await pt.answer(PT_DEMO);
      await expect(pt.alert).toContainText(what);
      await server.mend();
      await pt.refreshButton.click();
      await pt.loaded();
      await expect(pt.alert).toHaveCount(0);
    });
  }
});

test.describe('a new token', () => {
  test('has the fields that the system has, and no others', async ({ pt }) => {
    await pt.enter();
    const form = await pt.openCreate();
    await expect(form.name).toBeFocused();
    await expect(form.permissions.getByRole('checkbox')).toHaveCount(3);
    await expect(form.comment).toBeVisible();
    for (const field of [form.guid, form.validFrom, form.validTo, form.sourceIps, form.addPrivilege]) {
      await expect(field).toHaveCount(0);
    }
    await expect(form.save).toBeDisabled();
    await expect(form.save).toHaveAccessibleDescription('Enter a name. Choose at least one permission.');
  });

  test('has its name checked while it is typed, by a rule that is told in words', async ({ pt }) => {
    await pt.enter();
    const form = await pt.openCreate();
    await form.permission('TASKS_VIEW_ALL').check();
    const rule = '5 to 30 Latin letters, digits and hyphens. The first and the last are letters.';
    await expect(form.dialog.getByText(rule)).toBeVisible();
    const broken = 'Name does not follow the rule.';
    for (const wrong of ['abcd', '1abcde', 'abcde1', '-abcde', 'abcde-', 'ab_cde', 'ab cde', 'abcdé', `a${'b'.repeat(29)}c`]) {
      await form.name.fill(wrong);
      await expect(form.name, wrong).toHaveAttribute('aria-invalid', 'true');
      await expect(form.name, wrong).toHaveAccessibleDescription(new RegExp(broken));
      await expect(form.save, wrong).toBeDisabled();
    }
    for (const right of ['abcde', 'A-1-e', `a${'9'.repeat(28)}z`, '  padded-name  ']) {
      await form.name.fill(right);
      await expect(form.name, right).not.toHaveAttribute('aria-invalid');
      await expect(form.save, right).toBeEnabled();
    }
    // What is merely not finished yet is no mistake before something was typed.
    await form.name.fill('');
    await expect(form.name).not.toHaveAttribute('aria-invalid');
    await expect(form.save).toBeDisabled();
  });

  test('is made as typed; its secret works, and the key hash is that of the secret', async ({ page, past, pt }) => {
    const heard = listenToPt(page);
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill(' mail-gateway-east ');
    await form.permission('SCAN_WITH_EXTENDED_SETTINGS').check();
    await form.permission('TASKS_VIEW_ALL').check();
    await form.comment.fill('line one\nline two “ü”');
    await form.save.click();
    const secret = await pt.secret.read();
    await expect(pt.secret.dialog).toContainText('mail-gateway-east');
    expect(await pt.secret.keyHash.inputValue()).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(await past.opens(secret)).toBe(true);
    const body = {
      name: 'mail-gateway-east',
      permissions: ['SCAN_WITH_EXTENDED_SETTINGS', 'TASKS_VIEW_ALL'],
      comment: 'line one\nline two “ü”',
    };
    expect(posted(heard)?.body).toEqual(body);
    expect(await past.named('mail-gateway-east')).toMatchObject([{ ...body, creatorLogin: 'demo', deleted: null }]);
    await pt.secret.dismiss();
    const row = pt.row('mail-gateway-east');
    await expect(pt.cell(row, 'Permissions')).toHaveText('SCAN_WITH_EXTENDED_SETTINGS, TASKS_VIEW_ALL');
    await expect(pt.cell(row, 'Created by')).toHaveText('demo');
    await expect(pt.cell(row, 'Modified')).toHaveText(say.absent.never);
    await expect(pt.cell(row, 'Is active')).toHaveText(say.status.active);
    await expect(pt.status).toHaveText('1 of 1 tokens');
    await pt.refreshButton.click();
    await pt.loaded();
    await expect(pt.row('mail-gateway-east')).toHaveCount(1);
  });

  test('without a comment sends an empty one', async ({ page, past, pt }) => {
    const heard = listenToPt(page);
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill('no-comment');
    await form.permission('TASKS_VIEW_ALL').check();
    await form.save.click();
    await pt.secret.dismiss();
    expect(posted(heard)?.body).toMatchObject({ comment: '' });
    expect(await past.named('no-comment')).toHaveLength(1);
  });

  test.describe('where tokens have other permissions', () => {
    test.use({ serve: { config: only(PT_SANDBOX), tokens: 1 } });

    test('offers those too; what the system does not accept is told in its words', async ({ past, pt, watch }) => {
      watch.expects(FAILED);
      await pt.enter();
      const form = await pt.openCreate();
      await expect(form.permissions.getByRole('checkbox')).toHaveCount(5);
      await form.name.fill('from-the-list');
      await form.permission('REPORTS_EXPORT_V2').check();
      await form.save.click();
      await expect(form.dialog.getByRole('alert')).toContainText('permissions: a list of those that there are, each once.');
      await expect(form.name).toHaveValue('from-the-list');
      await form.permission('REPORTS_EXPORT_V2').uncheck();
      await form.permission('TASKS_VIEW_ALL').check();
      await form.save.click();
      await pt.secret.dismiss();
      expect(await past.named('from-the-list')).toHaveLength(1);
    });
  });

  test('whose answer is lost: the page warns that it may be there twice', async ({ past, pt, server, watch }) => {
    watch.expects(FAILED);
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill('lost-answer');
    await form.permission('TASKS_VIEW_ALL').check();
    await server.fail({ method: 'POST', path: TOKENS.pt, when: 'after', truncate: true, times: 1 });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.interrupted);
    await expect(form.dialog.getByRole('alert')).toContainText('Look at the list before you retry: it may be made twice.');
    await expect(form.name).toHaveValue('lost-answer');
    expect(await past.named('lost-answer')).toHaveLength(1);
  });

  test('is not sent twice by a double click', async ({ past, pt, server }) => {
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill('once-only');
    await form.permission('TASKS_VIEW_ALL').check();
    await server.fail({ method: 'POST', path: TOKENS.pt, delay_ms: 500, times: 1 });
    await form.save.dblclick();
    await pt.secret.dismiss();
    expect(await past.named('once-only')).toHaveLength(1);
  });
});

test.describe('deleting', () => {
  test('asks, names the token, and lists it as deleted', async ({ past, pt }) => {
    await past.add('to-be-deleted');
    await past.add('to-be-kept');
    await pt.enter();
    await pt.action('Delete', 'to-be-deleted').click();
    const question = pt.question('Delete token');
    await expect(question).toContainText('to-be-deleted');
    // It is not removed for good here: the system keeps its entry.
    await expect(question).not.toContainText('for good');
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(question).toBeHidden();
    expect((await past.named('to-be-deleted'))[0]?.deleted).toBeNull();
    await pt.action('Delete', 'to-be-deleted').click();
    await question.getByRole('button', { name: say.action.delete }).click();
    await expect(pt.page.getByText('“to-be-deleted” was deleted.')).toBeVisible();
    expect((await past.named('to-be-deleted'))[0]?.deleted).not.toBeNull();
    await expect(pt.cell(pt.row('to-be-deleted'), 'Is active')).toHaveText(say.status.deleted);
    await expect(pt.cell(pt.row('to-be-deleted'), 'Deleted')).toHaveText(/20\d\d/);
    await expect(pt.action('Delete', 'to-be-deleted')).toBeDisabled();
    await pt.refreshButton.click();
    await pt.loaded();
    await expect(pt.cell(pt.row('to-be-deleted'), 'Is active')).toHaveText(say.status.deleted);
    await expect(pt.cell(pt.row('to-be-kept'), 'Is active')).toHaveText(say.status.active);
    await expect(pt.status).toHaveText('2 of 2 tokens');
  });

  test('one that somebody else has deleted meanwhile says so', async ({ past, pt, watch }) => {
    watch.expects(FAILED);
    const token = await past.add('raced');
    await pt.enter();
    await past.remove(token);
    await pt.action('Delete', 'raced').click();
    await pt.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(pt.page.getByText('“raced” was already gone.')).toBeVisible();
  });

  test('that fails stays in the question, with Retry', async ({ past, pt, server, watch }) => {
    watch.expects(FAILED);
    await past.add('stubborn');
    await pt.enter();
    await server.fail({ method: 'DELETE', path: `${TOKENS.pt}/*`, status: 503, times: 1, body: '' });
    await pt.action('Delete', 'stubborn').click();
    const question = pt.question('Delete token');
    await question.getByRole('button', { name: say.action.delete }).click();
    await expect(question.getByRole('alert')).toContainText('It answered 503.');
    await question.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(question).toBeHidden();
    expect((await past.named('stubborn'))[0]?.deleted).not.toBeNull();
  });

  test('in the middle of which the session ends is finished after signing in', async ({ past, pt, server, watch }) => {
    watch.expects(FAILED);
    await past.add('in-between');
    await pt.enter();
    await server.fail(
      { method: 'DELETE', path: `${TOKENS.pt}/*`, status: 401, times: 1, body: '' },
      { path: '/sim/pt-sandbox/api/ui/auth/token', status: 401, times: 1, body: '' },
    );
    await pt.action('Delete', 'in-between').click();
    await pt.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(pt.refusal).toContainText('Your session has ended.');
    await pt.answer(PT_DEMO);
    await expect(pt.question('Delete token')).toBeHidden();
    expect((await past.named('in-between'))[0]?.deleted).not.toBeNull();
  });
});
