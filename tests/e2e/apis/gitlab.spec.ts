//! GitLab by its shipped description, against a stand-in.

import { expect } from '../fixture.ts';
import { FAILED } from '../systems.ts';
import { overApi, standIn, type Described } from './desk.ts';
import { GitLab } from './gitlab.ts';
import { day } from './stand-in.ts';
import { YEAR } from '../dates.ts';
import { say } from '../texts.ts';

const COLUMNS = [
  'Name',
  'Description',
  'Scopes',
  'Created',
  'Valid to',
  'Last used',
  'Is active',
  'User ID',
  'ID',
  'Actions',
] as const;
const GITLAB = {
  connection: { name: 'GitLab', dialect: 'rest', base: '/gitlab', api: 'apis/gitlab.json' },
  account: { 'Personal access token': 'glpat-of-root' },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

const test = overApi(
  GITLAB,
  standIn(() => {
    const gitlab = new GitLab();
    gitlab.add({ name: 'of root', token: 'glpat-of-root' });
    gitlab.add({ name: 'of ada', token: 'glpat-of-ada', user_id: 7 });
    return gitlab;
  }),
);

test('a wrong token is refused; the right one says who it belongs to', async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.visit();
  await api.answer({ 'Personal access token': 'glpat-wrong' });
  await expect(api.refusal).toContainText('401 Unauthorized');
  await api.answer(GITLAB.account);
  await api.loaded();
  await api.expectSignedInAs('root');
});

test('every page of the list is there, each token with what GitLab reports', async ({ api, system }) => {
  for (let number = 1; number <= 248; number += 1) system.add({ name: `token-${number}` });
  system.add({ name: 'ended', expires_at: day(-3).toISOString().slice(0, 10) });
  system.add({ name: 'stopped', revoked: true, expires_at: day(30).toISOString().slice(0, 10), description: 'old one' });
  await api.enter();
  await expect(api.status).toHaveText('252 of 252 tokens');
  const lists = system.heard.filter((it) => it.path.join('/') === 'api/v4/personal_access_tokens');
  expect(lists.map((it) => [it.query.get('page'), it.query.get('per_page')])).toEqual([
    [null, '100'],
    ['2', '100'],
    ['3', '100'],
  ]);
  await api.byName.fill('ended');
  await expect(api.cell(api.row('ended'), 'Is active')).toHaveText(say.status.expired);
  await api.byName.fill('stopped');
  const row = api.row('stopped');
  await expect(api.cell(row, 'Is active')).toHaveText(say.status.revoked);
  await expect(api.cell(row, 'Description')).toHaveText('old one');
  await expect(api.cell(row, 'User ID')).toHaveText('1');
  await api.byName.fill('of root');
  await expect(api.cell(api.row('of root'), 'Last used')).toHaveText(/^(now|.* ago)/);
  await expect(api.cell(api.row('of root'), 'Valid to')).toHaveText(say.absent.never);
});

test('a token is made with scopes and an end, and its secret works', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'CI', description: 'for builds', scopes: ['read_api', 'read_user'], validTo: `${YEAR}-05-06T07:08` });
  await form.save.click();
  const secret = await api.secret.read();
  expect(system.opens(secret)).toBe(true);
  expect(system.heard.filter((it) => it.method === 'POST').at(-1)?.body).toEqual({
    name: 'CI',
    description: 'for builds',
    scopes: ['read_api', 'read_user'],
    // Not before the moment that was chosen.
    expires_at: `${YEAR}-05-07`,
  });
  await api.secret.dismiss();
  const row = api.row('CI');
  await expect(api.cell(row, 'Scopes')).toContainText('read_api');
  await expect(api.cell(row, 'Valid to')).toContainText(`7 May ${YEAR}`);
  expect(await api.page.content()).not.toContain(secret);
});

test('a token is revoked and stays in the list; nothing is deleted', async ({ api, system }) => {
  const token = system.add({ name: 'leaked' });
  await api.enter();
  await expect(api.action('Delete', 'leaked')).toHaveCount(0);
  await api.action('Revoke', 'leaked').click();
  await api.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
  await expect(api.cell(api.row('leaked'), 'Is active')).toHaveText(say.status.revoked);
  expect(system.opens(token.token)).toBe(false);
});

test('a token is rotated: the new secret works, the old one does not', async ({ api, system }) => {
  const token = system.add({ name: 'nightly' });
  await api.enter();
  await api.rotate('nightly', { 'New expiration date': `${YEAR}-02-03` });
  const secret = await api.secret.read();
  expect([system.opens(secret), system.opens(token.token)]).toEqual([true, false]);
  expect(system.heard.find((it) => it.path.at(-1) === 'rotate')?.body).toEqual({ expires_at: `${YEAR}-02-03` });
  await api.secret.dismiss();
  // The rotated token is another one; the old one stays listed.
  await api.refreshButton.click();
  await api.byName.fill('nightly');
  await expect(api.row('nightly')).toHaveCount(2);
  await expect(api.row('nightly').filter({ hasText: say.status.revoked })).toHaveCount(1);
});

test("what only an administrator may do is told in GitLab's words", async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.enter('', { 'Personal access token': 'glpat-of-ada' });
  await api.expectNames('of ada');
  const form = await api.openCreate();
  await form.fill({ name: 'mine', scopes: ['api'] });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('403 Forbidden');
});

test('a token that has ended meanwhile signs its user out', async ({ api, system, watch }) => {
  watch.expects(FAILED);
  await api.enter();
  for (const token of system.tokens) token.revoked = true;
  await api.refreshButton.click();
  await expect(api.refusal).toContainText('Your session has ended.');
});
