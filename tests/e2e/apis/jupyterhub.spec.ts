//! JupyterHub by its shipped description, against a real hub.

import { expect } from '../fixture.ts';
import { FAILED } from '../systems.ts';
import { overApi, type Described } from './desk.ts';
import { JupyterHub } from './jupyterhub.ts';
import { YEAR } from '../dates.ts';
import { say } from '../texts.ts';

const COLUMNS = ['Note', 'Scopes', 'Created', 'Valid to', 'Last used', 'Is active', 'Client', 'ID', 'Actions'] as const;
const HUB = {
  connection: { name: 'Hub', dialect: 'rest', base: '/hub-of-ada', api: 'apis/jupyterhub.json' },
  account: {},
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

let hub: JupyterHub;
const test = overApi<JupyterHub, (typeof COLUMNS)[number]>(HUB, () => hub);
// It takes seconds to start, so every test of a worker has the same one, and leaves in it what it wants of its own names.
test.beforeAll(async () => {
  hub = await JupyterHub.start();
});
test.afterAll(() => hub.stop());

test('a wrong token is refused; the right one says who it belongs to', async ({ api, watch }) => {
  watch.expects(FAILED);
  const { token } = await hub.add('ben', { note: 'to sign in' });
  await api.visit();
  await api.answer({ 'API token': 'wrong' });
  await expect(api.refusal).toContainText('did not accept');
  await api.answer({ 'API token': token });
  await api.loaded();
  await api.expectSignedInAs('ben');
});

test("the list has the user's own tokens, each with what the hub reports", async ({ api }) => {
  const { token } = await hub.add('ben', { note: 'opens the list' });
  await hub.add('ben', { note: 'short-lived', expires_in: 9000, scopes: ['read:users!user'] });
  await hub.add('ada', { note: 'of somebody else' });
  await api.enter('', { 'API token': token });
  const row = api.row('short-lived');
  await expect(api.cell(row, 'Scopes')).toContainText('read:users!user=ben');
  await expect(api.cell(row, 'Valid to')).toContainText('in 2 hours');
  await expect(api.cell(row, 'Last used')).toHaveText(say.absent.never);
  await expect(api.cell(row, 'Client')).toHaveText('JupyterHub');
  await expect(api.cell(api.row('opens the list'), 'Valid to')).toHaveText(say.absent.never);
  await expect(api.cell(api.row('opens the list'), 'Last used')).toHaveText(/^(now|.* ago)/);
  await expect(api.row('of somebody else')).toHaveCount(0);
});

test('a token is made with scopes and an end, its secret works, and it is deleted', async ({ api }) => {
  const { token } = await hub.add('ada', { note: 'makes another' });
  await api.enter('', { 'API token': token });
  const form = await api.openCreate();
  await form.dialog.getByRole('textbox', { name: 'Note' }).fill('notebook/1');
  await form.scope('read:users!user: see your account').check();
  await form.fill({ validTo: `${YEAR}-05-06T07:08` });
  await form.save.click();
  const secret = await api.secret.read();
  expect(await hub.opens(secret)).toBe(true);
  await api.secret.dismiss();
  const made = (await hub.tokens('ada', token)).find((it) => it.note === 'notebook/1');
  expect(made?.scopes).toContain('read:users!user=ada');
  // The hub is told how long from now, in whole seconds.
  expect(made?.expires_at).toMatch(new RegExp(`^${YEAR}-05-06T05:0[78]:`));
  await expect(api.cell(api.row('notebook/1'), 'Valid to')).toContainText(`6 May ${YEAR}`);
  await api.action('Delete', 'notebook/1').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(api.row('notebook/1')).toHaveCount(0);
  expect(await hub.opens(secret)).toBe(false);
});

test("a scope that the user does not hold is told in the hub's words", async ({ api, watch }) => {
  watch.expects(FAILED);
  const { token } = await hub.add('ada', { note: 'wants too much' });
  await api.enter('', { 'API token': token });
  const form = await api.openCreate();
  await form.scope('shutdown: shut the hub down').check();
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('Not assigning requested scopes shutdown not held by User ada');
});

test('a token that may not list tokens is told what it lacks, and is not signed out', async ({ api, watch }) => {
  watch.expects(FAILED);
  const { token } = await hub.add('ada', { note: 'sees little', scopes: ['read:users:name!user'] });
  await api.visit();
  await api.answer({ 'API token': token });
  await expect(api.alert).toContainText('Action is not authorized with current scopes; requires any of [read:tokens]');
});
