//! Records of runs on many tokens: a tab that was killed in the middle, going on, who sees what after signing out, and files.

import { readFile } from 'node:fs/promises';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { AT_ONCE } from './bulk.ts';
import { Desk, pageKeeps } from './desk.ts';
import { expect, moveableClock, test } from './fixture.ts';
import { expectAccessible, expectFits, holdsFocus, tabTo } from './look.ts';
import type { DevServer, Token } from './server.ts';
import { say } from './texts.ts';

const SECRET = 's3cret-of-this-test';
const N = 20;
/** So many the server has done, where six have ended and as many as may be are under way. */
const BEGUN = 6 + AT_ONCE;

const nameOf = (idx: number) => `token ${String(idx + 1).padStart(2, '0')}`;

async function addTokens(server: DevServer): Promise<Token[]> {
  const tokens: Token[] = [];
  for (let idx = 0; idx < N; idx += 1) tokens.push(await server.add({ name: nameOf(idx) }));
  return tokens;
}

const dialog = (page: Page) => page.getByRole('dialog', { name: say.recordList.title, exact: true });
const findings = (page: Page) => page.locator('.findings');
const recordsButton = (page: Page) => page.getByRole('button', { name: say.recordList.title, exact: true });
const of = (where: Page | Locator, name: string) => where.getByRole('button', { name, exact: true });

/** Begins to disable all tokens of the list. */
async function disableAll(desk: Desk): Promise<void> {
  await desk.rested();
  await desk.selectAll.check();
  await (await desk.ofSelection(say.aimName.disable)).click();
  await of(desk.page, `${say.aimName.disable} ${N} tokens`).click();
}

/** Does so to the end. */
async function disabledAll(desk: Desk): Promise<void> {
  await disableAll(desk);
  await ended(desk.page, N);
}

/** Waits for the end of a run that has done so many steps, and closes its dialog. */
async function ended(page: Page, n: number): Promise<void> {
  await expect(page.getByRole('dialog')).toContainText(`Disabled ${n} of ${N} tokens`, { timeout: 30_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** Those that the server has disabled. */
async function disabled(server: DevServer): Promise<string[]> {
  const all = (await server.tokens()) as (Token & { disabled_at: string | null })[];
  return all.filter((it) => it.disabled_at !== null).map((it) => it.name).sort();
}

/** From the seventh on the server does what it is asked for, and answers late. */
async function answersLate(server: DevServer): Promise<void> {
  await server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', skip: 6, times: AT_ONCE, when: 'after', delay_ms: 60_000 });
}

/** Begins a run, and kills its tab when the seventh and those beside it are under way. */
async function killedInTheMiddle(desk: Desk, server: DevServer): Promise<void> {
  await answersLate(server);
  await disableAll(desk);
  await expect.poll(async () => (await disabled(server)).length).toBe(BEGUN);
  await desk.page.close({ runBeforeUnload: false });
  await server.mend();
}

async function another(context: BrowserContext, server: DevServer): Promise<Desk> {
  return new Desk(await context.newPage(), server.url);
}

const INTERRUPTED = `6 of ${N} done, ${AT_ONCE} unknown, ${N - BEGUN} open`;

test.describe('a tab that was killed in the middle', () => {
  test.use({ serve: { tokens: 0 } });

  test('says what is done, unknown and open; reads what is unknown, and goes on with the rest', async ({ desk, context, server }) => {
    await addTokens(server);
    await desk.open();
    await killedInTheMiddle(desk, server);
    const before = (await server.tokens()) as (Token & { disabled_at: string | null })[];

    const second = await another(context, server);
    const { page } = second;
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
    });
    await second.open();
    await expect(findings(page)).toContainText(`A run was interrupted: ${INTERRUPTED}.`);
    await expectAccessible(page);
    await of(findings(page), say.interruptedRun.review).click();
    await expect(dialog(page)).toContainText(INTERRUPTED);
    await expect(dialog(page).getByRole('listitem')).toHaveCount(N);
    await expectAccessible(page);
    await of(dialog(page), say.record.readUnknown).click();
    await expect(dialog(page).getByRole('status')).toHaveText(say.record.knownNow(AT_ONCE, AT_ONCE));
    await expect(dialog(page)).toContainText(`${BEGUN} of ${N} done, ${N - BEGUN} open`);
    expect(sent).toEqual([]);
    await of(dialog(page), say.record.goOn).click();
    await ended(page, N);
    expect(sent).toHaveLength(N - BEGUN);
    // Nothing was done twice: what the killed tab did is as it left it.
    const after = (await server.tokens()) as (Token & { disabled_at: string | null })[];
    for (const token of before.filter((it) => it.disabled_at !== null)) {
      expect(after.find((it) => it.id === token.id)?.disabled_at).toBe(token.disabled_at);
    }
    expect(await disabled(server)).toHaveLength(N);
    await expect(findings(page)).toHaveCount(0);
    await recordsButton(page).click();
    await expect(dialog(page).getByRole('listitem')).toHaveText(new RegExp(`^Disabled ${N} of ${N} tokensCompleted`));
  });

  test('is let be, and its record dropped', async ({ desk, context, server }) => {
    await addTokens(server);
    await desk.open();
    await killedInTheMiddle(desk, server);
    const { page } = await another(context, server).then(async (it) => {
      await it.open();
      return it;
    });
    await of(findings(page), say.interruptedRun.review).click();
    await of(dialog(page), say.record.letItBe).click();
    await expect(dialog(page)).toContainText(say.runState.stopped);
    await expect(findings(page)).toHaveCount(0);
    await of(dialog(page), say.record.drop).first().click();
    await expect(of(dialog(page), say.record.keep)).toBeFocused();
    await of(dialog(page), say.record.drop).last().click();
    await expect(dialog(page)).toContainText(say.recordList.empty);
    await expectAccessible(page);
    await of(dialog(page), say.recordList.close).click();
    await expect(recordsButton(page)).toHaveCount(0);
    expect(await disabled(server)).toHaveLength(BEGUN);
  });

  test('runs in another tab as long as that is there', async ({ desk, context, server }) => {
    await addTokens(server);
    await desk.open();
    await answersLate(server);
    await disableAll(desk);
    await expect.poll(async () => (await disabled(server)).length).toBe(BEGUN);
    const second = await another(context, server);
    await second.open();
    await second.rested();
    await recordsButton(second.page).click();
    await expect(dialog(second.page)).toContainText(say.runState.elsewhere);
    await expect(findings(second.page)).toHaveCount(0);
    await desk.page.close({ runBeforeUnload: false });
    await server.mend();
    await expect(dialog(second.page)).toContainText(say.runState.interrupted, { timeout: 10_000 });
  });

  test('on plain HTTP is taken over once its lease has ended', async ({ page, context, server, watch }) => {
    watch.allows(/Cross-Origin-Opener-Policy header has been ignored/);
    const plain = (page: Page) => new Desk(page, server.url.replace('127.0.0.1', 'plain-http.test'));
    await addTokens(server);
    const first = plain(page);
    await first.open();
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(false);
    await killedInTheMiddle(first, server);
    const second = plain(await context.newPage());
    const clock = await moveableClock(second.page);
    await second.open();
    await second.rested();
    await recordsButton(second.page).click();
    await expect(dialog(second.page)).toContainText(say.runState.elsewhere);
    await clock.forward(2);
    await expect(dialog(second.page)).toContainText(say.runState.interrupted, { timeout: 10_000 });
    await dialog(second.page).getByRole('listitem').getByRole('button').click();
    await of(dialog(second.page), say.record.goOn).click();
    await expect.poll(async () => (await disabled(server)).length, { timeout: 30_000 }).toBe(N);
  });
});

test.describe('with a sign-in', () => {
  test.use({ serve: { tokens: 0, secret: SECRET } });

  async function signIn(desk: Desk): Promise<void> {
    await desk.signsIn(SECRET);
    await expect(desk.signIn()).toBeHidden();
    await expect(desk.rows.first()).toBeVisible();
  }

  test('signing out says that the record stays, and hides its names until one signs in again', async ({ desk, context, server }) => {
    const tokens = await addTokens(server);
    await desk.visit();
    await signIn(desk);
    await killedInTheMiddle(desk, server);

    const second = await another(context, server);
    const { page } = second;
    await second.visit();
    await signIn(second);
    await expect(findings(page)).toContainText(`A run was interrupted: ${INTERRUPTED}.`);
    await of(findings(page), say.findings.dismiss).click();
    await expect(findings(page)).toHaveCount(0);
    await of(page, say.page.signOut).click();
    // Who has dismissed it is told once more.
    await expect(findings(page)).toContainText('stays in this browser; names are hidden until you sign in');
    expect(await pageKeeps(page)).not.toContain(nameOf(0));
    await of(findings(page), say.interruptedRun.review).click();
    await expect(dialog(page)).toContainText(say.record.hiddenOf('Scoped tokens'));
    await expect(dialog(page).getByRole('listitem').first()).toContainText(say.record.hidden);
    await expect(dialog(page)).not.toContainText(nameOf(0));
    await expect(dialog(page)).not.toContainText(tokens[0]?.id ?? '?');
    await expect(of(dialog(page), say.record.goOn)).toHaveAttribute('aria-disabled', 'true');
    expect(await file(page, say.record.lines)).not.toContain(nameOf(0));
    await of(dialog(page), say.recordList.close).click();

    await of(page, say.signInForm.signIn).click();
    await signIn(second);
    await of(findings(page), say.interruptedRun.review).click();
    await expect(dialog(page)).toContainText(nameOf(0));
    await expect(of(dialog(page), say.record.goOn)).not.toHaveAttribute('aria-disabled');
    await of(dialog(page), say.recordList.close).click();
    // Dropping is offered where it is told.
    await of(findings(page), say.interruptedRun.drop).click();
    await of(dialog(page), say.record.drop).last().click();
    await expect(dialog(page)).toContainText(say.recordList.empty);
  });
});

/** What is in the file that a button gives. */
async function file(page: Page, button: string): Promise<string> {
  const coming = page.waitForEvent('download');
  await of(dialog(page), button).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/^tokendeck-\d{8}T\d{6}Z-[0-9a-f]{8}-disable\.(csv|jsonl)$/);
  return readFile(await download.path(), 'utf8');
}

/** The fields of a CSV text (RFC 4180). */
function fields(text: string): string[][] {
  const lines: string[][] = [];
  for (const line of text.split('\r\n').slice(0, -1)) lines.push([...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((it) => (it[1] ?? '').replaceAll('""', '"')));
  return lines;
}

test.describe('a record', () => {
  test.use({ serve: { tokens: 0 } });

  /** Names that a spreadsheet would read as something else, as the file has them. */
  const IN_CSV: Record<string, string> = {
    '=HYPERLINK("//x")': `'=HYPERLINK("//x")`,
    '-prod': "'-prod",
    '+49 30': "'+49 30",
    '@SUM(A1)': "'@SUM(A1)",
    '＝1+1': "'＝1+1",
    "'quoted": "''quoted",
    'a;=b': "a;'=b",
    'Jürgen, "CI"': 'Jürgen, "CI"',
    '1E5': '1E5',
    'مفتاح النشر ١٢٣': 'مفتاح النشر ١٢٣',
  };

  test('is a file for spreadsheets and one for programs, and has no GUID', async ({ desk, page, server, watch }) => {
    watch.expects(/status of 403/);
    const awkward = Object.keys(IN_CSV);
    const names = [...awkward, ...Array.from({ length: N - awkward.length }, (_, idx) => nameOf(idx))];
    const tokens: Token[] = [];
    for (const name of names) tokens.push(await server.add({ name }));
    // What a system says may be a formula as well, in each of its lines.
    const refusal = { status: 403, headers: { 'Content-Type': 'application/problem+json' }, body: { detail: '=1+1\n-2' } };
    await server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', times: 1, ...refusal });
    await desk.open();
    await disableAll(desk);
    await ended(page, N - 1);
    await recordsButton(page).click();
    await dialog(page).getByRole('listitem').getByRole('button').click();
    const csv = await file(page, say.record.csv);
    expect(csv.startsWith('\u{feff}"run","step","time"')).toBe(true);
    const lines = fields(csv.slice(1));
    expect(lines).toHaveLength(N + 1);
    const column = (name: string) => lines.slice(1).map((it) => it[lines[0]?.indexOf(name) ?? -1]);
    expect(column('name').sort()).toEqual(names.map((it) => IN_CSV[it] ?? it).sort());
    expect(column('outcome').sort()).toEqual([...Array.from({ length: N - 1 }, () => 'done'), 'failed']);
    expect(column('words').filter((it) => it !== '')).toEqual([expect.stringMatching(/^\d+ =1\+1\n'-2/)]);
    expect(column('status_after').filter((it) => it === 'disabled')).toHaveLength(N - 1);
    expect(new Set(column('end_before'))).toEqual(new Set(['none']));
    const jsonl = await file(page, say.record.lines);
    const steps = jsonl.trimEnd().split('\n').map((it) => JSON.parse(it) as Record<string, unknown>);
    expect(steps.map((it) => it['name']).sort()).toEqual([...names].sort());
    expect(steps.map((it) => it['words'] ?? '').join('')).toContain('=1+1\n-2');
    expect(new Set(steps.map((it) => it['schema']))).toEqual(new Set(['tokendeck.record/1']));
    expect(steps.map((it) => it['id']).sort()).toEqual(tokens.map((it) => it.id).sort());
    const kept = await page.evaluate(async () => {
      const opened = indexedDB.open('tokendeck');
      await new Promise((done) => (opened.onsuccess = done));
      const all: string[] = [];
      for (const store of opened.result.objectStoreNames) {
        const request = opened.result.transaction(store).objectStore(store).getAll();
        await new Promise((done) => (request.onsuccess = done));
        all.push(...(request.result as string[]));
      }
      opened.result.close();
      return all.join('\n');
    });
    expect(kept).toContain(names[1]);
    for (const { guid } of tokens) for (const text of [csv, jsonl, kept]) expect(text).not.toContain(guid.slice(9));
  });

  test('has what failed tried again', async ({ desk, page, server, watch }) => {
    watch.expects(/status of 403/);
    await addTokens(server);
    await server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', skip: 6, times: 1, status: 403, headers: { 'Content-Type': 'application/problem+json' }, body: { detail: 'Not this one.' } });
    await desk.open();
    await disableAll(desk);
    await ended(page, N - 1);
    await recordsButton(page).click();
    await dialog(page).getByRole('listitem').getByRole('button').click();
    await dialog(page).getByLabel(say.record.show).selectOption({ label: say.record.only(say.outcome.failed, 1) });
    await expect(dialog(page).getByRole('listitem')).toHaveCount(1);
    await expect(dialog(page).getByRole('listitem')).toContainText('Not this one.');
    await of(dialog(page), say.record.retry).click();
    await expect.poll(async () => (await disabled(server)).length).toBe(N);
  });

  test('is read by the keyboard alone, and at 320 pixels', async ({ desk, page, server }) => {
    await addTokens(server);
    await desk.open();
    await disabledAll(desk);
    await page.setViewportSize({ width: 320, height: 640 });
    await tabTo(page, recordsButton(page));
    await page.keyboard.press('Enter');
    await expect(dialog(page)).toBeVisible();
    await expectFits(page, 'list');
    await expectAccessible(page);
    await tabTo(page, dialog(page).getByRole('listitem').getByRole('button'));
    await page.keyboard.press('Enter');
    await expect(dialog(page).getByRole('listitem')).toHaveCount(N);
    expect(await holdsFocus(dialog(page))).toBe(true);
    await expectFits(page, 'record');
    await expectAccessible(page);
    await tabTo(page, of(dialog(page), say.record.back));
    await page.keyboard.press('Enter');
    await expect(dialog(page).getByRole('listitem')).toHaveCount(1);
    expect(await holdsFocus(dialog(page))).toBe(true);
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toHaveCount(0);
    await expect(recordsButton(page)).toBeFocused();
  });
});
