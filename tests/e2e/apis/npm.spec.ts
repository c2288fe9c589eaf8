//! An npm registry by its shipped description, against a real Verdaccio.

import { expect } from '../fixture.ts';
import { local } from '../local.ts';
import { FAILED, only } from '../systems.ts';
import { ApiDesk, overApi, type Described } from './desk.ts';
import { Verdaccio } from './verdaccio.ts';
import { say } from '../texts.ts';

const COLUMNS = ['Name', 'Created', 'Created by', 'Is active', 'Token', 'Read only', 'Networks', 'ID', 'Actions'] as const;
const NPM = {
  connection: { name: 'Registry', dialect: 'rest', base: '/npm', api: 'apis/npm.json' },
  account: {},
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

let registry: Verdaccio;
const test = overApi<Verdaccio, (typeof COLUMNS)[number]>(NPM, () => registry);
test.beforeAll(async () => {
  registry = await Verdaccio.start();
});
test.beforeEach(() => registry.clear());
test.afterAll(() => registry.stop());

test('a wrong token is refused, though the registry answers 200; the right one says who it belongs to', async ({ api }) => {
  await api.visit();
  await api.answer({ Token: 'wrong' });
  await expect(api.refusal).toContainText('did not accept what was typed');
  await api.answer({ Token: registry.session });
  await api.loaded();
  await api.expectSignedInAs('ada');
});

test('the list has tokens without names, each with what the registry reports', async ({ api }) => {
  const { key } = await registry.add(true, ['192.168.1.0/24', '10.0.0.0/8']);
  await registry.add();
  await api.enter('', { Token: registry.session });
  await expect(api.status).toHaveText('2 of 2 tokens');
  const row = api.rows.filter({ hasText: key.slice(0, 8) });
  await expect(api.cell(row, 'Read only')).toHaveText(/^(true|Yes)$/);
  await expect(api.cell(row, 'Networks')).toHaveText('192.168.1.0/24, 10.0.0.0/8');
  await expect(api.cell(row, 'Created by')).toHaveText('ada');
  await expect(api.cell(row, 'Created')).toHaveText(/^(now|.* ago)/);
});

test('a token is made with the password, its secret works, and it is deleted', async ({ api }) => {
  await api.enter('', { Token: registry.session });
  const form = await api.openCreate();
  await form.dialog.getByLabel('Read only', { exact: true }).check();
  await form.dialog.getByLabel('Networks', { exact: true }).fill('192.168.1.0/24\n10.0.0.0/8');
  await form.dialog.getByLabel(/^Your password/).fill(registry.account.password);
  await form.save.click();
  const secret = await api.secret.read();
  expect(await registry.owner(secret)).toBe('ada');
  await api.secret.dismiss();
  await expect(api.rows).toHaveCount(1);
  expect(await registry.tokens()).toMatchObject([{ readonly: true, cidr: ['192.168.1.0/24', '10.0.0.0/8'] }]);
  await api.page.getByRole('button', { name: /^Delete / }).click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(api.rows).toHaveCount(0);
  expect(await registry.tokens()).toEqual([]);
});

test('a registry on an origin of its own, which lets other pages read it, needs no proxy', async ({ page, server }) => {
  await registry.add(true);
  const connection = { ...NPM.connection, base: registry.origin };
  await server.configure(only(connection));
  const direct = new ApiDesk(page, server.url, connection, NPM.account, COLUMNS);
  await direct.enter('', { Token: registry.session });
  await direct.page.getByRole('button', { name: /^Delete / }).click();
  await direct.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(direct.rows).toHaveCount(0);
  expect(await registry.tokens()).toEqual([]);
});

test('one typed command leads to the tokens of a registry', async ({ keep, page }) => {
  const host = await keep(local(['--connect', `npm=${registry.origin}`]));
  const desk = new ApiDesk(page, host.url, { ...NPM.connection, name: 'npm registry' }, NPM.account, COLUMNS);
  await desk.enter('', { Token: registry.session });
  const form = await desk.openCreate();
  await form.dialog.getByLabel(/^Your password/).fill(registry.account.password);
  await form.save.click();
  expect(await registry.owner(await desk.secret.read())).toBe('ada');
  await desk.secret.dismiss();
  await expect(desk.rows).toHaveCount(1);
  await desk.page.getByRole('button', { name: /^Delete / }).click();
  await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(desk.rows).toHaveCount(0);
  expect(await registry.tokens()).toEqual([]);
});

test("a wrong password is told in the registry's words, and signs nobody out", async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.enter('', { Token: registry.session });
  const form = await api.openCreate();
  await form.dialog.getByLabel(/^Your password/).fill('wrong');
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('bad username/password, access denied');
  await form.dialog.getByLabel(/^Your password/).fill(registry.account.password);
  await form.save.click();
  await api.secret.dismiss();
  await expect(api.rows).toHaveCount(1);
});
