//! All systems side by side in one table, and what there is to find, to arrange and to read in it.

import type { Locator } from '@playwright/test';
import { detailsOf, openRaw, type Desk } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { ACCOUNTS, FOUR, Inventory, SCOPED } from './inventory.ts';
import { expectAccessible, expectFits, tabTo } from './look.ts';
import { inDays, type Token } from './server.ts';
import { AIR_DEMO, AIR_V2, FAILED, MIST_DEMO, MIST_ORG, only, PT_DEMO, PT_SANDBOX } from './systems.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

const it = test.extend<{ all: Inventory }>({
  all: async ({ page, server }, use) => use(new Inventory(page, server.url)),
});

it.describe('All systems', () => {
  it.use({ serve: { tokens: 20, config: only(...FOUR) } });

  it('is what an address without a system opens, and Back leads to it again', async ({ all, page }) => {
    await all.start();
    await expect(all.header('System')).toBeVisible();
    await new Switcher(page).show('PT Sandbox');
    await expect(all.header('System')).toHaveCount(0);
    await all.expectParams('connection=PT Sandbox');
    await page.goBack();
    await expect(all.header('System')).toBeVisible();
    await expect(new Switcher(page).chosen).toHaveText(say.choice.allSystems);
    await all.expectParams();
  });

  it('asks nobody to sign in by itself, and shows the tokens of those who did', async ({ all }) => {
    await all.start();
    await expect(all.place('Scoped tokens')).toContainText('20 tokens');
    for (const [name] of ACCOUNTS) await expect(all.place(name)).toContainText(say.system.notSignedIn);
    await expect(all.page.getByRole('dialog')).toHaveCount(0);
    await expect(all.counted).toHaveText('20 of 20 tokens');
    await all.signInToAll();
    await expect(all.place('PT Sandbox')).toContainText('Signed in as demo');
    const counts = await Promise.all(FOUR.map((system) => all.place(system.name).innerText()));
    const sum = counts.map((text) => Number(/(\d+) tokens/.exec(text)?.[1])).reduce((one, other) => one + other);
    await expect(all.counted).toHaveText(`${sum} of ${sum} tokens`);
    await all.sort('System').click();
    await expect.poll(async () => (await all.texts('System'))[0]).toBe('Juniper Mist');
    await all.sort('System').click();
    await expect.poll(async () => (await all.texts('System'))[0]).toBe('Scoped tokens');
  });

  it('keeps who is signed in when another view is looked at, and signs out one by one', async ({ all, page }) => {
    await all.start();
    await all.signInTo('PT Sandbox', PT_DEMO);
    await new Switcher(page).show('PT Sandbox');
    await expect(page.getByText('Signed in as demo', { exact: true })).toBeVisible();
    await expect(all.counted).toHaveText(/^\d+ of \d+ tokens$/);
    await page.goBack();
    await expect(all.place('PT Sandbox')).toContainText('Signed in as demo');
    await page.getByRole('button', { name: 'Sign out of PT Sandbox' }).click();
    await expect(all.place('PT Sandbox')).toContainText(say.prompt.signedOut);
    await expect(all.counted).toHaveText('20 of 20 tokens');
  });

  it('one filter language: system, status, name; each in the address', async ({ all, page }) => {
    await all.start();
    await all.signInTo('PT Sandbox', PT_DEMO);
    await all.signInTo('Juniper Mist', MIST_DEMO);
    await page.getByRole('button', { name: 'System Any' }).click();
    await page.getByRole('group', { name: say.listName.systems }).getByLabel('PT Sandbox').check();
    await expect.poll(() => all.systems()).toEqual(['PT Sandbox']);
    await page.getByRole('group', { name: say.listName.systems }).getByLabel('Juniper Mist').check();
    await page.keyboard.press('Escape');
    await all.expectParams('system=PT Sandbox', 'system=Juniper Mist');
    await all.byStatus.selectOption(say.statusFilter.deleted);
    await expect.poll(() => all.systems()).toEqual(['PT Sandbox']);
    await all.byStatus.selectOption(say.statusFilter.all);
    await page.getByRole('button', { name: 'Remove filter System: PT Sandbox' }).click();
    await expect.poll(() => all.systems()).toEqual(['Juniper Mist']);
    await all.clearFilters.click();
    await all.expectParams();
  });

  it('says where a system is silent', async ({ all, page }) => {
    await all.start('?system=PT+Sandbox');
    await all.signInTo('PT Sandbox', PT_DEMO);
    await expect(all.rows.first()).toBeVisible();
    expect([...new Set(await all.texts('Last used'))]).toEqual(['not reported']);
    await expect(page.getByText('1970')).toHaveCount(0);
  });

  it('a row offers what its own system has', async ({ all, page }) => {
    await all.start();
    await all.signInTo('PT Sandbox', PT_DEMO);
    await all.sort('System').click();
    const buttons = (row: Locator) => all.cell(row, 'Actions').getByRole('button').allInnerTexts();
    const ofPt = all.rows.filter({ has: page.getByRole('gridcell', { name: 'PT Sandbox', exact: true }) }).first();
    expect(await buttons(ofPt)).toEqual(['Delete']);
    await all.sort('System').click();
    const ofScoped = all.rows.filter({ has: page.getByRole('gridcell', { name: 'Scoped tokens', exact: true }) }).first();
    await expect.poll(() => buttons(ofScoped)).toEqual(['Edit', 'Disable', 'Revoke', 'Delete']);
  });

  it('makes, changes and deletes tokens in the system they belong to', async ({ all, page, server }) => {
    await all.start();
    await all.signInTo('NVIDIA Air', AIR_DEMO);
    await all.createButton.click();
    const choice = page.getByRole('dialog', { name: say.toolbar.create });
    await choice.getByRole('button', { name: 'NVIDIA Air' }).click();
    await all.creating.name.fill('from-inventory');
    await all.creating.save.click();
    const secret = page.getByRole('dialog', { name: say.secretDialog.title });
    await secret.getByRole('checkbox', { name: say.secretDialog.saved }).check();
    await secret.getByRole('button', { name: say.manages.close, exact: true }).click();
    await expect(all.cell(all.row('from-inventory'), 'System')).toHaveText('NVIDIA Air');
    await all.action('Delete', 'from-inventory').click();
    await all.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(all.row('from-inventory')).toHaveCount(0);

    await all.createButton.click();
    await choice.getByRole('button', { name: 'Scoped tokens' }).click();
    await all.creating.fill({ name: 'scoped-one', scopes: ['Builds: read'] });
    await all.creating.save.click();
    await expect(all.cell(all.row('scoped-one'), 'System')).toHaveText('Scoped tokens');
    await all.openEdit('scoped-one');
    await all.editing.name.fill('scoped-two');
    await all.editing.save.click();
    await expect(all.row('scoped-two')).toHaveCount(1);
    expect((await server.theOne('scoped-two')).scopes).toEqual(['builds-read']);
    await all.action('Revoke', 'scoped-two').click();
    await all.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await expect(all.cell(all.row('scoped-two'), 'Is active')).toHaveText(say.status.revoked);
  });

  it('work that a session ends under asks for that system alone, and is finished', async ({ all, page, server, watch }) => {
    watch.expects(FAILED);
    await all.start();
    await all.signInToAll();
    await all.byName.fill('');
    await all.createButton.click();
    await page.getByRole('dialog', { name: say.toolbar.create }).getByRole('button', { name: 'NVIDIA Air' }).click();
    await all.creating.name.fill('late');
    await server.fail({ path: '/sim/air/*', method: 'POST', status: 401, body: { detail: 'Session expired.' }, times: 1 });
    await all.creating.save.click();
    await expect(all.signIn('NVIDIA Air')).toBeVisible();
    for (const [label, value] of Object.entries(AIR_DEMO)) await all.signIn('NVIDIA Air').getByLabel(label, { exact: true }).fill(value);
    await all.signIn('NVIDIA Air').getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(page.getByRole('dialog', { name: say.secretDialog.title })).toBeVisible();
    await expect(page.getByRole('dialog', { name: /^Sign in/ })).toHaveCount(0);
  });

  it('by the keyboard alone: to a system, into it, and out', async ({ all, page }) => {
    await all.start();
    await expect(all.place('NVIDIA Air')).toContainText(say.system.notSignedIn);
    const button = page.getByRole('button', { name: 'Sign in to NVIDIA Air' });
    await tabTo(page, button);
    await page.keyboard.press('Enter');
    await expect(all.signIn('NVIDIA Air')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(button).toBeFocused();
  });

  for (const width of [1400, 360]) {
    it(`axe finds nothing and nothing sticks out at ${width} pixels`, async ({ all, page }) => {
      test.slow();
      await page.setViewportSize({ width, height: 800 });
      await all.start('?ends=30');
      await all.signInTo('PT Sandbox', PT_DEMO);
      await expectAccessible(page);
      if (width === 360) await expectFits(page, 'All systems');
      await page.getByRole('button', { name: say.stateLine.columns }).click();
      await expectAccessible(page);
      if (width === 360) await expectFits(page, 'Columns');
      await page.getByRole('dialog').getByRole('button', { name: say.manages.close }).click();
      await all.clearFilters.click();
      await page.getByRole('grid').getByRole('link').first().click();
      await expect(detailsOf(page)).toContainText(say.details.json);
      await expectAccessible(page);
      if (width === 360) await expectFits(page, 'Details');
    });
  }
});

it.describe('One of four systems down', () => {
  // Taken by nobody: a port that was free a moment ago.
  it('shows that in its own place with its retry, and holds up nobody', async ({ page, launch, watch }) => {
    watch.expects(FAILED);
    const down = await launch({ tokens: 5, allowOrigin: ['loopback'] });
    const base = `${down.url}api/v1`;
    await down.kill();
    const second = { ...SCOPED, name: 'Second' };
    const server = await launch({ tokens: 7, config: only(SCOPED, { ...SCOPED, name: 'Down', base }, second, PT_SANDBOX) });
    const all = new Inventory(page, server.url);
    await all.start();
    await expect(all.place('Scoped tokens')).toContainText('7 tokens');
    await expect(all.place('Second')).toContainText('7 tokens');
    await expect(all.place('Down').getByRole('alert')).toContainText('does not answer');
    await expect(all.counted).toHaveText('14 of 14 tokens');
    await all.signInTo('PT Sandbox', PT_DEMO);
    await all.place('Down').getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(all.place('Down').getByRole('alert')).toContainText('does not answer');
    await launch({ tokens: 5, allowOrigin: ['loopback'], port: Number(new URL(down.url).port) });
    await all.place('Down').getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(all.place('Down')).toContainText('5 tokens');
    await expect(all.place('Down').getByRole('alert')).toHaveCount(0);
  });

  it('a slow one loads by itself while the others are worked with', async ({ page, launch }) => {
    const slow = await launch({ tokens: 5, allowOrigin: ['loopback'] });
    const letGo = await held(page, 'GET', new RegExp(`^${slow.url}api/v1/tokens`));
    const config = only(SCOPED, { ...SCOPED, name: 'Slow', base: `${slow.url}api/v1` });
    const server = await launch({ tokens: 7, config });
    const all = new Inventory(page, server.url);
    await all.start();
    await expect(all.place('Scoped tokens')).toContainText('7 tokens');
    await expect(all.place('Slow')).toContainText(say.details.loading);
    await all.byStatus.selectOption(say.statusFilter.active);
    await expect(all.rows.first()).toBeVisible();
    await expect(all.place('Slow')).toContainText(say.details.loading);
    letGo();
    await expect(all.place('Slow')).toContainText('5 tokens');
  });
});

it.describe('One of four systems answers, but not as it should', () => {
  for (const [what, fault, state] of [
    ['rubbish', { body: { what: 'is this' } }, say.happened.malformed],
    ['a web page', { headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }, 'an HTML page instead of JSON'],
    ['a failure', { status: 503, body: { detail: 'Down for maintenance.' } }, 'Down for maintenance.'],
    ['that it wants to know who asks', { status: 401, body: { detail: 'Who are you?' } }, 'Who are you?'],
    ['that this is not allowed', { status: 403, body: { detail: 'Not for you.' } }, 'Not for you.'],
    ['half of it', { truncate: true }, say.happened.interrupted],
  ] as const) {
    it(`${what}: it is told in its own place, and the others are there`, async ({ page, launch, watch }) => {
      watch.allows(FAILED);
      const odd = await launch({ tokens: 5, allowOrigin: ['loopback'] });
      await odd.fail({ path: '/api/v1/tokens', method: 'GET', times: 100, ...fault });
      const config = only(SCOPED, { ...SCOPED, name: 'Odd', base: `${odd.url}api/v1` }, { ...SCOPED, name: 'Second' }, PT_SANDBOX);
      const server = await launch({ tokens: 7, config });
      const all = new Inventory(page, server.url);
      await all.start();
      await expect(all.place('Scoped tokens')).toContainText('7 tokens');
      await expect(all.place('Second')).toContainText('7 tokens');
      // Why stands there, and what to do in the details.
      await expect(all.place('Odd').getByRole('alert')).not.toBeEmpty();
      await expect(all.place('Odd')).toContainText(state);
      await expect(all.counted).toHaveText('14 of 14 tokens');
      await all.byName.fill('deploy');
      await expect(all.counted).toHaveText(/of 14 tokens/);
    });
  }

  it('a session that ends under a refresh asks for that system alone, and the others are there', async ({ page, launch, watch }) => {
    watch.expects(FAILED);
    const server = await launch({ tokens: 7, config: only(SCOPED, PT_SANDBOX, AIR_V2, MIST_ORG) });
    const all = new Inventory(page, server.url);
    await all.start();
    await all.signInToAll();
    await server.fail({ path: '/sim/mist/*', method: 'GET', status: 401, body: { detail: 'Session expired.' }, times: 1 });
    await all.refreshButton.click();
    await expect(all.place('PT Sandbox')).toContainText(/\d tokens/);
    await expect(all.place('Scoped tokens')).toContainText('7 tokens');
    await expect(all.signIn('Juniper Mist')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Sign in to Juniper Mist' })).toBeVisible();
    await expect(all.place('NVIDIA Air')).toContainText(/\d tokens/);
  });
});

it.describe('more filters', () => {
  it.use({ serve: { tokens: 200 } });

  const names = (tokens: Token[], wanted: (token: Token) => boolean) => tokens.filter(wanted).length;

  it('created by, last used, expires: as the data says', async ({ desk, page, server }) => {
    const tokens = await server.tokens();
    await desk.open();
    await page.getByRole('button', { name: say.filters.more }).click();
    const maker = tokens[0]?.created_by ?? '';
    await page.getByRole('searchbox', { name: say.filters.createdBy }).fill(maker.split('@')[0]?.toUpperCase() ?? '');
    await expect(desk.status).toHaveText(`${names(tokens, (it) => it.created_by === maker)} of 200 tokens`);
    await page.getByRole('searchbox', { name: say.filters.createdBy }).fill('');

    const used = page.getByRole('combobox', { name: say.filters.lastUsed });
    await used.selectOption(say.absent.never);
    await expect(desk.status).toHaveText(`${names(tokens, (it) => it.last_used_at === null)} of 200 tokens`);
    await used.selectOption(say.usedChoice.before);
    await page.getByLabel(say.filters.lastUsedBefore, { exact: true }).fill('2026-08-01');
    const before = Date.parse('2026-07-31T22:00:00Z');
    const old = names(tokens, (it) => it.last_used_at !== null && Date.parse(it.last_used_at) < before);
    await expect(desk.status).toHaveText(`${old} of 200 tokens`);
    await desk.expectParams('used=2026-08-01');
    await used.selectOption(say.usedChoice.any);

    const ends = page.getByRole('combobox', { name: say.filters.expires });
    await ends.selectOption(say.chip.noExpiry);
    await expect(desk.status).toHaveText(`${names(tokens, (it) => it.valid_to === null)} of 200 tokens`);
    await ends.selectOption(say.endsChoice.withinTyped);
    await page.getByLabel(say.filters.daysFromNow).fill('45');
    const soon = names(tokens, (it) => it.valid_to !== null && Date.parse(it.valid_to) > Date.now() && Date.parse(it.valid_to) < Date.parse(inDays(45)));
    await expect(desk.status).toHaveText(`${soon} of 200 tokens`);
    await desk.expectParams('ends=45');
    await page.reload();
    await desk.loaded();
    await expect(page.getByLabel(say.filters.daysFromNow)).toHaveValue('45');
    await expect(desk.status).toHaveText(`${soon} of 200 tokens`);
  });
});

it.describe('columns', () => {
  it.use({ serve: { tokens: 40 } });

  const headers = (desk: Desk) => desk.headers.allInnerTexts();
  const labels = async (desk: Desk) => (await headers(desk)).map((text) => text.trim().replace(/\s*[▲▼↕]$/, ''));

  it('are chosen, ordered and remembered by this browser, without a word of the tokens', async ({ desk, page }) => {
    await desk.open();
    await page.getByRole('button', { name: say.stateLine.columns }).click();
    const dialog = page.getByRole('dialog', { name: say.stateLine.columns });
    await dialog.getByRole('checkbox', { name: 'Scopes' }).uncheck();
    await dialog.getByRole('checkbox', { name: say.filters.createdBy }).check();
    await expect(dialog.getByRole('checkbox', { name: say.filters.createdBy })).toBeFocused();
    for (let times = 0; times < 3; times += 1) await dialog.getByRole('button', { name: 'Move up Created by' }).click();
    await expect(dialog.getByRole('button', { name: 'Move up Created by' })).toBeFocused();
    // The button that was pressed keeps the focus, whichever way its column went.
    await dialog.getByRole('button', { name: 'Move down Created by' }).click();
    await expect(dialog.getByRole('button', { name: 'Move down Created by' })).toBeFocused();
    await dialog.getByRole('button', { name: 'Move up Created by' }).click();
    await expect(dialog.getByRole('button', { name: 'Move up Created by' })).toBeFocused();
    await dialog.getByRole('checkbox', { name: say.dialogs.compact }).check();
    await dialog.getByRole('button', { name: say.manages.close }).click();
    const chosen = ['Name', 'Description', 'GUID', 'Active from', 'Created by', 'Expiration date', 'Last used', 'Is active', 'Actions'];
    expect(await labels(desk)).toEqual(chosen);
    const height = (await desk.rows.first().boundingBox())?.height ?? 0;
    await page.reload();
    await desk.loaded();
    expect(await labels(desk)).toEqual(chosen);
    // How high a row is the page measures once the browser has laid one out.
    await expect.poll(async () => (await desk.rows.first().boundingBox())?.height).toBe(height);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept).not.toContain('ci-deploy');
    await page.getByRole('button', { name: say.stateLine.columns }).click();
    await dialog.getByRole('button', { name: say.dialogs.reset }).click();
    await dialog.getByRole('button', { name: say.manages.close }).click();
    expect(await labels(desk)).toEqual([...desk.columns]);
    expect((await desk.rows.first().boundingBox())?.height).toBeGreaterThan(height);
  });

  it('a browser that keeps nothing is told, and the choice holds until the page goes', async ({ desk, page }) => {
    await page.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await desk.open();
    await page.getByRole('button', { name: say.stateLine.columns }).click();
    await page.getByRole('checkbox', { name: 'Scopes' }).uncheck();
    await page.getByRole('dialog').getByRole('button', { name: say.manages.close }).click();
    await expect(page.getByText("This browser won't remember it")).toBeVisible();
    expect(await labels(desk)).not.toContain('Scopes');
  });

  it('each of them sorts', async ({ desk, page, server }) => {
    const tokens = await server.tokens();
    await desk.open();
    await page.getByRole('button', { name: say.stateLine.columns }).click();
    await page.getByRole('checkbox', { name: say.filters.createdBy }).check();
    await page.getByRole('dialog').getByRole('button', { name: say.manages.close }).click();
    await page.getByRole('columnheader', { name: say.filters.createdBy }).getByRole('button').click();
    const makers = tokens.map((it) => it.created_by).sort();
    const shown = () => desk.rows.first().getByRole('gridcell').nth(8).innerText();
    await expect.poll(shown).toBe(makers[0]);
    await desk.sort('Last used').click();
    const latest = tokens.filter((it) => it.last_used_at !== null).map((it) => it.last_used_at ?? '').sort();
    const name = (used?: string) => tokens.find((it) => it.last_used_at === used)?.name;
    await expect.poll(async () => (await desk.names())[0]).toBe(name(latest[0]));
    await desk.sort('Last used').click();
    await expect.poll(async () => (await desk.names())[0]).toBe(name(latest.at(-1)));
  });
});

it.describe('details', () => {
  it.use({ serve: { tokens: 40, config: only(...FOUR) } });

  it('have an address, and go with Back, Escape and their button', async ({ desk, page, server }) => {
    const token = await server.theOne('ci-deploy');
    await desk.open();
    const panel = detailsOf(page);
    await page.getByRole('link', { name: 'ci-deploy', exact: true }).click();
    await expect(panel.getByRole('heading', { name: 'ci-deploy' })).toBeFocused();
    await desk.expectParams(`token=${token.id}`);
    for (const text of [token.guid, token.created_by, 'last_used_at', 'revoked_at']) await expect(panel).toContainText(text);
    await expect(panel).toContainText(`${token.valid_to}`);
    await openRaw(panel);
    expect(JSON.parse(await panel.locator('pre').innerText())).toMatchObject({ id: token.id, scopes: token.scopes });
    await page.reload();
    await expect(panel.getByRole('heading', { name: 'ci-deploy' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(panel).toHaveCount(0);
    await page.goBack();
    await expect(panel).toBeVisible();
    await panel.getByRole('button', { name: say.details.close }).click();
    await expect(panel).toHaveCount(0);
    await desk.expectParams();
  });

  it('of a token that is gone say so', async ({ desk, page, watch }) => {
    watch.expects(FAILED);
    await desk.open('?token=00000000-0000-4000-8000-000000000000');
    await expect(detailsOf(page)).toContainText(say.details.notListed);
    await expect(detailsOf(page).getByRole('alert')).toBeVisible();
  });

  it('of another system show what it said, without secrets', async ({ all, page }) => {
    await all.start();
    await all.signInTo('Juniper Mist', MIST_DEMO);
    await all.sort('System').click();
    await expect.poll(async () => (await all.texts('System'))[0]).toBe('Juniper Mist');
    await page.getByRole('grid').getByRole('link').first().click();
    const panel = detailsOf(page);
    await expect(panel).toContainText('Juniper Mist');
    await expect(panel).toContainText('created_time');
    await openRaw(panel);
    const raw = JSON.parse(await panel.locator('pre').innerText()) as { key?: string };
    expect(raw.key ?? '').not.toMatch(/^[A-Za-z0-9]{20,}$/);
    expect(all.params).toContain('of=Juniper Mist');
  });
});
