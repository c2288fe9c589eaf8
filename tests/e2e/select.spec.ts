//! Selecting tokens: one by one, by ranges, all that are shown, over any filter and any mix of systems; what becomes of it when
//! the list changes; and the bar that says it.

import type { Locator, Page } from '@playwright/test';
import type { Desk } from './desk.ts';
import { detailsOf } from './desk.ts';
import { expect, hurry, test } from './fixture.ts';
import { ACCOUNTS, FOUR, Inventory } from './inventory.ts';
import { arrowTo, expectAccessible, expectFits, listen, tabTo, times } from './look.ts';
import { entries, entry, page as list, test as odd } from './odd.ts';
import { IS_WHOLE, part } from './server.ts';
import { say } from './texts.ts';

/** The names of the tokens that are selected, of the rows on the page. */
async function selected(desk: Pick<Desk, 'rows'>): Promise<string[]> {
  return desk.rows.evaluateAll((rows) => {
    const sorted = [...rows].sort((one, other) => Number(one.ariaRowIndex) - Number(other.ariaRowIndex));
    const is = (row: Element) => row.querySelector<HTMLInputElement>('input')?.checked === true;
    // The box and the row say the same.
    for (const row of rows) if (row.getAttribute('aria-selected') !== String(is(row))) throw new Error(row.outerHTML);
    return sorted.filter(is).map((row) => row.querySelector('[role=rowheader]')?.textContent ?? '');
  });
}

const expectSelected = (desk: Desk, ...names: string[]) => expect.poll(() => selected(desk)).toEqual(names);

test.describe('one after the other', () => {
  test.use({ serve: { tokens: 0 } });

  test.beforeEach(async ({ desk, server }) => {
    for (const name of ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot']) await server.add({ name });
    await desk.open();
    await desk.rested();
  });

  test('a box before each name, which says whose it is; the bar comes with the first', async ({ desk, page }) => {
    await desk.expectNames('alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot');
    await expect(desk.table).toHaveAttribute('aria-multiselectable', 'true');
    await expect(desk.selection).toHaveCount(0);
    await desk.selects('bravo').check();
    await desk.selects('delta').check();
    await expectSelected(desk, 'bravo', 'delta');
    await expect(desk.selection).toContainText('2 selected');
    await expectAccessible(page);
    await desk.selects('bravo').uncheck();
    await expectSelected(desk, 'delta');
    await (await desk.ofSelection(say.selectionBar.clear)).click();
    await expectSelected(desk);
    await expect(desk.selection).toHaveCount(0);
    await expect(desk.box).toBeFocused();
  });

  test('all of the cell is the box, at least 24 pixels each way', async ({ desk }) => {
    for (const row of (await desk.rows.all()).slice(0, 2)) {
      const cell = row.getByRole('gridcell').first();
      const box = await cell.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
      await cell.click({ position: { x: 2, y: 2 } });
      await expect(cell.getByRole('checkbox')).toBeChecked();
      await expect(cell.getByRole('checkbox')).toBeFocused();
    }
    await expect(desk.selection).toContainText('2 selected');
    // A click beside it, or on the name, selects nothing.
    await desk.cell(desk.row('delta'), 'Last used').click();
    await expect(desk.selection).toContainText('2 selected');
  });

  test('Shift makes it a range, both ways, and what is clicked says what all become', async ({ desk, page }) => {
    const shift = (name: string) => desk.selects(name).click({ modifiers: ['Shift'] });
    await desk.selects('bravo').click();
    await shift('delta');
    await expectSelected(desk, 'bravo', 'charlie', 'delta');
    // From there on, back.
    await shift('alpha');
    await expectSelected(desk, 'alpha', 'bravo', 'charlie', 'delta');
    await desk.selects('charlie').click();
    await shift('delta');
    await expectSelected(desk, 'alpha', 'bravo');
    // In the order that is shown.
    await desk.sort('Name').click();
    await desk.sort('Name').click();
    await desk.expectNames('foxtrot', 'echo', 'delta', 'charlie', 'bravo', 'alpha');
    await desk.selects('foxtrot').click();
    await shift('charlie');
    await expectSelected(desk, 'foxtrot', 'echo', 'delta', 'charlie', 'bravo', 'alpha');
    expect(await page.evaluate(() => getSelection()?.toString())).toBe('');
  });

  test('by keys alone', async ({ context, desk, page }) => {
    const heard = await listen(page);
    // What is heard waits for a pause between keys. On a busy machine there are such: for the page time runs more slowly.
    await hurry(context, 0.2);
    await page.reload();
    await desk.loaded();
    await desk.rested();
    await tabTo(page, desk.table.getByRole('link').first());
    await page.keyboard.press('ArrowLeft');
    await expect(desk.selects('alpha')).toBeFocused();
    await page.keyboard.press('Space');
    await expectSelected(desk, 'alpha');
    // Down the column of the boxes, and Shift with Space for a range.
    for (let downs = 0; downs < 3; downs += 1) await page.keyboard.press('ArrowDown');
    await expect(desk.selects('delta')).toBeFocused();
    await page.keyboard.press('Shift+Space');
    await expectSelected(desk, 'alpha', 'bravo', 'charlie', 'delta');
    await expect(desk.selects('delta')).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(desk.row('delta').getByRole('link')).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Escape');
    await expect(desk.row('delta').getByRole('link')).toBeFocused();
    await expectSelected(desk, 'alpha', 'bravo', 'charlie', 'delta');
    // It is heard once for all that was done in a row.
    await expect.poll(async () => times(await heard(), /selected/)).toBe(1);
    await expect.poll(async () => times(await heard(), '4 selected')).toBe(1);
    // Up to the box of the head, which selects all.
    await page.keyboard.press('ArrowLeft');
    await arrowTo(page, 'ArrowUp', desk.selectAll);
    await expect(desk.selectAll).toHaveAccessibleName(say.selecting.shown);
    await page.keyboard.press('Space');
    await expectSelected(desk, 'alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot');
    await page.keyboard.press('ArrowRight');
    await expect(desk.sort('Name')).toBeFocused();
    // And out of the table to the bar.
    await tabTo(page, desk.selection.getByRole('button', { name: say.selectionBar.clear }));
    await page.keyboard.press('Enter');
    await expectSelected(desk);
    await expect(desk.box).toBeFocused();
  });

  test('the box of the head: none, some, all', async ({ desk }) => {
    const state = () => desk.selectAll.evaluate((it: HTMLInputElement) => (it.indeterminate ? 'some' : it.checked ? 'all' : 'none'));
    await expect.poll(state).toBe('none');
    await desk.selects('echo').check();
    await expect.poll(state).toBe('some');
    await desk.selectAll.click();
    await expect.poll(state).toBe('all');
    await expect(desk.selection).toContainText('6 selected');
    await desk.selects('echo').uncheck();
    await expect.poll(state).toBe('some');
    await desk.selectAll.click();
    await desk.selectAll.click();
    await expect.poll(state).toBe('none');
    await expect(desk.selection).toHaveCount(0);
  });

  test('survives filters, sorting, a refresh and an edit, and says what the filters hide', async ({ desk, page, server }) => {
    for (const name of ['alpha', 'bravo', 'charlie']) await desk.selects(name).check();
    await desk.byName.fill('a');
    await desk.byName.fill('br');
    await desk.expectNames('bravo');
    await expect(desk.selection).toContainText('3 selected');
    await expect(desk.selection).toContainText('2 hidden by filters');
    // Over the filter: what is selected beside it stays.
    await desk.byName.fill('e');
    await desk.expectNames('charlie', 'delta', 'echo');
    await (await desk.ofSelection('Select all 3 shown')).click();
    await expect(desk.selection).toContainText('5 selected');
    await expect(desk.selection).toContainText('2 hidden by filters');
    await expect(desk.selection.getByRole('button', { name: /^Select/ })).toHaveCount(0);
    await desk.byName.fill('');
    await expectSelected(desk, 'alpha', 'bravo', 'charlie', 'delta', 'echo');
    await expect(desk.selection).not.toContainText('hidden');
    await desk.sort('Name').click();
    await desk.sort('Name').click();
    await expectSelected(desk, 'echo', 'delta', 'charlie', 'bravo', 'alpha');
    await desk.sort('Name').click();
    // One is renamed past the page, one is gone, one is new.
    const tokens = await server.tokens();
    const named = (name: string) => tokens.find((it) => it.name === name)!;
    await server.change(named('bravo'), { name: 'bravo two' });
    await server.remove(named('delta'));
    await server.add({ name: 'golf' });
    await desk.refreshButton.click();
    await desk.expectNames('alpha', 'bravo two', 'charlie', 'echo', 'foxtrot', 'golf');
    await expectSelected(desk, 'alpha', 'bravo two', 'charlie', 'echo');
    await expect(desk.selection).toContainText('4 selected');
    await expect(desk.selection).toContainText('1 no longer listed');
    const form = await desk.openEdit('charlie');
    await form.name.fill('charlie two');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expectSelected(desk, 'alpha', 'bravo two', 'charlie two', 'echo');
    // What is deleted here is not missed.
    await desk.action('Delete', 'echo').click();
    await desk.question('Delete token').getByRole('button', { name: 'Delete' }).click();
    await expectSelected(desk, 'alpha', 'bravo two', 'charlie two');
    await expect(desk.selection).toContainText('3 selected');
    await desk.selects('golf').check();
    await expect(desk.selection).toContainText('4 selected');
    await expect(desk.selection).not.toContainText('no longer listed');
    await expect(page.locator('.marked')).toHaveCount(1);
  });

  test('can be shown alone, whatever the filters say, and these come back', async ({ desk, page }) => {
    await desk.selects('alpha').check();
    await desk.selects('echo').check();
    await desk.byName.fill('o');
    await desk.expectNames('bravo', 'echo', 'foxtrot');
    const alone = await desk.ofSelection(say.selectionBar.showSelected);
    await alone.click();
    await desk.expectNames('alpha', 'echo');
    await expect(alone).toHaveAttribute('aria-pressed', 'true');
    await expect(desk.byName).toHaveValue('');
    // Nothing of it is in the address.
    await desk.expectParams();
    await expectAccessible(page);
    // One that is selected no longer can be selected again.
    await desk.selects('alpha').uncheck();
    await desk.expectNames('alpha', 'echo');
    await expectSelected(desk, 'echo');
    // Details and the way back.
    await desk.row('echo').getByRole('link').click();
    await expect(detailsOf(page, 'echo')).toBeVisible();
    await page.goBack();
    await expect(detailsOf(page)).toHaveCount(0);
    await desk.expectNames('alpha', 'echo');
    await alone.click();
    await desk.expectNames('bravo', 'echo', 'foxtrot');
    await expect(desk.byName).toHaveValue('o');
    await desk.expectParams('name=o');
    await expectSelected(desk, 'echo');
    // As one filter of the others it is taken away like them.
    await alone.click();
    await desk.expectNames('echo');
    await desk.setFilters.getByRole('button', { name: 'Remove filter Selected' }).click();
    await desk.expectNames('alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot');
  });

  test('what cannot be changed cannot be selected, and says why', async ({ desk, page, server }) => {
    await server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: [{ id: null, name: 'without an id' }] });
    await desk.refreshButton.click();
    await desk.expectNames('Unreadable token', 'alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot');
    const box = desk.selects('Unreadable token');
    await expect(box).toBeDisabled();
    await box.click({ force: true });
    await page.keyboard.press('Space');
    await expect(box).not.toBeChecked();
    await expect(desk.selection).toHaveCount(0);
    await desk.selectAll.check();
    await expectSelected(desk, 'alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot');
    await expect(desk.selection).toContainText('6 selected');
    await expectAccessible(page);
  });
});

odd.describe('a list that is not complete', () => {
  odd('speaks of what is loaded, and not of all', async ({ desk, odd, page }) => {
    odd.list = () => list(entries(0, 100), null, 250);
    await desk.visit();
    await expect(page.locator('.count')).toContainText('100 tokens loaded');
    expect(say.selecting.shown).not.toMatch(/\ball\b/);
    await desk.selects('token 0').check();
    await expect(await desk.ofSelection('Select 100 loaded')).toBeVisible();
    await expect(desk.selection).not.toContainText(/\ball\b/);
    await desk.byName.fill('token 9');
    await (await desk.ofSelection('Select 19 loaded')).click();
    await expect(desk.selection).toContainText('20 selected');
    odd.list = () => list(entries(0, 250), null, 250);
    await desk.byName.fill('');
    await desk.refreshButton.click();
    await expect(page.locator('.count')).toHaveText('250 of 250 tokens');
    await expect(await desk.ofSelection('Select all 250 shown')).toBeVisible();
    await expect(desk.selection).toContainText('20 selected');
  });

  odd('two tokens with one id are not selected', async ({ desk, odd }) => {
    odd.list = () => list([entry(1), entry(2), entry(3, { id: entry(1)['id'], name: 'another' })]);
    await desk.open();
    for (const name of ['token 1', 'another']) {
      await expect(desk.selects(name)).toBeDisabled();
      await expect(desk.selects(name)).toHaveAccessibleDescription(say.refused.sharesId);
    }
    await desk.selectAll.check();
    await expectSelected(desk, 'token 2');
  });
});

test.describe('all systems', () => {
  test.use({ serve: { tokens: 20, config: { connections: FOUR } } });

  test('a mix of them, each with its own tokens; a system that is not there is not spoken of', async ({ page, server }) => {
    const all = new Inventory(page, server.url);
    await all.start();
    await expect(all.rows.first()).toBeVisible();
    await all.rows.first().getByRole('checkbox').check();
    await expect(await all.ofSelection('Select 20 loaded')).toBeVisible();
    for (const [name, typed] of ACCOUNTS) await all.signInTo(name, typed);
    await expect(await all.ofSelection(/^Select all \d+ shown$/)).toBeVisible();
    const n_all = Number((await all.counted.innerText()).match(/^\d+/)?.[0]);
    await all.selectAll.check();
    await expect(all.selection).toContainText(`${n_all} selected`);
    await all.selectAll.uncheck();
    const n_shown = async () => Number((await all.counted.innerText()).match(/^\d+/)?.[0]);
    const choice = page.getByRole('group', { name: say.listName.systems });
    await page.getByRole('button', { name: 'System Any' }).click();
    await choice.getByLabel('PT Sandbox').check();
    const n_pt = await n_shown();
    await choice.getByLabel('Juniper Mist').check();
    const n_two = await n_shown();
    await page.keyboard.press('Escape');
    expect([n_pt > 0, n_two > n_pt, n_all > n_two]).toEqual([true, true, true]);
    await all.selectAll.check();
    await expect(all.selection).toContainText(`${n_two} selected`);
    await all.clearFilters.click();
    await expect(await all.ofSelection(`Select all ${n_all} shown`)).toBeVisible();
    await expect(all.selection).toContainText(`${n_two} selected`);
    await (await all.ofSelection(say.selectionBar.showSelected)).click();
    await expect(all.counted).toHaveText(`${n_two} of ${n_all} tokens`);
    expect(['Juniper Mist', 'PT Sandbox']).toEqual(expect.arrayContaining(await all.systems()));
    // One signs out of one of them: what was selected of it is forgotten, and the rest stays.
    await all.place('PT Sandbox').getByRole('button', { name: 'Sign out' }).click();
    await expect(all.selection).toContainText(`${n_two - n_pt} selected`);
    await expect(all.selection).not.toContainText('no longer listed');
  });
});

test.describe('on a narrow page', () => {
  test.use({ serve: { tokens: 30 }, viewport: { width: 320, height: 640 } });

  test('the box stands in the head of the card, and the bar at the end of the screen covers no focus', async ({ desk, page }) => {
    await desk.open();
    const [first = '', second = ''] = await desk.names();
    await desk.selects(first).check();
    await desk.selects(second).check();
    await expect(desk.selection).toBeInViewport();
    await expect(desk.selection).toContainText('2 selected');
    await expectFits(page, 'two selected');
    await expectAccessible(page);
    const isClear = () =>
      page.evaluate(() => {
        const box = document.activeElement!.getBoundingClientRect();
        const bar = document.querySelector('.selection')!.getBoundingClientRect();
        return box.bottom <= bar.top + 1 && box.top >= 0;
      });
    await desk.rows.first().getByRole('button', { name: /^Delete/ }).focus();
    for (let downs = 0; downs < 5; downs += 1) {
      await page.keyboard.press('ArrowDown');
      expect(await isClear(), `button ${downs}`).toBe(true);
    }
    await page.keyboard.press('Home');
    await desk.selects(first).focus();
    for (let downs = 0; downs < 29; downs += 1) {
      await page.keyboard.press('ArrowDown');
      expect(await isClear(), `row ${downs}`).toBe(true);
    }
    for (let ups = 0; ups < 6; ups += 1) {
      await page.keyboard.press('ArrowUp');
      expect(await isClear(), `back ${ups}`).toBe(true);
    }
    // The end of the last card can be seen.
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const last = desk.rows.and(page.locator('[aria-rowindex="31"]')).getByRole('button').last();
    await expect.poll(async () => {
      const [button, bar] = [await last.boundingBox(), await desk.selection.boundingBox()];
      return (button?.y ?? 0) + (button?.height ?? 0) <= (bar?.y ?? 0);
    }).toBe(true);
    await (await desk.ofSelection('Select all 30 shown')).click();
    await expect(desk.selection).toContainText('30 selected');
    await expectFits(page, 'all selected');
    await expectAccessible(page);
  });
});

test.describe('at once', () => {
  test.use({ serve: { tokens: 60 } });

  test('what is selected before the code of the bar is there is kept', async ({ desk, server }) => {
    if (!IS_WHOLE) await server.fail({ method: 'GET', path: `/parts/${part('bulk')}`, delay_ms: 1500 });
    await desk.open();
    const [first = '', , third = ''] = await desk.names();
    await desk.selects(first).click();
    await desk.selects(third).click({ modifiers: ['Shift'] });
    await expect(desk.selection).toContainText('3 selected');
  });

  test('on paper there are neither boxes nor the bar', async ({ desk, page }) => {
    await desk.open();
    await desk.selectAll.check();
    await expect(desk.selection).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect(desk.selection).toBeHidden();
    const boxes: Locator = desk.table.locator('input');
    await expect(boxes.first()).toBeHidden();
    await page.emulateMedia({ media: 'screen' });
  });
});

/** How long a click keeps the page's thread busy until the next frame can be drawn, and how much memory its modules have. */
async function clicked(page: Page, selector: string): Promise<{ ms: number; bytes: number }> {
  return page.evaluate(async (selector) => {
    const element = document.querySelector<HTMLElement>(selector)!;
    const began = performance.now();
    element.click();
    // What follows signals runs after the click; then the browser lays out what has changed.
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    document.body.getBoundingClientRect();
    const ms = performance.now() - began;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const { tokendeckTestMemories: memories } = globalThis as unknown as { tokendeckTestMemories: WebAssembly.Memory[] };
    return { ms, bytes: memories.reduce((sum, it) => sum + it.buffer.byteLength, 0) };
  }, selector);
}

test.describe('of 100,000', () => {
  test.use({ serve: { tokens: 100_000 } });
  test.slow();

  test('all are selected within a frame, and memory stays as it is', async ({ desk, page }) => {
    await page.addInitScript(() => {
      const memories: WebAssembly.Memory[] = [];
      Object.assign(globalThis, { tokendeckTestMemories: memories });
      for (const name of ['instantiate', 'instantiateStreaming'] as const) {
        const make = WebAssembly[name] as (...all: unknown[]) => Promise<WebAssembly.WebAssemblyInstantiatedSource & WebAssembly.Instance>;
        const made = async (...all: unknown[]) => {
          const it = await make.apply(WebAssembly, all);
          const exported = Object.values((it.instance ?? it).exports);
          memories.push(...exported.filter((it) => it instanceof WebAssembly.Memory && !memories.includes(it)) as WebAssembly.Memory[]);
          return it;
        };
        Object.assign(WebAssembly, { [name]: made });
      }
    });
    await desk.visit();
    await expect(desk.status).toHaveText('100,000 of 100,000 tokens', { timeout: 60_000 });
    await desk.rested();
    // The bar and all code are there; all have been selected once.
    const head = '.table-head input';
    await clicked(page, head);
    await expect(desk.selection).toContainText('100,000 selected');
    await clicked(page, head);
    await expect(desk.selection).toHaveCount(0);
    const one: number[] = [];
    const all: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      one.push((await clicked(page, '.table-body input')).ms, (await clicked(page, '.table-body input')).ms);
      all.push((await clicked(page, head)).ms, (await clicked(page, head)).ms);
    }
    const [least_one, least_all] = [Math.min(...one), Math.min(...all)];
    test.info().annotations.push({
      type: 'select all of 100,000',
      description: `${least_all.toFixed(1)} ms, ${(least_all / least_one).toFixed(2)} times one box`,
    });
    expect(least_all).toBeLessThan(1000 / 60);

    // 10,000 of them, by a range.
    const { bytes: before } = await clicked(page, '.table-body input');
    expect(before).toBeGreaterThan(1_000_000);
    await desk.box.evaluate((it) => (it.scrollTop = (it.scrollHeight * 9_990) / 100_000));
    const tenThousandth = desk.rows.and(page.locator('[aria-rowindex="10001"]'));
    await tenThousandth.getByRole('checkbox').click({ modifiers: ['Shift'] });
    await expect(desk.selection).toContainText('10,000 selected');
    await desk.byName.fill('deploy');
    await expect(desk.selection).toContainText(/[\d,]+ hidden by filters/);
    await (await desk.ofSelection(say.selectionBar.showSelected)).click();
    await expect(desk.status).toHaveText('10,000 of 100,000 tokens');
    await (await desk.ofSelection(say.selectionBar.showSelected)).click();
    await desk.byName.fill('');
    await expect(desk.status).toHaveText('100,000 of 100,000 tokens');
    await desk.box.evaluate((it) => (it.scrollTop = 0));
    const { bytes: after } = await clicked(page, '.table-body input');
    test.info().annotations.push({ type: 'memory with 10,000 selected', description: `${(after / before).toFixed(3)} times what it was` });
    expect(after / before).toBeLessThan(1.02);
  });
});
