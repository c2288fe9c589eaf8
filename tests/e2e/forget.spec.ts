//! Signing out forgets all that the session showed or held, and signing in brings back all that there is to see.

import type { Page } from '@playwright/test';
import { pageKeeps, type Desk, detailsOf } from './desk.ts';
import { expect, test } from './fixture.ts';
import {
  AIR_DEMO,
  AIR_V2,
  Air,
  FAILED,
  PT_DEMO,
  PT_SANDBOX,
  PtSandbox,
  SystemDesk,
  holdMemory,
  inMemory,
  only,
  type Typed,
} from './systems.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

const SECRET = 's3cret-of-this-test';
/** So wide that the panel leaves most of the table free. It lies over the page's buttons: those are gone to by key. */
const WIDE = { width: 2600, height: 1200 };

const panel = (page: Page) => detailsOf(page);
const signOut = (page: Page) => page.getByRole('button', { name: say.page.signOut, exact: true });

async function signIn(desk: Desk, secret = SECRET): Promise<void> {
  await desk.signsIn(secret);
  await expect(desk.signIn()).toBeHidden();
}

/** Opens a token's details, closes them, and opens them once more: so that Back leads to them from wherever they end. */
async function readTwice(desk: Desk, name: string, words: string): Promise<void> {
  for (const times of [1, 2]) {
    await desk.row(name).getByRole('link').click();
    await expect(panel(desk.page).locator('pre')).toContainText(words);
    if (times === 1) await panel(desk.page).getByRole('button', { name: say.details.close }).click();
  }
}

/** Goes back to where the details were open. The page asks who that is, as it knows nothing of it any more. */
async function backToDetails(desk: Desk, connection?: string): Promise<void> {
  await desk.page.goBack();
  await desk.page.goBack();
  await expect.poll(() => desk.params.some((it) => it.startsWith('token='))).toBe(true);
  await desk.signIn(connection).getByRole('button', { name: say.tokenForm.cancel }).click();
  await desk.page.waitForTimeout(300);
}

async function signInAgain(desk: Desk, secret = SECRET): Promise<void> {
  await desk.page.getByRole('button', { name: say.signInForm.signIn, exact: true }).click();
  await signIn(desk, secret);
  await desk.loaded();
}

test.describe('a Scoped Token API', () => {
  test.use({ serve: { tokens: 3, secret: SECRET }, viewport: WIDE });

  test('the panel, its address and all that it said are gone, and Back brings nothing of it', async ({
    desk,
    page,
    server,
  }) => {
    const token = await server.add({ name: 'seen in the panel', description: 'a purpose of its own' });
    const [name, ...words] = [token.name, token.guid, token.id, 'a purpose of its own'];
    const told = (text: string) => [name, ...words].filter((it) => text.includes(it));
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    await readTwice(desk, name, token.id);
    expect(told(await pageKeeps(page))).not.toEqual([]);
    await signOut(page).press('Enter');
    await expect(desk.box).toContainText(say.prompt.signedOut);
    await expect(panel(page)).toHaveCount(0);
    expect(told(await pageKeeps(page))).toEqual([]);
    await desk.expectParams();
    await backToDetails(desk);
    // The address to which Back leads has the id.
    expect(told(await page.locator('body').innerText())).toEqual([]);
    expect(await pageKeeps(page)).not.toContain(token.guid);
  });

  test('after signing in again there are scopes, and a token can be made', async ({ desk, page, server }) => {
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    // The form is made ahead, with the scopes.
    await desk.createButton.hover();
    await signOut(page).press('Enter');
    expect(await pageKeeps(page)).not.toContain('Builds: read');
    await signInAgain(desk);
    await desk.create({ name: 'made in the second session' });
    expect((await server.theOne('made in the second session')).scopes).toEqual(['builds-read']);
  });

  test('so there are where signing in comes with other work', async ({ desk, page }) => {
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    await signOut(page).press('Enter');
    const form = await desk.openCreate();
    await expect(form.dialog).toContainText(say.prompt.signedOut);
    await form.cancel.click();
    await desk.refreshButton.click();
    await signIn(desk);
    await desk.loaded();
    await expect((await desk.openCreate()).scope('Builds: read')).toBeVisible();
  });

  test('an answer that was under way is not written back', async ({ desk, page, server }) => {
    await server.fail({ path: '/api/v1/scopes', delay_ms: 1_200 });
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    await signOut(page).press('Enter');
    await page.waitForTimeout(1_500);
    await desk.scopeButton.click();
    await expect(desk.scopeChoices).toBeVisible();
    await expect(desk.scopeChoices.getByRole('checkbox')).toHaveCount(0);
    expect(await pageKeeps(page)).not.toContain('Builds: read');
  });

  test('a list that was under way is not written back', async ({ desk, page, server }) => {
    const [token] = await server.tokens();
    await server.fail({ path: '/api/v1/tokens', delay_ms: 1_200 });
    await desk.visit();
    await signIn(desk);
    await signOut(page).press('Enter');
    await page.waitForTimeout(1_500);
    await expect(desk.rows).toHaveCount(0);
    await expect(desk.box).toContainText(say.prompt.signedOut);
    expect(await pageKeeps(page)).not.toContain(token?.name);
  });

  test('what was told, what is marked and a GUID that is looked for go, too', async ({ desk, page }) => {
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    await desk.create({ name: 'told in passing' });
    await expect(page.getByText('“told in passing” was created.')).toBeVisible();
    const guid = 'abcdef01';
    await desk.byGuid.fill(guid);
    await desk.expectParams(`guid=${guid}`);
    await signOut(page).press('Enter');
    await desk.expectParams();
    await expect(desk.byGuid).toHaveValue('');
    const kept = await pageKeeps(page);
    expect(kept).not.toContain('told in passing');
    expect(kept).not.toContain(guid);
  });

  test('nothing of it is in the memory of the page', async ({ context, desk, page, server }) => {
    const { name, guid } = await server.add({ name: 'a name that is nowhere else 7Q4' });
    await holdMemory(context);
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    await desk.row(name).getByRole('link').click();
    await expect(panel(page).locator('pre')).toContainText(guid.slice(0, 8));
    expect(await inMemory(page, name)).not.toEqual([]);
    await signOut(page).press('Enter');
    await expect(desk.rows).toHaveCount(0);
    await expect.poll(() => inMemory(page, name)).toEqual([]);
  });

  test('a session that another user takes up shows them nothing of the first', async ({ desk, page, server, watch }) => {
    watch.expects(FAILED);
    const token = await server.add({ name: 'seen by the first' });
    await desk.visit();
    await signIn(desk);
    await desk.loaded();
    await desk.row(token.name).getByRole('link').click();
    await expect(panel(page).locator('pre')).toContainText(token.id);
    await desk.createButton.press('Enter');
    const form = desk.creating;
    await form.fill({ name: 'typed before', scopes: ['Builds: read'] });
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 401, times: 1, body: '' });
    await form.save.click();
    // What the first one saw, the second is not shown: it is asked for again.
    const asked: string[] = [];
    page.on('request', (it) => asked.push(`${it.method()} ${new URL(it.url()).pathname.split('/v1/')[1]}`));
    await signIn(desk, `${SECRET}-readonly`);
    await expect.poll(() => asked).toEqual(
      expect.arrayContaining(['GET tokens', 'GET scopes', `GET tokens/${token.id}`, 'POST tokens']),
    );
    // The work that is open stays.
    await expect(form.name).toHaveValue('typed before');
    await expect(form.dialog.getByRole('alert')).toContainText('This bearer token may only read.');
  });
});

// What a gateway holds ------------------------------------------------------------------------------------------------

const SYSTEMS: [string, typeof PT_SANDBOX, Typed, string][] = [
  ['PT Sandbox', PT_SANDBOX, PT_DEMO, 'held-by-pt'],
  ['NVIDIA Air', AIR_V2, AIR_DEMO, 'held-by-air'],
];

for (const [title, connection, account, name] of SYSTEMS) {
  test.describe(title, () => {
    test.use({ serve: { config: only(connection) }, viewport: WIDE });

    test('details are answered to nobody who has signed out', async ({ context, page, server }) => {
      const token = connection === AIR_V2 ? await new Air(server).add(name) : await new PtSandbox(server).add(name);
      await holdMemory(context);
      const desk = new SystemDesk(page, server.url, connection, account, ['Name']);
      await desk.enter();
      await readTwice(desk, name, String(token.id));
      await desk.signOut.press('Enter');
      await expect(desk.rows).toHaveCount(0);
      await expect(panel(page)).toHaveCount(0);
      await expect.poll(() => inMemory(page, name)).toEqual([]);
      await backToDetails(desk, connection.name);
      expect(await pageKeeps(page)).not.toContain(name);
      // Signed in again, all is there.
      await page.getByRole('button', { name: say.signInForm.signIn, exact: true }).first().press('Enter');
      await desk.answer(account);
      await desk.loaded();
      await expect(desk.row(name)).toBeVisible();
    });
  });
}

test.describe('all systems', () => {
  test.use({ serve: { tokens: 3, config: only({ name: 'Scoped tokens', dialect: 'scoped', base: 'api/v1' }, PT_SANDBOX) } });
  test.use({ viewport: WIDE });

  test('signing out of one closes what is open of that one alone', async ({ desk, page, server }) => {
    await new PtSandbox(server).add('of-the-sandbox');
    await server.add({ name: 'of the other' });
    await page.goto(`${server.url}?name=of`);
    await page.getByRole('button', { name: 'Sign in to PT Sandbox' }).click();
    for (const [label, value] of Object.entries(PT_DEMO)) await desk.signIn('PT Sandbox').getByLabel(label, { exact: true }).fill(value);
    await desk.signIn('PT Sandbox').getByRole('button', { name: say.signInForm.signIn }).click();
    await page.getByRole('link', { name: 'of-the-sandbox' }).click();
    await expect(panel(page).locator('pre')).toContainText('of-the-sandbox');
    const leave = page.getByRole('button', { name: 'Sign out of PT Sandbox' });
    await leave.click();
    await expect(panel(page)).toHaveCount(0);
    expect(await pageKeeps(page)).not.toContain('of-the-sandbox');
    await expect(page.getByRole('link', { name: 'of the other' })).toBeVisible();

    await page.getByRole('button', { name: 'Sign in to PT Sandbox' }).click();
    for (const [label, value] of Object.entries(PT_DEMO)) await desk.signIn('PT Sandbox').getByLabel(label, { exact: true }).fill(value);
    await desk.signIn('PT Sandbox').getByRole('button', { name: say.signInForm.signIn }).click();
    await page.getByRole('link', { name: 'of the other' }).click();
    await expect(panel(page).locator('pre')).toContainText('of the other');
    await leave.click();
    await expect(page.getByRole('link', { name: 'of-the-sandbox' })).toHaveCount(0);
    await expect(panel(page).locator('pre')).toContainText('of the other');
  });
});

// A desk that was left ------------------------------------------------------------------------------------------------

test.describe('a connection that was left', () => {
  const scoped = (name: string) => ({ name, dialect: 'scoped', base: 'api/v1' });
  test.use({ serve: { tokens: 3, config: only(scoped('First'), scoped('Second')) } });

  test('works out its list no more, whenever its answers come', async ({ context, desk, page, server }) => {
    await context.addInitScript(() => {
      // Timers that wait for the next change of a status, which is a while from now.
      const waiting = new Set<number>();
      const [later, off] = [setTimeout.bind(globalThis), clearTimeout.bind(globalThis)];
      globalThis.setTimeout = ((run: () => void, after = 0) => {
        const id: number = later(() => {
          waiting.delete(id);
          run();
        }, after) as unknown as number;
        if (after > 5_000) waiting.add(id);
        return id;
      }) as unknown as typeof setTimeout;
      globalThis.clearTimeout = ((id: number) => {
        waiting.delete(id);
        off(id);
      }) as typeof clearTimeout;
      Object.assign(globalThis, { tokendeckTestTimers: waiting });
    });
    await server.fail({ path: '/api/v1/tokens', delay_ms: 400 });
    await desk.visit();
    const choice = new Switcher(page);
    for (const name of ['Second', 'First', 'Second', 'First', 'Second', 'First']) {
      await choice.show(name);
      await page.waitForTimeout(100);
    }
    await desk.loaded();
    await expect(desk.rows).toHaveCount(3);
    await page.waitForTimeout(1_000);
    const timers = () =>
      page.evaluate(() => (globalThis as unknown as { tokendeckTestTimers: Set<number> }).tokendeckTestTimers.size);
    expect(await timers()).toBe(1);
  });
});
