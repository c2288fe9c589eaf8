//! Every screen that matters, measured at every width: nothing cut, covered or faint, however long a name is, however wide
//! the text is set, and however large it is written.

import { chromium, type Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { violations } from './look.ts';
import { kindOf, measured, scrollList, spaceText, still } from './measure.ts';
import { inDays, inSeconds } from './server.ts';
import { AWKWARD, SCREENS, whole, type Screen } from './shots/screens.ts';
import { heightOf } from './shots/asked.ts';
import { say } from './texts.ts';

const WIDTHS = [320, 360, 768, 1024, 1280, 1440, 1920, 3440];

/** What is measured; some with names that break lines and directions. */
const SEEN: Record<string, 'awkward' | 'as it is'> = {
  'list-awkward': 'as it is',
  statuses: 'as it is',
  'list-forbidden': 'as it is',
  'list-unreadable': 'as it is',
  'list-none': 'as it is',
  'all-systems': 'awkward',
  'pt-sandbox': 'as it is',
  air: 'as it is',
  mist: 'as it is',
  'details-long': 'as it is',
  'create-errors': 'as it is',
  'create-mist': 'as it is',
  'edit-conflict': 'as it is',
  'edit-more-rights': 'as it is',
  request: 'as it is',
  shortcuts: 'as it is',
  disable: 'as it is',
  delete: 'as it is',
  secret: 'as it is',
  'sign-in': 'as it is',
  'sign-in-mist': 'as it is',
  'signed-out': 'as it is',
  welcome: 'as it is',
  connections: 'as it is',
  'connection-errors': 'as it is',
  'connection-test': 'as it is',
  columns: 'awkward',
  interrupted: 'as it is',
  'record-interrupted': 'as it is',
  'record-awkward': 'as it is',
  records: 'as it is',
  'rotation-mark': 'as it is',
  'rotation-awkward': 'as it is',
  'rotation-unhanded': 'as it is',
  rotate: 'as it is',
  'rotate-secret': 'as it is',
  'rotate-elsewhere': 'as it is',
  rotation: 'as it is',
  'rotation-day': 'as it is',
  rotations: 'as it is',
  clone: 'as it is',
  'rotations-awkward': 'as it is',
  'rotations-left': 'as it is',
  'filters-scope': 'awkward',
  'filters-more': 'awkward',
  'filters-set': 'awkward',
  selected: 'awkward',
  'selected-actions': 'as it is',
  'selected-alone': 'as it is',
  'bulk-plan': 'as it is',
  'bulk-delete': 'awkward',
  'bulk-extend': 'as it is',
  'bulk-systems': 'as it is',
  'bulk-run': 'as it is',
  'bulk-outcome': 'as it is',
  'bulk-unrecorded': 'as it is',
};

function screen(name: string): Screen {
  const found = SCREENS.find((it) => it.name === name);
  if (!found) throw new Error(`there is no screen ${name}`);
  return found;
}

/** What was found, each once with everywhere that it was found. */
class Found {
  readonly #all = new Map<string, { what: string; where: string[] }>();

  add(where: string | number, all: string[]): void {
    for (const what of all) {
      const known = this.#all.get(kindOf(what)) ?? { what, where: [] };
      known.where.push(String(where));
      this.#all.set(kindOf(what), known);
    }
  }

  get lines(): string[] {
    return [...this.#all.values()].map(({ what, where }) => `${what} [${where.join(', ')}]`);
  }
}

async function resize(page: Page, width: number, height = heightOf(width)): Promise<void> {
  await page.setViewportSize({ width, height });
}

for (const [name, names] of Object.entries(SEEN)) {
  const { serve, use, open } = screen(name);
  test.describe(name, () => {
    test.use({ serve: { tokens: 30, ...serve }, ...use });

    test('has nothing cut, covered or faint at any width', async ({ page, server, watch }) => {
      test.slow();
      // Trouble is part of what is shown.
      watch.allows(/./);
      if (names === 'awkward') {
        const entries = AWKWARD.map((it, idx) => whole(idx, it));
        await server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: entries });
      }
      await resize(page, 1280);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await open({ page, server });
      // What passes is no part of the screen.
      const dismiss = page.locator('.notice').getByRole('button', { name: say.notices.dismiss });
      if (await dismiss.isVisible()) await dismiss.click();
      const found = new Found();
      for (const width of WIDTHS) {
        await resize(page, width);
        found.add(width, await measured(page, 'cut', 'over', 'covered', 'small', 'rows'));
        // Colours are those of cards or of the table.
        if (width === 360 || width === 1280) found.add(width, await measured(page, 'faint'));
      }
      const unspace = await spaceText(page);
      for (const width of [320, 768, 1280]) {
        await resize(page, width);
        found.add(`${width} spaced`, await measured(page, 'cut', 'over', 'covered', 'rows'));
      }
      await unspace();
      // 1280 by 1024 pixels at 400 %.
      await resize(page, 320, 256);
      found.add('320 by 256', await measured(page, 'cut', 'over', 'covered', 'rows'));
      for (const width of [360, 1280]) {
        await resize(page, width);
        await still(page);
        found.add(`${width} axe`, await violations(page));
      }
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
      found.add('dark', await measured(page, 'faint'));
      found.add('dark axe', await violations(page, { coloursOnly: true }));
      expect(found.lines).toEqual([]);
    });
  });
}

const LARGE = ['statuses', 'details', 'create-errors', 'delete', 'connections', 'filters-more'];

for (const name of LARGE) {
  const { serve, open } = screen(name);
  test.describe(`${name}, written twice as large`, () => {
    test.use({ serve: { tokens: 30, ...serve } });

    test('has nothing cut or covered', async ({ server }, { project }) => {
      const { args = [], ...launch } = project.use.launchOptions ?? {};
      const large = ['--blink-settings=defaultFontSize=32,defaultFixedFontSize=26'];
      const browser = await chromium.launch({ ...launch, args: [...args, ...large] });
      try {
        const page = await browser.newPage({ locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
        await resize(page, 1280);
        await open({ page, server });
        const found = new Found();
        for (const width of [360, 768, 1280]) {
          await resize(page, width);
          found.add(width, await measured(page, 'cut', 'over', 'covered', 'rows'));
        }
        expect(found.lines).toEqual([]);
      } finally {
        await browser.close();
      }
    });
  });
}

test.describe('rows', () => {
  test.use({ serve: { tokens: 200 } });

  test('stand one under the other after every change of layout', async ({ desk, page, server, watch }) => {
    test.slow();
    // Of those that are only in the list there are no details.
    watch.allows(/404/);
    const entries = AWKWARD.map((it, idx) => whole(idx, { ...it, valid_to: idx % 2 === 0 ? inDays(5) : inSeconds(7200) }));
    await server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: entries });
    await resize(page, 1440);
    await desk.open();
    /** Looks at the beginning and in the middle. */
    const expectRows = async (after: string) => {
      for (const share of [0, 0.5, 0] as const) {
        await scrollList(page, share);
        await expect(desk.rows.first(), after).toBeVisible();
        await expect.poll(() => measured(page, 'rows'), `${after}, at ${share}`).toEqual([]);
      }
    };
    const choose = async (label: string, isOn: boolean) => {
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: label, exact: true }).setChecked(isOn);
      await page.keyboard.press('Escape');
    };
    await expectRows('at first');
    for (const isOn of [true, false]) {
      await choose('Compact rows', isOn);
      await expectRows(isOn ? 'compact' : 'no longer compact');
    }
    for (const isOn of [false, true]) {
      await choose('Scopes', isOn);
      await expectRows(isOn ? 'a column more' : 'a column less');
    }
    for (const width of [1000, 768, 360, 320, 3440, 1440]) {
      await resize(page, width);
      await expectRows(`at ${width} pixels`);
    }
    await desk.table.getByRole('link').first().click();
    await expectRows('beside the details');
    await page.keyboard.press('Escape');
    await expectRows('without the details');
    const unspace = await spaceText(page);
    await expectRows('spaced');
    await unspace();
    await expectRows('no longer spaced');
    await desk.byName.fill('a');
    await expectRows('filtered');
    await desk.byName.fill('');
    await desk.refreshButton.click();
    await desk.loaded();
    await expectRows('loaded again');
  });
});

test('what is measured would be found', async ({ page }) => {
  await page.setViewportSize({ width: 400, height: 400 });
  await page.setContent(`<!DOCTYPE html>
    <style>body { margin: 0; font: 14px sans-serif; font-variant-numeric: tabular-nums; background: #fff; color: #000 } button, select { font: inherit }</style>
    <div class="cut" style="width: 60px; overflow: hidden; white-space: nowrap">A text that is too long</div>
    <p class="told" title="A text that is too long" style="width: 60px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">A text that is too long</p>
    <div class="clamp"><p style="margin: 0; width: 60px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 1; overflow: hidden">A text that is too long</p>
      <button aria-expanded="false">Show all</button></div>
    <select style="width: 60px"><option>A text that is too long</option></select>
    <p class="faint" style="color: #999">faint</p>
    <p class="out" style="position: absolute; left: 380px; top: 300px; white-space: nowrap">out of the window</p>
    <p style="position: absolute; left: 0; top: 200px; margin: 0">one</p><p style="position: absolute; left: 5px; top: 204px; margin: 0">two</p>
    <button style="position: absolute; top: 240px; left: 0; width: 80px">Under</button>
    <div class="lid" style="position: absolute; z-index: 1; top: 230px; left: 0; width: 90px; height: 60px; background: #fff"></div>
    <button class="tiny" aria-label="tiny" style="position: absolute; top: 320px; left: 0; width: 12px; height: 12px; padding: 0"></button>
    <button class="tiny" aria-label="tiny too" style="position: absolute; top: 320px; left: 14px; width: 12px; height: 12px; padding: 0"></button>
    <div role="grid"><div role="row" aria-rowindex="2" style="position: absolute; top: 340px; height: 20px"><span role="gridcell">a</span></div>
    <div role="row" aria-rowindex="3" style="position: absolute; top: 370px; height: 20px"><span role="gridcell">b</span></div></div>`);
  const kinds = (await measured(page)).map((it) => it.split(':')[0]);
  expect([...new Set(kinds)].sort()).toEqual([
    'covered',
    'cut at the side',
    'cut by the window',
    'cut in its field',
    'faint',
    'over each other',
    'rows',
    'small',
    'the page scrolls sideways',
  ]);
});

test('what axe is asked would be found: all of it once, of the other colour scheme what is of colours', async ({ page }) => {
  const found = async (asked?: Parameters<typeof violations>[1]) => (await violations(page, asked)).map((it) => it.split(':')[0]).sort();
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setContent(`<!DOCTYPE html><html lang="en"><title>axe</title>
    <style>@media (prefers-color-scheme: dark) { .dim { color: #777; background: #555 } }</style>
    <main><h1>axe</h1><p class="dim">faint in the dark</p><div class="nameless"><button></button></div></main></html>`);
  expect(await found()).toEqual(['button-name']);
  expect(await found({ within: ['.dim'] })).toEqual([]);
  expect(await found({ within: ['.nameless'] })).toEqual(['button-name']);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await found({ coloursOnly: true })).toEqual(['color-contrast']);
});
