//! Grafana by its shipped description, against a stand-in.

import { expect } from '../fixture.ts';
import { FAILED } from '../systems.ts';
import { overApi, standIn, type Described } from './desk.ts';
import { Grafana } from './grafana.ts';
import { day } from './stand-in.ts';
import { YEAR } from '../dates.ts';
import { say } from '../texts.ts';

const COLUMNS = ['Name', 'Created', 'Valid to', 'Last used', 'Is active', 'ID', 'Actions'] as const;
const GRAFANA = {
  connection: { name: 'Grafana', dialect: 'rest', base: '/grafana', api: 'apis/grafana.json', values: { account: 2 } },
  account: { 'Service account token': 'glsa_of_deploy' },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

const test = overApi(
  GRAFANA,
  standIn(() => {
    const grafana = new Grafana();
    grafana.add({ name: 'deploy', key: 'glsa_of_deploy', lastUsedAt: day(-1).toISOString() });
    return grafana;
  }),
);

test('a wrong token is refused; a token or a password lets in', async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.visit();
  await api.answer({ 'Service account token': 'glsa_wrong' });
  await expect(api.refusal).toContainText('did not accept');
  await api.answer(GRAFANA.account);
  await api.loaded();
  await api.signOut.click();
  await api.page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
  await api.answer({ Username: 'admin', Password: 'admin' });
  await api.loaded();
  await api.expectNames('deploy');
});

test('the list has what Grafana reports', async ({ api, system }) => {
  system.add({ name: 'ended', expiration: day(-2).toISOString() });
  system.add({ name: 'stopped', isRevoked: true });
  system.accounts.set(3, []);
  system.add({ name: 'of another account' }, 3);
  await api.enter();
  await api.expectNames('deploy', 'ended', 'stopped');
  await expect(api.cell(api.row('deploy'), 'Last used')).toContainText(/yesterday|day|hours ago/);
  await expect(api.cell(api.row('deploy'), 'Valid to')).toHaveText(say.absent.never);
  await expect(api.cell(api.row('ended'), 'Is active')).toHaveText(say.status.expired);
  await expect(api.cell(api.row('stopped'), 'Is active')).toHaveText(say.status.revoked);
});

test('a token is made with seconds to live, its secret works, and it is deleted', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'backup', validTo: `${YEAR}-05-06T07:08` });
  await form.save.click();
  const secret = await api.secret.read();
  expect(system.opens(secret)).toBe(true);
  await api.secret.dismiss();
  await expect(api.cell(api.row('backup'), 'Valid to')).toContainText(`6 May ${YEAR}, 07:08`);
  await api.action('Delete', 'backup').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await api.expectNames('deploy');
  expect(system.opens(secret)).toBe(false);
});

test('without an end nothing is said of one', async ({ api, system }) => {
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'endless' });
  await form.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
  await form.save.click();
  await api.secret.dismiss();
  expect(system.heard.find((it) => it.method === 'POST')?.body).toEqual({ name: 'endless' });
  await expect(api.cell(api.row('endless'), 'Valid to')).toHaveText(say.absent.never);
});

test("a name that is taken is told in Grafana's words", async ({ api, watch }) => {
  watch.expects(FAILED);
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'deploy' });
  await form.save.click();
  await expect(form.dialog.getByRole('alert')).toContainText('service account token with given name already exists');
});
