//! Clones over shipped descriptions, and what their dialogs show of requests: run in a shell, a stand-in has what came of it.

import type { Locator } from '@playwright/test';
import { detailsOf } from '../desk.ts';
import { expect } from '../fixture.ts';
import { commandsOf, runs } from '../shell.ts';
import { cloneOf } from '../systems.ts';
import { say } from '../texts.ts';
import { overApi, standIn, type ApiDesk } from './desk.ts';
import { GitLab } from './gitlab.ts';
import { day } from './stand-in.ts';
import { Zabbix } from './zabbix.ts';

const overGitLab = overApi(
  { connection: { name: 'GitLab', dialect: 'rest', base: '/gitlab', api: 'apis/gitlab.json' }, account: { 'Personal access token': 'glpat-of-root' }, columns: ['Name', 'Actions'] },
  standIn(() => {
    const gitlab = new GitLab();
    gitlab.add({ name: 'of root', token: 'glpat-of-root' });
    return gitlab;
  }),
);
const overZabbix = overApi(
  { connection: { name: 'Zabbix', dialect: 'rest', base: '/zabbix', api: 'apis/zabbix.json' }, account: { Username: 'Admin', Password: 'zabbix' }, columns: ['Name', 'Is active', 'Actions'] },
  standIn(() => new Zabbix()),
);

/** Leaves a dialog in which nothing was typed, and the details behind it. */
async function leave<C extends string>(api: ApiDesk<C>, dialog: Locator): Promise<void> {
  await api.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  if (await detailsOf(api.page).isVisible()) await api.page.keyboard.press('Escape');
}

overGitLab('GitLab: a clone has the scopes and the length of life, and a secret of its own', async ({ api, system }) => {
  const token = system.add({ name: 'nightly', scopes: ['read_api', 'read_user'], description: 'for builds', revoked: true, created_at: day(-60).toISOString(), expires_at: day(-30).toISOString().slice(0, 10) });
  await api.enter();
  const form = await cloneOf(api.page, 'nightly');
  await expect(form.scopes.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await form.save.click();
  const secret = await api.secret.read();
  await api.secret.dismiss();
  const made = system.tokens.find((it) => it.token === secret);
  expect(made).toMatchObject({ scopes: token.scopes, description: 'for builds', user_id: 1, revoked: false });
  expect(made?.name).not.toBe('nightly');
  const days = (Date.parse(made?.expires_at ?? '') - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(28);
  expect(days).toBeLessThan(32);
  expect(system.opens(secret)).toBe(true);
});

overGitLab('GitLab: a shell creates, rotates and revokes', async ({ api, system }) => {
  const token = system.add({ name: 'nightly', scopes: ['read_api'] });
  await api.enter();
  const set = { GITLAB_PRIVATE_TOKEN: 'glpat-of-root' };
  const form = await cloneOf(api.page, 'nightly');
  const script = await commandsOf(form.dialog);
  expect(script).not.toContain('glpat-of-root');
  const made = JSON.parse(await runs('sh', script, set)) as { token: string };
  expect(system.opens(made.token)).toBe(true);
  await leave(api, form.dialog);
  await api.page.getByRole('button', { name: 'Rotate nightly', exact: true }).click();
  const rotation = api.page.getByRole('alertdialog', { name: /^Rotate nightly\?$/ });
  const renewed = JSON.parse(await runs('bash', await commandsOf(rotation), set)) as { token: string };
  expect([system.opens(renewed.token), system.opens(token.token)]).toEqual([true, false]);
  await leave(api, rotation);
  await api.refreshButton.click();
  const again = system.tokens.find((it) => it.token === renewed.token);
  // The list has both by now.
  const revoke = api.page.getByRole('button', { name: 'Revoke nightly', exact: true });
  await expect(revoke).toHaveCount(2);
  await revoke.last().click();
  await runs('sh', await commandsOf(api.question('Revoke token')), set);
  expect(system.tokens.filter((it) => it.name === 'nightly').every((it) => it.revoked)).toBe(true);
  expect(again?.revoked).toBe(true);
  // The page itself has changed nothing.
  expect(system.heard.filter((it) => it.method !== 'GET').every((it) => /curl/.test(it.headers['user-agent'] ?? ''))).toBe(true);
});

overZabbix('Zabbix: both calls of a create are shown, and what the second takes from the first', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'script', description: `it's "quoted" $(id)` });
  const script = await commandsOf(form.dialog);
  expect(script.match(/^curl/gm)).toHaveLength(2);
  const set = { ZABBIX_TOKEN: system.sessionOf() };
  // Without that the second is not sent.
  await expect(runs('sh', script, set)).rejects.toThrow(/ZABBIX_RESULT_TOKENIDS_0/);
  expect(system.tokens).toMatchObject([{ name: 'script', description: `it's "quoted" $(id)` }]);
  const id = system.tokens[0]?.tokenid ?? '';
  const second = script.slice(script.lastIndexOf('\ncurl') + 1);
  const answer = JSON.parse(await runs('bash', second, { ...set, ZABBIX_RESULT_TOKENIDS_0: id })) as { result: { token: string }[] };
  expect(system.opens(answer.result[0]?.token ?? '')).toBe(true);
});

overZabbix('Zabbix: a clone; a shell edits, disables, enables, rotates and deletes', async ({ api, system }) => {
  const token = system.add({ name: 'script', description: 'nightly', status: '1' });
  await api.enter();
  let form = await cloneOf(api.page, 'script');
  await form.save.click();
  const secret = await api.secret.read();
  await api.secret.dismiss();
  // The details that it was asked for in are there again.
  await api.page.keyboard.press('Escape');
  expect(system.tokens.at(-1)).toMatchObject({ description: 'nightly' });
  expect(system.tokens.at(-1)?.name).not.toBe('script');
  expect(secret).not.toBe('');
  const set = { ZABBIX_TOKEN: system.sessionOf() };
  form = await api.openEdit('script');
  await form.fill({ description: 'weekly' });
  await runs('sh', await commandsOf(form.dialog), set);
  expect(token).toMatchObject({ name: 'script', description: 'weekly', status: '1' });
  await form.cancel.click();
  await form.dialog.getByRole('button', { name: say.dialogs.discard }).click();
  for (const [verb, status] of [['Enable', '0'], ['Disable', '1']] as const) {
    await api.action(verb, 'script').click();
    await runs('bash', await commandsOf(api.question(`${verb} token`)), set);
    expect(token.status).toBe(status);
    await leave(api, api.question(`${verb} token`));
    await api.refreshButton.click();
  }
  await api.page.getByRole('button', { name: 'Rotate script', exact: true }).click();
  const rotation = api.page.getByRole('alertdialog', { name: /^Rotate script\?$/ });
  const renewed = JSON.parse(await runs('sh', await commandsOf(rotation), set)) as { result: { token: string }[] };
  expect(renewed.result[0]?.token).toBeTruthy();
  await leave(api, rotation);
  await api.action('Delete', 'script').click();
  await runs('sh', await commandsOf(api.question('Delete token')), set);
  expect(system.tokens.map((it) => it.name)).not.toContain('script');
});
