//! Gitea by its shipped description, against a stand-in.

import { expect } from '../fixture.ts';
import { FAILED } from '../systems.ts';
import { overApi, standIn, type Described } from './desk.ts';
import { Gitea } from './gitea.ts';
import { say } from '../texts.ts';

const COLUMNS = ['Name', 'Scopes', 'Created', 'Last used', 'Is active', 'Last eight', 'ID', 'Actions'] as const;
const GITEA = {
  connection: { name: 'Gitea', dialect: 'rest', base: '/gitea', api: 'apis/gitea.json' },
  account: { Username: 'ada', Password: 'analytical' },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

const test = overApi(
  GITEA,
  standIn(() => new Gitea()),
);

test('a wrong password is refused; the right one says who it belongs to', async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.visit();
  await api.answer({ Username: 'ada', Password: 'wrong' });
  await expect(api.refusal).toContainText('invalid username, password or token');
  await api.answer(GITEA.account);
  await api.loaded();
  await api.expectSignedInAs('ada');
});

test('an account with two factors is let in with a code, which no other account sends', async ({ api, system, watch }) => {
  watch.expects(FAILED);
  system.account.code = '123456';
  await api.visit();
  await api.answer(GITEA.account);
  await expect(api.refusal).toContainText('invalid provided OTP');
  expect(system.heard[0]?.headers).not.toHaveProperty('x-gitea-otp');
  await api.answer({ ...GITEA.account, 'One-time code': '123456' });
  await api.loaded();
});

test('every page of the list is there, each token with what Gitea reports', async ({ api, system }) => {
  for (let number = 1; number <= 120; number += 1) system.add(`token-${number}`, ['read:user', 'write:issue']);
  await api.enter();
  await expect(api.status).toHaveText('120 of 120 tokens');
  const lists = system.heard.filter((it) => it.path.at(-1) === 'tokens');
  expect(lists.map((it) => [it.query.get('page'), it.query.get('limit')])).toEqual([
    ['1', '50'],
    ['2', '50'],
    ['3', '50'],
  ]);
  await api.byName.fill('token-117');
  const row = api.row('token-117');
  await expect(api.cell(row, 'Scopes')).toHaveText(/read:user.*write:issue/);
  await expect(api.cell(row, 'Last eight')).toHaveText(system.tokens[116]?.token_last_eight ?? '');
  await expect(api.cell(row, 'Is active')).toHaveText(say.status.active);
});

test('a token is made with scopes, its secret works, and it is deleted', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'runner/1', scopes: ['read:repository', 'write:package'] });
  await form.save.click();
  const secret = await api.secret.read();
  expect(system.opens(secret)).toBe(true);
  await api.secret.dismiss();
  // The answer to a create has no scopes: what is shown was asked for again.
  await expect(api.cell(api.row('runner/1'), 'Scopes')).toHaveText(/read:repository.*write:package/);
  await api.action('Delete', 'runner/1').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(api.rows).toHaveCount(0);
  expect(system.opens(secret)).toBe(false);
});

test("a name that is taken is told in Gitea's words", async ({ api, system, watch }) => {
  watch.expects(FAILED);
  system.add('CI');
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'CI', scopes: ['Everything'] });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('access token name has been used already');
});

test('what Gitea has no call for is not offered', async ({ api, system }) => {
  system.add('kept');
  await api.enter();
  for (const verb of ['Edit', 'Revoke'] as const) await expect(api.action(verb, 'kept')).toHaveCount(0);
  const form = await api.openCreate();
  for (const field of [form.validTo, form.validFrom, form.description]) await expect(field).toHaveCount(0);
});
