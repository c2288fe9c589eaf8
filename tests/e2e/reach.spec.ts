//! Look and reach: axe on every screen and dialog, the keyboard alone, narrow and wide windows, dark and quiet ones.

import type { Locator, Page } from '@playwright/test';
import type { Desk } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { arrowTo, expectAccessible, expectFits, holdsFocus, tabTo, violations } from './look.ts';
import { inDays, IS_WHOLE, part, type DevServer } from './server.ts';
import { AirDesk, MistDesk, PT_DEMO, PtDesk } from './systems.ts';
import { clockChange, local, YEAR } from './dates.ts';
import { say } from './texts.ts';

interface Stage {
  desk: Desk;
  page: Page;
  server: DevServer;
}

/** Every state of the page that looks different: how to get there, and what the browser says on the way. */
const SCREENS: { title: string; reported?: RegExp[]; reach: (stage: Stage) => Promise<void> }[] = [
  { title: 'the list', reach: ({ desk }) => desk.open() },
  {
    title: 'the list, sorted, filtered, its scopes open',
    reach: async ({ desk }) => {
      await desk.open('?name=e&guid=a&scope=logs-read&status=active&sort=-expires');
      await desk.openScopes();
    },
  },
  { title: 'a list of awkward names', reach: ({ desk }) => desk.open('?sort=-name') },
  { title: 'no token fits', reach: ({ desk }) => desk.open('?name=nothing-like-this') },
  {
    title: 'no token yet',
    reach: async ({ desk, page, server }) => {
      await server.fail({ path: '/api/v1/tokens', status: 200, body: { total: 0, entries: [], next: null } });
      await desk.open();
      await expect(page.getByText(say.table.noTokensYet)).toBeVisible();
    },
  },
  {
    title: 'loading',
    reach: async ({ desk, page, server }) => {
      await server.fail({ path: '/api/v1/*', delay_ms: 60_000 });
      await desk.visit();
      await expect(page.getByRole('button', { name: say.toolbar.stop })).toBeVisible();
    },
  },
  {
    title: 'the list could not be loaded',
    reported: [/500/],
    reach: async ({ desk, server }) => {
      await server.fail({ path: '/api/v1/tokens', status: 500 });
      await desk.visit();
      await expect(desk.alert).toBeVisible();
    },
  },
  {
    title: 'the list is not up to date, the clock is wrong, one is unreadable, something was copied',
    reported: [/500/],
    reach: async ({ desk, page, server }) => {
      await server.fail({ path: '/api/v1/tokens', inject_entries: [{ id: 'x' }], date_shift_seconds: 900, times: 1 });
      await desk.open();
      await expect(page.getByText("The server's clock is")).toBeVisible();
      await server.fail({ path: '/api/v1/tokens', status: 500 });
      await desk.refreshButton.click();
      await expect(page.getByText(say.stateLine.notUpToDate)).toBeVisible();
      const copy = desk.rows.nth(1).getByRole('button', { name: say.formField.copyGuid });
      await copy.click();
      await expect(copy).toHaveAttribute('data-copied', '');
    },
  },
  {
    title: 'a new token that a filter hides',
    reach: async ({ desk, page }) => {
      await desk.open('?name=renovate');
      await desk.create({ name: 'made' });
      await expect(page.getByRole('button', { name: say.notices.show })).toBeVisible();
    },
  },
  {
    title: 'a new token, marked',
    reach: async ({ desk }) => {
      await desk.open();
      await desk.create({ name: 'made' });
      await expect(desk.row('made')).toBeInViewport();
    },
  },
  { title: 'Create token', reach: async ({ desk }) => void (await desk.open(), await desk.openCreate()) },
  {
    title: 'Create token, everything wrong',
    reported: [/422/],
    reach: async ({ desk, server }) => {
      const messages = ['name', 'guid', 'scopes', 'description', 'valid_from', 'valid_to', 'colour'].map((it) => [it, [`${it} is odd.`]]);
      await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 422, body: { errors: Object.fromEntries(messages) } });
      await desk.open();
      const form = await desk.openCreate();
      await form.fill({ name: 'x', scopes: ['Logs: read'] });
      await form.save.click();
      await expect(form.dialog.getByRole('alert')).toBeVisible();
      await form.fill({ validFrom: '2020-01-01T00:00', validTo: '2019-01-01T00:00' });
    },
  },
  {
    title: 'Create token, a time that comes twice, scopes that could not be loaded',
    reported: [/500/],
    reach: async ({ desk, server }) => {
      await server.fail({ path: '/api/v1/scopes', status: 500 });
      await desk.open();
      const form = await desk.openCreate();
      await form.validTo.fill(`${local(clockChange('back')).slice(0, 10)}T02:30`);
      await expect(form.dialog.getByRole('group', { name: 'Which Valid to' })).toBeVisible();
    },
  },
  {
    title: 'Create token, asking whether to discard',
    reach: async ({ desk }) => {
      await desk.open();
      const form = await desk.openCreate();
      await form.name.fill('x');
      await form.cancel.click();
      await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeVisible();
    },
  },
  {
    title: 'Create token, saving',
    reach: async ({ desk, server }) => {
      await server.fail({ method: 'POST', path: '/api/v1/tokens', delay_ms: 60_000 });
      await desk.open();
      const form = await desk.openCreate();
      await form.fill({ name: 'x', scopes: ['Logs: read'] });
      await form.save.click();
      await expect(form.dialog.getByRole('button', { name: say.tokenForm.saving })).toBeVisible();
    },
  },
  { title: 'Edit token', reach: async ({ desk }) => void (await desk.open(), await desk.openEdit('grafana-reader')) },
  {
    title: 'Edit token, revoked',
    reach: async ({ desk }) => void (await desk.open('?name=old-jenkins'), await desk.openEdit('old-jenkins')),
  },
  {
    title: 'Edit token, being read',
    reach: async ({ desk, server }) => {
      await server.fail({ path: '/api/v1/tokens/*', delay_ms: 60_000 });
      await desk.open();
      await desk.action('Edit', 'grafana-reader').click();
      await expect(desk.editing.dialog).toBeVisible();
    },
  },
  {
    title: 'Edit token, changed by somebody else',
    reported: [/412/],
    reach: async ({ desk, server }) => {
      await desk.open();
      const form = await desk.openEdit('grafana-reader');
      const token = await server.theOne('grafana-reader');
      await server.change(token, { name: 'theirs', description: 'new', valid_to: inDays(9), scopes: ['logs-read'] });
      await form.description.fill('mine');
      await form.save.click();
      await expect(form.dialog.getByRole('button', { name: say.conflict.keepMine })).toBeVisible();
    },
  },
  {
    title: 'Revoke token',
    reach: async ({ desk }) => {
      await desk.open();
      await desk.action('Revoke', 'grafana-reader').click();
      await expect(desk.question('Revoke token')).toBeVisible();
    },
  },
  {
    title: 'Delete token, failed',
    reported: [/500/],
    reach: async ({ desk, server }) => {
      await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 500 });
      await desk.open();
      await desk.action('Delete', 'grafana-reader').click();
      await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
      await expect(desk.question('Delete token').getByRole('alert')).toBeVisible();
    },
  },
  {
    title: 'PT Sandbox: Sign in, refused',
    reported: [/401/],
    reach: async ({ page, server }) => {
      const pt = new PtDesk(page, server.url);
      await pt.visit('?connection=PT+Sandbox');
      await pt.asking.getByRole('radio', { name: 'LDAP' }).check();
      await pt.answer({ ...PT_DEMO, Password: 'wrong' });
      await expect(pt.refusal).toBeVisible();
    },
  },
  {
    title: 'PT Sandbox: the list',
    reach: ({ page, server }) => new PtDesk(page, server.url).enter('?connection=PT+Sandbox'),
  },
  {
    title: 'PT Sandbox: the deleted ones, permissions open',
    reach: async ({ page, server }) => {
      const pt = new PtDesk(page, server.url);
      await pt.enter('?connection=PT+Sandbox&status=deleted');
      await pt.openScopes();
    },
  },
  {
    title: 'PT Sandbox: Create token, a name against the rule',
    reach: async ({ page, server }) => {
      const pt = new PtDesk(page, server.url);
      await pt.enter('?connection=PT+Sandbox');
      await (await pt.openCreate()).name.fill('1');
      await expect(pt.creating.name).toHaveAttribute('aria-invalid', 'true');
    },
  },
  {
    title: 'PT Sandbox: a new secret, asking whether to close',
    reach: async ({ page, server }) => {
      const pt = new PtDesk(page, server.url);
      await pt.enter('?connection=PT+Sandbox');
      const form = await pt.openCreate();
      await form.name.fill('new-token');
      await form.permission('TASKS_VIEW_ALL').check();
      await form.save.click();
      await pt.secret.close.click();
      await expect(pt.secret.guard).toBeVisible();
    },
  },
  {
    title: 'PT Sandbox: Delete token',
    reach: async ({ page, server }) => {
      const pt = new PtDesk(page, server.url);
      await pt.enter('?connection=PT+Sandbox');
      await pt.action('Delete', 'mail-gateway').click();
      await expect(pt.question('Delete token')).toBeVisible();
    },
  },
  {
    title: 'NVIDIA Air: Sign in',
    reach: async ({ page, server }) => {
      const air = new AirDesk(page, server.url);
      await air.visit('?connection=NVIDIA+Air');
      await expect(air.asking).toBeVisible();
    },
  },
  {
    title: 'NVIDIA Air: the list',
    reach: ({ page, server }) => new AirDesk(page, server.url).enter('?connection=NVIDIA+Air'),
  },
  {
    title: 'NVIDIA Air: a new secret, copied',
    reach: async ({ page, server }) => {
      const air = new AirDesk(page, server.url);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await air.enter('?connection=NVIDIA+Air');
      await (await air.openCreate()).name.fill('new token');
      await air.creating.save.click();
      await air.secret.copy(say.secretDialog.copyVariable).click();
      await expect(air.secret.has).toBeChecked();
    },
  },
  {
    title: 'NVIDIA Air: signed out',
    reach: async ({ page, server }) => {
      const air = new AirDesk(page, server.url);
      await air.enter('?connection=NVIDIA+Air');
      await air.signOut.click();
      await air.expectSignedOut();
    },
  },
  {
    title: 'Juniper Mist: Sign in, the code wanted',
    reach: async ({ page, server }) => {
      const mist = new MistDesk(page, server.url);
      await mist.visit('?connection=Juniper+Mist');
      await mist.answer({ 'E-mail': 'demo-2fa@example.com', Password: 'demo' });
      await expect(mist.asking.getByRole('status')).toBeVisible();
    },
  },
  {
    title: 'Juniper Mist: the list, some to be removed soon',
    reach: ({ page, server }) => new MistDesk(page, server.url).enter('?connection=Juniper+Mist'),
  },
  {
    title: 'Juniper Mist: Create token, with privileges, everything wrong',
    reach: async ({ page, server }) => {
      const mist = new MistDesk(page, server.url);
      await mist.enter('?connection=Juniper+Mist');
      const form = await mist.openCreate();
      await form.grant('Organisation', 'read');
      await form.grant('Site', 'write');
      await form.grant('Site group', 'helpdesk', 'Warehouses');
      await form.sourceIps.fill('nowhere');
      await expect(form.sourceIps).toHaveAttribute('aria-invalid', 'true');
    },
  },
  {
    title: 'Juniper Mist: Edit token',
    reach: async ({ page, server }) => {
      const mist = new MistDesk(page, server.url);
      await mist.enter('?connection=Juniper+Mist&name=every+site');
      await mist.openEdit('every site by itself');
      await expect(mist.editing.privileges).toHaveCount(10);
    },
  },
  {
    title: 'Juniper Mist: the part that speaks with it did not load',
    reported: [/404/, /integrity/],
    reach: async ({ page, server }) => {
      test.skip(IS_WHOLE, 'the page is in one piece');
      await server.fail({ path: part('vendors'), status: 404 });
      await page.goto(`${server.url}?connection=Juniper+Mist`);
      await expect(page.getByRole('alert')).toContainText('did not load');
    },
  },
  {
    title: 'a wrong configuration',
    reach: async ({ desk, page, server }) => {
      await server.fail({ path: '/config.json', status: 200, body: { connections: [{ name: 'x', dialect: 'soap' }] } });
      await page.goto(desk.url);
      await expect(page.getByRole('heading', { name: say.misconfigured.title })).toBeVisible();
    },
  },
  {
    title: 'the recovery page',
    reported: [/404/],
    reach: async ({ desk, page, server }) => {
      await server.fail({ path: '/*_bg.wasm', status: 404 });
      await page.goto(desk.url);
      await expect(page.getByRole('heading', { name: 'The page could not be loaded' })).toBeVisible();
    },
  },
];

/** Screens that need another server. */
const SIGN_IN = {
  first: async ({ desk }: Stage) => {
    await desk.visit();
    await expect(desk.signIn()).toBeVisible();
  },
  refused: async ({ desk }: Stage) => {
    await desk.visit();
    await desk.signsIn('wrong');
    await expect(desk.signIn().getByRole('alert')).toBeVisible();
  },
};

test.describe('axe finds nothing, in the light and in the dark', () => {
  test.describe(() => {
    test.use({ serve: { tokens: 200 } });
    for (const { title, reported, reach } of SCREENS) {
      test(title, async ({ desk, page, server, watch }) => {
        watch.expects(...(reported ?? []));
        await reach({ desk, page, server });
        await expectAccessible(page);
      });
    }
  });

  test.describe(() => {
    test.use({ serve: { secret: 'secret' } });
    test('Sign in', async ({ desk, page, server }) => {
      await SIGN_IN.first({ desk, page, server });
      await expectAccessible(page);
    });

    test('Sign in, refused', async ({ desk, page, server, watch }) => {
      watch.expects(/401/);
      await SIGN_IN.refused({ desk, page, server });
      await expectAccessible(page);
    });
  });

  test('several connections', async ({ desk, launch, page }) => {
    const connections = ['One', 'Other'].map((name) => ({ name, dialect: 'scoped', base: 'api/v1' }));
    const server = await launch({ config: { connections }, tokens: 20 });
    await page.goto(server.url);
    await desk.loaded();
    await expectAccessible(page);
  });

  test('with forced colours', async ({ desk, launch, page }) => {
    const server = await launch({ tokens: 200 });
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(server.url);
    await desk.loaded();
    expect(await violations(page)).toEqual([]);
    await desk.openCreate();
    expect(await violations(page)).toEqual([]);
  });
});

test.describe('in a window of 360 pixels', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test.describe(() => {
    test.use({ serve: { tokens: 200 } });
    for (const { title, reported, reach } of SCREENS) {
      test(`nothing sticks out, and axe finds nothing: ${title}`, async ({ desk, page, server, watch }) => {
        watch.expects(...(reported ?? []));
        await reach({ desk, page, server });
        await expectFits(page, title);
        expect(await violations(page)).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        await expectFits(page, `${title}, 320 pixels`, { dataTablesMayScroll: true });
      });
    }
  });

  test('every action works', async ({ desk, page, server }) => {
    await server.add({ name: 'one', description: 'text', valid_to: inDays(3) });
    await server.add({ name: 'two' });
    await desk.open();
    for (const verb of ['Copy GUID of', 'Edit', 'Revoke', 'Delete'] as const) {
      await expect(desk.action(verb, 'one')).toBeInViewport({ ratio: 1 });
    }
    await desk.create({ name: 'three', description: 'made here' });
    expect(await server.named('three')).toHaveLength(1);
    const form = await desk.openEdit('three');
    await form.name.fill('changed');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await desk.action('Revoke', 'changed').click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await expect(desk.cell(desk.row('changed'), 'Is active')).toHaveText(say.status.revoked);
    await desk.action('Delete', 'two').click();
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await expect(desk.row('two')).toHaveCount(0);
    await desk.byName.fill('one');
    await expect(desk.status).toHaveText('1 of 2 tokens');
    await desk.clearFilters.click();
    await desk.openFilters();
    await desk.byStatus.selectOption(say.statusFilter.revoked);
    await expect(desk.status).toHaveText('1 of 2 tokens');
    await desk.clearFilters.click();
    await desk.scopeButton.click();
    await desk.scopeChoices.getByRole('checkbox', { name: 'Builds: read' }).check();
    await expect(desk.status).toHaveText('2 of 2 tokens');
    await page.keyboard.press('Escape');
    await page.getByLabel(say.sortBy.label).selectOption({ label: 'Name ↑' });
    await expect(page).toHaveURL(/sort=name/);
    await desk.refreshButton.click();
    await desk.loaded();
  });

  test('every row shows its dates, its scopes and its status', async ({ desk, server }) => {
    await server.add({ name: 'one', valid_from: '2026-01-01T00:00:00Z', valid_to: `${YEAR}-01-01T00:00:00Z` });
    await desk.open();
    const row = desk.row('one');
    for (const text of [`1 Jan ${YEAR}`, '1 Jan 2026', 'Builds: read', 'Active']) {
      await expect(row.getByText(text, { exact: false }).first()).toBeInViewport({ ratio: 0.9 });
    }
  });
});

test.describe('rows', () => {
  test.use({ serve: { tokens: 200 } });
  for (const width of [360, 700, 1000, 1400, 2200]) {
    test(`hold their buttons, one beside the other, at ${width} pixels`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height: 800 });
      await desk.open('?sort=-name');
      await expectFits(page, `${width}`);
      for (const row of (await desk.rows.all()).slice(0, 4)) {
        const outer = await row.boundingBox();
        const boxes = [];
        for (const button of await row.getByRole('button').all()) boxes.push(await button.boundingBox());
        expect(outer).not.toBeNull();
        for (const [idx, box] of boxes.entries()) {
          if (!outer || !box) throw new Error('a row or a button without a place');
          expect(box.x).toBeGreaterThanOrEqual(outer.x - 1);
          expect(box.y).toBeGreaterThanOrEqual(outer.y - 1);
          expect(box.x + box.width).toBeLessThanOrEqual(outer.x + outer.width + 1);
          expect(box.y + box.height).toBeLessThanOrEqual(outer.y + outer.height + 1);
          for (const other of boxes.slice(0, idx)) {
            if (!other) continue;
            const apart =
              other.x + other.width <= box.x + 1 || box.x + box.width <= other.x + 1 || other.y + other.height <= box.y + 1 || box.y + box.height <= other.y + 1;
            expect(apart).toBe(true);
          }
        }
      }
    });
  }
});

test.describe('the keyboard alone', () => {
  test('makes, changes, revokes and deletes a token', async ({ desk, page, server }) => {
    await server.add({ name: 'first' });
    await desk.open();
    await tabTo(page, desk.createButton);
    await page.keyboard.press('Enter');
    await expect(desk.creating.name).toBeFocused();
    await page.keyboard.type('by keys');
    await tabTo(page, desk.creating.scope('Logs: read'));
    await page.keyboard.press('Space');
    await tabTo(page, desk.creating.dialog.getByRole('button', { name: '7 days' }));
    await page.keyboard.press('Enter');
    await expect(desk.creating.validTo).not.toHaveValue('');
    await tabTo(page, desk.creating.save);
    await page.keyboard.press('Enter');
    await expect(desk.creating.dialog).toBeHidden();
    await expect(desk.createButton).toBeFocused();

    await tabTo(page, desk.table.locator('[tabindex="0"]'));
    await arrowTo(page, 'ArrowDown', desk.row('by keys').getByRole('link'));
    await arrowTo(page, 'ArrowRight', desk.action('Edit', 'by keys'));
    await page.keyboard.press('Enter');
    await expect(desk.editing.name).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.type(', changed');
    await page.keyboard.press('Enter');
    await expect(desk.editing.dialog).toBeHidden();
    await expect(desk.action('Edit', 'by keys, changed')).toBeFocused();

    await page.keyboard.press('ArrowRight');
    await expect(desk.action('Disable', 'by keys, changed')).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(desk.action('Revoke', 'by keys, changed')).toBeFocused();
    await page.keyboard.press('Space');
    const revoke = desk.question('Revoke token');
    await tabTo(page, revoke.getByRole('button', { name: say.action.revoke }));
    await page.keyboard.press('Enter');
    await expect(desk.cell(desk.row('by keys, changed'), 'Is active')).toHaveText(say.status.revoked);
    // Its button is disabled now, so the focus cannot come back to it; it is not lost either.
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);

    await arrowTo(page, 'ArrowRight', desk.action('Delete', 'by keys, changed'));
    await page.keyboard.press('Enter');
    const remove = desk.question('Delete token');
    await tabTo(page, remove.getByRole('button', { name: say.action.delete }));
    await page.keyboard.press('Enter');
    await desk.expectNames('first');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    expect((await server.tokens()).map((it) => it.name)).toEqual(['first']);
  });

  test('filters, sorts, clears and refreshes', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await server.add({ name: 'two', valid_from: inDays(1) });
    await desk.open();
    await tabTo(page, desk.byName);
    await page.keyboard.type('o');
    await expect(desk.status).toHaveText('2 of 2 tokens');
    await tabTo(page, desk.scopeButton);
    await page.keyboard.press('Space');
    await tabTo(page, desk.scopeChoices.getByRole('checkbox', { name: 'Builds: read' }));
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await tabTo(page, desk.byStatus);
    await page.keyboard.press('s');
    await desk.expectNames('two');
    await tabTo(page, desk.clearFilters);
    await page.keyboard.press('Enter');
    await desk.expectNames('one', 'two');
    // The button is gone; whoever used it goes on from where it was.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    await tabTo(page, desk.table.locator('[tabindex="0"]'));
    await arrowTo(page, 'ArrowUp', desk.sort('Name'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await desk.expectNames('two', 'one');
    await expect(desk.sort('Name')).toBeFocused();
  });

  test('a modal dialog keeps the focus, and gives it back', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await desk.open();
    const dialogs: [Locator, Locator][] = [
      [desk.createButton, desk.creating.dialog],
      [desk.action('Edit', 'one'), desk.editing.dialog],
      [desk.action('Revoke', 'one'), desk.question('Revoke token')],
      [desk.action('Delete', 'one'), desk.question('Delete token')],
    ];
    for (const [opener, dialog] of dialogs) {
      await opener.focus();
      await page.keyboard.press('Enter');
      await expect(dialog).toBeVisible();
      await expect.poll(() => holdsFocus(dialog)).toBe(true);
      for (let times = 0; times < 45; times += 1) {
        await page.keyboard.press('Tab');
        // Between the last and the first the browser's own controls may have it, never the page behind.
        const where = await page.evaluate(() => document.activeElement?.closest('dialog') !== null || document.activeElement === document.body);
        expect(where).toBe(true);
      }
      await dialog.getByRole('button', { name: say.tokenForm.cancel }).focus();
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
      await expect(opener).toBeFocused();
    }
  });

  test("an input method's own Escape and Enter are its own", async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.name.fill('日本');
    for (const key of ['Escape', 'Enter']) {
      for (const told of [{ isComposing: true }, { keyCode: 229 }]) {
        await form.name.evaluate((it, init) => it.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true })), { key, ...told });
      }
    }
    await page.waitForTimeout(200);
    await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeHidden();
    await expect(form.name).toHaveValue('日本');
    await page.keyboard.press('Escape');
    await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeVisible();
  });

  test('the question whether to discard takes the focus, and gives it back', async ({ desk, page }) => {
    await desk.open();
    const form = await desk.openCreate();
    await form.name.fill('x');
    await page.keyboard.press('Escape');
    await expect(form.dialog.getByRole('button', { name: say.dialogs.keepEditing })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(form.dialog.getByText(say.dialogs.discardWhat)).toBeHidden();
    await expect.poll(() => holdsFocus(form.dialog)).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toMatch(/INPUT|BUTTON|TEXTAREA/);
  });

  test.describe('in a long list', () => {
    test.use({ serve: { tokens: 200 } });

    test('arrows go from row to row, past those that were on the page at first', async ({ desk, page }) => {
      await desk.open();
      await desk.rested();
      await desk.rows.first().getByRole('link').focus();
      const place = () => page.evaluate(() => Number(document.activeElement?.closest('[role=row]')?.ariaRowIndex ?? 0));
      expect(await place()).toBe(2);
      for (let row = 3; row <= 42; row += 1) {
        await page.keyboard.press('ArrowDown');
        expect(await place()).toBe(row);
      }
      await expect(page.locator(':focus')).toBeInViewport();
      for (let row = 41; row >= 2; row -= 1) {
        await page.keyboard.press('ArrowUp');
        expect(await place()).toBe(row);
      }
      await expect(page.locator(':focus')).toBeInViewport();
    });

    test('the list scrolls by keys, to its end and back', async ({ desk, page }) => {
      await desk.open();
      await desk.rested();
      const box = page.getByRole('region', { name: /Tokens/ });
      const row = (place: number) => desk.table.getByRole('row').and(page.locator(`[aria-rowindex="${place}"]`));
      await box.focus();
      await page.keyboard.press('End');
      await expect(row(201)).toBeInViewport();
      await page.keyboard.press('Home');
      await expect(row(2)).toBeInViewport();
      // The first goes to the last row in view, the second a screen on.
      await page.keyboard.press('PageDown');
      await page.keyboard.press('PageDown');
      await expect(row(2)).not.toBeInViewport();
    });
  });

  test('the focus is plain to see', async ({ desk, page, server }) => {
    await server.add({ name: 'one' });
    await desk.open();
    const look = (it: Element) => {
      const style = getComputedStyle(it);
      const outlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
      return outlined || style.boxShadow !== 'none' || getComputedStyle(it.parentElement ?? it).outlineStyle !== 'none';
    };
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.keyboard.press('Tab');
      for (const control of [
        desk.createButton,
        desk.refreshButton,
        desk.byName,
        desk.scopeButton,
        desk.byStatus,
        desk.sort('Name'),
        desk.action('Copy GUID of', 'one'),
        desk.action('Edit', 'one'),
      ]) {
        await control.focus();
        expect(await control.evaluate(look), `${control}`).toBe(true);
      }
    }
  });
});

test.describe('preferences', () => {
  test('light and dark differ, and follow the system', async ({ desk, page }) => {
    await desk.open();
    const ground = () => page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (!canvas) throw new Error('no canvas');
      canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return { brightness: (red + green + blue) / 3, alpha };
    });
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    expect(light.brightness).toBeGreaterThan(200);
    expect(dark).toMatchObject({ alpha: 255 });
    expect(dark.brightness).toBeLessThan(60);
  });

  test('who wants less motion gets none', async ({ desk, page, server }) => {
    await server.fail({ path: '/api/v1/tokens', delay_ms: 60_000 });
    const moving = () => page.evaluate(() => document.getAnimations().filter((it) => it.playState === 'running').length);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await desk.visit();
    await expect(page.getByText(say.stateLine.loading)).toBeVisible();
    await expect.poll(moving).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(moving).toBe(0);
  });

  test('with forced colours the states of a token are still told apart', async ({ desk, launch, page }) => {
    await page.emulateMedia({ forcedColors: 'active' });
    const server = await launch({ tokens: 60 });
    await page.goto(server.url);
    await desk.loaded();
    const words = new Set(await desk.texts('Is active'));
    expect(words.size).toBeGreaterThan(1);
  });
});

test.describe('while loading', () => {
  test('a skeleton stands in the place of the rows, for the eye only', async ({ desk, page, server }) => {
    await server.add({ name: 'late' });
    const letGo = await held(page, 'GET', /\/api\/v1\/tokens\?/);
    await desk.visit();
    const bars = () =>
      page.evaluate(() => {
        const seen = [...document.querySelectorAll('.skeleton')].filter((it) => it.getBoundingClientRect().width > 0);
        return { seen: seen.length, hidden: seen.every((it) => it.closest('[aria-hidden=true]') !== null) };
      });
    await expect.poll(async () => (await bars()).seen).toBeGreaterThan(3);
    expect((await bars()).hidden).toBe(true);
    letGo();
    await desk.expectNames('late');
    expect((await bars()).seen).toBe(0);
  });

  test('before the app has started the page has its heading and says that it loads', async ({ desk, page, server }) => {
    const letGo = await held(page, 'GET', /_bg\.wasm$/);
    await page.goto(server.url, { waitUntil: 'commit' });
    await expect(page.getByRole('heading', { name: say.toolbar.title })).toBeVisible();
    await expect(page.getByRole('status')).toHaveText('Loading the page…');
    expect(await violations(page)).toEqual([]);
    letGo();
    await expect(desk.status).toHaveText('0 of 0 tokens');
  });
});

test('the page has its landmarks, its language and its title', async ({ desk, page }) => {
  await desk.open();
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.getByRole('banner')).toHaveCount(1);
  await expect(page.getByRole('search', { name: say.filters.label })).toHaveCount(1);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page).toHaveTitle('Scoped tokens · API tokens');
});

test('outcomes are announced, errors at once and the rest politely', async ({ desk, page, server, watch }) => {
  watch.expects(/404/);
  const token = await server.add({ name: 'one' });
  await desk.open();
  const polite = () => page.evaluate(() => [...document.querySelectorAll('[aria-live=polite]')].map((it) => it.textContent).join(' '));
  await desk.create({ name: 'two' });
  await expect.poll(polite).toContain('“two” was created.');
  await server.remove(token);
  await desk.action('Delete', 'one').click();
  await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
  await expect.poll(polite).toContain('“one” was already gone.');
  await page.getByRole('button', { name: say.notices.dismiss }).click();
  await expect.poll(polite).not.toContain('“one” was already gone.');
});
