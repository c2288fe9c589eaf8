//! Guided rotations: a successor and its secret, the old token watched and ended; what was lost, left or closed on the way.

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Desk, detailsOf, pageKeeps } from './desk.ts';
import { expect, moveableClock, test as base } from './fixture.ts';
import { expectAccessible, expectFits, holdsFocus, tabTo } from './look.ts';
import { browserKeeps, Rotating } from './rotation.ts';
import { inDays } from './server.ts';
import { Air, AirDesk, AIR_V2, FAILED, Mist, MistDesk, MIST_ORG, only, PtDesk, PtSandbox, PT_SANDBOX } from './systems.ts';
import { say } from './texts.ts';

const test = base.extend<{ rotating: Rotating }>({
  rotating: async ({ page }, use) => use(new Rotating(page)),
});

/** A day as a `date` input holds it, so many days from now. */
function day(days: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short' }).format(new Date(inDays(days)));
}

/** A successor of `ci` whose secret is stored. */
async function handOver(rotating: Rotating): Promise<string> {
  await expect(rotating.create).toBeVisible();
  await rotating.create.click();
  const secret = await rotating.secret.read();
  await rotating.secret.dismiss();
  await expect(rotating.dialog).toBeVisible();
  return secret;
}

test.describe('at a Scoped Token API', () => {
  test('a successor has the same rights, both work, and the old one is disabled and deleted on its day', async ({ desk, page, rotating, server }) => {
    const clock = await moveableClock(page);
    const old = await server.add({ name: 'ci', description: 'Builds', scopes: ['builds-read', 'logs-read'], valid_from: inDays(-10), valid_to: inDays(20) });
    await desk.open();
    await rotating.begin(desk, 'ci');
    await expect(rotating.form).toContainText('creates a successor of “ci” with the same rights');
    await expect(rotating.name).toHaveValue('ci');
    const secret = await handOver(rotating);
    const [made] = (await server.named('ci')).filter((it) => it.id !== old.id);
    expect(secret).toBe(made?.guid);
    expect([made?.description, made?.scopes.sort(), made?.guid === old.guid]).toEqual(['Builds', ['builds-read', 'logs-read'], false]);
    const life = Date.parse(made?.valid_to ?? '') - Date.now();
    expect(Math.round(life / 86_400_000)).toBe(30);
    // Nothing was done to the old one; its use is watched.
    expect((await server.read(old)).is_active).toBe(true);
    await expect(rotating.dialog).toContainText('never used');
    await expect(rotating.dialog.getByRole('radio', { name: /^Disable/ })).toBeChecked();
    await rotating.dialog.getByRole('checkbox', { name: 'Then delete it on a day' }).check();
    await rotating.dialog.getByLabel('Day of deletion').fill(day(14));
    await rotating.button('Disable now…').click();
    await rotating.confirm('Disable');
    await expect(page.getByText('“ci” was disabled.')).toBeVisible();
    expect((await server.read(old)).is_active).toBe(false);
    await expect(rotating.line).toContainText('1 rotation open');
    // It waits for its day, and then for the user.
    await rotating.leaveDetails();
    await clock.forward(15 * 24 * 60);
    await desk.refreshButton.click();
    await expect(rotating.line).toContainText('something is due');
    expect((await server.named('ci')).map((it) => it.id).sort()).toEqual([old.id, made?.id].sort());
    await rotating.openOnly();
    await expect(rotating.dialog).toContainText('Delete the old token: due since');
    await rotating.button('Delete now…').click();
    await rotating.confirm('Delete');
    expect((await server.named('ci')).map((it) => it.id)).toEqual([made?.id]);
    await expect(rotating.line).toHaveCount(0);
    // The list shows GUIDs; nothing that is kept has them.
    expect((await browserKeeps(page)).toLowerCase()).not.toContain(secret.slice(0, 18));
  });

  test('the last use of the old token is told beside the hand-over', async ({ desk, page, rotating, server }) => {
    const old = await server.add({ name: 'ci' });
    await desk.open();
    await rotating.begin(desk, 'ci');
    await handOver(rotating);
    await expect(rotating.dialog).toContainText(`The new secret was handed over ${say.toolbar.justNow}.`);
    await server.fail({ method: 'GET', path: '/api/v1/tokens', status: 200, body: { total: 2, entries: [{ ...old, last_used_at: new Date(Date.now() + 120_000).toISOString() }, { ...(await server.named('ci')).find((it) => it.id !== old.id) }], next: null } });
    await rotating.button('Check again').click();
    await expect(rotating.dialog).toContainText('after the new secret was handed over');
    await expectAccessible(page);
  });

  for (const when of ['before', 'after'] as const) {
    test(`an answer that is lost ${when} the system acts leads to one successor`, async ({ desk, rotating, server, watch }) => {
      watch.expects(FAILED);
      const old = await server.add({ name: 'ci' });
      await desk.open();
      await server.fail({ method: 'POST', path: '/api/v1/tokens', when, status: 502, body: '', times: 1 });
      await rotating.begin(desk, 'ci');
      await rotating.create.click();
      await expect(rotating.form.getByRole('alert')).toBeVisible();
      // The same request is safe to send again.
      await rotating.create.click();
      await rotating.secret.dismiss();
      expect((await server.named('ci')).filter((it) => it.id !== old.id)).toHaveLength(1);
    });
  }

  test('after a lost answer another request is not sent: the list shows what was made', async ({ desk, rotating, server, watch }) => {
    watch.expects(FAILED);
    const old = await server.add({ name: 'ci' });
    await desk.open();
    await server.fail({ method: 'POST', path: '/api/v1/tokens', when: 'after', status: 502, body: '', times: 1 });
    await rotating.begin(desk, 'ci');
    await rotating.create.click();
    await expect(rotating.form.getByRole('alert')).toBeVisible();
    await rotating.form.getByRole('textbox', { name: 'Description' }).fill('another one');
    await rotating.create.click();
    await expect(rotating.dialog).toContainText('“ci” was created, and its secret was never handed over.');
    const made = (await server.named('ci')).filter((it) => it.id !== old.id);
    expect(made).toHaveLength(1);
    await rotating.button(/^Delete/).click();
    await rotating.confirm('Delete');
    expect((await server.named('ci')).map((it) => it.id)).toEqual([old.id]);
    await expect(rotating.line).toHaveCount(0);
    await expect(rotating.dialog).toHaveCount(0);
  });

  test('a page that is closed over the answer is gone on with', async ({ desk, page, rotating, server, watch }) => {
    watch.allows(FAILED);
    const old = await server.add({ name: 'ci' });
    await desk.open();
    await server.fail({ method: 'POST', path: '/api/v1/tokens', when: 'after', delay_ms: 60_000, times: 1 });
    page.on('dialog', (asked) => void asked.accept());
    await rotating.begin(desk, 'ci');
    await rotating.create.click();
    await expect.poll(async () => (await server.named('ci')).length).toBe(2);
    await desk.open();
    await rotating.openOnly();
    await expect(rotating.dialog).toContainText('“ci” was created, and its secret was never handed over.');
    // Rotating again leads there as well, and makes no second one.
    await rotating.button(say.manages.close).click();
    await rotating.leaveDetails();
    await rotating.begin(desk, 'ci', desk.table.getByRole('row').filter({ hasText: old.guid.slice(0, 8) }));
    await expect(rotating.dialog).toBeVisible();
    expect(await server.named('ci')).toHaveLength(2);
    // Its GUID is in the list: who has copied it there may say so.
    await rotating.button("I have its secret").click();
    await expect(rotating.button('Disable now…')).toBeVisible();
  });

  test('leaving before the secret is stored asks, and marks the successor', async ({ desk, page, rotating, server }) => {
    const old = await server.add({ name: 'ci' });
    await server.add({ name: 'bystander' });
    await desk.open();
    await rotating.begin(desk, 'ci');
    await rotating.create.click();
    const secret = await rotating.secret.read();
    await page.keyboard.press('Escape');
    await expect(rotating.secret.guard).toBeVisible();
    await rotating.secret.closeWithout.click();
    await expect(rotating.dialog).toContainText('its secret was never handed over');
    await rotating.button(say.manages.close).click();
    await expect(rotating.line).toContainText('1 rotation open');
    // The list shows GUIDs; nothing that is kept has them.
    expect((await browserKeeps(page)).toLowerCase()).not.toContain(secret.slice(0, 18));
    await desk.open();
    await rotating.openOnly();
    await expect(rotating.dialog).toContainText('its secret was never handed over');
    await rotating.button(say.manages.close).click();
    // The details of both tokens say so.
    const row = (guid: string) => desk.table.getByRole('row').filter({ hasText: guid.slice(0, 8) });
    await row(secret).getByRole('link', { name: 'ci', exact: true }).click();
    await expect(rotating.mark).toContainText(`Successor of “ci”. ${say.rotationList.unhanded}.`);
    await expectAccessible(page);
    await rotating.mark.getByRole('button', { name: say.mark.open }).click();
    await rotating.button(say.rotations.haveItAfterAll).click();
    await expect(rotating.button('Disable now…')).toBeVisible();
    await rotating.button(say.manages.close).click();
    await expect(rotating.mark).toContainText(`Successor of “ci”. ${say.rotationList.overlap}.`);
    await rotating.leaveDetails();
    await row(old.guid).getByRole('link', { name: 'ci', exact: true }).click();
    await expect(rotating.mark).toContainText(`${say.mark.hasSuccessor} ${say.rotationList.overlap}.`);
    await rotating.leaveDetails();
    await desk.table.getByRole('link', { name: 'bystander' }).click();
    await expect(detailsOf(page, 'bystander')).toBeVisible();
    await expect(rotating.mark).toHaveCount(0);
  });

  test('a page that was closed over the secret asks whether it is stored', async ({ desk, page, rotating, server }) => {
    await server.add({ name: 'ci' });
    await desk.open();
    page.on('dialog', (asked) => void asked.accept());
    await rotating.begin(desk, 'ci');
    await rotating.create.click();
    await rotating.secret.read();
    await desk.open();
    await rotating.openOnly();
    await expect(rotating.dialog).toContainText('Is it stored where it is needed?');
    await rotating.button('I have stored it').click();
    await expect(rotating.button('Disable now…')).toBeVisible();
  });

  test('what was ended from elsewhere is over, and a rotation can be forgotten', async ({ desk, rotating, server }) => {
    const old = await server.add({ name: 'ci' });
    await server.add({ name: 'other' });
    await desk.open();
    await rotating.begin(desk, 'ci');
    await handOver(rotating);
    await server.remove(old);
    await rotating.button('Check again').click();
    await expect(rotating.dialog).toContainText('This rotation is done.');
    await rotating.button(say.manages.close).click();
    await expect(rotating.line).toHaveCount(0);
    await rotating.leaveDetails();
    await rotating.begin(desk, 'other');
    await handOver(rotating);
    await rotating.button('Forget this rotation').click();
    await expect(rotating.dialog).toContainText('Both tokens stay as they are');
    await rotating.dialog.getByRole('group', { name: 'Forget this rotation?' }).getByRole('button', { name: 'Forget this rotation' }).click();
    await expect(rotating.line).toHaveCount(0);
    expect((await server.named('other')).filter((it) => it.is_active)).toHaveLength(2);
  });

  test('by the keyboard alone, in 320 pixels, and as axe wants it', async ({ desk, page, rotating, server }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await server.add({ name: 'ci' });
    await desk.open();
    await desk.table.getByRole('link', { name: 'ci' }).press('Enter');
    const begin = page.locator('.details').getByRole('button', { name: 'Rotate', exact: true });
    await tabTo(page, begin);
    await page.keyboard.press('Enter');
    await expect(rotating.create).toBeVisible();
    await expectFits(page, 'the form');
    await tabTo(page, rotating.create, 120);
    await page.keyboard.press('Enter');
    await rotating.secret.read();
    await rotating.showCommands();
    await expectFits(page, 'the secret');
    await expectAccessible(page);
    await rotating.secret.has.press('Space');
    await rotating.secret.close.press('Enter');
    await expect(rotating.dialog).toBeVisible();
    expect(await holdsFocus(rotating.dialog)).toBe(true);
    await expectFits(page, 'the rotation');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(rotating.dialog).toBeHidden();
    // Then the details, which lie over the page.
    await page.keyboard.press('Escape');
    await rotating.line.getByRole('button').press('Enter');
    await expect(rotating.list.getByRole('button', { name: /^Open/ })).toBeVisible();
    await expectFits(page, 'the list');
    await expectAccessible(page);
  });
});

test.describe('two tabs', () => {
  /** Whether this tab is told to wait, and by which dialog. */
  const waits = (rotating: Rotating) => expect(rotating.form).toContainText('Another tab is rotating “ci”');

  test('do not rotate one token at a time: the second waits, and goes on with what the first has done', async ({ desk, context, rotating, server }) => {
    await server.add({ name: 'ci' });
    await desk.open();
    const second = new Desk(await context.newPage(), server.url);
    const other = new Rotating(second.page);
    await second.open();
    await rotating.begin(desk, 'ci');
    await expect(rotating.create).toBeVisible();
    await other.begin(second, 'ci');
    await waits(other);
    await expectAccessible(second.page);
    await rotating.create.click();
    await rotating.secret.read();
    await waits(other);
    await rotating.secret.dismiss();
    await expect(rotating.button('Disable now…')).toBeVisible();
    await waits(other);
    await rotating.button(say.rotations.close).click();
    await expect(other.dialog).toContainText('“ci” has a successor of the same name.');
    await expect(other.button('Disable now…')).toBeVisible();
    expect(await server.named('ci')).toHaveLength(2);
    // The first has to wait now.
    await rotating.openOnly();
    await expect(rotating.dialog).toContainText('Another tab works on this rotation');
    await expect(rotating.button('Disable now…')).toHaveCount(0);
    await expect(rotating.button(say.rotations.forget)).toBeHidden();
    await other.button('Disable now…').click();
    await other.confirm('Disable');
    await expect(rotating.dialog).toContainText('This rotation is done.');
    await expect(other.line).toHaveCount(0);
  });

  test('wait for a request that is under way in the first, though it was left', async ({ desk, context, page, rotating, server }) => {
    await server.add({ name: 'ci' });
    await desk.open();
    const second = new Desk(await context.newPage(), server.url);
    const other = new Rotating(second.page);
    await second.open();
    await server.fail({ method: 'POST', path: '/api/v1/tokens', when: 'after', delay_ms: 4_000, times: 1 });
    await rotating.begin(desk, 'ci');
    await rotating.create.click();
    await expect.poll(async () => (await server.named('ci')).length).toBe(2);
    await other.begin(second, 'ci', second.table.getByRole('row').nth(1));
    await waits(other);
    await page.bringToFront();
    await rotating.secret.read();
    await waits(other);
    expect(await server.named('ci')).toHaveLength(2);
    await rotating.secret.dismiss();
  });

  test('on plain HTTP wait for the lease of the first', async ({ context, page, server, watch }) => {
    watch.allows(/Cross-Origin-Opener-Policy header has been ignored/);
    const plain = (page: Page) => new Desk(page, server.url.replace('127.0.0.1', 'plain-http.test'));
    await server.add({ name: 'ci' });
    const first = plain(page);
    await first.open();
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(false);
    const rotating = new Rotating(page);
    await rotating.begin(first, 'ci');
    await expect(rotating.create).toBeVisible();
    const second = plain(await context.newPage());
    const clock = await moveableClock(second.page);
    const other = new Rotating(second.page);
    await second.open();
    await other.begin(second, 'ci');
    await waits(other);
    await page.close({ runBeforeUnload: false });
    await clock.forward(2);
    await expect(other.create).toBeVisible({ timeout: 10_000 });
  });
});

test.describe('with a sign-in', () => {
  const SECRET = 's3cret-of-this-test';
  test.use({ serve: { tokens: 0, secret: SECRET } });

  async function signIn(desk: Desk): Promise<void> {
    await desk.signsIn(SECRET);
    await expect(desk.signIn()).toBeHidden();
    await expect(desk.rows.first()).toBeVisible();
  }

  test('signing out says what stays open, offers to forget it, and hides its names', async ({ desk, page, rotating, server }) => {
    const NAME = 'quarterly-export';
    await server.add({ name: NAME });
    const findings = page.locator('.findings');
    const signOut = page.getByRole('button', { name: say.page.signOut, exact: true });
    await desk.visit();
    await signIn(desk);
    await rotating.begin(desk, NAME);
    await rotating.create.click();
    await rotating.secret.read();
    await page.keyboard.press('Escape');
    await rotating.secret.closeWithout.click();
    await rotating.button(say.rotations.close).click();
    await rotating.leaveDetails();
    await signOut.click();
    const said = 'Not over at “Scoped tokens”: 1 rotation, 1 without its secret handed over. This stays in this browser';
    await expect(findings).toContainText(said);
    expect(await pageKeeps(page)).not.toContain(NAME);
    await expectAccessible(page);
    await findings.getByRole('button', { name: say.interruptedRun.review }).click();
    await expect(rotating.list).toContainText(say.rotationList.hidden);
    await expect(rotating.list).toContainText(say.rotationList.unhanded);
    await expect(rotating.list).not.toContainText(NAME);
    const forgetOne = rotating.list.getByRole('button', { name: say.rotationList.forgetAt('Scoped tokens') });
    const question = rotating.list.getByRole('group', { name: say.rotationList.forgetWhat });
    await forgetOne.click();
    await expect(question).toContainText(say.rotationList.forgets('1 rotation'));
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(forgetOne).toBeFocused();
    await page.keyboard.press('Escape');
    // Who signs in again sees it by name, and is told no more.
    await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
    await signIn(desk);
    await expect(findings.getByText('Not over at')).toHaveCount(0);
    await rotating.line.getByRole('button').click();
    await expect(rotating.list).toContainText(NAME);
    await page.keyboard.press('Escape');
    await signOut.click();
    await findings.getByRole('button', { name: say.rotationLine.forget, exact: true }).click();
    await expect(question).toBeVisible();
    await question.getByRole('button', { name: say.rotationList.forgetThem, exact: true }).click();
    await expect(rotating.list).toContainText(say.rotationList.forgotten('1 rotation'));
    await expect(rotating.list).toContainText(say.rotationList.none);
    expect(await holdsFocus(rotating.list)).toBe(true);
    await page.keyboard.press('Escape');
    await expect(findings.getByText('Not over at')).toHaveCount(0);
    await expect(rotating.line).toHaveCount(0);
    // Nothing was done to the tokens.
    expect((await server.named(NAME)).filter((it) => it.is_active)).toHaveLength(2);
  });
});

test.describe('the secret', () => {
  /** Runs a command as a user pastes the secret into it, with stubs of the programs; what they were called with. */
  async function run(command: string, secret: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'tokendeck-stubs-'));
    try {
      for (const program of ['kubectl', 'gh']) {
        const stub = `#!/bin/bash\n{ printf '${program}'; printf ' <%s>' "$@"; echo; } >>"${folder}/called"\ntee -a "${folder}/read"\n`;
        await writeFile(join(folder, program), stub);
        await chmod(join(folder, program), 0o755);
      }
      const child = execFile('bash', ['-c', command], { env: { PATH: `${folder}:/usr/bin:/bin` } });
      child.stdin?.end(`${secret}\n`);
      await new Promise((ended) => child.once('exit', ended));
      expect(await readFile(join(folder, 'read'), 'utf8')).toContain(secret);
      return await readFile(join(folder, 'called'), 'utf8');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  test('reaches kubectl and gh through standard input', async ({ desk, rotating, server }) => {
    await server.add({ name: 'ci deploy' });
    await desk.open();
    await rotating.begin(desk, 'ci deploy');
    await rotating.create.click();
    const secret = await rotating.secret.read();
    const dialog = rotating.secret.dialog;
    await rotating.showCommands();
    await dialog.getByRole('group', { name: 'Kubernetes Secret' }).getByRole('textbox', { name: 'Key' }).fill("it's a $(key)");
    const command = (name: string) => dialog.getByRole('group', { name }).locator('.command').innerText();
    for (const [name, called] of [
      ['Kubernetes Secret', "kubectl <create> <secret> <generic> <ci-deploy> <--from-file=it's a $(key)=/dev/stdin>"],
      ['GitHub Actions secret', 'gh <secret> <set> <CI_DEPLOY>'],
    ] as const) {
      const text = await command(name);
      expect(text).not.toContain(secret);
      const said = await run(text, secret);
      expect(said).toContain(called);
      expect(said).not.toContain(secret);
    }
    await expect(dialog.getByRole('button', { name: 'Copy as .env line' })).toBeVisible();
    await rotating.secret.dismiss();
  });
});

test.describe('at PT Sandbox', () => {
  test.use({ serve: { config: only(PT_SANDBOX) } });

  test("the successor's name has a suffix that follows the rule, and the old one is deleted", async ({ page, rotating, server }) => {
    const [pt, past] = [new PtDesk(page, server.url), new PtSandbox(server)];
    const old = await past.add('nightly', ['TASKS_VIEW_ALL'], 'why');
    await pt.enter();
    await rotating.begin(pt, 'nightly');
    await expect(rotating.form).toContainText('has a suffix');
    await expect(rotating.name).toHaveValue('nightly-b');
    const secret = await handOver(rotating);
    const [made] = await past.named('nightly-b');
    expect([made?.permissions, made?.comment]).toEqual([['TASKS_VIEW_ALL'], 'why']);
    await expect(rotating.dialog).toContainText('not reported by this system');
    await expect(rotating.dialog.getByRole('radio', { name: /^Delete/ })).toHaveCount(0);
    await rotating.button('Delete now…').click();
    await rotating.confirm('Delete');
    expect((await past.named('nightly')).map((it) => [it.id, it.deleted !== null])).toEqual([[old.id, true]]);
    await expect(rotating.line).toHaveCount(0);
    for (const kept of [await browserKeeps(page), await pageKeeps(page)]) expect(kept).not.toContain(secret);
    expect(await past.opens(secret)).toBe(true);
  });
});

test.describe('at NVIDIA Air', () => {
  test.use({ serve: { config: only(AIR_V2) } });

  test('the old token waits for its day', async ({ page, rotating, server }) => {
    const [air, past] = [new AirDesk(page, server.url), new Air(server)];
    await past.add('ci');
    await air.enter();
    await rotating.begin(air, 'ci');
    await handOver(rotating);
    expect(await past.named('ci')).toHaveLength(2);
    await rotating.dialog.getByRole('radio', { name: 'On a day' }).check();
    await rotating.dialog.getByLabel('Day', { exact: true }).fill(day(3));
    await expect(rotating.dialog).toContainText('Nothing happens by itself');
    await rotating.button('Set the day').click();
    await expect(rotating.dialog).toContainText('Delete the old token: due');
    await page.keyboard.press('Escape');
    await expect(rotating.line).toContainText('1 rotation open');
    expect(await past.named('ci')).toHaveLength(2);
    // Who has signed out sees that there is one, and no name.
    await rotating.leaveDetails();
    await air.signOut.click();
    await rotating.line.getByRole('button').click();
    await expect(rotating.list).toContainText('Sign in to see it');
    await expect(rotating.list).not.toContainText('ci');
  });
});

test.describe('at Juniper Mist', () => {
  test.use({ serve: { config: only(MIST_ORG) } });

  test('privileges and addresses are taken over', async ({ page, rotating, server }) => {
    const [mist, past] = [new MistDesk(page, server.url), new Mist(server, 'org')];
    await past.add('ci', { src_ips: ['10.0.0.0/8'] });
    await mist.enter();
    await rotating.begin(mist, 'ci');
    await handOver(rotating);
    const all = await past.named('ci');
    expect(all).toHaveLength(2);
    const [one, other] = all.map((it) => JSON.stringify([it.privileges?.map((p) => [p.scope, p.role]), it.src_ips]));
    expect(one).toBe(other);
  });
});
