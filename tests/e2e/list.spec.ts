//! The table and the line above it: what is shown of each token, in which order, and how it keeps up with time.

import { COLUMNS, type Column, type Desk, asShown } from './desk.ts';
import { expect, held, hurry, moveableTime, test } from './fixture.ts';
import { inDays, inSeconds } from './server.ts';
import { YEAR } from './dates.ts';
import { say } from './texts.ts';

test.describe('with the demonstration tokens', () => {
  test.use({ serve: { tokens: 200 } });

  test('the heading, the table and its columns', async ({ desk, page }) => {
    await desk.open();
    await expect(page).toHaveTitle('Scoped tokens · API tokens');
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.getByRole('grid')).toHaveCount(1);
    for (const column of ['Name', 'GUID', 'Active from', 'Expiration date', 'Is active', 'Actions', 'Scopes'] as const) {
      await expect(desk.header(column)).toBeVisible();
    }
    await expect(desk.headers).toHaveCount(COLUMNS.length);
    // Before them stand the boxes.
    await expect(desk.table).toHaveAttribute('aria-colcount', String(COLUMNS.length + 1));
  });

  test('every body row has its box, the name alone in its header, and one cell for each other column', async ({ desk, server }) => {
    await desk.open();
    const tokens = await server.tokens();
    const names = await desk.names();
    expect(names.length).toBeGreaterThan(4);
    expect(names).toEqual(tokens.slice(0, names.length).map((it) => it.name));
    for (const row of (await desk.rows.all()).slice(0, 5)) {
      await expect(row.getByRole('rowheader')).toHaveText(names.shift() ?? '');
      await expect(row.getByRole('rowheader')).toHaveCount(1);
      await expect(row.locator(':scope > :nth-child(1)')).toHaveRole('gridcell');
      await expect(row.locator(':scope > :nth-child(1)').getByRole('checkbox')).toHaveCount(1);
      await expect(row.locator(':scope > :nth-child(2)')).toHaveRole('rowheader');
      await expect(row.getByRole('gridcell')).toHaveCount(COLUMNS.length);
    }
  });

  test('the status line counts, and so do the rows for assistive technology', async ({ desk }) => {
    await desk.open();
    await expect(desk.status).toHaveText('200 of 200 tokens');
    await expect(desk.table).toHaveAttribute('aria-rowcount', '201');
    await expect(desk.rows.first()).toHaveAttribute('aria-rowindex', '2');
    await desk.byName.fill('no token has this name');
    await expect(desk.status).toHaveText('0 of 200 tokens');
    await expect(desk.table).toHaveAttribute('aria-rowcount', '1');
  });

  test('where no token fits the filters, the page helps', async ({ desk, page }) => {
    await desk.open('?name=nothing-like-this');
    await expect(page.getByText(say.table.noneFits)).toBeVisible();
    await page.getByRole('button', { name: say.table.showAll }).click();
    await expect(desk.status).toHaveText('200 of 200 tokens');
    await expect(desk.byName).toHaveValue('');
  });

  test('names are text: markup does nothing', async ({ desk, page, server }) => {
    await server.add({ name: '<b>bold</b> & "quoted" \'name\'', description: '<img src=x onerror=alert(2)>' });
    page.on('dialog', () => {
      throw new Error('a name ran as a script');
    });
    for (const name of [
      '<img src=x onerror=alert(1)>',
      '<b>bold</b> & "quoted" \'name\'',
      "</script><script>alert('name')</script>",
      '{{7*7}} ${7*7} %s %d \\n',
    ]) {
      await desk.open(`?name=${encodeURIComponent(name)}`);
      await desk.expectNames(name);
      await expect(desk.table.getByRole('img')).toHaveCount(0);
      await desk.action('Delete', name).click();
      await expect(desk.question('Delete token')).toContainText(name);
      await page.keyboard.press('Escape');
    }
    const made = await page.evaluate(() => document.querySelectorAll('[role=grid] :is(img, b, script, a:not(.name))').length);
    expect(made).toBe(0);
  });

  test('names that run from right to left stay apart from what is beside them', async ({ desk, page }) => {
    for (const name of ['قارئ لوحة المعلومات', 'אב-123-ABC עם English באמצע', '\u202egpj.override']) {
      await desk.open(`?name=${encodeURIComponent(name)}`);
      const row = desk.row(asShown(name));
      await expect(row).toHaveCount(1);
      const bidi = await row.getByText(asShown(name), { exact: true }).evaluate((it) => {
        const style = getComputedStyle(it);
        return { isolated: style.unicodeBidi, direction: style.direction };
      });
      expect(bidi.isolated).toMatch(/isolate/);
      const rightToLeft = /^[\u0590-\u06ff]/.test(name);
      if (rightToLeft) expect(bidi.direction).toBe('rtl');
      // What follows the name in a sentence is not turned round either.
      await desk.action('Delete', asShown(name)).click();
      // A letter that cannot be seen is shown by its number where a decision is taken.
      const asked = desk.question('Delete token').getByText(asShown(name), { exact: true });
      expect(await asked.evaluate((it) => getComputedStyle(it).unicodeBidi)).toMatch(/isolate/);
      await page.keyboard.press('Escape');
    }
  });

  test('names of 200 characters are there in full', async ({ desk, server }) => {
    await desk.open();
    const long = (await server.tokens()).filter((it) => [...it.name].length === 200).map((it) => it.name);
    expect(new Set(long.map((it) => it.includes(' ')))).toEqual(new Set([true, false]));
    for (const name of [long.find((it) => it.includes(' ')), long.find((it) => !it.includes(' '))]) {
      if (name === undefined) throw new Error('no long name');
      await desk.byName.fill(name.slice(0, 190));
      await expect(desk.row(name).first()).toBeVisible();
      await expect(desk.action('Edit', name).first()).toBeVisible();
    }
  });

  test('a text that is cut off is told in full where the pointer is, and never that of another token', async ({ desk, page, server }) => {
    await desk.open();
    const long = (await server.tokens()).find((it) => [...it.name].length === 200)?.name ?? '';
    await desk.byName.fill(long.slice(0, 190));
    const link = desk.row(long).first().getByRole('link');
    await link.hover();
    await expect(link).toHaveAttribute('title', long);
    // The same row holds another token now.
    await desk.byName.fill('renovate');
    await expect(desk.row('renovate')).toBeVisible();
    const told = await page.locator('.table-body :is(.name, .cell-description, .cell-scopes)[title]').all();
    for (const it of told) await expect(it).toHaveAttribute('title', (await it.textContent()) ?? '');
  });

  test('a scope that is not listed shows its id, the others their names', async ({ desk }) => {
    await desk.open('?name=old-jenkins');
    await expect(desk.cell(desk.row('old-jenkins'), 'Scopes')).toHaveText('Builds: read, Builds: write, legacy-ftp');
  });

  test('the buttons of a row carry the name of its token', async ({ desk }) => {
    await desk.open('?name=renovate');
    const row = desk.row('renovate');
    for (const name of ['Edit renovate', 'Disable renovate', 'Revoke renovate', 'Delete renovate', 'Copy GUID of renovate']) {
      await expect(row.getByRole('button', { name, exact: true })).toBeVisible();
    }
    await expect(row.getByRole('button')).toHaveCount(5);
  });

  test('Revoke is disabled for a token that is not active, and only then', async ({ desk }) => {
    await desk.open('?name=old-jenkins');
    await expect(desk.action('Revoke', 'old-jenkins')).toBeDisabled();
    for (const [name, disabled] of [
      ['intern-2025', true], // expired
      ['partner-acme', true], // scheduled
      ['license-server', false],
    ] as const) {
      await desk.byName.fill(name);
      const revoke = desk.action('Revoke', name);
      await (disabled ? expect(revoke).toBeDisabled() : expect(revoke).toBeEnabled());
      await expect(desk.action('Edit', name)).toBeEnabled();
      await expect(desk.action('Delete', name)).toBeEnabled();
    }
  });
});

test('the demonstration tokens are the same every time', async ({ launch }) => {
  const [one, other] = await Promise.all([launch({ tokens: 200 }), launch({ tokens: 200 })]);
  const told = (tokens: { name: string; guid: string }[]) => tokens.map((it) => `${it.guid} ${it.name}`);
  expect(told(await one.tokens())).toEqual(told(await other.tokens()));
});

test.describe('sorting', () => {
  test.beforeEach(async ({ server }) => {
    await server.add({ name: 'beta', valid_from: inDays(3), valid_to: inDays(5) }); // scheduled
    await server.add({ name: 'Alpha', valid_to: inDays(9) });
    await server.add({ name: 'Ärger', valid_from: inDays(-4) });
    const ended = await server.add({ name: 'gamma', valid_from: inDays(-2), valid_to: inDays(1) });
    await server.revoke(ended);
  });

  async function check(desk: Desk, column: Column, ascending: string[], descending: string[]) {
    await desk.open();
    const unsorted = await desk.names();
    expect(unsorted).toEqual(['beta', 'Alpha', 'Ärger', 'gamma']);
    await expect(desk.header(column)).not.toHaveAttribute('aria-sort', /ascending|descending/);
    await desk.sort(column).click();
    await desk.expectNames(...ascending);
    await expect(desk.header(column)).toHaveAttribute('aria-sort', 'ascending');
    await desk.sort(column).click();
    await desk.expectNames(...descending);
    await expect(desk.header(column)).toHaveAttribute('aria-sort', 'descending');
    await desk.sort(column).click();
    await desk.expectNames(...unsorted);
    await expect(desk.header(column)).not.toHaveAttribute('aria-sort', /ascending|descending/);
  }

  test('by name, without regard to case and accents', async ({ desk }) => {
    await check(desk, 'Name', ['Alpha', 'Ärger', 'beta', 'gamma'], ['gamma', 'beta', 'Ärger', 'Alpha']);
  });

  test('by the start; tokens without one come last either way', async ({ desk }) => {
    await check(desk, 'Active from', ['Ärger', 'gamma', 'beta', 'Alpha'], ['beta', 'gamma', 'Ärger', 'Alpha']);
  });

  test('by the end: what is next first, then what has none, then what is over', async ({ desk }) => {
    await check(desk, 'Expiration date', ['beta', 'Alpha', 'Ärger', 'gamma'], ['Alpha', 'beta', 'Ärger', 'gamma']);
  });

  test('a token that ends while one looks goes to those that are over', async ({ desk, page, server }) => {
    const time = await moveableTime(page);
    await server.add({ name: 'ends', valid_to: inSeconds(45) });
    await desk.open('?sort=expires');
    await desk.expectNames('ends', 'beta', 'Alpha', 'Ärger', 'gamma');
    await time.forward(50);
    await desk.expectNames('beta', 'Alpha', 'Ärger', 'ends', 'gamma');
    await desk.sort('Expiration date').click();
    await desk.expectNames('Alpha', 'beta', 'Ärger', 'gamma', 'ends');
  });

  test('by whether they are active', async ({ desk }) => {
    await check(desk, 'Is active', ['Alpha', 'Ärger', 'beta', 'gamma'], ['gamma', 'beta', 'Ärger', 'Alpha']);
  });

  test('one column at a time, from the keyboard too', async ({ desk, page }) => {
    await desk.open();
    await desk.sort('Name').focus();
    await page.keyboard.press('Enter');
    await expect(desk.header('Name')).toHaveAttribute('aria-sort', 'ascending');
    await desk.sort('Is active').focus();
    await page.keyboard.press('Space');
    await expect(desk.header('Is active')).toHaveAttribute('aria-sort', 'ascending');
    await expect(desk.header('Name')).not.toHaveAttribute('aria-sort', /ascending|descending/);
  });

  test('every column sorts that has a place of its own', async ({ desk }) => {
    await desk.open();
    for (const column of COLUMNS) {
      await expect(desk.sort(column)).toHaveCount(['Description', 'Actions'].includes(column) ? 0 : 1);
    }
  });
});

test('the order by end, over all that a list has', async ({ desk, launch, page }) => {
  const server = await launch({ tokens: 200 });
  await page.setViewportSize({ width: 1400, height: 20_000 });
  await page.goto(`${server.url}?sort=expires`);
  await desk.loaded();
  const tokens = await server.tokens();
  const ends = new Map(tokens.map((it) => [it.name, it]));
  const group = (name: string) => {
    const it = ends.get(name);
    if (!it) return '';
    const isOver = it.revoked_at !== null || (it.valid_to !== null && Date.parse(it.valid_to) <= Date.now());
    return isOver ? (it.valid_to === null ? 'over, at no time' : 'over') : it.valid_to === null ? 'no end' : 'ahead';
  };
  for (const [groups, isTurned] of [
    [['ahead', 'no end', 'over', 'over, at no time'], false],
    [['ahead', 'no end', 'over', 'over, at no time'], true],
  ] as const) {
    await expect.poll(async () => (await desk.names()).length).toBe(200);
    // Names that the row shows otherwise, and those that two tokens have, are left out.
    const known = (await desk.names()).filter((it) => tokens.filter((token) => token.name === it).length === 1);
    expect(known.length).toBeGreaterThan(150);
    expect([...new Set(known.map(group))]).toEqual(groups);
    expect(known.map(group).filter((it, idx, all) => it !== all[idx - 1])).toEqual(groups);
    for (const [name, sign] of [['ahead', 1], ['over', -1]] as const) {
      const shown = known.filter((it) => group(it) === name).map((it) => Date.parse(ends.get(it)?.valid_to ?? ''));
      expect(shown.length).toBeGreaterThan(5);
      expect(shown).toEqual([...shown].sort((one, other) => sign * (isTurned ? -1 : 1) * (one - other)));
    }
    await desk.sort('Expiration date').click();
  }
});

test('what ends soon is marked, in word and shape, and only where the token works', async ({ desk, page, server }) => {
  for (const [name, days] of [['now', 1.5], ['soon', 9.5], ['later', 15.5]] as const) await server.add({ name, valid_to: inDays(days) });
  await server.revoke(await server.add({ name: 'gone', valid_to: inDays(1) }));
  await server.add({ name: 'to start', valid_from: inDays(0.5), valid_to: inDays(1) });
  await desk.open();
  const end = (name: string) => desk.cell(desk.row(name), 'Expiration date');
  await expect(end('now').locator('.line.urgent')).toHaveText('Ends in 35 hours');
  await expect(end('soon').locator('.line.soon')).toHaveText('Ends in 9 days');
  for (const name of ['later', 'gone', 'to start']) {
    await expect(end(name).locator('.soon, .urgent')).toHaveCount(0);
    await expect(end(name)).not.toContainText('Ends');
  }
  // The two are told apart without their colours, which are gone where they are forced.
  const shape = (it: string) => page.locator(`.table-body .line.${it}`).evaluate((line) => {
    const { clipPath, borderRadius, width, content } = getComputedStyle(line, '::before');
    return { clipPath, borderRadius, width, content };
  });
  for (const forcedColors of ['none', 'active'] as const) {
    await page.emulateMedia({ forcedColors });
    const [soon, urgent] = [await shape('soon'), await shape('urgent')];
    expect(soon).not.toEqual(urgent);
    for (const it of [soon, urgent]) expect(Number.parseFloat(it.width)).toBeGreaterThan(6);
    // What is read aloud is the word.
    expect(soon.content).toBe('"" / ""');
  }
});

test('without any token the page offers to make the first one', async ({ desk, page }) => {
  await desk.open();
  await expect(desk.status).toHaveText('0 of 0 tokens');
  await expect(page.getByText(say.table.noTokensYet)).toBeVisible();
  await page.getByRole('button', { name: say.table.createFirst }).click();
  await expect(desk.creating.dialog).toBeVisible();
});

test.describe('times', () => {
  const instant = `${YEAR}-03-01T22:30:00Z`;
  for (const [zone, name, shown] of [
    ['Asia/Tokyo', 'Asia/Tokyo (UTC+9)', `2 Mar ${YEAR}, 07:30`],
    ['America/St_Johns', 'America/St_Johns (UTC−', `1 Mar ${YEAR}, 19:00`],
    ['Europe/Berlin', 'Europe/Berlin (UTC+', `1 Mar ${YEAR}, 23:30`],
  ] as const) {
    test.describe(() => {
      test.use({ timezoneId: zone });
      test(`are shown in the viewer's zone, which is plain to see: ${zone}`, async ({ desk, page, server }) => {
        await server.add({ name: 'dated', valid_from: '2020-01-01T00:00:00+05:30', valid_to: instant });
        await desk.open();
        await expect(page.getByTitle('Times in ').filter({ hasText: name })).toBeVisible();
        await expect(desk.cell(desk.row('dated'), 'Expiration date')).toContainText(shown);
      });
    });
  }

  test('have the relative time beside them', async ({ desk, server }) => {
    await server.add({ name: 'dated', valid_from: inDays(-3.5), valid_to: inDays(9.5) });
    await server.add({ name: 'soon', valid_to: inSeconds(3.5 * 3600) });
    await server.add({ name: 'open' });
    await desk.open();
    const row = desk.row('dated');
    await expect(desk.cell(row, 'Active from')).toContainText('3 days ago');
    await expect(desk.cell(row, 'Expiration date')).toContainText('in 9 days');
    await expect(desk.cell(desk.row('soon'), 'Expiration date')).toContainText('in 3 hours');
    await expect(desk.cell(desk.row('open'), 'Active from')).toHaveText(say.absent.fromCreation);
    await expect(desk.cell(desk.row('open'), 'Expiration date')).toHaveText(say.absent.never);
  });

  test('when a token was last used is said, and that it never was', async ({ desk, launch, page }) => {
    const server = await launch({ tokens: 200 });
    await page.goto(`${server.url}?name=license-server`);
    await expect(desk.cell(desk.row('license-server'), 'Last used')).toHaveText(say.absent.never);
    await desk.byName.fill('nightly-backup');
    await expect(desk.cell(desk.row('nightly-backup'), 'Last used')).toContainText('7 hours ago');
  });

  test('move on by themselves', async ({ context, desk, server }) => {
    // Slow enough that a busy machine sees several minutes pass, whichever they are.
    await hurry(context, 30);
    await server.add({ name: 'dated', valid_to: inSeconds(50 * 60) });
    await desk.open();
    const cell = desk.cell(desk.row('dated'), 'Expiration date');
    const minutesLeft = async () => Number(/in (\d+) minutes/.exec(await cell.innerText())?.[1]);
    let before = await minutesLeft();
    expect(before).toBeGreaterThan(3);
    for (let step = 0; step < 3; step += 1) {
      await expect.poll(minutesLeft).toBeLessThan(before);
      before = await minutesLeft();
    }
  });
});

test.describe('when its time comes, with no reload', () => {
  // It is less than a minute away: after a minute the page looks in any case.
  test('a token becomes active', async ({ desk, page, server }) => {
    const time = await moveableTime(page);
    await desk.open();
    await server.add({ name: 'rises', valid_from: inSeconds(45) });
    await desk.refreshButton.click();
    const status = desk.cell(desk.row('rises'), 'Is active');
    await expect(status).toHaveText(say.status.scheduled);
    await expect(desk.action('Revoke', 'rises')).toBeDisabled();
    await time.forward(50);
    await expect(status).toHaveText(say.status.active);
    await expect(desk.action('Revoke', 'rises')).toBeEnabled();
  });

  test('a token becomes inactive', async ({ desk, page, server }) => {
    const time = await moveableTime(page);
    await desk.open();
    await server.add({ name: 'falls', valid_to: inSeconds(45) });
    await desk.refreshButton.click();
    const status = desk.cell(desk.row('falls'), 'Is active');
    await expect(status).toHaveText(say.status.active);
    await time.forward(50);
    await expect(status).toHaveText(say.status.expired);
    await expect(desk.action('Revoke', 'falls')).toBeDisabled();
  });

  test('the filters and the count follow', async ({ desk, page, server }) => {
    const time = await moveableTime(page);
    await desk.open('?status=active');
    await expect(desk.status).toHaveText('0 of 0 tokens');
    await server.add({ name: 'rises', valid_from: inSeconds(45) });
    await server.add({ name: 'falls', valid_to: inSeconds(100) });
    await desk.refreshButton.click();
    await desk.expectNames('falls');
    await expect(desk.status).toHaveText('1 of 2 tokens');
    await time.forward(50);
    await desk.expectNames('rises', 'falls');
    await expect(desk.status).toHaveText('2 of 2 tokens');
    await time.forward(55);
    await desk.expectNames('rises');
    await expect(desk.status).toHaveText('1 of 2 tokens');
  });
});

test.describe('Refresh', () => {
  test('shows what has changed meanwhile and when that was', async ({ desk, page, server }) => {
    const first = await server.add({ name: 'first' });
    await desk.open();
    await desk.expectNames('first');
    await server.add({ name: 'second' });
    await server.change(first, { name: 'renamed' });
    await desk.refreshButton.click();
    await desk.expectNames('renamed', 'second');
    await expect(desk.status).toHaveText('2 of 2 tokens');
    await server.remove(first);
    await desk.refreshButton.click();
    await desk.expectNames('second');
    await expect(page.getByText(/Loaded \d\d:\d\d, just now/)).toBeVisible();
  });

  test('the time of the last load moves on, and starts anew', async ({ context, desk, page }) => {
    await hurry(context, 30);
    await desk.open();
    const age = async () => {
      const said = await page.getByText(/Loaded \d\d:\d\d, /).innerText();
      return said.endsWith('just now') ? 0 : Number(/(\d+) minutes? ago/.exec(said)?.[1]);
    };
    // Five minutes of the page are ten seconds.
    await expect.poll(age, { timeout: 30_000 }).toBeGreaterThanOrEqual(5);
    const before = await age();
    await desk.refreshButton.click();
    await expect.poll(age).toBeLessThan(before);
    const fresh = await age();
    await expect.poll(age).toBeGreaterThan(fresh);
  });

  test('keeps the filters, the sorting and the place', async ({ desk, launch, page }) => {
    const server = await launch({ tokens: 200 });
    await page.goto(`${server.url}?status=active&sort=-name`);
    await desk.loaded();
    const names = await desk.names();
    await desk.refreshButton.click();
    await expect(page.getByText(/Loaded \d\d:\d\d, just now/)).toBeVisible();
    await desk.loaded();
    // The rows below those in view come a moment later.
    await expect.poll(async () => (await desk.names()).slice(0, names.length)).toEqual(names);
    await expect(desk.byStatus).toHaveValue('active');
  });
});

test('while the first tokens are awaited, the page shows that it is loading', async ({ desk, page, server }) => {
  await server.add({ name: 'late' });
  const letGo = await held(page, 'GET', /\/api\/v1\/tokens\?/);
  await desk.visit();
  await expect(page.getByText(say.stateLine.loading)).toBeVisible();
  await expect(desk.table).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByText(say.table.noTokensYet)).toBeHidden();
  letGo();
  await desk.expectNames('late');
  await expect(desk.table).toHaveAttribute('aria-busy', 'false');
});
