//! Cloudflare by its shipped description, against a stand-in.

import { Bulk } from '../bulk.ts';
import { expect } from '../fixture.ts';
import { FAILED } from '../systems.ts';
import { Cloudflare, GROUPS } from './cloudflare.ts';
import { overApi, standIn, type Described } from './desk.ts';
import { day } from './stand-in.ts';
import { YEAR } from '../dates.ts';
import { say } from '../texts.ts';

const COLUMNS = [
  'Name',
  'Permissions',
  'Created',
  'Valid from',
  'Valid to',
  'Last used',
  'Is active',
  'Modified',
  'ID',
  'Actions',
] as const;
const SECRET = 'S'.repeat(40);
const CLOUDFLARE = {
  connection: { name: 'Cloudflare', dialect: 'rest', base: '/cloudflare/client/v4', api: 'apis/cloudflare.json' },
  account: { 'API token': SECRET },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

const test = overApi(
  CLOUDFLARE,
  standIn(() => {
    const cloudflare = new Cloudflare();
    cloudflare.add({ name: 'maker', value: SECRET });
    return cloudflare;
  }),
);

for (const [what, wrong, words] of [
  ['a wrong token', 'W'.repeat(40), 'Invalid API Token'],
  ['what is no token at all', 'wrong', 'Invalid request headers'],
] as const) {
  test(`${what} is refused`, async ({ api, watch }) => {
    watch.expects(FAILED);
    await api.visit();
    await api.answer({ 'API token': wrong });
    await expect(api.refusal).toContainText(words);
    await api.answer(CLOUDFLARE.account);
    await api.loaded();
  });
}

test('every page of the list is there, each token with what Cloudflare reports', async ({ api, system }) => {
  for (let number = 1; number <= 118; number += 1) system.add({ name: `token-${number}` });
  system.add({ name: 'ended', expires_on: day(-2).toISOString() });
  await api.enter();
  await expect(api.status).toHaveText('120 of 120 tokens');
  const lists = system.heard.filter((it) => it.path.at(-1) === 'tokens');
  expect(lists.map((it) => [it.query.get('page'), it.query.get('per_page')])).toEqual([
    ['1', '50'],
    ['2', '50'],
    ['3', '50'],
  ]);
  await api.byName.fill('ended');
  await expect(api.cell(api.row('ended'), 'Is active')).toHaveText(say.status.expired);
  await api.byName.fill('maker');
  const row = api.row('maker');
  await expect(api.cell(row, 'Is active')).toHaveText(say.status.active);
  await expect(api.cell(row, 'Permissions')).toHaveText('Zone Read');
  await expect(api.cell(row, 'Valid to')).toHaveText(say.absent.never);
  await expect(api.cell(row, 'Last used')).toHaveText(/^(now|.* ago)/);
});

test('a token is made of permissions that Cloudflare has named, and its secret works', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'DNS', validTo: `${YEAR}-05-06T07:08` });
  for (const permission of ['DNS Read', 'DNS Write']) await form.permission(permission).check();
  await form.dialog
    .getByLabel(/^For( \*)?$/)
    .fill('com.cloudflare.api.account.zone.22b1de5f1c0e4b3ea97bb1e963b06a43');
  await form.save.click();
  const secret = await api.secret.read();
  expect(system.opens(secret)).toBe(true);
  expect(system.heard.find((it) => it.method === 'POST')?.body).toEqual({
    name: 'DNS',
    expires_on: `${YEAR}-05-06T05:08:00Z`,
    policies: [
      {
        effect: 'allow',
        resources: { 'com.cloudflare.api.account.zone.22b1de5f1c0e4b3ea97bb1e963b06a43': '*' },
        permission_groups: GROUPS.slice(1).map(({ id }) => ({ id })),
      },
    ],
  });
  await api.secret.dismiss();
  await expect(api.cell(api.row('DNS'), 'Valid to')).toContainText(`6 May ${YEAR}, 07:08`);
});

test('an edit changes name, bounds and status, and keeps the policies', async ({ api, system }) => {
  const token = system.add({ name: 'old name' });
  const policies = structuredClone(token.policies);
  await api.enter();
  const form = await api.openEdit('old name');
  await form.fill({ name: 'new name', validTo: `${YEAR}-05-06T07:08` });
  await form.dialog.getByRole('radio', { name: 'Disabled' }).check();
  await form.save.click();
  await expect(api.cell(api.row('new name'), 'Is active')).toHaveText(say.status.disabled);
  expect(token).toMatchObject({ name: 'new name', status: 'disabled', expires_on: `${YEAR}-05-06T05:08:00Z` });
  const kept = token.policies.map(({ id: _, ...it }) => it);
  expect(kept).toEqual(policies.map(({ id: _, ...it }) => it));
});

test('a token is disabled and enabled; it is put in whole, with all that it had', async ({ api, system }) => {
  const condition = { request_ip: { in: ['192.0.2.0/24'] } };
  const token = system.add({ name: 'switched', condition, expires_on: day(30).toISOString(), not_before: day(-30).toISOString() });
  const { modified_on: _, policies, ...before } = structuredClone(token);
  await api.enter();
  const sent = () => system.heard.filter((it) => it.method === 'PUT').map((it) => it.body as Record<string, unknown>);
  for (const [verb, status, shown] of [
    ['Disable', 'disabled', say.status.disabled],
    ['Enable', 'active', say.status.active],
  ] as const) {
    await api.switch(verb, 'switched');
    await expect(api.cell(api.row('switched'), 'Is active')).toHaveText(shown);
    expect(token).toMatchObject({ ...before, status });
    expect(token.policies.map(({ id: _, ...it }) => it)).toEqual(policies.map(({ id: _, ...it }) => it));
    expect(system.opens(token.value)).toBe(status === 'active');
    expect(Object.keys(sent().at(-1) ?? {}).sort()).toEqual(['condition', 'expires_on', 'name', 'not_before', 'policies', 'status']);
  }
});

test('a switch that changes something else besides says so', async ({ api, page, system }) => {
  const token = system.add({ name: 'switched', expires_on: day(30).toISOString() });
  await api.enter();
  // As a system that has come to read what is put in otherwise.
  system.alters = (it) => {
    it.name = 'renamed';
    delete it.expires_on;
  };
  await api.switch('Disable', 'switched');
  const told = page.locator('.findings');
  await expect(told).toContainText(/This also changed: .*Name .*switched.* → .*renamed/);
  await expect(told).toContainText(/Expires|Valid to/);
  expect(token).toMatchObject({ name: 'renamed', status: 'disabled' });
  await expect(api.cell(api.row('renamed'), 'Is active')).toHaveText(say.status.disabled);
});

test('a run of switches says at which tokens something else was changed', async ({ api, system }) => {
  for (const name of ['run 1', 'run 2', 'run 3']) system.add({ name, expires_on: day(30).toISOString() });
  await api.enter();
  system.alters = (it) => {
    if (it.name === 'run 2') delete it.expires_on;
  };
  await api.byName.fill('run ');
  await expect(api.status).toContainText('3 of ');
  const bulk = new Bulk(api);
  await bulk.askAll('disable');
  await bulk.begin('disable');
  await bulk.ends('Disabled 3 of 3 tokens');
  await expect(bulk.notGood).toHaveText([/run 2.*changed something else/]);
});

test('a token that has neither bounds nor condition is put in without', async ({ api, system }) => {
  const token = system.add({ name: 'plain' });
  await api.enter();
  await api.switch('Disable', 'plain');
  await expect(api.cell(api.row('plain'), 'Is active')).toHaveText(say.status.disabled);
  expect(token).not.toHaveProperty('expires_on');
  expect(token).not.toHaveProperty('condition');
});

test('a token is rolled: the new secret works, the old one does not', async ({ api, system }) => {
  const token = system.add({ name: 'rolled' });
  const old = token.value;
  await api.enter();
  await api.rotate('rolled');
  const secret = await api.secret.read();
  expect([system.opens(secret), system.opens(old)]).toEqual([true, false]);
  await api.secret.dismiss();
  await expect(api.row('rolled')).toBeVisible();
});

test('a token is deleted', async ({ api, system }) => {
  const token = system.add({ name: 'gone' });
  await api.enter();
  await api.action('Delete', 'gone').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await api.expectNames('maker');
  expect(system.opens(token.value)).toBe(false);
});

test('what Cloudflare refuses is told in its words', async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'x'.repeat(121) });
  await form.permission('DNS Read').check();
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('name: must be at most 120 characters long');
});
