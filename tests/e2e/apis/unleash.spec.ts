//! Unleash by its shipped description, against a stand-in: its tokens' ids are their secrets.

import { expect } from '../fixture.ts';
import { FAILED } from '../systems.ts';
import { detailsOf, openRaw } from '../desk.ts';
import { overApi, standIn, type Described } from './desk.ts';
import { end, Unleash } from './unleash.ts';
import { say } from '../texts.ts';

const COLUMNS = [
  'Name', 'Projects', 'Created', 'Valid to', 'Last used', 'Is active', 'Type', 'Environment', 'Secret', 'ID', 'Actions',
] as const;
const UNLEASH = {
  connection: { name: 'Unleash', dialect: 'rest', base: '/unleash', api: 'apis/unleash.json' },
  account: { Username: 'ada', Password: 'analytical' },
  columns: COLUMNS,
} satisfies Described<(typeof COLUMNS)[number]>;

const test = overApi(
  UNLEASH,
  standIn(() => new Unleash()),
);

test('a wrong password is refused, and a session that ends is taken up again', async ({ api, system, watch }) => {
  watch.expects(FAILED);
  system.add('ci');
  await api.visit();
  await api.answer({ Username: 'ada', Password: 'wrong' });
  await expect(api.refusal).toContainText('The combination of password and username you provided is invalid.');
  await api.answer(UNLEASH.account);
  await api.loaded();
  await api.expectSignedInAs('ada');
  system.session = '';
  await api.refreshButton.click();
  await expect(api.refusal).toContainText('Your session has ended.');
  await api.answer(UNLEASH.account);
  await expect(api.status).toHaveText('1 of 1 tokens');
});

test('the secret is seen when somebody asks, and stands in no address of the page', async ({ api, page, system }) => {
  const { secret } = system.add('ci');
  await page.setViewportSize({ width: 2400, height: 900 });
  await api.enter();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole('link', { name: 'ci', exact: true }).click();
  const panel = detailsOf(page);
  await openRaw(panel);
  await expect(panel.locator('pre')).toContainText('"tokenName": "ci"');
  expect(await page.content()).not.toContain(secret);
  expect(page.url()).toMatch(/[?&]token=[0-9a-f]{16}$/);
  await panel.getByRole('button', { name: say.details.close }).click();
  await api.cell(api.row('ci'), 'Secret').getByRole('button').click();
  await expect(api.cell(api.row('ci'), 'Secret')).toContainText(secret);
});

test('a token is made for a project, its end is changed and nothing else, and it is deleted', async ({ api, system, watch }) => {
  watch.expects(FAILED);
  system.add('other', { expiresAt: end(3) });
  await api.enter();
  const form = await api.openCreate();
  await form.fill({ name: 'web' });
  await form.dialog.getByRole('checkbox', { name: 'Shop' }).check();
  await form.dialog.getByRole('radio', { name: 'Frontend' }).check();
  await form.save.click();
  const secret = await api.secret.read();
  await api.secret.dismiss();
  const made = () => system.tokens.find((it) => it.secret === secret);
  expect(made()).toMatchObject({ tokenName: 'web', type: 'frontend', environment: 'development', projects: ['shop'] });
  await expect(api.cell(api.row('web'), 'Last used')).toHaveText(say.absent.never);

  const change = await api.openEdit('web');
  await expect(change.name).toHaveAttribute('readonly');
  await expect(change.dialog.getByRole('checkbox')).toHaveCount(0);
  await change.dialog.getByRole('button', { name: '30 days' }).click();
  await change.save.click();
  await expect(change.dialog).toBeHidden();
  await expect(api.cell(api.row('web'), 'Valid to')).toContainText('in 29 days');
  expect(system.heard.find((it) => it.method === 'PUT')?.body).toEqual({ expiresAt: made()?.expiresAt });

  // Unleash wants another end in the place of the one before; what it says stands beside the field.
  const endless = await api.openEdit('web');
  await endless.dialog.getByRole('button', { name: say.formDate.noEnd }).click();
  await endless.saveMore();
  await expect(endless.validTo).toHaveAccessibleDescription(/property is required/);
  await expect(endless.validTo).toHaveAttribute('aria-invalid', 'true');
  // The key reaches the form after a save that failed.
  await api.page.keyboard.press('Escape');
  await endless.dialog.getByRole('button', { name: say.dialogs.discard }).click();

  await api.action('Delete', 'web').click();
  await api.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect(api.rows).toHaveCount(1);
  expect(made()).toBeUndefined();
});
