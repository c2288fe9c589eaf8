//! What an action would send is shown as `curl` commands. They are run in shells, against the server.

import type { Page } from '@playwright/test';
import { detailsOf } from './desk.ts';
import { expect, test } from './fixture.ts';
import { violations } from './look.ts';
import { commandsOf, proofOf, runs } from './shell.ts';
import { Air, AIR_V2, AirDesk, cloneOf, Mist, MIST_ORG, MistDesk, only, ORG, PT_SANDBOX, PtDesk, PtSandbox } from './systems.ts';
import { say } from './texts.ts';

/** Listens to what the page itself sends that is no read. */
function writesOf(page: Page): string[] {
  const writes: string[] = [];
  page.on('request', (it) => {
    if (it.method() !== 'GET' && it.url().includes('/api/')) writes.push(`${it.method()} ${new URL(it.url()).pathname}`);
  });
  return writes;
}

const HOSTILE = `it's $(touch /tmp/tokendeck-curl) \`id\` "x" \\ !! -o; ünïcode #`;

test.describe('of the Scoped Token API', () => {
  test.use({ serve: { secret: 'sec-ret-1234' } });

  test.beforeEach(async ({ desk }) => {
    await desk.visit();
    await desk.signsIn('sec-ret-1234');
    await desk.loaded();
  });

  for (const shell of ['sh', 'bash']) {
    test(`${shell} creates what the form would create, and the page nothing`, async ({ desk, page, server }) => {
      const writes = writesOf(page);
      const form = await desk.openCreate();
      await form.fill({ name: HOSTILE, scopes: ['Builds: read', 'Logs: read'] });
      const script = await commandsOf(form.dialog);
      expect(script).not.toContain('sec-ret-1234');
      expect(script).not.toContain(await form.guid.inputValue());
      const guid = crypto.randomUUID();
      await runs(shell, script, { SCOPED_TOKENS_TOKEN: 'sec-ret-1234', SCOPED_TOKENS_GUID: guid });
      const made = await server.theOne(HOSTILE);
      expect(made).toMatchObject({ guid, scopes: ['builds-read', 'logs-read'] });
      expect(writes).toEqual([]);
    });
  }

  test('without its variables nothing is sent, and they are named', async ({ desk, server }) => {
    const form = await desk.openCreate();
    await form.fill({ name: 'mine', scopes: ['Builds: read'] });
    const script = await commandsOf(form.dialog);
    await expect(runs('sh', script, {})).rejects.toThrow(/SCOPED_TOKENS_TOKEN/);
    expect(await server.tokens()).toHaveLength(0);
  });

  test('an edit reads the tag first, and sends it', async ({ desk, server }) => {
    const token = await server.add({ name: 'mine', description: 'old' });
    await desk.refreshButton.click();
    const form = await desk.openEdit('mine');
    await form.fill({ description: 'new' });
    const script = await commandsOf(form.dialog);
    expect(script.match(/^curl/gm)).toHaveLength(2);
    const set = { SCOPED_TOKENS_TOKEN: 'sec-ret-1234', SCOPED_TOKENS_GUID: token.guid };
    const tag = /^etag: (.*)$/im.exec(await runs('sh', script, set))?.[1]?.trim();
    expect(script).toContain(`If-Match: ${tag}`);
    expect(await server.read(token)).toMatchObject({ guid: token.guid, name: 'mine', description: 'new' });
    // The page's own form is behind by now.
    await server.change(await server.read(token), { description: 'newer' });
    expect(await runs('sh', script, set)).toContain('412');
  });

  test('what is typed is followed', async ({ desk }) => {
    const form = await desk.openCreate();
    await form.dialog.getByText(say.request.show, { exact: true }).click();
    await expect(form.dialog.getByText(say.request.incomplete)).toBeVisible();
    await form.fill({ name: 'first', scopes: ['Builds: read'] });
    const commands = form.dialog.getByRole('region', { name: say.request.script });
    await expect(commands).toContainText('"name":"first"');
    await form.name.fill('second');
    await expect(commands).toContainText('"name":"second"');
  });

  test('revoking and deleting', async ({ desk, page, server }) => {
    const writes = writesOf(page);
    const token = await server.add({ name: 'mine' });
    await desk.refreshButton.click();
    const set = { SCOPED_TOKENS_TOKEN: 'sec-ret-1234' };
    await desk.action('Revoke', 'mine').click();
    await runs('sh', await commandsOf(desk.question('Revoke token')), set);
    expect((await server.read(token)).revoked_at).not.toBeNull();
    await page.keyboard.press('Escape');
    await desk.action('Delete', 'mine').click();
    await runs('bash', await commandsOf(desk.question('Delete token')), set);
    expect(await server.tokens()).toHaveLength(0);
    expect(writes).toEqual([]);
  });

  test('disabling and enabling', async ({ desk, page, server }) => {
    const writes = writesOf(page);
    const token = await server.add({ name: 'mine' });
    await desk.refreshButton.click();
    const set = { SCOPED_TOKENS_TOKEN: 'sec-ret-1234' };
    await desk.action('Disable', 'mine').click();
    await runs('sh', await commandsOf(desk.question('Disable token')), set);
    expect((await server.read(token)).disabled_at).not.toBeNull();
    await page.keyboard.press('Escape');
    await desk.refreshButton.click();
    await desk.action('Enable', 'mine').click();
    await runs('bash', await commandsOf(desk.question('Enable token')), set);
    expect((await server.read(token)).disabled_at).toBeNull();
    expect(writes).toEqual([]);
  });

  test('axe agrees, it fits into 320 pixels, and the keyboard scrolls it', async ({ desk, page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    const form = await desk.openCreate();
    await form.fill({ name: 'a'.repeat(60), scopes: ['Builds: read'] });
    await form.dialog.getByText(say.request.show, { exact: true }).focus();
    await page.keyboard.press('Enter');
    const commands = form.dialog.getByRole('region', { name: say.request.script });
    await expect(commands).toContainText('curl');
    await page.keyboard.press('Tab');
    await expect(commands).toBeFocused();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
});

test.describe('of the vendors’ systems', () => {
  test.use({ serve: { config: only(PT_SANDBOX, AIR_V2, MIST_ORG) } });

  test('PT Sandbox deletes', async ({ page, server }) => {
    const [pt, past, proof] = [new PtDesk(page, server.url), new PtSandbox(server), proofOf(page)];
    await past.add('scanner');
    await pt.enter();
    await pt.action('Delete', 'scanner').click();
    const script = await commandsOf(pt.question('Delete token'));
    expect(script).not.toContain(proof.token);
    await runs('sh', script, { PT_SANDBOX_TOKEN: proof.token });
    expect((await past.named('scanner'))[0]?.deleted).not.toBeNull();
  });

  test('PT Sandbox creates, and a clone is one more', async ({ page, server }) => {
    const [pt, past, proof] = [new PtDesk(page, server.url), new PtSandbox(server), proofOf(page)];
    await past.add('scanner', ['TASKS_VIEW_ALL'], 'why');
    await pt.enter();
    const form = await pt.openCreate();
    await form.name.fill('another');
    await form.permission('TASKS_VIEW_ALL').check();
    const set = () => ({ PT_SANDBOX_TOKEN: proof.token });
    const secret = (answer: string) => (JSON.parse(answer) as { token: string }).token;
    expect(await past.opens(secret(await runs('sh', await commandsOf(form.dialog), set())))).toBe(true);
    expect(await past.named('another')).toMatchObject([{ permissions: ['TASKS_VIEW_ALL'] }]);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').or(form.dialog).getByRole('button', { name: say.dialogs.discard }).click();
    const clone = await cloneOf(page, 'scanner');
    await expect(clone.name).toHaveValue('scanner-copy');
    await runs('bash', await commandsOf(clone.dialog), set());
    expect(await past.named('scanner-copy')).toMatchObject([{ permissions: ['TASKS_VIEW_ALL'], comment: 'why' }]);
  });

  test('NVIDIA Air deletes', async ({ page, server }) => {
    const [air, past, proof] = [new AirDesk(page, server.url), new Air(server), proofOf(page)];
    await past.add('mine');
    await air.enter();
    await air.action('Delete', 'mine').click();
    await runs('sh', await commandsOf(air.question('Delete token')), { NVIDIA_AIR_TOKEN: proof.token });
    expect(await past.named('mine')).toEqual([]);
  });

  test('Juniper Mist creates and deletes', async ({ page, server }) => {
    const [mist, org, proof] = [new MistDesk(page, server.url), new Mist(server, 'org'), proofOf(page)];
    await org.add('mine', { privileges: [{ scope: 'org', role: 'read', org_id: ORG.id }], src_ips: ['192.0.2.0/24'] });
    await mist.enter();
    const set = async () => {
      const csrf = (await page.context().cookies()).find((it) => it.name === 'csrftoken')?.value ?? '';
      return { JUNIPER_MIST_COOKIE: proof.cookie, JUNIPER_MIST_X_CSRFTOKEN: csrf };
    };
    const clone = await cloneOf(page, 'mine');
    await expect(clone.name).toHaveValue('mine-copy');
    await runs('sh', await commandsOf(clone.dialog), await set());
    expect(await org.named('mine-copy')).toMatchObject([{ privileges: [{ scope: 'org', role: 'read' }], src_ips: ['192.0.2.0/24'] }]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(detailsOf(page)).toBeHidden();
    await mist.action('Delete', 'mine').click();
    await runs('bash', await commandsOf(mist.question('Delete token')), await set());
    expect(await org.named('mine')).toEqual([]);
  });

  test('NVIDIA Air creates', async ({ page, server }) => {
    const [air, proof] = [new AirDesk(page, server.url), proofOf(page)];
    await air.enter();
    const form = await air.openCreate();
    await form.name.fill(HOSTILE);
    const answer = await runs('bash', await commandsOf(form.dialog), { NVIDIA_AIR_TOKEN: proof.token });
    expect(JSON.parse(answer)).toMatchObject({ name: HOSTILE });
  });

  test('Juniper Mist reads before it changes, with cookies and their CSRF token', async ({ page, server }) => {
    const [mist, org, proof] = [new MistDesk(page, server.url), new Mist(server, 'org'), proofOf(page)];
    await org.add('mine', { privileges: [{ scope: 'org', role: 'read', org_id: ORG.id }] });
    await mist.enter();
    const form = await mist.openEdit('mine');
    await form.name.fill('renamed');
    const script = await commandsOf(form.dialog);
    expect(script.match(/^curl/gm)).toHaveLength(2);
    const csrf = (await page.context().cookies()).find((it) => it.name === 'csrftoken')?.value ?? '';
    expect(csrf).not.toBe('');
    expect(script).not.toContain(csrf);
    await runs('sh', script, { JUNIPER_MIST_COOKIE: proof.cookie, JUNIPER_MIST_X_CSRFTOKEN: csrf });
    expect(await org.named('renamed')).toHaveLength(1);
  });
});
