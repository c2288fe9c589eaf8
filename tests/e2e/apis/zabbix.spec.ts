//! Zabbix by its shipped description, against a stand-in.

import { expect } from '../fixture.ts';
import { overApi, standIn, type Described } from './desk.ts';
import { Zabbix } from './zabbix.ts';
import { YEAR } from '../dates.ts';
import { say } from '../texts.ts';

const COLUMNS = [
  'Name',
  'Description',
  'Created',
  'Valid to',
  'Last used',
  'Created by',
  'Is active',
  'User ID',
  'ID',
  'Actions',
] as const;
const ZABBIX = {
  connection: { name: 'Zabbix', dialect: 'rest', base: '/zabbix', api: 'apis/zabbix.json' },
  account: { Username: 'Admin', Password: 'zabbix' },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

const test = overApi(
  ZABBIX,
  standIn(() => new Zabbix()),
);

/** The end of a token, a moment in summer time: 7:08 in Berlin. */
const END = String(Date.UTC(YEAR, 4, 6, 5, 8) / 1000);

/** The methods that were called, in order. */
function methods(zabbix: Zabbix): string[] {
  return zabbix.heard.map((it) => (it.body as { method: string }).method);
}

test('a wrong password is refused, though Zabbix answers 200; signing out ends the session', async ({ api, system }) => {
  await api.visit();
  await api.answer({ Username: 'Admin', Password: 'wrong' });
  await expect(api.refusal).toContainText('Incorrect user name or password or account is temporarily blocked.');
  await api.answer(ZABBIX.account);
  await api.loaded();
  await api.expectSignedInAs('Admin');
  expect(system.heard[0]?.headers).not.toHaveProperty('authorization');
  await api.signOut.click();
  await api.expectSignedOut();
  await expect.poll(() => system.sessions).toBe(0);
});

test('an API token lets in too; one that has ended does not', async ({ api, system }) => {
  const secret = system.generate(system.add({ name: 'mine' }));
  const ended = system.generate(system.add({ name: 'ended', expires_at: '1600000000' }));
  await api.visit();
  await api.answer({ 'API token': ended });
  await expect(api.refusal).toContainText('did not accept');
  await api.answer({ 'API token': secret });
  await api.loaded();
  await api.expectNames('mine', 'ended');
});

test('the list has what Zabbix reports', async ({ api, system }) => {
  system.add({ name: 'used', lastaccess: String(Math.floor(Date.now() / 1000) - 7200), description: 'of a script' });
  system.add({ name: 'ended', expires_at: '1600000000' });
  system.add({ name: 'off', status: '1' });
  await api.enter();
  const used = api.row('used');
  await expect(api.cell(used, 'Description')).toHaveText('of a script');
  await expect(api.cell(used, 'Last used')).toContainText('2 hours ago');
  await expect(api.cell(used, 'Valid to')).toHaveText(say.absent.never);
  await expect(api.cell(used, 'Created by')).toHaveText('1');
  await expect(api.cell(used, 'Is active')).toHaveText(say.status.active);
  await expect(api.cell(api.row('ended'), 'Is active')).toHaveText(say.status.expired);
  await expect(api.cell(api.row('ended'), 'Last used')).toHaveText(say.absent.never);
  await expect(api.cell(api.row('off'), 'Is active')).toHaveText(say.status.disabled);
  await api.byStatus.selectOption(say.statusFilter.disabled);
  await api.expectNames('off');
});

test('a token is made and its secret generated, in two calls', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'script', description: 'nightly', validTo: `${YEAR}-05-06T07:08` });
  await form.save.click();
  const secret = await api.secret.read();
  expect(system.opens(secret)).toBe(true);
  expect(methods(system)).toEqual(expect.arrayContaining(['token.create', 'token.generate']));
  expect(system.tokens[0]).toMatchObject({ name: 'script', description: 'nightly', expires_at: END, status: '0' });
  await api.secret.dismiss();
  await expect(api.cell(api.row('script'), 'Valid to')).toContainText(`6 May ${YEAR}, 07:08`);
});

test('a token whose secret could not be generated is there all the same, and the page says so', async ({ api, system }) => {
  system.refuses.add('token.generate');
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'mute' });
  await form.save.click();
  await expect(api.secret.dialog.getByRole('alert')).toContainText('No permissions to call');
  await api.secret.close.click();
  await api.expectNames('mute');
});

test('a token is edited: its end is taken away, and it is disabled', async ({ api, system }) => {
  const token = system.add({ name: 'old name', description: 'gone soon', expires_at: END });
  await api.enter();
  const form = await api.openEdit('old name');
  await form.fill({ name: 'new name', description: '' });
  await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
  await form.dialog.getByRole('radio', { name: 'Disabled' }).check();
  await form.saveMore();
  await expect(api.cell(api.row('new name'), 'Valid to')).toHaveText(say.absent.never);
  expect(token).toMatchObject({ name: 'new name', description: '', expires_at: '0', status: '1' });
});

test('a token is disabled and enabled; its secret stops and works again, and nothing else changes', async ({ api, system }) => {
  const token = system.add({ name: 'switched', description: 'of a script', expires_at: END });
  const secret = system.generate(token);
  const before = { ...token };
  await api.enter();
  await api.switch('Disable', 'switched');
  await expect(api.cell(api.row('switched'), 'Is active')).toHaveText(say.status.disabled);
  expect(token).toEqual({ ...before, status: '1' });
  expect(system.opens(secret)).toBe(false);
  await api.switch('Enable', 'switched');
  await expect(api.cell(api.row('switched'), 'Is active')).toHaveText(say.status.active);
  expect(token).toEqual(before);
  expect(system.opens(secret)).toBe(true);
  const updates = system.heard.map((it) => it.body as { method: string; params: unknown }).filter((it) => it.method === 'token.update');
  expect(updates.map((it) => it.params)).toEqual([1, 0].map((status) => ({ tokenid: token.tokenid, status })));
});

test('a token is rotated: the new secret works, the old one does not', async ({ api, system }) => {
  const old = system.generate(system.add({ name: 'rotated' }));
  await api.enter();
  await api.rotate('rotated');
  const secret = await api.secret.read();
  expect([system.opens(secret), system.opens(old)]).toEqual([true, false]);
  await api.secret.dismiss();
});

test('a token is deleted; one that was deleted meanwhile is gone already', async ({ api, page, system }) => {
  system.add({ name: 'gone' });
  system.add({ name: 'raced' });
  await api.enter();
  await api.action('Delete', 'gone').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await api.expectNames('raced');
  system.tokens.splice(0);
  await api.action('Delete', 'raced').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(page.getByText('“raced” was already gone.')).toBeVisible();
});

test("a name that is taken is told in Zabbix's words", async ({ api, system }) => {
  system.add({ name: 'script' });
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'script' });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('API token "script" already exists for user "Admin".');
});

test('a session that ends in the middle of a delete: the page asks, then finishes it', async ({ api, system }) => {
  system.add({ name: 'gone' });
  await api.enter();
  system.endSessions();
  await api.action('Delete', 'gone').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(api.refusal).toContainText('Your session has ended.');
  await api.answer(ZABBIX.account);
  await expect(api.rows).toHaveCount(0);
  expect(system.tokens).toEqual([]);
});
