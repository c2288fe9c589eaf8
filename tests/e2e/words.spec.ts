//! What is said in danger: rights that a token gets, secrets that leave the page, and why something was refused.

import { StandIn, type Asked, type Given } from './apis/stand-in.ts';
import { detailsOf, openRaw } from './desk.ts';
import { expect, test as base } from './fixture.ts';
import { proxy, wayTo } from './proxy.ts';
import { IS_WHOLE, part } from './server.ts';
import { say } from './texts.ts';

/** The browser reports every request that did not succeed. */
const FAILED = /console error: .*Failed to load resource/;
const SECRET = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';

/** A system that answers as a test says; its list has one token. */
class Acme extends StandIn {
  /** Answers to everything but the list, by method and path: `POST /tokens`. */
  readonly answers: Record<string, Given> = {};
  token: Record<string, unknown> = { id: 7, name: 'CI' };

  protected answer({ method, path }: Asked): Given {
    const call = `${method} /${path.join('/')}`;
    return this.answers[call] ?? { status: 200, body: { data: [this.token] } };
  }

  /** The bodies of these calls. */
  bodies(method: string): unknown[] {
    return this.heard.filter((it) => it.method === method).map((it) => it.body);
  }
}

const test = base.extend<{ acme: Acme; describe: (api: object) => Promise<void> }>({
  acme: async ({ keep }, use) => use(await keep(new Acme().start())),
  /** Opens the page over that system by a description. */
  describe: async ({ acme, keep, launch, page }, use) => {
    await use(async (api) => {
      const whole = { name: 'Acme', token: { id: '/id', name: '/name' }, list: { path: '/tokens', items: '/data' }, ...api };
      const server = await launch({ config: { connections: [{ name: 'Acme', dialect: 'rest', base: '/acme', api: whole }] } });
      const host = await keep(proxy(server, { '/acme': wayTo(acme.origin) }));
      await page.goto(host.url);
    });
  },
});

test.describe('the GUID of a Scoped Token API', () => {
  test('is a secret in the JSON that is shown and copied', async ({ context, desk, page, server }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const token = await server.add({ name: 'one', description: `for CI: ${SECRET}` });
    await desk.open();
    await page.getByRole('link', { name: 'one', exact: true }).click();
    const panel = detailsOf(page, 'one');
    const json = panel.locator('pre');
    await expect(json).toContainText(`"guid": "${token.guid.slice(0, 8)}-••••••••"`);
    await expect(json).toContainText(`"id": "${token.id}"`);
    await expect(json).toContainText('for CI: ••••••••');
    await openRaw(panel);
    await panel.getByRole('button', { name: say.details.copyJson }).click();
    await expect(panel.getByRole('button', { name: say.dialogs.copied })).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(token.id);
    expect(copied).not.toContain(token.guid);
    expect(copied).not.toContain(SECRET);
    // In the page it is shown and copied as it is.
    await expect(panel.locator('dl').first()).toContainText(token.guid);
  });

  test('leaves at most eight digits in the address, and finds all the same', async ({ desk, page, server }) => {
    const [one, other] = [await server.add({ name: 'one' }), await server.add({ name: 'other' })];
    await desk.open();
    await desk.byGuid.fill(one.guid);
    await desk.expectNames('one');
    await desk.expectParams(`guid=${one.guid.slice(0, 8)}`);
    await expect(desk.byGuid).toHaveValue(one.guid);
    await page.reload();
    await desk.loaded();
    await expect(desk.byGuid).toHaveValue(one.guid.slice(0, 8));
    await desk.expectNames('one');
    await desk.byGuid.fill(other.guid.toUpperCase());
    await desk.expectNames('other');
    await desk.clearFilters.click();
    // The way back does not know more.
    await page.goBack();
    await expect.poll(() => page.url()).not.toContain(one.guid);
    expect(page.url()).not.toContain(other.guid.slice(9));
    expect(await page.title()).not.toContain(other.guid.slice(9));
  });

  test('and a secret are cut where they are pasted as a name, and in an address that somebody opens', async ({ desk, page, server }) => {
    const one = await server.add({ name: 'one' });
    await desk.open();
    await desk.byName.fill(`ci ${SECRET}`);
    await desk.expectParams('name=ci');
    await desk.byName.fill(one.guid);
    await desk.expectParams(`name=${one.guid.slice(0, 8)}`);
    await page.goto(`${server.url}?guid=${one.guid}`);
    await desk.loaded();
    await desk.expectNames('one');
    await desk.expectParams(`guid=${one.guid.slice(0, 8)}`);
  });
});

test('details of any system mask what looks like a secret, and keep the id', async ({ acme, describe, page }) => {
  acme.token = {
    id: 7,
    name: 'CI',
    access_token: 'hush1',
    apiToken: 'hush2',
    nested: [{ client_secret: 'hush3', jwt: 'hush4' }],
    token_type: 'bearer',
    key_id: 'k-17',
    note: `see https://h.example/?access_token=hush5 and ${SECRET}`,
  };
  await describe({});
  await page.getByRole('link', { name: 'CI', exact: true }).click();
  const panel = detailsOf(page, 'CI');
  await openRaw(panel);
  await expect(panel.getByRole('heading', { name: say.details.json })).toBeVisible();
  await expect(panel).toContainText('"key_id": "k-17"');
  await expect(panel).toContainText('"token_type": "bearer"');
  await expect(panel).not.toContainText(/hush|ghp_/);
});

test('the rule for scopes stands beside them', async ({ describe, desk, page }) => {
  const help = 'Without any, the token may do everything that you may do.';
  await describe({
    token: { id: '/id', name: '/name', scopes: { at: '/scopes', help } },
    scopes: ['read', 'write'],
    create: { path: '/tokens', body: { name: '{name}', scopes: '{scopes}' } },
  });
  await desk.createButton.click();
  await expect(page.getByRole('group', { name: 'Scopes' })).toContainText(help);
});

test('a choice that need not be made is not made for the user', async ({ acme, describe, desk, page }) => {
  let n_made = 0;
  const choices = [
    { value: '7', label: 'A week' },
    { value: '30', label: 'A month' },
  ];
  await describe({
    inputs: [
      { key: 'days', label: 'Lifespan', type: 'choice', choices },
      { key: 'role', label: 'Role', type: 'choice', choices: ['a', 'b', 'c', 'd', 'e', 'f'] },
    ],
    create: { path: '/tokens', body: { name: '{name}', days: '{input.days|number|or null}', role: '{input.role}' } },
  });
  const create = async (choose: () => Promise<void>): Promise<void> => {
    n_made += 1;
    acme.answers['POST /tokens'] = { status: 201, body: { id: 8 + n_made, name: 'new' } };
    await desk.createButton.click();
    const form = desk.creating;
    await form.name.fill('new');
    await choose();
    await form.save.click();
    await expect(form.dialog).toBeHidden();
  };
  const lifespan = page.getByRole('group', { name: 'Lifespan' });
  await create(async () => {
    await expect(lifespan.getByRole('radio', { name: say.asked.notSet })).toBeChecked();
    await expect(page.getByRole('combobox', { name: 'Role' }).locator('option:checked')).toHaveText(say.asked.notSet);
  });
  await create(async () => {
    await lifespan.getByRole('radio', { name: 'A week' }).check();
    await page.getByRole('combobox', { name: 'Role' }).selectOption('b');
  });
  await create(async () => {
    await lifespan.getByRole('radio', { name: 'A week' }).check();
    await lifespan.getByRole('radio', { name: say.asked.notSet }).check();
  });
  const nothing = { name: 'new', days: null };
  expect(acme.bodies('POST')).toEqual([nothing, { name: 'new', days: 7, role: 'b' }, nothing]);
});

test.describe('a refusal', () => {
  const inputs = [{ key: 'password', label: 'Your password', type: 'password', required: true }];
  const create = { path: '/tokens', body: { label: '{name}', password: '{input.password}' } };

  test('by a 401 that signs nobody out keeps its status and leads to what was typed', async ({ acme, describe, desk, watch }) => {
    watch.expects(FAILED);
    acme.answers['POST /tokens'] = { status: 401, body: { error: 'bad username/password, access denied' } };
    const errors = { signed_out: { status: 401, at: '/error', not: 'bad username/password, access denied' } };
    await describe({ inputs, create, errors });
    await desk.createButton.click();
    const form = desk.creating;
    await expect(form.save).toHaveAccessibleDescription('Fill in “Your password”.');
    await form.name.fill('new');
    await form.dialog.getByLabel('Your password').fill('wrong');
    await form.save.click();
    const alert = form.dialog.getByRole('alert');
    await expect(alert).toContainText('bad username/password, access denied');
    await expect(alert).toContainText('It answered 401. Check what you typed, then try again.');
    await expect(alert).not.toContainText('403');
  });

  test('speaks of what the form has: a 409 without a name and a GUID', async ({ acme, describe, desk, watch }) => {
    watch.expects(FAILED);
    acme.answers['POST /tokens'] = { status: 409, body: { message: 'There is one.' } };
    await describe({ inputs, create: { path: '/tokens', body: { password: '{input.password}' } } });
    await desk.createButton.click();
    const form = desk.creating;
    await form.dialog.getByLabel('Your password').fill('x');
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText('There is one.');
    await expect(form.dialog.getByRole('alert')).not.toContainText(/the name|GUID/);
  });

  for (const [shape, errors, told] of [
    ['a text', 'Too odd.', ['Too odd.']],
    ['a list of texts', ['Too odd.', 'Too long.'], ['Too odd. Too long.']],
    ['objects', [{ field: 'name', message: 'Too odd.' }, { loc: ['body', 'colour'], msg: 'Too blue.' }], ['colour: Too blue.']],
    ['objects in fields', { name: [{ message: 'Too odd.' }], colour: { deep: 'Too blue.' } }, ['colour.deep: Too blue.']],
  ] as const) {
    test(`with its messages as ${shape} drops none`, async ({ desk, server, watch }) => {
      watch.expects(FAILED);
      await desk.open();
      const form = await desk.openCreate();
      await form.fill({ name: 'mine', scopes: ['Builds: read'] });
      await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 422, times: 1, body: { detail: 'Look again.', errors } });
      await form.save.click();
      const alert = form.dialog.getByRole('alert');
      for (const text of ['Look again.', ...told]) await expect(alert).toContainText(text);
      if (shape.startsWith('objects')) await expect(form.name).toHaveAccessibleDescription(/Too odd\./);
    });
  }

  for (const [verb, call] of [
    ['Revoke', { method: 'POST', path: '/api/v1/tokens/*/revoke' }],
    ['Delete', { method: 'DELETE', path: '/api/v1/tokens/*' }],
  ] as const) {
    test(`of ${verb} speaks of no fields, and drops no message`, async ({ desk, server, watch }) => {
      watch.expects(FAILED);
      await server.add({ name: 'doomed' });
      await desk.open();
      await desk.action(verb, 'doomed').click();
      const question = desk.question(`${verb} token`);
      const go = question.getByRole('button', { name: new RegExp(`^(${verb}|Retry)$`) });
      const alert = question.getByRole('alert');
      await server.fail({ ...call, status: 422, times: 1, body: { errors: { reason: ['Give one.'] } } });
      await go.click();
      await expect(alert).toContainText('reason: Give one.');
      await expect(alert).not.toContainText(/highlighted fields|save again|the values/);
      await server.fail({ ...call, status: 409, times: 1, body: {} });
      await go.click();
      await expect(alert).toContainText('It answered 409');
      await expect(alert).not.toContainText(/name|GUID/);
      await server.fail({ ...call, status: 412, times: 1, body: {} });
      await go.click();
      await expect(alert).toContainText(say.happened.changed);
      await expect(alert).not.toContainText(/saved|Choose what to keep/);
    });
  }

  test('of a create by a 412 is told too', async ({ desk, server, watch }) => {
    watch.expects(FAILED);
    await desk.open();
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Builds: read'] });
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 412, times: 1, body: {} });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText(say.happened.changed);
  });
});

test('an end that an edit can take back is not told as one that cannot be undone', async ({ acme, describe, page }) => {
  acme.token = { id: 7, name: 'CI', disabled: false };
  const calls = {
    token: { id: '/id', name: '/name', active: { at: '/disabled', not: true }, revoked: '/disabled', valid_to: '/to' },
    inputs: [{ key: 'disabled', label: 'Disabled', type: 'switch', at: '/disabled' }],
    update: { path: '/tokens/{id}', body: { name: '{name}', disabled: '{input.disabled}', to: '{valid_to}' } },
    revoke: { path: '/tokens/{id}/disable' },
  };
  await describe(calls);
  await page.getByRole('button', { name: 'Revoke CI' }).click();
  const question = page.getByRole('alertdialog', { name: /^Revoke .*\?$/ });
  await expect(question).toContainText('It stays in the list.');
  await expect(question).not.toContainText('undo');
  await question.getByRole('button', { name: say.tokenForm.cancel }).click();
  acme.token = { id: 7, name: 'CI', disabled: true };
  await page.getByRole('button', { name: say.toolbar.refresh }).click();
  await expect(page.getByRole('row').filter({ hasText: 'CI' })).toContainText(say.status.revoked);
  await page.getByRole('button', { name: 'Edit CI' }).click();
  const form = page.getByRole('dialog', { name: say.tokenForm.edit });
  await expect(form.getByLabel('Valid to', { exact: true })).toBeEnabled();
  await expect(form).not.toContainText('cannot be changed');
});

test('letters that nobody sees are shown where a token is deleted', async ({ desk, page, server }) => {
  await server.add({ name: 'Safe\u200b' });
  await desk.open();
  await page.getByRole('button', { name: /^Delete Safe/ }).click();
  await expect(desk.question('Delete token')).toContainText('Safe[U+200B]');
});

test('letters that nobody sees are shown where connections are imported', async ({ desk, page }) => {
  await desk.open();
  await page.getByRole('button', { name: say.page.connections }).click();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: say.manages.import }).click()]);
  const connections = ['Safe', 'Safe\u200b'].map((name) => ({ name, dialect: 'scoped', base: 'api/v1' }));
  await chooser.setFiles({ name: 'c.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ connections })) });
  const question = page.getByRole('dialog', { name: say.import.title });
  await expect(question.getByRole('listitem').locator('bdi')).toHaveText(['Safe', 'Safe[U+200B]']);
});

test('a secret that the list shows too is not told as one that is seen once', async ({ acme, describe, desk, page }) => {
  acme.answers['POST /tokens'] = { status: 201, body: { id: 8, name: 'new', key: 'hush' } };
  await describe({
    token: { id: '/id', name: '/name', columns: [{ label: 'Key', at: '/key', as: 'secret' }] },
    create: { path: '/tokens', body: { name: '{name}' }, secret: '/key' },
  });
  await desk.createButton.click();
  await desk.creating.name.fill('new');
  await desk.creating.save.click();
  const dialog = page.getByRole('dialog', { name: say.secretDialog.title });
  await expect(dialog).toContainText('The system also shows it in its list');
  await expect(dialog).not.toContainText("won't see it again");
  await dialog.getByRole('button', { name: say.manages.close }).click();
  await expect(dialog).toContainText("You haven't copied the secret. Close anyway?");
});

test('what the policy says of an address does not stay for another one', async ({ desk, page, watch }) => {
  watch.expects(/policy violation: connect-src/, /console error: .*Content Security Policy/);
  await desk.open();
  await page.getByRole('button', { name: say.page.connections }).click();
  await page.getByRole('button', { name: say.manages.add }).click();
  const form = page.getByRole('dialog', { name: say.manages.add });
  const base = form.getByRole('textbox', { name: say.connectionForm.base });
  await base.fill('http://127.0.0.1:9');
  await base.blur();
  const refusal = form.getByText("The page's own security policy does not allow http://127.0.0.1:9.");
  await expect(refusal).toBeVisible();
  // While it is typed, not only once it is left.
  await base.fill('/zabbix');
  await expect(refusal).toHaveCount(0);
});

test('the adapters that do not load are told as a part that did not load', async ({ describe, page, watch }) => {
  test.skip(IS_WHOLE, 'the page is in one piece');
  watch.expects(FAILED);
  watch.allows(/console error/);
  await page.route(`**${part('rest')}`, (route) => route.abort());
  await describe({});
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toContainText(say.happened.notLoaded);
  await page.unroute(`**${part('rest')}`);
  await page.getByRole('button', { name: 'Retry Acme' }).click();
  await expect(page.getByRole('link', { name: 'CI', exact: true })).toBeVisible();
});

test.describe('a system on another origin', () => {
  test('that allows the page, but not a header, says which', async ({ acme, launch, page, watch }) => {
    watch.expects(/console error: .*blocked by CORS policy/, FAILED);
    const api = {
      name: 'Acme',
      token: { id: '/id', name: '/name' },
      sign_in: {
        inputs: [{ key: 'user', label: 'User' }],
        login: { path: '/login', body: { user: '{sign_in.user}' }, keep: { token: '/token' } },
        headers: { Authorization: 'Bearer {session.token}' },
      },
      list: { path: '/tokens', items: '/data' },
    };
    const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Content-Type' };
    acme.answers['OPTIONS /login'] = { status: 204, headers };
    acme.answers['POST /login'] = { status: 200, headers, body: { token: 't' } };
    acme.answers['OPTIONS /tokens'] = { status: 204, headers };
    const server = await launch({ config: { connections: [{ name: 'Acme', dialect: 'rest', base: acme.origin, api }] } });
    await page.goto(server.url);
    await page.getByLabel('User').fill('ada');
    await page.getByRole('dialog').getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    const alert = page.getByRole('alert').filter({ hasText: /\S/ });
    await expect(alert).toContainText('does not allow this page to send the header Authorization (CORS)');
    await expect(alert.getByRole('link', { name: say.notices.recipe })).toBeVisible();
  });
});

test('a wrong password leaves the user name in a test of a connection', async ({ desk, page, watch }) => {
  watch.expects(FAILED);
  await desk.open();
  await page.getByRole('button', { name: say.page.connections }).click();
  await page.getByRole('button', { name: 'Duplicate PT Sandbox' }).click();
  await page.getByRole('button', { name: say.connectionTest.test }).click();
  const form = page.getByRole('form', { name: say.connectionTest.signInLabel });
  await form.getByLabel('Username').fill('demo');
  await form.getByLabel('Password').fill('wrong');
  await form.getByRole('button', { name: say.connectionTest.signIn }).click();
  await expect(form.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
  await expect(form.getByLabel('Username')).toHaveValue('demo');
  await expect(form.getByLabel('Password')).toHaveValue('');
  await form.getByLabel('Password').fill('demo');
  await form.getByRole('button', { name: say.connectionTest.signIn }).click();
  await expect(page.getByText('Connected. 0 tokens.')).toBeVisible();
});

test('a test of a connection warns of what an edit cannot take away', async ({ acme, describe, page }) => {
  const token = { id: '/id', name: '/name', valid_to: '/to', description: '/what' };
  const update = { path: '/tokens/{id}', body: { name: '{name}', to: '{valid_to}', what: '{description|or null}' } };
  acme.token = { id: 7, name: 'CI', to: '2030-01-01T00:00:00Z', what: 'Builds' };
  await describe({ token, update });
  await page.getByRole('button', { name: say.page.connections }).click();
  await page.getByRole('button', { name: 'Duplicate Acme' }).click();
  await page.getByRole('button', { name: say.connectionTest.test }).click();
  const found = (label: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label, exact: true }) });
  await expect(found('Valid to')).toContainText('Emptied in an edit, it is left out, and the system may keep what it has.');
  await expect(found('Valid to')).toContainText('{valid_to|or null}');
  await expect(found('Description')).toContainText('Builds');
  await expect(found('Description')).not.toContainText('left out');
});
