//! The form to sign in: what browsers and password managers are told of it, its two ways, and where the focus is.

import type { Locator } from '@playwright/test';
import { expect, held, test } from './fixture.ts';
import { AIR_DEMO, AIR_V2, AirDesk, FAILED, MIST_DEMO, MIST_ORG, MistDesk, only } from './systems.ts';
import { say } from './texts.ts';

const SECOND_FACTOR = { 'E-mail': 'demo-2fa@example.com', Password: 'demo' };
const GITEA = {
  name: 'Gitea',
  dialect: 'rest',
  base: 'api/v1',
  api: 'apis/gitea.json',
};

function attributes(field: Locator, names: string[]): Promise<(string | null)[]> {
  return field.evaluate((it, names) => names.map((name) => it.getAttribute(name)), names);
}

test.describe('Juniper Mist', () => {
  test.use({ serve: { config: only(MIST_ORG) } });

  test('tells what each field is for', async ({ page, server }) => {
    const mist = new MistDesk(page, server.url);
    await mist.visit();
    const field = (label: string) => mist.asking.getByLabel(label, { exact: true });
    const names = ['name', 'autocomplete', 'inputmode'];
    expect(await attributes(field('E-mail'), names)).toEqual(['email', 'username', null]);
    expect(await attributes(field('Password'), names)).toEqual(['password', 'current-password', null]);
    expect(await attributes(field('Code'), names)).toEqual(['code', 'one-time-code', 'numeric']);
    expect(await attributes(field('API token'), names)).toEqual(['token', 'off', null]);
    // What a password store keeps of the token it keeps for this system.
    const store = page.locator('.way').filter({ has: page.getByLabel('API token', { exact: true }) }).locator('[autocomplete=username]');
    await expect(store).toHaveValue('Juniper Mist');
    await expect(store).toHaveAttribute('readonly');
    expect(await store.evaluate((it: HTMLInputElement) => it.tabIndex)).toBe(-1);
    await expect(page.locator('form').filter({ has: page.getByLabel('Password', { exact: true }) })).toHaveCount(1);
    // No description leads nowhere.
    const dangling = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[aria-describedby]')].flatMap((it) => it.getAttribute('aria-describedby')?.split(' ') ?? []);
      return ids.filter((id) => document.getElementById(id) === null);
    });
    expect(dangling).toEqual([]);
  });

  test('has two ways, chosen by the arrows, and asks for what is missing of the chosen one alone', async ({ page, server }) => {
    const mist = new MistDesk(page, server.url);
    await mist.visit();
    const ways = mist.asking.getByRole('radiogroup', { name: say.signInForm.with });
    const [password, token] = [ways.getByRole('radio', { name: 'Password' }), ways.getByRole('radio', { name: 'API token' })];
    await expect(mist.asking.getByLabel('E-mail')).toBeFocused();
    await expect(password).toBeChecked();
    await expect(mist.asking.getByLabel('API token')).toBeHidden();
    await page.keyboard.press('Shift+Tab');
    await expect(password).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(token).toBeFocused();
    await expect(token).toBeChecked();
    await expect(mist.asking.getByLabel('E-mail')).toBeHidden();
    await page.keyboard.press('Tab');
    await expect(mist.asking.getByLabel('API token')).toBeFocused();
    await page.keyboard.press('Enter');
    expect(await mist.asking.getByLabel('API token').evaluate((it: HTMLInputElement) => it.validity.valueMissing)).toBe(true);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowLeft');
    await expect(password).toBeChecked();
  });

  test('asks for a code when the system does, and gives it the focus', async ({ page, server, watch }) => {
    watch.expects(FAILED);
    const mist = new MistDesk(page, server.url);
    await mist.visit();
    await expect(mist.asking.getByLabel('Code')).toBeHidden();
    await mist.answer({ ...SECOND_FACTOR, Password: 'wrong' });
    await expect(mist.refusal).toBeVisible();
    // That is no reason to ask for a code.
    await expect(mist.asking.getByLabel('Code')).toBeHidden();
    await expect(mist.asking.getByLabel('Password')).toBeFocused();
    await mist.answer(SECOND_FACTOR);
    await expect(mist.asking.getByLabel('Code')).toBeFocused();
    await expect(mist.refusal).toHaveCount(0);
    await expect(mist.asking.getByRole('status')).toContainText('Enter the code');
    await mist.answer({ Code: '123456' });
    await mist.loaded();
  });

  test('the focus is never lost: not while it is busy, not when it is done', async ({ page, server }) => {
    const letGo = await held(page, 'POST', /\/sim\/mist\/api\/v1\/login$/);
    const mist = new MistDesk(page, server.url);
    await mist.visit();
    await mist.asking.getByLabel('E-mail').fill(MIST_DEMO['E-mail'] ?? '');
    await mist.asking.getByLabel('Password').fill(MIST_DEMO['Password'] ?? '');
    const submit = mist.asking.locator('[type=submit]');
    await submit.focus();
    await page.keyboard.press('Enter');
    await expect(submit).toHaveText(say.signInForm.signingIn);
    await expect(submit).toBeDisabled();
    await expect(submit).toBeFocused();
    letGo();
    await expect(mist.asking).toBeHidden();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  });
});

test.describe('NVIDIA Air', () => {
  test.use({ serve: { config: only(AIR_V2) } });

  test('offers the way that worked last, and keeps nothing else of it', async ({ page, server }) => {
    const air = new AirDesk(page, server.url);
    await air.enter('', AIR_DEMO);
    const form = await air.openCreate();
    await form.fill({ name: 'mine' });
    await form.save.click();
    const token = await air.secret.read();
    await air.secret.dismiss();
    await page.reload();
    await expect(air.asking.getByRole('radio', { name: 'Password' })).toBeChecked();
    await air.answer({ 'API token': token });
    await air.loaded();
    await page.reload();
    await expect(air.asking.getByRole('radio', { name: 'API token' })).toBeChecked();
    await expect(air.asking.getByLabel('API token')).toBeFocused();
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(token);
  });
});

test.describe('a described system with a one-time code', () => {
  test.use({ serve: { config: only(GITEA) } });

  test('asks for it once it was refused, as such a system says no more', async ({ page, server, watch }) => {
    watch.expects(FAILED);
    await server.fail({ path: '/api/v1/api/v1/user', status: 401, body: { message: 'Unauthorized' } });
    await page.goto(server.url);
    const dialog = page.getByRole('dialog', { name: 'Sign in to Gitea' });
    await expect(dialog.getByLabel('One-time code')).toBeHidden();
    expect(await attributes(dialog.getByLabel('Username'), ['autocomplete'])).toEqual(['username']);
    expect(await attributes(dialog.getByLabel('Password'), ['autocomplete'])).toEqual(['current-password']);
    await dialog.getByLabel('Username').fill('ada');
    await dialog.getByLabel('Password').fill('pw');
    await dialog.getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(dialog.getByRole('alert')).toBeVisible();
    await expect(dialog.getByLabel('One-time code')).toBeVisible();
    await expect(dialog.getByLabel('Password')).toBeFocused();
  });
});
