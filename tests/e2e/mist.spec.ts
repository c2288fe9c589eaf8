//! Juniper Mist: the ways to sign in, a person's own tokens and an organisation's, and those that Mist will remove.

import type { Page } from '@playwright/test';
import { expect, test as base } from './fixture.ts';
import {
  FAILED,
  injected,
  lines,
  listen,
  Mist,
  MIST_DEMO,
  MIST_ORG,
  MIST_SELF,
  MistDesk,
  only,
  ORG,
  posted,
  TOKENS,
  type MistPrivilege,
} from './systems.ts';
import { say } from './texts.ts';

const test = base.extend<{ mist: MistDesk; own: Mist; org: Mist }>({
  mist: async ({ page, server }, use) => use(new MistDesk(page, server.url)),
  own: async ({ server }, use) => use(new Mist(server, 'self')),
  org: async ({ server }, use) => use(new Mist(server, 'org')),
});
test.use({ serve: { config: only(MIST_ORG) } });

const SECOND_FACTOR = { 'E-mail': 'demo-2fa@example.com', Password: 'demo' };
const READER = { 'E-mail': 'demo-read@example.com', Password: 'demo' };
const LOGIN = 'POST /api/v1/login';
const WHO = 'GET /api/v1/self';
const ORG_LIST = `GET /api/v1/orgs/${ORG.id}/apitokens`;
const LOGIN_PATH = '/sim/mist/api/v1/login';
const DAY = 86_400;

function listenToMist(page: Page) {
  return listen(page, '/sim/mist');
}

/** A token of the organisation that was last used so many days ago, as the system lists it. */
function idle(name: string, days: number): object {
  const now = Date.now() / 1000;
  const id = `00000000-0000-4000-8000-${String(Math.round(days * 10)).padStart(12, '0')}`;
  return { id, name, key: 'abcd...wxyz', created_time: now - 400 * DAY, last_used: now - days * DAY, privileges: [] };
}

test.describe('signing in', () => {
  test('asks for e-mail and password with a code, or for an API token, and sends nothing before', async ({ mist, page }) => {
    const heard = listenToMist(page);
    await mist.visit();
    await expect(mist.asking.getByLabel('E-mail')).toBeFocused();
    for (const label of ['Password', 'API token']) {
      await expect(mist.asking.getByLabel(label)).toHaveAttribute('type', 'password');
    }
    await expect(mist.asking.getByLabel('Code')).toBeHidden();
    await expect(mist.asking.getByRole('note')).toHaveCount(0);
    await mist.answer({ 'E-mail': 'demo@example.com' });
    await expect(mist.asking.getByLabel('Password')).toBeFocused();
    expect(heard).toEqual([]);
  });

  test('with e-mail and password says who is signed in, and for which organisation', async ({ mist, page }) => {
    const heard = listenToMist(page);
    await mist.enter();
    await mist.expectSignedInAs(`demo@example.com, ${ORG.name}`);
    expect(lines(heard)).toEqual([LOGIN, WHO, ORG_LIST]);
    expect(heard[0]?.body).toEqual({ email: 'demo@example.com', password: 'demo' });
    expect(heard.filter((it) => it.headers['authorization'] !== undefined)).toEqual([]);
  });

  test('a wrong password is told', async ({ mist, watch }) => {
    watch.expects(FAILED);
    await mist.visit();
    await mist.answer({ 'E-mail': 'demo@example.com', Password: 'wrong' });
    await expect(mist.refusal).toHaveText(/did not accept this e-mail, password or code\.$/);
    await mist.answer(MIST_DEMO);
    await mist.loaded();
  });

  test('a second factor is asked for, and goes with the password', async ({ mist, page }) => {
    const heard = listenToMist(page);
    await mist.visit();
    await mist.answer(SECOND_FACTOR);
    await expect(mist.asking.getByLabel('Code')).toBeVisible();
    heard.length = 0;
    await mist.answer({ Code: '123456' });
    await mist.loaded();
    await mist.expectSignedInAs(`demo-2fa@example.com, ${ORG.name}`);
    expect(heard[0]?.body).toEqual({ email: 'demo-2fa@example.com', password: 'demo', two_factor: '123456' });
  });

  test('a second factor is no failure before a wrong one was given', async ({ mist, watch }) => {
    watch.expects(FAILED);
    await mist.visit();
    await mist.answer(SECOND_FACTOR);
    await expect(mist.asking.getByRole('status')).toHaveText(/has two-factor authentication\. Enter the code and sign in again\.$/);
    await expect(mist.refusal).toHaveCount(0);
    await expect(mist.asking.getByLabel('Code')).toBeFocused();
    // Nothing has to be typed a second time but the code.
    await expect(mist.asking.getByLabel('E-mail')).toHaveValue('demo-2fa@example.com');
    await expect(mist.asking.getByLabel('Password')).toHaveValue('demo');
    await mist.answer({ Code: '000000' });
    await expect(mist.refusal).toHaveText(/did not accept this e-mail, password or code\.$/);
    await mist.answer({ Code: '123456' });
    await mist.loaded();
    await mist.expectSignedInAs(`demo-2fa@example.com, ${ORG.name}`);
  });

  test('a code that the login does not take is given to the second step', async ({ mist, page, server }) => {
    // A login that answers without looking at the code: the session is there and wants it by itself.
    await mist.visit();
    await mist.answer(SECOND_FACTOR);
    await expect(mist.asking.getByRole('status')).toContainText('two-factor');
    await server.fail({ method: 'POST', path: LOGIN_PATH, status: 200, times: 1, body: {} });
    const heard = listenToMist(page);
    await mist.answer({ Code: '123456' });
    await mist.loaded();
    expect(lines(heard)).toEqual([LOGIN, WHO, 'POST /api/v1/login/two_factor', WHO, ORG_LIST]);
    expect(heard[2]?.body).toEqual({ two_factor: '123456' });
    expect(heard[2]?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
  });

  test('an API token of a person is sent as it is', async ({ mist, own, page }) => {
    const { key } = await own.add('mine');
    const heard = listenToMist(page);
    await mist.enter('', { 'API token': key });
    await mist.expectSignedInAs(`demo@example.com, ${ORG.name}`);
    expect(lines(heard)).toEqual([WHO, ORG_LIST]);
    expect(heard.map((it) => it.headers['authorization'])).toEqual([`Token ${key}`, `Token ${key}`]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  test("an organisation's API token belongs to nobody: the page says which one it is", async ({ mist, org }) => {
    const { key } = await org.add('terraform');
    await mist.enter('', { 'API token': key });
    await mist.expectSignedInAs(`terraform, ${ORG.name}`);
    await mist.expectNames('terraform');
  });

  test('a wrong API token is told', async ({ mist, watch }) => {
    watch.expects(FAILED);
    await mist.visit();
    await mist.answer({ 'API token': 'wrong' });
    await expect(mist.refusal).toHaveText(/did not accept this API token\.$/);
  });

  for (const [status, what] of [[503, 'It answered 503.'], [429, say.happened.tooMany]] as const) {
    test(`${status} is no refusal`, async ({ mist, server, watch }) => {
      watch.expects(FAILED);
      await server.fail({ method: 'POST', path: LOGIN_PATH, status, times: 1, body: '' });
      await mist.visit();
      await mist.answer(MIST_DEMO);
      await expect(mist.refusal).toContainText(what);
      await expect(mist.refusal).not.toContainText('did not accept this');
      await mist.answer(MIST_DEMO);
      await mist.loaded();
    });
  }

  test('the organisation of the configuration is the one that is listed', async ({ mist, page, server }) => {
    await server.configure(only({ ...MIST_ORG, org_id: ORG.id }));
    const heard = listenToMist(page);
    await mist.enter();
    expect(lines(heard).at(-1)).toBe(ORG_LIST);
    await mist.expectSignedInAs(`demo@example.com, ${ORG.name}`);
  });

  test('an organisation that is not there is told', async ({ mist, server, watch }) => {
    watch.expects(FAILED);
    await server.configure(only({ ...MIST_ORG, org_id: '00000000-0000-4000-8000-000000000000' }));
    await mist.visit();
    await mist.answer(MIST_DEMO);
    await expect(mist.alert).toContainText('Not found.');
  });

  test('whoever belongs to no organisation is told what to do', async ({ mist, server }) => {
    const body = { email: 'demo@example.com', privileges: [] };
    await server.fail({ path: '/sim/mist/api/v1/self', status: 200, times: 1, body });
    await mist.visit();
    await mist.answer(MIST_DEMO);
    await expect(mist.refusal).toHaveText(/belongs to no organisation\. Let the connection list your own tokens instead\.$/);
  });

  test('a reload asks again, though the cookies of the system are still there', async ({ mist, page }) => {
    await mist.enter();
    expect(await page.evaluate(() => document.cookie)).toContain('csrftoken=');
    await page.reload();
    await expect(mist.asking).toBeVisible();
    await expect(mist.rows).toHaveCount(0);
  });

  test('signing out tells the system, with the CSRF token, and forgets', async ({ context, mist, org, page, server }) => {
    await org.add('to-be-forgotten');
    await mist.enter();
    await expect(mist.row('to-be-forgotten')).toBeVisible();
    const heard = listenToMist(page);
    const answered = page.waitForResponse((it) => it.url().endsWith('/api/v1/logout'));
    await mist.signOut.click();
    await mist.expectSignedOut();
    expect((await answered).status()).toBe(200);
    expect(lines(heard)).toEqual(['POST /api/v1/logout']);
    expect(heard[0]?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
    expect(await context.cookies(`${server.url}sim/mist/`)).toEqual([]);
    expect(await page.content()).not.toContain('to-be-forgotten');
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await expect(mist.asking.getByLabel('Password')).toHaveValue('');
    await mist.answer(MIST_DEMO);
    await mist.loaded();
  });

  test('signing out of a system that does not answer forgets all the same', async ({ mist, server, watch }) => {
    watch.expects(FAILED);
    await mist.enter();
    await server.fail({ path: '/sim/mist/api/v1/logout', status: 503, body: '' });
    await mist.signOut.click();
    await mist.expectSignedOut();
    await mist.page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await expect(mist.asking).toBeVisible();
    // Nobody waits for its answer but this test.
    await expect.poll(() => watch.has(FAILED)).toBe(true);
  });
});

test.describe("a person's own tokens", () => {
  test.use({ serve: { config: only(MIST_SELF) } });

  test.describe('their list', () => {
    // Tall enough for all demonstration tokens at once.
    test.use({ serve: { config: only(MIST_SELF), tokens: 1 }, viewport: { width: 2000, height: 3000 } });

    test('shows every fact that the system reports, and what it does not', async ({ mist, own }) => {
      const tokens = await own.tokens();
      await mist.enter();
      await mist.expectSignedInAs('demo@example.com');
      await expect(mist.status).toHaveText(`${tokens.length} of ${tokens.length} tokens`);
      const row = mist.row('postman');
      const postman = tokens.find((it) => it.name === 'postman');
      await expect(mist.cell(row, 'ID')).toContainText(postman?.id ?? '?');
      await expect(mist.cell(row, 'Key')).toHaveText(postman?.key ?? '?');
      await expect(mist.cell(row, 'Created')).toHaveText(/^9 months ago\d+ \w+ 20\d\d$/);
      await expect(mist.cell(row, 'Last used')).toContainText('6 days ago');
      await expect(mist.cell(row, 'Is active')).toHaveText(say.status.active);
      // Their rights are their owner's: the system reports none.
      for (const column of ['Privileges', 'Where', 'Created by', 'Source IPs'] as const) {
        await expect(mist.cell(row, column)).toHaveText(say.absent.notReported);
      }
      await expect(mist.row('(no name)')).toHaveCount(1);
      for (const column of mist.columns) {
        const texts = await mist.texts(column);
        expect(texts.filter((it) => it.trim() === '' || it.includes('1970')), column).toEqual([]);
      }
    });

    test('a time that nobody knows reads so, and never used is no date', async ({ mist }) => {
      await mist.enter();
      await expect(mist.cell(mist.row('made before times were kept'), 'Created')).toHaveText(say.absent.notReported);
      await expect(mist.cell(mist.row('never used'), 'Last used')).toHaveText(say.absent.never);
      await expect(mist.cell(mist.row('never used, said as zero'), 'Last used')).toHaveText(say.absent.never);
    });
  });

  test('one is made with or without a name; its key is shown once', async ({ mist, own, page }) => {
    const heard = listenToMist(page);
    await mist.enter();
    const form = await mist.openCreate();
    await expect(form.dialog.getByRole('textbox')).toHaveCount(1);
    await expect(form.addPrivilege).toHaveCount(0);
    await expect(form.sourceIps).toHaveCount(0);
    await expect(form.save).toBeEnabled();
    await form.save.click();
    const unnamed = await mist.secret.read();
    expect(await own.opens(unnamed)).toBe(true);
    expect([posted(heard)?.path, posted(heard)?.body]).toEqual(['/api/v1/self/apitokens', {}]);
    expect(posted(heard)?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
    await mist.secret.dismiss();
    await expect(mist.row('(no name)')).toHaveCount(1);
    await (await mist.openCreate()).name.fill('named');
    await mist.creating.save.click();
    const secret = await mist.secret.read();
    await mist.secret.dismiss();
    const [token] = await own.named('named');
    // The list has it masked only.
    expect(token?.key).toBe(`${secret.slice(0, 4)}...${secret.slice(-4)}`);
    await expect(mist.cell(mist.row('named'), 'Key')).toHaveText(token?.key ?? '?');
  });

  test('one is renamed, and nothing else of it can be changed', async ({ mist, own, page }) => {
    await own.add('before');
    await mist.enter();
    const form = await mist.openEdit('before');
    await expect(form.dialog.getByRole('textbox')).toHaveCount(1);
    await expect(form.name).toHaveValue('before');
    await form.name.fill('after – ü');
    const heard = listenToMist(page);
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(page.getByText('“after – ü” was saved.')).toBeVisible();
    await mist.expectNames('after – ü');
    const put = heard.find((it) => it.method === 'PUT');
    expect(put?.body).toEqual({ name: 'after – ü' });
    expect(put?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
    await own.theOne('after – ü');
    // No new secret comes of it.
    await expect(mist.secret.dialog).toHaveCount(0);
  });

  test('one is deleted after a question that names it', async ({ mist, own, page }) => {
    await own.add('kept');
    await own.add('gone');
    await mist.enter();
    const heard = listenToMist(page);
    await mist.action('Delete', 'gone').click();
    await expect(mist.question('Delete token')).toContainText('gone');
    await mist.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await mist.expectNames('kept');
    expect(heard[0]?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
    expect((await own.tokens()).map((it) => it.name)).toEqual(['kept']);
  });

  test('with an API token writes need no CSRF token', async ({ mist, own, page }) => {
    const { key } = await own.add('mine');
    await mist.enter('', { 'API token': key });
    const heard = listenToMist(page);
    await (await mist.openCreate()).name.fill('made by a token');
    await mist.creating.save.click();
    await mist.secret.dismiss();
    expect(heard[0]?.headers['authorization']).toBe(`Token ${key}`);
    expect(heard[0]?.headers['x-csrftoken']).toBeUndefined();
    await own.theOne('made by a token');
  });

  test('who may only read is told so, and the form stays', async ({ mist, watch }) => {
    watch.expects(FAILED);
    await mist.enter('', READER);
    const form = await mist.openCreate();
    await form.name.fill('not allowed');
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('You do not have permission to perform this action.');
    await expect(form.name).toHaveValue('not allowed');
    await expect(mist.asking).toBeHidden();
  });

  test('an answer that is a list of one is read as the token', async ({ mist, server }) => {
    await mist.enter();
    const made = { ...idle('listed', 1), key: 'k'.repeat(40), last_used: null };
    await server.fail({ method: 'POST', path: TOKENS.mistSelf, status: 200, times: 1, body: [made] });
    await (await mist.openCreate()).name.fill('listed');
    await mist.creating.save.click();
    await expect(mist.secret.secret).toHaveValue('k'.repeat(40));
    await mist.secret.dismiss();
    await mist.expectNames('listed');
  });

  test('a session that ends in the middle of a rename: the page asks, then finishes it', async ({ launch, page, watch }, info) => {
    watch.expects(FAILED);
    const options = { config: only(MIST_SELF), db: info.outputPath('tokens.db') };
    const server = await launch(options);
    const own = new Mist(server, 'self');
    await own.add('before');
    const mist = new MistDesk(page, server.url);
    await mist.enter();
    const form = await mist.openEdit('before');
    await form.name.fill('after');
    // Whoever signs out in another tab ends the session for this one too.
    const cookies = (await page.context().cookies(`${server.url}sim/mist/`)).map((it) => `${it.name}=${it.value}`);
    const csrf = await page.evaluate(() => /csrftoken=(\w+)/.exec(document.cookie)?.[1] ?? '');
    const headers = { Cookie: cookies.join('; '), 'X-CSRFToken': csrf };
    expect((await server.fetch('sim/mist/api/v1/logout', { method: 'POST', headers })).status).toBe(200);
    await form.save.click();
    await expect(mist.refusal).toContainText('Your session has ended.');
    await mist.answer(MIST_DEMO);
    await expect(form.dialog).toBeHidden();
    await mist.expectNames('after');
    await own.theOne('after');
  });
});

test.describe("an organisation's tokens", () => {
  test.describe('their list', () => {
    // Tall and wide enough for all demonstration tokens at once.
    test.use({ serve: { config: only(MIST_ORG), tokens: 1 }, viewport: { width: 2000, height: 3000 } });

    test('shows every fact that the system reports', async ({ mist, org }) => {
      const tokens = await org.tokens();
      await mist.enter();
      await expect(mist.headers).toHaveText(mist.columns);
      await expect(mist.status).toHaveText(`${tokens.length} of ${tokens.length} tokens`);
      const terraform = tokens.find((it) => it.name === 'terraform');
      const row = mist.row('terraform');
      await expect(mist.cell(row, 'ID')).toContainText(terraform?.id ?? '?');
      await expect(mist.cell(row, 'Privileges')).toHaveText('org: admin');
      await expect(mist.cell(row, 'Where')).toHaveText(ORG.name);
      await expect(mist.cell(row, 'Key')).toHaveText(terraform?.key ?? '?');
      expect(terraform?.key).toMatch(/^\w{4}\.\.\.\w{4}$/);
      await expect(mist.cell(row, 'Created')).toHaveText(/^16 months ago\d+ \w+ 20\d\d$/);
      await expect(mist.cell(row, 'Created by')).toHaveText('demo@example.com');
      await expect(mist.cell(row, 'Last used')).toContainText('3 hours ago');
      await expect(mist.cell(row, 'Source IPs')).toHaveText('63.3.56.0/24, 63.3.55.4');
      // Sites and groups by their names; one that was removed by its id.
      await expect(mist.cell(mist.row('floor-plan-sync'), 'Where')).toHaveText('Cupertino Office, متجر الرياض – العليا');
      await expect(mist.cell(mist.row('both-regions-read'), 'Where')).toHaveText('EMEA, Americas');
      await expect(mist.cell(mist.row('of a site that was removed'), 'Where')).toHaveText(
        '497f6eca-6276-5007-bfeb-53cbbbba6fff, Cupertino Office',
      );
      await expect(mist.cell(mist.row('every site by itself'), 'Privileges')).toHaveText(
        'site: write, sitegroup: read, org: read',
      );
      for (const column of mist.columns) {
        const texts = await mist.texts(column);
        expect(texts.filter((it) => it.trim() === '' || it.includes('1970')), column).toEqual([]);
      }
    });

    test('a time that nobody knows reads so, and never used is no date', async ({ mist }) => {
      await mist.enter();
      const row = mist.row('imported from the old portal');
      await expect(mist.cell(row, 'Created')).toHaveText(say.absent.notReported);
      await expect(mist.cell(row, 'Last used')).toHaveText(say.absent.never);
      await expect(mist.cell(row, 'Removed if unused')).toHaveText(say.absent.notReported);
      await expect(mist.cell(mist.row('proof-of-concept'), 'Last used')).toHaveText(say.absent.never);
    });

    test('those that Mist will remove soon are marked, with the days left', async ({ mist, server }) => {
      await server.fail(injected(TOKENS.mistOrg, idle('five left', 84.5), idle('thirty left', 59.5), idle('overdue', 95.5)));
      await mist.enter();
      const left = (name: string) => mist.cell(mist.row(name), 'Removed if unused');
      const mark = (name: string) => left(name).locator('.soon, .urgent');
      await expect(left('five left')).toHaveText(/^Due in 5 days/);
      await expect(mark('five left')).toHaveText('Due in 5 days');
      await expect(left('quarterly-audit-export')).toHaveText(/^Due in [45] days/);
      await expect(mark('quarterly-audit-export')).toHaveCount(1);
      await expect(mark('winter-promotion-kiosks')).toHaveText(/^Due in \d hours$/);
      // Never used since it was made 80 days ago.
      await expect(mark('proof-of-concept')).toHaveText(/^Due in (9|10) days$/);
      await expect(mark('overdue')).toHaveText('5 days ago');
      await expect(left('thirty left')).toHaveText(/^in 30 days/);
      for (const other of ['thirty left', 'terraform', 'imported from the old portal']) {
        await expect(mark(other)).toHaveCount(0);
      }
      await expect(mist.limits).toContainText('Mist removes tokens unused for 90 days.');
    });

    test('is filtered by what tokens may do', async ({ mist }) => {
      await mist.enter();
      await mist.scopeButton.click();
      const choices = mist.scopeChoices.getByRole('checkbox');
      for (const name of ['org: admin', 'org: read', 'site: write', 'sitegroup: read']) {
        await expect(mist.scopeChoices.getByRole('checkbox', { name, exact: true })).toBeVisible();
      }
      expect(await choices.count()).toBeGreaterThan(6);
      await mist.scopeChoices.getByRole('checkbox', { name: 'org: admin', exact: true }).check();
      await mist.expectNames('terraform', 'ansible', 'ansible (new)');
      await mist.expectParams('scope=org: admin');
      await mist.byName.fill('new');
      await mist.expectNames('ansible (new)');
    });

    test('says what the system cannot do, in place of the buttons', async ({ mist, page }) => {
      await mist.enter();
      await expect(mist.limits).toContainText('Juniper Mist tokens can\'t be revoked or disabled. Delete the token instead.');
      await expect(mist.limits).toContainText('Its tokens have no start and no expiry.');
      await expect(page.getByRole('button', { name: /^Revoke / })).toHaveCount(0);
      await expect(mist.action('Edit', 'terraform')).toBeEnabled();
      await expect(mist.byStatus.getByRole('option')).toHaveText([say.statusFilter.all, say.status.active, say.status.inactive]);
    });

    test('the names of places that cannot be loaded do not keep the list from being shown', async ({ mist, server, watch }) => {
      watch.expects(FAILED);
      await server.fail({ path: `/sim/mist/api/v1/orgs/${ORG.id}/sites*`, status: 500, body: '' });
      await mist.enter();
      await expect(mist.cell(mist.row('ap-provisioning'), 'Where')).toHaveText('497f6eca-6276-5007-bfeb-53cbbbba6f01');
      await expect(mist.cell(mist.row('terraform'), 'Where')).toHaveText(ORG.name);
    });

    for (const { title, fault, what } of [
      { title: 'a failure', fault: { status: 500, body: { detail: 'The disk is full.' } }, what: 'The disk is full.' },
      { title: 'a refusal', fault: { status: 403, body: { detail: 'Auditors only.' } }, what: 'Auditors only.' },
      { title: 'too many requests', fault: { status: 429, headers: { 'Retry-After': '7' }, body: '' }, what: 'wait 7 seconds' },
      { title: 'another shape', fault: { status: 200, body: { tokens: [] } }, what: 'the list of tokens is missing' },
      { title: 'a web page', fault: { status: 200, body: '<h1>Maintenance</h1>' }, what: 'an HTML page instead of JSON' },
    ]) {
      test(`${title} in place of the list is told in words, and Refresh brings the list`, async ({ mist, server, watch }) => {
        if (fault.status !== 200) watch.expects(FAILED);
        await server.fail({ method: 'GET', path: TOKENS.mistOrg, ...fault });
        await mist.visit();
        await mist.answer(MIST_DEMO);
        await expect(mist.alert).toContainText(what);
        await server.mend();
        await mist.refreshButton.click();
        await mist.loaded();
        await expect(mist.alert).toHaveCount(0);
      });
    }
  });

  test('one is made with privileges and source IPs', async ({ mist, org, page }) => {
    // So wide that every column has room.
    await page.setViewportSize({ width: 2000, height: 900 });
    const site = (await org.sites()).find((it) => it.name === 'Zürich HB');
    const group = (await org.siteGroups()).find((it) => it.name === 'Warehouses');
    const heard = listenToMist(page);
    await mist.enter();
    const form = await mist.openCreate();
    await expect(form.name).toBeFocused();
    await expect(form.save).toHaveAccessibleDescription('Enter a name. Choose at least one privilege.');
    await form.name.fill('store-sync');
    await form.grant('Organisation', 'read');
    await form.grant('Site', 'write', 'Zürich HB');
    await form.grant('Site group', 'installer', 'Warehouses');
    await form.sourceIps.fill('192.0.2.7, 198.51.100.0/24\n2001:db8::/32');
    await form.save.click();
    const secret = await mist.secret.read();
    const post = heard.find((it) => it.method === 'POST' && it.path.endsWith('/apitokens'));
    const privileges = [
      { scope: 'org', role: 'read', org_id: ORG.id },
      { scope: 'site', role: 'write', site_id: site?.id },
      { scope: 'sitegroup', role: 'installer', sitegroup_id: group?.id },
    ];
    const srcIps = ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32'];
    expect(post?.body).toEqual({ name: 'store-sync', privileges, src_ips: srcIps });
    expect(post?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
    await mist.secret.dismiss();
    const row = mist.row('store-sync');
    await expect(mist.cell(row, 'Privileges')).toHaveText('org: read, site: write, sitegroup: installer');
    await expect(mist.cell(row, 'Where')).toHaveText(`${ORG.name}, Zürich HB, Warehouses`);
    await expect(mist.cell(row, 'Source IPs')).toHaveText(srcIps.join(', '));
    await expect(mist.cell(row, 'Key')).toHaveText(`${secret.slice(0, 4)}...${secret.slice(-4)}`);
    await expect(mist.cell(row, 'Created by')).toHaveText('demo@example.com');
    await expect(mist.cell(row, 'Last used')).toHaveText(say.absent.never);
    expect(await org.theOne('store-sync')).toMatchObject({ src_ips: srcIps, privileges });
    // Last: it is a use, which the page sees when it looks again.
    expect(await org.opens(secret)).toBe(true);
  });

  test.describe('the privileges editor', () => {
    test('offers scopes, roles, and the targets of the scope', async ({ mist, org }) => {
      const [sites, groups] = [await org.sites(), await org.siteGroups()];
      await mist.enter();
      const form = await mist.openCreate();
      await form.addPrivilege.click();
      await expect(form.choice('Scope').getByRole('option')).toHaveText([say.place.organisation, say.place.site, say.place.siteGroup]);
      await expect(form.choice('Role').getByRole('option')).toHaveText(['read', 'installer', 'helpdesk', 'write', 'admin']);
      // The least that can be given.
      await expect(form.choice('Role')).toHaveValue('read');
      await expect(form.choice('Where')).toHaveCount(0);
      await form.choice('Scope').selectOption(say.place.site);
      await expect(form.choice('Where').locator('option:checked')).toHaveText(say.privileges.choose);
      const offered = () => form.choice('Where').getByRole('option').allTextContents();
      await expect.poll(async () => (await offered()).slice(1)).toEqual(sites.map((it) => it.name));
      await form.choice('Where').selectOption('Cupertino Office');
      await form.choice('Scope').selectOption(say.place.siteGroup);
      // A site is no site group: it has to be chosen anew.
      await expect(form.choice('Where').locator('option:checked')).toHaveText(say.privileges.choose);
      await expect.poll(async () => (await offered()).slice(1)).toEqual(groups.map((it) => it.name));
    });

    test('wants 1 to 10, each with its target, and no two alike', async ({ mist }) => {
      await mist.enter();
      const form = await mist.openCreate();
      await form.name.fill('many');
      await expect(form.save).toHaveAccessibleDescription('Choose at least one privilege.');
      await form.addPrivilege.click();
      await expect(form.save).toBeEnabled();
      await form.choice('Scope').selectOption(say.place.site);
      await expect(form.save).toBeDisabled();
      await expect(form.save).toHaveAccessibleDescription(say.wrong.noTarget);
      await form.choice('Where').selectOption('Cupertino Office');
      await expect(form.save).toBeEnabled();
      await form.grant('Site', 'read', 'Cupertino Office');
      await expect(form.save).toHaveAccessibleDescription(say.wrong.doubled);
      await form.choice('Role', 2).selectOption('write');
      await expect(form.save).toBeEnabled();
      for (let number = 3; number <= 10; number += 1) await form.addPrivilege.click();
      await expect(form.privileges).toHaveCount(10);
      await expect(form.addPrivilege).toBeDisabled();
      await form.dialog.getByRole('button', { name: 'Remove privilege 10' }).click();
      await expect(form.addPrivilege).toBeEnabled();
      for (let number = 9; number >= 1; number -= 1) {
        await form.dialog.getByRole('button', { name: 'Remove privilege 1', exact: true }).click();
        await expect(form.privileges).toHaveCount(number - 1);
      }
      await expect(form.save).toHaveAccessibleDescription('Choose at least one privilege.');
    });

    test('removing one leaves the others as they are', async ({ mist }) => {
      await mist.enter();
      const form = await mist.openCreate();
      await form.grant('Site', 'write', 'Zürich HB');
      await form.grant('Organisation', 'helpdesk');
      await form.grant('Site group', 'admin', 'EMEA');
      await form.dialog.getByRole('button', { name: 'Remove privilege 1', exact: true }).click();
      await expect(form.privileges).toHaveCount(2);
      await expect(form.choice('Scope', 1)).toHaveValue('org');
      await expect(form.choice('Role', 1)).toHaveValue('helpdesk');
      await expect(form.choice('Where', 1)).toHaveCount(0);
      await expect(form.choice('Scope', 2)).toHaveValue('sitegroup');
      await expect(form.choice('Where', 2).locator('option:checked')).toHaveText('EMEA');
    });

    test('says so where sites and site groups cannot be loaded; the organisation can be chosen', async ({
      mist,
      org,
      server,
      watch,
    }) => {
      watch.expects(FAILED);
      await mist.enter();
      await server.fail({ path: `/sim/mist/api/v1/orgs/${ORG.id}/sites*`, status: 500, body: '' });
      const form = await mist.openCreate();
      await expect(form.dialog.getByRole('alert')).toContainText(say.privileges.noTargets);
      await form.name.fill('for the organisation');
      await form.addPrivilege.click();
      await form.save.click();
      await mist.secret.dismiss();
      await org.theOne('for the organisation');
    });

    test('works by the keyboard alone', async ({ mist, org, page }) => {
      await mist.enter();
      const form = await mist.openCreate();
      await page.keyboard.type('by keys');
      await page.keyboard.press('Tab');
      await expect(form.addPrivilege).toBeFocused();
      await page.keyboard.press('Enter');
      await expect(form.privileges).toHaveCount(1);
      await expect(form.addPrivilege).toBeFocused();
      for (let times = 0; times < 3; times += 1) await page.keyboard.press('Shift+Tab');
      await expect(form.choice('Scope')).toBeFocused();
      await page.keyboard.type('Site g');
      await expect(form.choice('Scope')).toHaveValue('sitegroup');
      await page.keyboard.press('Tab');
      await page.keyboard.type('w');
      await expect(form.choice('Role')).toHaveValue('write');
      await page.keyboard.press('Tab');
      // The places come by themselves.
      await expect(form.choice('Where').getByRole('option', { name: 'EMEA', exact: true })).toBeAttached();
      await expect(form.choice('Where')).toBeFocused();
      await page.keyboard.type('EM');
      await expect(form.choice('Where').locator('option:checked')).toHaveText('EMEA');
      await form.addPrivilege.focus();
      await page.keyboard.press('Enter');
      await form.dialog.getByRole('button', { name: 'Remove privilege 2' }).focus();
      await page.keyboard.press('Enter');
      await expect(form.privileges).toHaveCount(1);
      // The button that had the focus is gone; it is still in the dialog.
      expect(await form.dialog.evaluate((it) => it !== document.activeElement && it.contains(document.activeElement))).toBe(true);
      await form.name.focus();
      await page.keyboard.press('Enter');
      await mist.secret.dismiss();
      expect(await org.theOne('by keys')).toMatchObject({ privileges: [{ scope: 'sitegroup', role: 'write' }] });
    });
  });

  test('source IPs are checked as addresses and networks, 10 at most', async ({ mist }) => {
    await mist.enter();
    const form = await mist.openCreate();
    await form.name.fill('addresses');
    await form.addPrivilege.click();
    await expect(form.dialog.getByText('Up to 10 addresses or networks such as 10.0.0.0/8, one per line.')).toBeVisible();
    for (const wrong of ['10.0.0', '10.0.0.1/33', '10.0.0.0/', '256.1.1.1', '::1/129', 'example.com', '10.0.0.1;10.0.0.2']) {
      await form.sourceIps.fill(wrong);
      await expect(form.save, wrong).toBeDisabled();
      await expect(form.sourceIps, wrong).toHaveAttribute('aria-invalid', 'true');
      await expect(form.sourceIps, wrong).toHaveAccessibleDescription(/192\.0\.2\.0\/24/);
    }
    const eleven = Array.from({ length: 11 }, (_, idx) => `10.0.0.${idx}`);
    await form.sourceIps.fill(eleven.join('\n'));
    await expect(form.save).toHaveAccessibleDescription('Source IPs can have 10 entries at most.');
    for (const right of [eleven.slice(1).join('\n'), '10.0.0.1', '10.0.0.0/8 ::1,2001:db8::/32', '']) {
      await form.sourceIps.fill(right);
      await expect(form.save, right).toBeEnabled();
      await expect(form.sourceIps, right).not.toHaveAttribute('aria-invalid');
    }
  });

  test('one is renamed: what the form does not show of its privileges stays as it is', async ({ mist, org, page }) => {
    // So wide that every column has room.
    await page.setViewportSize({ width: 2000, height: 900 });
    const views: MistPrivilege[] = [{ scope: 'org', role: 'helpdesk', org_id: ORG.id, views: ['switch_admin'] }];
    await org.add('before', { privileges: views, src_ips: ['192.0.2.7'] });
    await mist.enter();
    const form = await mist.openEdit('before');
    await expect(form.privileges).toHaveCount(1);
    await expect(form.sourceIps).toHaveValue('192.0.2.7');
    await expect(form.sourceIps).toHaveAttribute('readonly');
    const heard = listenToMist(page);
    await form.name.fill('after');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await mist.expectNames('after');
    await expect(mist.cell(mist.row('after'), 'Privileges')).toHaveText('org: helpdesk');
    await expect(mist.cell(mist.row('after'), 'Source IPs')).toHaveText('192.0.2.7');
    const put = heard.find((it) => it.method === 'PUT');
    expect(put?.body).toEqual({ name: 'after', privileges: views });
    expect(put?.headers['x-csrftoken']).toMatch(/^\w{32}$/);
    expect(await org.theOne('after')).toMatchObject({ src_ips: ['192.0.2.7'], privileges: views });
  });

  test('one that reaches several site groups at once is renamed without losing any', async ({ mist, org }) => {
    const groups = (await org.siteGroups()).slice(0, 2).map((it) => it.id);
    await org.add('before', { privileges: [{ scope: 'sitegroup', role: 'read', sitegroup_ids: groups }] });
    await mist.enter();
    const form = await mist.openEdit('before');
    await form.name.fill('after');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    const after = await org.theOne('after');
    const reached = after.privileges?.flatMap((it) => [it.sitegroup_id ?? [], it.sitegroup_ids ?? []].flat());
    expect(reached?.sort()).toEqual(groups.sort());
  });

  test('its privileges are changed', async ({ mist, org }) => {
    const [site] = await org.sites();
    await org.add('grows', { privileges: [{ scope: 'site', role: 'read', ...(site ? { site_id: site.id } : {}) }] });
    await mist.enter();
    const form = await mist.openEdit('grows');
    await expect(form.choice('Where').locator('option:checked')).toHaveText(site?.name ?? '?');
    await form.choice('Role').selectOption('write');
    await form.grant('Organisation', 'read');
    await form.saveMore();
    await expect(form.dialog).toBeHidden();
    await expect(mist.cell(mist.row('grows'), 'Privileges')).toHaveText('site: write, org: read');
    expect((await org.theOne('grows')).privileges?.map((it) => `${it.scope} ${it.role}`)).toEqual(['site write', 'org read']);
  });

  test.describe('with a privilege on a site that is gone', () => {
    test.use({ serve: { config: only(MIST_ORG), tokens: 1 } });

    test('can still be renamed, and keeps it', async ({ mist, org }) => {
      const before = await org.theOne('of a site that was removed');
      await mist.enter('?name=removed');
      const form = await mist.openEdit('of a site that was removed');
      await expect(form.choice('Where', 1).locator('option:checked')).toHaveText('497f6eca-6276-5007-bfeb-53cbbbba6fff');
      await form.name.fill('still of a removed site');
      await form.save.click();
      await expect(form.dialog).toBeHidden();
      expect((await org.theOne('still of a removed site')).privileges).toEqual(before.privileges);
    });
  });

  test("the system's word on privileges is told, and the form stays", async ({ mist, server, watch }) => {
    watch.expects(FAILED);
    await mist.enter();
    const form = await mist.openCreate();
    await form.name.fill('refused');
    await form.addPrivilege.click();
    await server.fail({ method: 'POST', path: TOKENS.mistOrg, status: 400, times: 1, body: { detail: 'privileges[0]: no.' } });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('privileges[0]: no.');
    await expect(form.privileges).toHaveCount(1);
    await form.save.click();
    await mist.secret.dismiss();
    await mist.expectNames('refused');
  });

  test('a token whose answer is lost: the page warns that it may be there twice', async ({ mist, org, server, watch }) => {
    watch.expects(FAILED);
    await mist.enter();
    const form = await mist.openCreate();
    await form.name.fill('lost');
    await form.addPrivilege.click();
    await server.fail({ method: 'POST', path: TOKENS.mistOrg, when: 'after', truncate: true, times: 1 });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('Look at the list before you retry: it may be made twice.');
    await org.theOne('lost');
  });

  test('who may only read sees the list, and is told where that ends', async ({ mist, org, watch }) => {
    watch.expects(FAILED);
    await org.add('kept');
    await mist.enter('', READER);
    await mist.expectSignedInAs(`demo-read@example.com, ${ORG.name}`);
    await mist.action('Delete', 'kept').click();
    await mist.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(mist.question('Delete token').getByRole('alert')).toContainText('(403)');
    await org.theOne('kept');
  });

  test('one is deleted; one that somebody else has deleted meanwhile is gone already', async ({ mist, org, page, watch }) => {
    watch.expects(FAILED);
    await org.add('mine');
    const raced = await org.add('raced');
    await mist.enter();
    const remove = mist.question('Delete token').getByRole('button', { name: say.action.delete });
    await mist.action('Delete', 'mine').click();
    await remove.click();
    await expect(page.getByText('“mine” was deleted.')).toBeVisible();
    await org.remove(raced);
    await mist.action('Delete', 'raced').click();
    await remove.click();
    await expect(page.getByText('“raced” was already gone.')).toBeVisible();
    await expect(mist.rows).toHaveCount(0);
    expect(await org.tokens()).toEqual([]);
  });

  test('one that is gone cannot be edited: the page says so', async ({ mist, org, watch }) => {
    watch.expects(FAILED);
    const token = await org.add('gone');
    await mist.enter();
    await org.remove(token);
    await mist.action('Edit', 'gone').click();
    await expect(mist.editing.dialog.getByRole('alert')).toContainText(say.happened.notFound);
  });

  test('a session that ends in the middle of a save: the page asks, then finishes that save with a new CSRF token', async ({
    launch,
    page,
    watch,
  }) => {
    watch.expects(FAILED);
    const config = only(MIST_ORG);
    const before = await launch({ config });
    const mist = new MistDesk(page, before.url);
    await mist.enter();
    const form = await mist.openCreate();
    await form.name.fill('kept');
    await form.grant('Site', 'write', 'Zürich HB');
    await form.sourceIps.fill('192.0.2.7');
    // Sessions live in the memory of the server, so another one in its place knows none.
    await before.kill();
    const server = await launch({ config, port: Number(new URL(before.url).port) });
    const heard = listenToMist(page);
    await form.save.click();
    await expect(mist.refusal).toContainText('Your session has ended.');
    await mist.asking.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(form.name).toHaveValue('kept');
    await expect(form.choice('Where').locator('option:checked')).toHaveText('Zürich HB');
    await expect(form.sourceIps).toHaveValue('192.0.2.7');
    await form.save.click();
    await mist.answer(MIST_DEMO);
    const secret = await mist.secret.read();
    const org = new Mist(server, 'org');
    expect(await org.theOne('kept')).toMatchObject({ src_ips: ['192.0.2.7'], privileges: [{ scope: 'site', role: 'write' }] });
    expect(await org.opens(secret)).toBe(true);
    const tokens = heard.filter((it) => it.method === 'POST' && it.path.endsWith('/apitokens')).map((it) => it.headers['x-csrftoken']);
    expect(new Set(tokens).size).toBe(2);
    await mist.secret.dismiss();
  });
});
