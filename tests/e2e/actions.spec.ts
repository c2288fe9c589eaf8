//! `Delete` and `Revoke`: they ask first, name the token, and do exactly that.

import { expect, held, test } from './fixture.ts';
import { inDays } from './server.ts';
import { say } from './texts.ts';

test.describe('Delete', () => {
  test('asks first and names the token; Cancel changes nothing', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await server.add({ name: 'other' });
    await desk.open();
    const sent: string[] = [];
    page.on('request', (request) => request.url().includes('/api/') && sent.push(request.method()));
    await desk.action('Delete', 'one').click();
    const question = desk.question('Delete token');
    await expect(question).toBeVisible();
    await expect(question).toContainText('one');
    await expect(question).toContainText('permanently deletes');
    expect(await question.evaluate((it) => it.matches(':modal'))).toBe(true);
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(question).toBeHidden();
    await desk.action('Delete', 'one').click();
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    expect(sent).toEqual([]);
    expect(await server.tokens()).toHaveLength(2);
  });

  test('removes the token once it is confirmed', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    await server.add({ name: 'other' });
    await desk.open();
    await desk.action('Delete', 'one').click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(desk.question('Delete token')).toBeHidden();
    await desk.expectNames('other');
    await expect(desk.status).toHaveText('1 of 1 tokens');
    await expect(page.getByText('“one” was deleted.')).toBeVisible();
    expect((await server.fetch(`api/v1/tokens/${token.id}`)).status).toBe(404);
    expect(await server.tokens()).toHaveLength(1);
  });

  test('a token that is gone already is no failure', async ({ desk, page, server, watch }) => {
    watch.expects(/404/);
    const token = await server.add({ name: 'one' });
    await desk.open();
    await server.remove(token);
    await desk.action('Delete', 'one').click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(page.getByText('“one” was already gone.')).toBeVisible();
    await expect(desk.status).toHaveText('0 of 0 tokens');
  });

  test('a failure is told in the dialog, and Retry goes on', async ({ desk, server, watch }) => {
    watch.expects(/500/);
    await server.add({ name: 'one' });
    await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 500, times: 1 });
    await desk.open();
    await desk.action('Delete', 'one').click();
    const question = desk.question('Delete token');
    await question.getByRole('button', { name: say.action.delete }).click();
    await expect(question.getByRole('alert')).toContainText('It answered 500.');
    await expect(desk.rows).toHaveCount(1);
    await question.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(question).toBeHidden();
    await expect(desk.status).toHaveText('0 of 0 tokens');
    expect(await server.tokens()).toEqual([]);
  });

  test('an answer that is lost is safe to try again', async ({ desk, page, server, watch }) => {
    watch.expects(/ERR_/, /404/);
    await server.add({ name: 'one' });
    await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', drop: true, when: 'after' });
    await desk.open();
    await desk.action('Delete', 'one').click();
    const question = desk.question('Delete token');
    await question.getByRole('button', { name: say.action.delete }).click();
    await expect(question.getByRole('alert')).toContainText("We don't know if the change went through.");
    await server.mend();
    await question.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(page.getByText('“one” was already gone.')).toBeVisible();
  });
});

test.describe('Revoke', () => {
  test('asks first and names the token; Cancel changes nothing', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one' });
    await desk.open();
    await desk.action('Revoke', 'one').click();
    const question = desk.question('Revoke token');
    await expect(question).toContainText('one');
    await expect(question).toContainText("You can't undo this");
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(question).toBeHidden();
    await desk.action('Revoke', 'one').click();
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    expect((await server.read(token)).revoked_at).toBeNull();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.active);
  });

  test('makes the token inactive and its Valid to now, and is disabled then', async ({ desk, page, server }) => {
    const token = await server.add({ name: 'one', valid_to: inDays(30) });
    await desk.open();
    const before = Date.now();
    await desk.action('Revoke', 'one').click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await expect(desk.question('Revoke token')).toBeHidden();
    await expect(page.getByText('“one” was revoked.')).toBeVisible();
    const row = desk.row('one');
    await expect(desk.cell(row, 'Is active')).toHaveText(say.status.revoked);
    await expect(desk.action('Revoke', 'one')).toBeDisabled();
    const saved = await server.read(token);
    expect(saved.is_active).toBe(false);
    expect(saved.valid_to).toBe(saved.revoked_at);
    const at = Date.parse(saved.valid_to ?? '');
    expect(at).toBeGreaterThanOrEqual(before - 1000);
    expect(at).toBeLessThanOrEqual(Date.now() + 1000);
    // The new end is in the row too: today, and moments ago.
    const shown = new Date(at).toLocaleString('en-GB', { timeZone: 'Europe/Berlin', dateStyle: 'medium', timeStyle: 'short' });
    await expect(desk.cell(row, 'Expiration date')).toContainText(shown);
    await expect(desk.cell(row, 'Expiration date')).toContainText(/now|second|minute/);
  });

  test('a revoked token leaves the list of active ones', async ({ desk, server }) => {
    await server.add({ name: 'one' });
    await server.add({ name: 'other' });
    await desk.open('?status=active');
    await desk.action('Revoke', 'one').click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await desk.expectNames('other');
    await expect(desk.status).toHaveText('1 of 2 tokens');
  });

  test('pressed twice revokes once', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await desk.open();
    const letGo = await held(page, 'POST', /\/revoke$/);
    let sent = 0;
    page.on('request', (request) => (sent += request.url().endsWith('/revoke') ? 1 : 0));
    await desk.action('Revoke', 'one').click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).dblclick();
    letGo();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.revoked);
    expect(sent).toBe(1);
  });

  test('a failure is told in the dialog, and Retry goes on', async ({ desk, server, watch }) => {
    watch.expects(/502/);
    await server.add({ name: 'one' });
    await server.fail({ path: '/api/v1/tokens/*/revoke', status: 502, body: '<h1>Bad gateway</h1>', times: 1 });
    await desk.open();
    await desk.action('Revoke', 'one').click();
    const question = desk.question('Revoke token');
    await question.getByRole('button', { name: say.action.revoke }).click();
    await expect(question.getByRole('alert')).toContainText('It answered 502.');
    await expect(question.getByRole('alert')).not.toContainText('Bad gateway');
    await question.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(question).toBeHidden();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.revoked);
  });

  test('by somebody else meanwhile changes nothing more', async ({ desk, server }) => {
    const token = await server.add({ name: 'one' });
    await desk.open();
    const { revoked_at } = await server.revoke(token);
    await desk.action('Revoke', 'one').click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.revoked);
    expect((await server.read(token)).revoked_at).toBe(revoked_at);
  });

  test('while it is under way it can be left, and is done all the same', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await desk.open();
    const letGo = await held(page, 'POST', /\/revoke$/);
    await desk.action('Revoke', 'one').click();
    const question = desk.question('Revoke token');
    await question.getByRole('button', { name: say.action.revoke }).click();
    await question.getByRole('button', { name: say.tokenForm.cancel }).click();
    await expect(question.getByRole('group', { name: say.dialogs.leaveWhat })).toBeVisible();
    await question.getByRole('button', { name: say.dialogs.leave }).click();
    await expect(question).toBeHidden();
    letGo();
    await expect(page.getByText('“one” was revoked.')).toBeVisible();
    await expect(desk.cell(desk.row('one'), 'Is active')).toHaveText(say.status.revoked);
  });
});

test('names in the questions are whole, however long', async ({ desk, server }) => {
  const name = 'unbroken'.repeat(25);
  await server.add({ name });
  await desk.open();
  await desk.action('Revoke', name).click();
  await expect(desk.question('Revoke token')).toContainText(name);
});
