//! The filters: what each lets through, how they combine, how they are taken away, and that they stand in the address.

import type { Page } from '@playwright/test';
import { Desk, TO_OWN, asShown } from './desk.ts';
import { expect, held, test } from './fixture.ts';
import { violations } from './look.ts';
import { inDays } from './server.ts';
import { say } from './texts.ts';

test.describe('Search by name', () => {
  test.beforeEach(async ({ server }) => {
    for (const name of [
      'Backup nightly',
      'nightly CI deploy',
      'ci deploy',
      'Zürich ingest',
      'Zu\u0308rich ingest (combining)',
      'İstanbul',
      'ﬁnal ﬂow',
      'Токен сборки',
    ]) {
      await server.add({ name });
    }
  });

  test('all keywords must match, in any order', async ({ desk }) => {
    await desk.open();
    await desk.byName.fill('deploy nightly');
    await desk.expectNames('nightly CI deploy');
    await desk.byName.fill('  ci   dep ');
    await desk.expectNames('nightly CI deploy', 'ci deploy');
    await desk.byName.fill('nightly nothing');
    await expect(desk.status).toHaveText('0 of 8 tokens');
  });

  test('without regard to case and accents', async ({ desk }) => {
    await desk.open();
    for (const [typed, ...names] of [
      ['BACKUP', 'Backup nightly'],
      ['zurich', 'Zürich ingest', 'Zu\u0308rich ingest (combining)'],
      ['ZÜRICH', 'Zürich ingest', 'Zu\u0308rich ingest (combining)'],
      ['Zu\u0308rich', 'Zürich ingest', 'Zu\u0308rich ingest (combining)'],
      ['istanbul', 'İstanbul'],
      ['final flow', 'ﬁnal ﬂow'],
      ['ТОКЕН', 'Токен сборки'],
    ] as [string, ...string[]][]) {
      await desk.byName.fill(typed);
      await desk.expectNames(...names);
    }
  });

  test('acts with each letter', async ({ desk, page }) => {
    await desk.open();
    await desk.byName.focus();
    await page.keyboard.type('c');
    await expect(desk.status).toHaveText('5 of 8 tokens');
    await page.keyboard.type('i');
    await expect(desk.status).toHaveText('2 of 8 tokens');
    await page.keyboard.press('Backspace');
    await expect(desk.status).toHaveText('5 of 8 tokens');
    await page.keyboard.press('Backspace');
    await expect(desk.status).toHaveText('8 of 8 tokens');
  });
});

test('Search by GUID takes any part, with or without hyphens', async ({ desk, server }) => {
  await server.add({ name: 'one', guid: '01234567-89ab-4def-8123-456789abcdef' });
  await server.add({ name: 'other', guid: 'fedcba98-7654-4210-9edc-ba9876543210' });
  await desk.open();
  for (const [part, name] of [
    ['01234567-89ab-4def-8123-456789abcdef', 'one'],
    ['0123456789ab4def8123456789abcdef', 'one'],
    ['67-89AB-4', 'one'],
    ['6789ab4', 'one'],
    ['6666', null],
    ['ghi', null],
    [' ba98765442109EDC ', 'other'],
    ['4210-9edc', 'other'],
  ] as const) {
    await desk.byGuid.fill(part);
    await (name === null ? desk.expectNames() : desk.expectNames(name));
  }
  await desk.byGuid.fill('0');
  await desk.expectNames('one', 'other');
});

test.describe('Scope', () => {
  test.beforeEach(async ({ server }) => {
    await server.add({ name: 'builds', scopes: ['builds-read', 'builds-write'] });
    await server.add({ name: 'logs', scopes: ['logs-read'] });
    await server.add({ name: 'metrics', scopes: ['metrics-read', 'logs-read'] });
  });

  const choice = (desk: Desk, name: string) => desk.scopeChoices.getByRole('checkbox', { name, exact: true });

  test('several: tokens with any of them', async ({ desk }) => {
    await desk.open();
    await desk.scopeButton.click();
    await choice(desk, 'Builds: write').check();
    await desk.expectNames('builds');
    await choice(desk, 'Metrics: read').check();
    await desk.expectNames('builds', 'metrics');
    await choice(desk, 'Builds: write').uncheck();
    await desk.expectNames('metrics');
  });

  test("offers the caller's scopes and those that tokens have; they can be searched", async ({ desk, launch, page }) => {
    const server = await launch({ tokens: 200 });
    await page.goto(server.url + TO_OWN);
    await desk.loaded();
    await desk.scopeButton.click();
    await expect(desk.scopeChoices.getByRole('checkbox')).toHaveCount(19);
    await expect(choice(desk, 'legacy-ftp')).toBeVisible();
    await desk.scopeChoices.getByLabel(say.filters.findScope).fill('UBERSICHT alesund');
    await expect(desk.scopeChoices.getByRole('checkbox')).toHaveCount(1);
    await choice(desk, 'Werk Ålesund – Übersicht').check();
    await expect(desk.scopeButton).toHaveAccessibleName('Scope Werk Ålesund – Übersicht');
  });

  test('a scope that the system does not list shows its id, and filters', async ({ desk, launch, page }) => {
    const server = await launch({ tokens: 200 });
    await page.goto(`${server.url}?scope=legacy-ftp`);
    await expect(desk.scopeButton).toHaveAccessibleName('Scope legacy-ftp');
    await desk.expectNames('old-jenkins');
  });

  test('opens and closes from the keyboard, and gives the focus back', async ({ desk, page }) => {
    await desk.open();
    await desk.scopeButton.focus();
    await page.keyboard.press('Enter');
    await expect(desk.scopeButton).toHaveAttribute('aria-expanded', 'true');
    await choice(desk, 'Logs: read').focus();
    await page.keyboard.press('Space');
    await desk.expectNames('logs', 'metrics');
    await page.keyboard.press('Escape');
    await expect(desk.scopeChoices).toBeHidden();
    await expect(desk.scopeButton).toBeFocused();
    await expect(desk.scopeButton).toHaveAttribute('aria-expanded', 'false');
    await expect(desk.scopeButton).toContainText('Logs: read');
  });

  test('closes when one clicks or goes elsewhere', async ({ desk }) => {
    await desk.open();
    await desk.scopeButton.click();
    await desk.heading.click();
    await expect(desk.scopeChoices).toBeHidden();
    await desk.scopeButton.click();
    await desk.byName.focus();
    await expect(desk.scopeChoices).toBeHidden();
  });

  test('a failing list of scopes does not hold up the tokens', async ({ desk, server, watch }) => {
    watch.expects(/500/);
    await server.fail({ path: '/api/v1/scopes', status: 500 });
    await desk.open();
    await desk.expectNames('builds', 'logs', 'metrics');
    await expect(desk.cell(desk.row('metrics'), 'Scopes')).toHaveText('metrics-read, logs-read');
    await desk.scopeButton.click();
    await expect(desk.scopeChoices).toContainText(say.filters.scopesNotLoaded);
    await choice(desk, 'builds-write').check();
    await desk.expectNames('builds');
    // And a token can be made with what is known.
    await desk.scopeButton.click();
    const form = await desk.openCreate();
    await expect(form.scopes).toContainText(say.happened.failed);
    await form.fill({ name: 'made', scopes: ['logs-read'] });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    expect((await server.theOne('made')).scopes).toEqual(['logs-read']);
  });

  test('a list of scopes that is slow does not hold up the tokens; names come when it comes', async ({ desk, page }) => {
    const letGo = await held(page, 'GET', /\/api\/v1\/scopes/);
    await desk.open();
    await expect(desk.cell(desk.row('logs'), 'Scopes')).toHaveText('logs-read');
    letGo();
    await expect(desk.cell(desk.row('logs'), 'Scopes')).toHaveText('Logs: read');
  });
});

test.describe('Token status', () => {
  test.beforeEach(async ({ server }) => {
    await server.add({ name: 'active' });
    await server.add({ name: 'scheduled', valid_from: inDays(1) });
    const past = await server.add({ name: 'revoked', valid_to: inDays(1) });
    await server.revoke(past);
  });

  test('is a native select with these choices', async ({ desk }) => {
    await desk.open();
    expect(await desk.byStatus.evaluate((it) => it.tagName)).toBe('SELECT');
    const choices = ['All', 'Active', 'Inactive', 'Scheduled', 'Disabled', 'Expired', 'Revoked'];
    await expect(desk.byStatus.getByRole('option')).toHaveText(choices);
    await expect(desk.byStatus).toHaveValue('all');
  });

  test('each choice shows its tokens', async ({ desk, launch, page }) => {
    // Only the demonstration tokens have some that have expired.
    const server = await launch({ tokens: 200 });
    for (const token of (await server.tokens()).filter((it) => it.is_active).slice(2, 6)) await server.disable(token);
    await page.goto(server.url);
    await desk.loaded();
    const now = Date.now();
    const tokens = await server.tokens();
    const is = {
      Active: tokens.filter((it) => it.is_active),
      Inactive: tokens.filter((it) => !it.is_active),
      Revoked: tokens.filter((it) => it.revoked_at !== null),
      Disabled: tokens.filter((it) => it.revoked_at === null && it.disabled_at !== null),
      Scheduled: tokens.filter((it) => it.revoked_at === null && it.valid_from !== null && Date.parse(it.valid_from) > now),
      Expired: tokens.filter((it) => it.revoked_at === null && it.valid_to !== null && Date.parse(it.valid_to) <= now),
    };
    for (const [status, expected] of Object.entries(is)) {
      expect(expected.length).toBeGreaterThan(2);
      await desk.byStatus.selectOption(status);
      await expect(desk.status).toHaveText(`${expected.length} of 200 tokens`);
      const shown = await desk.names();
      expect(shown).toEqual(expected.slice(0, shown.length).map((it) => asShown(it.name)));
      const words = { Active: ['Active'], Inactive: ['Scheduled', 'Disabled', 'Expired', 'Revoked'] }[status] ?? [status];
      for (const word of await desk.texts('Is active')) expect(words).toContain(word);
    }
    await desk.byStatus.selectOption(say.statusFilter.all);
    await expect(desk.status).toHaveText('200 of 200 tokens');
  });

  test('is written in each row', async ({ desk }) => {
    await desk.open();
    for (const name of ['Active', 'Scheduled', 'Revoked']) {
      await expect(desk.cell(desk.row(name.toLowerCase()), 'Is active')).toHaveText(name);
    }
  });
});

test.describe('together', () => {
  test.beforeEach(async ({ server }) => {
    for (const [name, scope, guid] of [
      ['ci one', 'builds-read', 'aaaaaaaa-0000-4000-8000-000000000001'],
      ['ci two', 'logs-read', 'aaaaaaaa-0000-4000-8000-000000000002'],
      ['ci three', 'builds-read', 'bbbbbbbb-0000-4000-8000-000000000003'],
      ['cd four', 'builds-read', 'aaaaaaaa-0000-4000-8000-000000000004'],
      ['ci five', 'builds-read', 'aaaaaaaa-0000-4000-8000-000000000005'],
    ] as const) {
      await server.add({ name, guid, scopes: [scope], ...(name === 'ci five' ? { valid_from: inDays(1) } : {}) });
    }
  });

  const ALL = '?name=ci&guid=aaaa&scope=builds-read&status=active';

  test('they combine with AND', async ({ desk }) => {
    await desk.open();
    await desk.byName.fill('ci');
    await expect(desk.status).toHaveText('4 of 5 tokens');
    await desk.byGuid.fill('aaaa');
    await expect(desk.status).toHaveText('3 of 5 tokens');
    await desk.scopeButton.click();
    await desk.scopeChoices.getByRole('checkbox', { name: 'Builds: read' }).check();
    await expect(desk.status).toHaveText('2 of 5 tokens');
    await desk.byStatus.selectOption(say.statusFilter.active);
    await desk.expectNames('ci one');
    await expect(desk.status).toHaveText('1 of 5 tokens');
  });

  test('each can be taken away by itself', async ({ desk, page }) => {
    // A wide page shows the filters themselves.
    await page.setViewportSize({ width: 360, height: 740 });
    await desk.open(ALL);
    await desk.expectNames('ci one');
    // That they are active is said by the count, which is pressed.
    await expect(desk.setFilters.getByRole('listitem')).toHaveCount(3);
    await page.getByRole('button', { name: 'Remove filter Scope: Builds: read', exact: true }).click();
    await desk.expectNames('ci one', 'ci two');
    await desk.count(say.counted.active).click();
    await desk.expectNames('ci one', 'ci two', 'ci five');
    await desk.openFilters();
    await desk.byStatus.selectOption(say.statusFilter.inactive);
    await desk.expectNames('ci five');
    for (const [label, names] of [
      ['Remove filter Status: Inactive', ['ci one', 'ci two', 'ci five']],
      ['Remove filter Name: ci', ['ci one', 'ci two', 'cd four', 'ci five']],
      ['Remove filter GUID: aaaa', ['ci one', 'ci two', 'ci three', 'cd four', 'ci five']],
    ] as const) {
      await page.getByRole('button', { name: label, exact: true }).click();
      await desk.expectNames(...names);
    }
    await expect(desk.byName).toHaveValue('');
    await expect(desk.byGuid).toHaveValue('');
    await expect(desk.byStatus).toHaveValue('all');
    await expect(desk.clearFilters).toBeHidden();
    await desk.expectParams();
  });

  test('one Clear filters takes all of them away', async ({ desk }) => {
    await desk.open(ALL);
    await expect(desk.clearFilters).toHaveCount(1);
    await desk.clearFilters.click();
    await expect(desk.status).toHaveText('5 of 5 tokens');
    await expect(desk.byName).toHaveValue('');
    await expect(desk.byGuid).toHaveValue('');
    await expect(desk.byStatus).toHaveValue('all');
    await expect(desk.scopeButton).toContainText(say.filters.any);
    await expect(desk.setFilters).toBeHidden();
    await desk.expectParams();
  });
});

/** The filters that are not always in sight. */
function moreOf(page: Page) {
  const select = (name: string) => page.getByRole('combobox', { name });
  const creator = page.getByRole('searchbox', { name: say.filters.createdBy });
  return [creator, select(say.filters.lastUsed), select(say.filters.expires)] as const;
}

test.describe('behind one button', () => {
  test.use({ serve: { tokens: 30 } });

  for (const width of [320, 360, 768, 999]) {
    test(`at ${width} pixels are all but the search by name, with how many are set`, async ({ desk, page }) => {
      await page.setViewportSize({ width, height: 740 });
      await desk.open();
      await expect(desk.byName).toBeVisible();
      const others = [desk.byGuid, desk.scopeButton, desk.byStatus];
      const more = moreOf(page);
      for (const it of [...others, desk.moreFilters]) await expect(it).toBeHidden();
      await expect(desk.filtersButton).toHaveText('Filters');
      await desk.filtersButton.click();
      await expect(desk.filtersButton).toHaveAttribute('aria-expanded', 'true');
      for (const it of [...others, ...more]) {
        await expect(it).toBeVisible();
        const box = await it.boundingBox();
        expect(box && box.x >= 0 && box.x + box.width <= width && box.width >= 100).toBe(true);
      }
      await expect(desk.moreFilters).toBeHidden();
      await desk.byStatus.selectOption(say.statusFilter.active);
      await desk.byGuid.fill('1');
      await more[2].selectOption(say.endsChoice.never);
      await expect(desk.filtersButton).toHaveText('Filters (3)');
      await desk.byName.fill('a');
      await expect(desk.filtersButton).toHaveText('Filters (3)');
      await desk.filtersButton.click();
      for (const it of [...others, ...more]) await expect(it).toBeHidden();
      // What is set is still said.
      await expect(desk.setFilters.getByRole('listitem')).toHaveText([/Name: a/, /GUID: 1/, /Status: Active/, /No expiry/]);
      await desk.clearFilters.click();
      await expect(desk.filtersButton).toHaveText('Filters');
    });
  }

  test('on a narrow page the list of scopes lies whole in the page, ends with a whole row, and can be closed', async ({ desk, page }) => {
    for (const width of [320, 360, 768, 1280]) {
      await page.setViewportSize({ width, height: 740 });
      await desk.open();
      await desk.openScopes();
      const popup = await desk.scopeChoices.boundingBox();
      expect(popup && popup.x >= 0 && popup.x + popup.width <= width).toBe(true);
      const cut = await desk.scopeChoices.locator('.popup-list').evaluate((list) => {
        const end = list.getBoundingClientRect().bottom;
        return [...list.children].filter((it) => {
          const { top, bottom } = it.getBoundingClientRect();
          return top < end - 1 && bottom > end + 1;
        }).length;
      });
      expect(cut).toBe(0);
      await desk.scopeChoices.getByRole('button', { name: say.filters.done }).click();
      await expect(desk.scopeChoices).toBeHidden();
      await expect(desk.scopeButton).toBeFocused();
    }
  });

  test('what is typed, chosen and focused stays when the width changes', async ({ desk, page }) => {
    const [wide, narrow] = [{ width: 1280, height: 800 }, { width: 360, height: 740 }];
    await page.setViewportSize(wide);
    await desk.open();
    await desk.byGuid.pressSequentially('1');
    for (const size of [narrow, wide, narrow, wide]) {
      await page.setViewportSize(size);
      await expect(desk.filtersButton).toBeVisible({ visible: size === narrow });
      await expect(desk.byGuid).toBeVisible();
      await expect(desk.byGuid).toBeFocused();
      await expect(desk.byGuid).toHaveValue('1');
    }
    await page.setViewportSize(narrow);
    const [creator] = moreOf(page);
    await creator.fill('a');
    for (const size of [wide, narrow, wide]) {
      await page.setViewportSize(size);
      await expect(desk.filtersButton).toBeVisible({ visible: size === narrow });
      await expect(creator).toBeFocused();
      await expect(creator).toHaveValue('a');
    }
    // A button that has the focus keeps it too, and acts.
    await desk.moreFilters.focus();
    await page.setViewportSize(narrow);
    await expect(desk.filtersButton).toBeVisible();
    await expect(desk.moreFilters).toBeFocused();
    await desk.byName.focus();
    await expect(desk.moreFilters).toBeHidden();
  });
});

test.describe('on a wide page', () => {
  test.use({ serve: { tokens: 30 } });

  test('more filters stand below the others, as wide as they are, and the button says how many are set', async ({ desk, page }) => {
    for (const width of [1000, 1280, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      await desk.open();
      const left = async (it: typeof desk.byName) => (await it.boundingBox())?.x;
      const before = await left(desk.byStatus);
      await desk.moreFilters.click();
      const [creator] = moreOf(page);
      await expect(creator).toBeVisible();
      for (const [one, other] of [
        [desk.byName, creator],
        [desk.byGuid, moreOf(page)[1]],
        [desk.scopeButton, moreOf(page)[2]],
      ] as const) {
        const [above, below] = [await one.boundingBox(), await other.boundingBox()];
        expect([below?.x, below?.width, below?.height]).toEqual([above?.x, above?.width, above?.height]);
      }
      await creator.fill('a');
      await expect(desk.moreFilters).toHaveText('More filters (1)');
      await desk.moreFilters.click();
      await expect(creator).toBeHidden();
      // Nothing has moved for the number; and what is out of sight is said.
      expect(await left(desk.byStatus)).toBe(before);
      await expect(desk.setFilters.getByRole('listitem')).toHaveText(/Created by: a/);
      await page.getByRole('button', { name: 'Remove filter Created by: a' }).click();
      expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
      await expect(desk.moreFilters).toHaveText('More filters');
    }
  });

  test('days are chosen or typed, and stay true tomorrow', async ({ desk, page }) => {
    await desk.open();
    await desk.moreFilters.click();
    const [, used, ends] = moreOf(page);
    await used.selectOption('Not for 90 days');
    await desk.expectParams('used=90d');
    await used.selectOption(say.usedChoice.notForTyped);
    const days = page.getByLabel(say.filters.daysWithoutUse);
    await expect(days).toHaveValue('30');
    // Even a number that is a choice of its own is typed to its end.
    await days.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('900');
    await expect(days).toBeFocused();
    await desk.expectParams('used=900d');
    await page.reload();
    await expect(days).toHaveValue('900');
    await ends.selectOption(say.endsChoice.withinTyped);
    const within = page.getByLabel(say.filters.daysFromNow);
    await within.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('145');
    await expect(within).toBeFocused();
    await desk.expectParams('used=900d', 'ends=145');
    // An address of before.
    await desk.open('?used=2026-08-01&ends=30');
    await expect(page.getByLabel(say.filters.lastUsedBefore, { exact: true })).toHaveValue('2026-08-01');
    await expect(ends).toHaveValue('30');
  });

  test('what a control shows is in its name, and axe agrees', async ({ desk, page }) => {
    await desk.open('?scope=builds-read&scope=logs-read&status=active&creator=a');
    await expect(desk.scopeButton).toHaveAccessibleName('Scope 2 chosen');
    await expect(desk.scopeButton).not.toHaveAttribute('aria-haspopup', /.*/);
    const axe = () => violations(page, { within: ['.search', '.below-filters'] });
    expect(await axe()).toEqual([]);
    await desk.scopeButton.click();
    await expect(desk.scopeChoices.getByRole('checkbox').first()).toBeChecked();
    await expect(desk.scopeChoices.getByRole('checkbox').nth(1)).toBeChecked();
    expect(await axe()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 360, height: 740 });
    await desk.filtersButton.click();
    expect(await axe()).toEqual([]);
  });
});

test.describe('in the address', () => {
  test.use({ serve: { tokens: 200 } });

  /** Marks the page, so that a reload would be seen. */
  async function mark(page: Page): Promise<void> {
    await page.evaluate(() => Object.assign(globalThis, { marked: true }));
  }

  async function expectNoReload(page: Page): Promise<void> {
    expect(await page.evaluate(() => 'marked' in globalThis)).toBe(true);
  }

  test('every filter and the sorting is written there, without a reload', async ({ desk, page }) => {
    await desk.open();
    await desk.expectParams();
    await mark(page);
    await desk.byName.fill('prod');
    await desk.expectParams('name=prod');
    await desk.byGuid.fill('1');
    await desk.expectParams('name=prod', 'guid=1');
    await desk.byStatus.selectOption(say.statusFilter.active);
    await desk.expectParams('name=prod', 'guid=1', 'status=active');
    await desk.scopeButton.click();
    await desk.scopeChoices.getByRole('checkbox', { name: 'Builds: read' }).check();
    await desk.scopeChoices.getByRole('checkbox', { name: 'Logs: read' }).check();
    const filters = ['name=prod', 'guid=1', 'status=active', 'scope=builds-read', 'scope=logs-read'];
    await desk.expectParams(...filters);
    await desk.heading.click();
    await desk.sort('Expiration date').click();
    await desk.expectParams(...filters, 'sort=expires');
    await desk.sort('Expiration date').click();
    await desk.expectParams(...filters, 'sort=-expires');
    await expectNoReload(page);
  });

  test('a bookmark leads to the same view, on another page too', async ({ context, desk, page }) => {
    const query = '?name=e&status=active&scope=builds-read&scope=logs-read&sort=-expires';
    await desk.open(query);
    await expect(desk.byName).toHaveValue('e');
    await expect(desk.byStatus).toHaveValue('active');
    await expect(desk.scopeButton).toContainText('2 chosen');
    await expect(desk.header('Expiration date')).toHaveAttribute('aria-sort', 'descending');
    // The button says how many there are; these say which.
    await expect(desk.setFilters.getByRole('listitem')).toHaveText([/Scope: Builds: read/, /Scope: Logs: read/]);
    const names = await desk.names();
    expect(names.length).toBeGreaterThan(3);
    expect(names.every((it) => it.toLowerCase().includes('e'))).toBe(true);
    const other = new Desk(await context.newPage(), new URL('./', page.url()).href);
    await other.open(new URL(page.url()).search);
    // The rows below those in view come a moment later.
    const shown = async (it: Desk) => (await it.names()).slice(0, names.length);
    await expect.poll(() => shown(other)).toEqual(names);
    await page.reload();
    await desk.loaded();
    await expect.poll(() => shown(desk)).toEqual(names);
  });

  test('Back and Forward lead through the views that one stopped at', async ({ desk, page }) => {
    await desk.open();
    await mark(page);
    // One word is one step, however many letters it has.
    await desk.byName.pressSequentially('backup', { delay: 20 });
    await desk.expectParams('name=backup');
    await desk.byStatus.selectOption(say.statusFilter.revoked);
    await desk.expectParams('name=backup', 'status=revoked');
    await desk.sort('Name').click();
    await desk.expectParams('name=backup', 'status=revoked', 'sort=name');
    await page.goBack();
    await desk.expectParams('name=backup', 'status=revoked');
    await expect(desk.header('Name')).not.toHaveAttribute('aria-sort', /ascending|descending/);
    await page.goBack();
    await desk.expectParams('name=backup');
    await expect(desk.byStatus).toHaveValue('all');
    const backups = await desk.status.textContent();
    await page.goBack();
    await desk.expectParams();
    await expect(desk.byName).toHaveValue('');
    await expect(desk.status).toHaveText('200 of 200 tokens');
    await page.goForward();
    await expect(desk.byName).toHaveValue('backup');
    await expect(desk.status).toHaveText(backups ?? '');
    await expectNoReload(page);
  });

  test('what the page does not know there is passed over', async ({ desk }) => {
    await desk.open('?status=purple&sort=colour&utm=1&name=renovate');
    await expect(desk.byStatus).toHaveValue('all');
    await desk.expectNames('renovate');
  });

  test('any text survives the way there and back', async ({ desk, page }) => {
    await desk.open();
    const typed = 'a&b=c #1 + % ü “x”';
    await desk.byName.fill(typed);
    await desk.expectParams(`name=${typed}`);
    await page.reload();
    await expect(desk.byName).toHaveValue(typed);
  });
});
