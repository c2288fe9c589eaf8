//! Every screen and dialog that a picture is made of: how it is reached, in whatever width the window has.

import { expect, type Locator, type Page, type PlaywrightTestOptions } from '@playwright/test';
import { Bulk, room, type Aim } from '../bulk.ts';
import { COLUMNS, Desk, detailsOf, TokenForm } from '../desk.ts';
import { ACCOUNTS, FOUR, Inventory } from '../inventory.ts';
import { Manager } from '../manager.ts';
import { Rotating } from '../rotation.ts';
import { inDays, inSeconds, type DevServer, type Fault, type ServerOptions } from '../server.ts';
import {
  AirDesk,
  MIST_DEMO,
  MistDesk,
  only,
  PT_DEMO,
  PtDesk,
  SystemDesk,
  type Connection,
} from '../systems.ts';
import { say } from '../texts.ts';
import type { Scheme } from './asked.ts';

/** Where a screen is reached: a new page, and a server of its own. */
export interface Stage {
  page: Page;
  server: DevServer;
}

/** A screen, and how to get there. */
export interface Screen {
  /** What it is asked for by; its folder too. */
  name: string;
  /** What it stands beside in the index. */
  group: string;
  /** What is to be seen, in a few words. */
  shows: string;
  /** How its server is started, beside 200 tokens. */
  serve?: ServerOptions;
  /** Its widths, where it has not the usual ones. */
  widths?: number[];
  /** The height of its window, where it has not the usual one. */
  height?: number;
  /** Its schemes, where it has not both. */
  schemes?: Scheme[];
  /** How its browser is started. */
  use?: Partial<Pick<PlaywrightTestOptions, 'deviceScaleFactor' | 'javaScriptEnabled' | 'locale'>>;
  /** Whether what is animated is taken at this moment, and not at its end. */
  isOnItsWay?: boolean;
  /** Whether its browser is told to write twice as large (WCAG 1.4.4). */
  isLarge?: boolean;
  /** Whether it is seen as it is printed. */
  isPrinted?: boolean;
  /** What its browser is told of the user's preferences. */
  media?: NonNullable<Parameters<Page['emulateMedia']>[0]>;
  /** What is done to the page before it is opened. */
  prepare?: (page: Page) => Promise<void>;
  /** Opens it, and waits until it is what it will be. */
  open: (stage: Stage) => Promise<void>;
}

/** A run of eight that is killed at the third, and those under way beside it. */
async function interrupted(stage: Stage): Promise<void> {
  const { page, server } = stage;
  await opened(stage);
  const desk = new Desk(page, server.url);
  const path = '/api/v1/tokens/*/disable';
  // One connection of the browser stays free for the page that loads again.
  await server.fail({ method: 'POST', path, skip: 2, times: 5, when: 'after', delay_ms: 60_000 });
  await desk.rested();
  for (let idx = 0; idx < 8; idx += 1) await desk.rows.nth(idx).getByRole('checkbox').check();
  await (await desk.ofSelection(say.aimName.disable)).click();
  await page.getByRole('button', { name: /^Disable \d+ tokens?$/ }).click();
  await expect(page.getByRole('dialog').getByRole('progressbar')).toHaveAttribute('value', /^[1-7]$/);
  page.on('dialog', (asks) => void asks.accept());
  await page.reload();
  await server.mend();
  await expect(page.locator('.findings')).toContainText(/interrupted/);
}

/** The same, of tokens whose names break lines and directions. */
async function interruptedAwkward(stage: Stage): Promise<void> {
  for (const { name } of [...AWKWARD, ...AWKWARD]) await stage.server.add({ name });
  await interrupted(stage);
}

const records = ({ page }: Stage) => page.getByRole('dialog', { name: say.recordList.title });

const LIST: Fault = { method: 'GET', path: '/api/v1/tokens' };
const SECRET = 's3cret';
const BEARER: Connection = { name: 'Scoped tokens', dialect: 'scoped', base: 'api/v1', auth: { type: 'bearer' } };

/** A list in which one token of each kind is enough to look at. */
const SOME: ServerOptions = { tokens: 30 };

function desk({ page, server }: Stage): Desk {
  return new Desk(page, server.url);
}

/** The page over a system that wants a bearer token. */
function closedDesk({ page, server }: Stage): SystemDesk<(typeof COLUMNS)[number]> {
  return new SystemDesk(page, server.url, BEARER, { 'API token': SECRET }, COLUMNS);
}

/** The dry run for all tokens. */
async function asked(stage: Stage, aim: Aim): Promise<Bulk> {
  const bulk = new Bulk(await opened(stage));
  await bulk.askAll(aim);
  return bulk;
}

/** A desk with its whole list. */
async function opened(stage: Stage, query = ''): Promise<Desk> {
  const it = desk(stage);
  await it.open(query);
  await settled(it);
  return it;
}

/** Waits until the first rows are there. */
async function settled(it: Pick<Desk, 'rows'>): Promise<void> {
  await expect(it.rows.first()).toBeVisible();
}

/** A desk with some tokens that the server would not make by itself, and no others. */
async function loadedWith(stage: Stage, ...entries: Record<string, unknown>[]): Promise<Desk> {
  await stage.server.fail({ method: 'GET', path: '/api/v1/tokens*', inject_entries: entries.map((it, idx) => whole(idx, it)) });
  return opened(stage);
}

/** A token as the API gives it. */
export function whole(number: number, fields: Record<string, unknown>): Record<string, unknown> {
  const id = `5ad3c914-7f21-4c0e-9b5d-${String(number).padStart(12, '0')}`;
  return {
    id,
    guid: id,
    name: 'deploy',
    description: null,
    scopes: ['builds-read'],
    valid_from: null,
    valid_to: null,
    is_active: true,
    created_at: inDays(-200),
    created_by: 'mei.tanaka@example.com',
    last_used_at: inSeconds(-720),
    revoked_at: null,
    disabled_at: null,
    ...fields,
  };
}

/** Every status, and every distance to the end that people act on. */
const STATUSES = [
  { name: 'ends in 9 minutes', valid_to: inSeconds(9.5 * 60) },
  { name: 'ends in 5 hours', valid_to: inSeconds(5.5 * 3600) },
  { name: 'ends in 36 hours', valid_to: inDays(1.5) },
  { name: 'ends in 9 days', valid_to: inDays(9.5) },
  { name: 'ends in 40 days', valid_to: inDays(40) },
  { name: 'has no end', description: 'Used by the nightly export of the ledger.' },
  { name: 'was never used', last_used_at: null, valid_to: inDays(100) },
  { name: 'not used for 120 days', last_used_at: inDays(-120), valid_to: inDays(200) },
  { name: 'starts tomorrow', valid_from: inDays(1), valid_to: inDays(90), is_active: false, last_used_at: null },
  { name: 'expired an hour ago', valid_to: inSeconds(-3600), is_active: false },
  { name: 'expired last year', valid_to: inDays(-300), is_active: false, last_used_at: inDays(-310) },
  { name: 'was disabled', valid_to: inDays(40), disabled_at: inDays(-2), is_active: false },
  { name: 'was revoked', valid_to: inDays(-3), revoked_at: inDays(-3), is_active: false },
];

/** Names and descriptions that break lines, directions and fonts. */
export const AWKWARD = [
  { name: 'inventory-importer-production-europe-west-'.repeat(5).slice(0, 200), description: 'd'.repeat(300) },
  { name: 'مفتاح النشر للإنتاج ١٢٣', description: 'يُستخدم كل ليلة في الساعة الثالثة' },
  { name: '本番環境のデプロイ用トークン（夜間バッチ処理）', description: '毎晩三時に使われます。' },
  { name: 'שלום abc 123 עולם' },
  { name: '<b>not bold</b> & "quoted"', description: '<script>alert(1)</script>' },
  { name: 'a' },
  { name: 'with many scopes', scopes: ['builds-read', 'builds-write', 'logs-read', 'metrics-read', 'alerts-manage', 'a-scope-that-is-not-listed'] },
];

/** Types into the fields of the form, by their labels, what it refuses. */
async function refuse(it: Desk): Promise<void> {
  const form = await it.openCreate();
  await form.name.fill('x');
  await form.name.clear();
  await form.validFrom.fill('2020-01-01T00:00');
  await form.validTo.fill('2019-01-01T00:00');
  await form.save.click({ force: true });
}

async function openCreate(stage: Stage): Promise<void> {
  const form = await (await opened(stage)).openCreate();
  await expect(form.scopes.getByRole('checkbox').first()).toBeVisible();
}

/** Asks to end a token that is there. */
async function ask(stage: Stage, verb: 'Disable' | 'Revoke' | 'Delete'): Promise<Locator> {
  await stage.server.add({ name: 'ledger-export', description: 'Used by the nightly export of the ledger.', valid_to: inDays(5) });
  const it = await opened(stage);
  await it.action(verb, 'ledger-export').click();
  const question = stage.page.getByRole('alertdialog');
  await expect(question).toBeVisible();
  return question;
}

async function openDetails(stage: Stage, it: Pick<Desk, 'table'>): Promise<void> {
  await it.table.getByRole('link').first().click();
  await expect(stage.page.getByRole('button', { name: 'Close details' })).toBeVisible();
  // What the system says of it has come.
  await stage.page.waitForLoadState('networkidle');
}

/** The form for the successor of a token that is about to be rotated. */
async function openRotate(stage: Stage, name = 'ledger-export'): Promise<Rotating> {
  const rotating = await rotateThere(stage, name);
  await expect(rotating.create).toBeVisible();
  return rotating;
}

/** Asks to rotate a token that is added to the list. */
async function rotateThere(stage: Stage, name = 'ledger-export'): Promise<Rotating> {
  const it = await opened(stage);
  const rotating = new Rotating(stage.page);
  await stage.server.add({ name, valid_from: inDays(-20), valid_to: inDays(10) });
  await it.refreshButton.click();
  await it.byName.fill(name);
  await rotating.begin(it, name);
  return rotating;
}

/** A successor whose secret was left before it was stored. */
async function openUnhanded(stage: Stage, name?: string): Promise<Rotating> {
  const rotating = await openRotate(stage, name);
  await rotating.create.click();
  await rotating.secret.read();
  await stage.page.keyboard.press('Escape');
  await rotating.secret.closeWithout.click();
  await expect(rotating.dialog).toBeVisible();
  return rotating;
}

/** The rotations of the list that is over the page. */
async function openRotations(stage: Stage, rotating: Rotating): Promise<void> {
  await stage.page.keyboard.press('Escape');
  await rotating.leaveDetails();
  await rotating.line.getByRole('button').click();
  await expect(rotating.list.getByRole('listitem')).toHaveCount(1);
}

/** The same, with its secret and the commands that take it. */
async function openHandOver(stage: Stage): Promise<Rotating> {
  const rotating = await openRotate(stage);
  await rotating.create.click();
  await rotating.secret.read();
  await rotating.showCommands();
  return rotating;
}

/** A rotation whose secret is stored. */
async function openRotation(stage: Stage): Promise<Rotating> {
  const rotating = await openHandOver(stage);
  await rotating.secret.dismiss();
  await expect(rotating.dialog).toBeVisible();
  return rotating;
}

/** The page with the secret of a new token. */
async function openSecret(stage: Stage): Promise<PtDesk> {
  const it = new PtDesk(stage.page, stage.server.url);
  await it.enter('?connection=PT+Sandbox');
  const form = await it.openCreate();
  await form.name.fill('ledger-export');
  await form.permissions.getByRole('checkbox').first().check();
  await form.save.click();
  await it.secret.read();
  return it;
}

async function openManager(stage: Stage): Promise<Manager> {
  await opened(stage);
  const manager = new Manager(stage.page);
  await manager.open();
  return manager;
}

/** The text's spacing at its widest (WCAG 1.4.12). */
async function wideSpacing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }' +
        'p { margin-bottom: 2em !important; }',
    );
    document.adoptedStyleSheets.push(sheet);
  });
}

/** Those screens again, in which a preference shows, each under a name of its own. */
function again(names: string[], prefix: string, group: string, change: Partial<Screen>): Screen[] {
  return names.map((name) => {
    const screen = PLAIN.find((it) => it.name === name);
    if (!screen) throw new Error(`there is no screen ${name}`);
    return { ...screen, ...change, name: `${prefix}-${name}`, group };
  });
}

const PLAIN: Screen[] = [
  // The list ----------------------------------------------------------------------------------------------------------
  {
    name: 'list',
    group: 'The list',
    shows: '200 tokens',
    open: async (stage) => void (await opened(stage)),
  },
  {
    name: 'list-few',
    group: 'The list',
    shows: 'three tokens',
    serve: { tokens: 3 },
    open: async (stage) => void (await opened(stage)),
  },
  {
    name: 'list-none',
    group: 'The list',
    shows: 'a system without tokens',
    serve: { tokens: 0 },
    open: async (stage) => desk(stage).open(),
  },
  {
    name: 'list-no-match',
    group: 'The list',
    shows: 'filters that nothing fits',
    open: async (stage) => {
      await desk(stage).visit('?name=no-such-token&status=expired');
      await expect(desk(stage).status).toContainText(/^0 of/);
    },
  },
  {
    name: 'list-awkward',
    group: 'The list',
    shows: 'names of 200 characters, from right to left, in Japanese, with markup',
    height: 1200,
    serve: { tokens: 0 },
    open: async (stage) => void (await loadedWith(stage, ...AWKWARD)),
  },
  {
    name: 'list-unreadable',
    group: 'The list',
    shows: 'tokens that cannot be read',
    serve: { tokens: 0 },
    open: async (stage) =>
      void (await loadedWith(stage, { name: 'fine' }, { name: 'odd end', valid_to: 'soon' }, { name: null, scopes: 'all' }, { id: null, name: 'no id' })),
  },
  {
    name: 'list-loading',
    group: 'The list',
    shows: 'a slow server: nothing has come yet',
    open: async (stage) => {
      await stage.server.fail({ ...LIST, delay_ms: 120_000 });
      await desk(stage).visit();
      await expect(stage.page.locator('.skeleton').first()).toBeVisible();
    },
  },
  {
    name: 'list-coming',
    group: 'The list',
    shows: 'a slow server: the first part of the list is there',
    serve: { tokens: 4000 },
    open: async (stage) => {
      await stage.server.fail({ ...LIST, skip: 1, delay_ms: 120_000 });
      await desk(stage).visit();
      await settled(desk(stage));
    },
  },
  {
    name: 'list-cut',
    group: 'The list',
    shows: 'a list of which the second part fails',
    serve: { tokens: 4000 },
    open: async (stage) => {
      await stage.server.fail({ ...LIST, skip: 1, status: 503, body: '<h1>Bad gateway</h1>' });
      await desk(stage).visit();
      await settled(desk(stage));
      await expect(desk(stage).alert.first()).toBeVisible();
    },
  },
  {
    name: 'list-error',
    group: 'The list',
    shows: 'a list that fails, with a retry',
    open: async (stage) => {
      await stage.server.fail({ ...LIST, status: 503, headers: { 'Retry-After': '7' }, body: '' });
      await desk(stage).visit();
      await expect(desk(stage).alert.first()).toBeVisible();
    },
  },
  {
    name: 'list-forbidden',
    group: 'The list',
    shows: 'a list that the user may not see',
    open: async (stage) => {
      await stage.server.fail({ ...LIST, status: 403, body: { detail: 'Auditors only.' } });
      await desk(stage).visit();
      await expect(desk(stage).alert.first()).toBeVisible();
    },
  },
  {
    name: 'list-stale',
    group: 'The list',
    shows: 'a list that could not be loaded again',
    open: async (stage) => {
      const it = await opened(stage);
      await stage.server.fail({ ...LIST, drop: true });
      await it.refreshButton.click();
      await expect(it.alert.first()).toBeVisible();
    },
  },
  {
    name: 'statuses',
    group: 'The list',
    shows: 'every status, and every distance to the end',
    height: 1600,
    serve: { tokens: 0 },
    open: async (stage) => void (await loadedWith(stage, ...STATUSES)),
  },
  {
    name: 'row-focus',
    group: 'The list',
    shows: 'the focus on a button of the second row',
    open: async (stage) => {
      const it = await opened(stage);
      await it.rows.nth(1).getByRole('button').last().focus();
      await stage.page.keyboard.press('ArrowLeft');
    },
  },
  {
    name: 'selected',
    group: 'The list',
    shows: 'tokens that are selected, one of them hidden by a filter',
    open: async (stage) => {
      const it = await opened(stage);
      for (const row of [1, 2, 4]) await it.rows.nth(row).getByRole('checkbox').click();
      const [hidden = ''] = (await it.names()).slice(1);
      await it.byName.fill([...new Set(hidden)].some((letter) => letter === 'e') ? 'i' : 'e');
      await expect(it.selection).toContainText('3 selected');
    },
  },
  {
    name: 'selected-actions',
    group: 'The list',
    shows: 'all that are shown selected, and what can be done with them',
    serve: SOME,
    open: async (stage) => {
      const it = await opened(stage);
      await it.rows.first().getByRole('checkbox').click();
      await (await it.ofSelection(/^Select all/)).click();
      await expect(it.selection).toContainText('30 selected');
    },
  },
  {
    name: 'selected-alone',
    group: 'The list',
    shows: 'the selected tokens alone, one of them selected no longer',
    serve: SOME,
    open: async (stage) => {
      const it = await opened(stage);
      for (const row of [0, 2, 3]) await it.rows.nth(row).getByRole('checkbox').click();
      await (await it.ofSelection(say.selectionBar.showSelected)).click();
      await expect(it.rows).toHaveCount(3);
      await it.rows.nth(1).getByRole('checkbox').click();
      await expect(it.selection).toContainText('2 selected');
    },
  },
  // Many tokens -------------------------------------------------------------------------------------------------------
  {
    name: 'bulk-plan',
    group: 'Many tokens',
    shows: 'what will happen to many tokens, before they are disabled',
    serve: SOME,
    open: async (stage) => void (await asked(stage, 'disable')),
  },
  {
    name: 'bulk-delete',
    group: 'Many tokens',
    shows: 'the same before they are deleted: how many is typed',
    serve: SOME,
    open: async (stage) => {
      const bulk = await asked(stage, 'delete');
      await bulk.plan('delete').getByRole('textbox', { name: /^To confirm/ }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'bulk-extend',
    group: 'Many tokens',
    shows: 'the end that many tokens are to have',
    serve: SOME,
    open: async (stage) => {
      const bulk = await asked(stage, 'extend');
      await bulk.plan('extend').getByRole('radio', { name: say.dryRun.endOn }).check();
    },
  },
  {
    name: 'bulk-systems',
    group: 'Many tokens',
    shows: 'what will happen to tokens of several systems, some of which cannot do it',
    serve: { tokens: 4, config: { connections: FOUR } },
    open: async ({ page, server }) => {
      const all = new Inventory(page, server.url);
      await all.start();
      await all.signInToAll();
      const bulk = new Bulk(all);
      await bulk.askAll('revoke');
    },
  },
  {
    name: 'bulk-run',
    group: 'Many tokens',
    shows: 'a run that is paused',
    serve: SOME,
    open: async (stage) => {
      const bulk = await asked(stage, 'disable');
      await stage.server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', skip: 8, delay_ms: 60_000 });
      await bulk.begin('disable');
      await expect(bulk.run.locator('.bulk-count')).toContainText('8 of');
      await bulk.button(say.running.pause).click();
    },
  },
  {
    name: 'bulk-outcome',
    group: 'Many tokens',
    shows: 'what came of a run, and what can be done about what failed',
    serve: SOME,
    open: async (stage) => {
      const bulk = await asked(stage, 'disable');
      const body = { detail: 'Only its owner may disable it.' };
      await stage.server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', skip: 3, times: 2, status: 403, body });
      await bulk.begin('disable');
      await bulk.ends(/2 failed/);
    },
  },
  {
    name: 'bulk-unrecorded',
    group: 'Many tokens',
    shows: 'a run that cannot be recorded, and waits for what the user says',
    serve: SOME,
    open: async (stage) => {
      const bulk = await asked(stage, 'disable');
      await room(stage.page, 1);
      await bulk.begin('disable');
      await expect(bulk.button(say.running.runUnrecorded)).toBeVisible();
    },
  },
  {
    name: 'bulk-line',
    group: 'Many tokens',
    shows: 'a run that goes on while the table is used',
    serve: SOME,
    open: async (stage) => {
      const bulk = await asked(stage, 'disable');
      await stage.server.fail({ method: 'POST', path: '/api/v1/tokens/*/disable', skip: 8, delay_ms: 60_000 });
      await bulk.begin('disable');
      await bulk.button(say.running.hide).click();
      await expect(bulk.line).toContainText('8 of');
    },
  },
  // Filters and columns -----------------------------------------------------------------------------------------------
  {
    name: 'filters-set',
    group: 'Filters and columns',
    shows: 'filters that are set',
    open: async (stage) => void (await opened(stage, '?name=a&status=active&scope=builds-read&scope=logs-read')),
  },
  {
    name: 'filters-scope',
    group: 'Filters and columns',
    shows: 'the choice of scopes',
    open: async (stage) => {
      const it = await opened(stage);
      await it.openScopes();
    },
  },
  {
    name: 'filters-more',
    group: 'Filters and columns',
    shows: 'all filters',
    open: async (stage) => {
      const it = await opened(stage);
      await it.filtersButton.or(it.moreFilters).click();
      await expect(stage.page.getByRole('combobox', { name: 'Expires' })).toBeVisible();
    },
  },
  {
    name: 'columns',
    group: 'Filters and columns',
    shows: 'the choice of columns',
    open: async (stage) => {
      await opened(stage);
      await stage.page.getByRole('button', { name: 'Columns' }).click();
      await expect(stage.page.getByRole('dialog', { name: 'Columns' })).toBeVisible();
    },
  },
  {
    name: 'compact',
    group: 'Filters and columns',
    shows: 'compact rows',
    open: async (stage) => {
      await opened(stage);
      await stage.page.getByRole('button', { name: 'Columns' }).click();
      await stage.page.getByRole('checkbox', { name: 'Compact rows' }).check();
      await stage.page.keyboard.press('Escape');
      await expect(stage.page.getByRole('dialog')).toHaveCount(0);
    },
  },
  // Records -----------------------------------------------------------------------------------------------------------
  {
    name: 'interrupted',
    group: 'Records',
    shows: 'what is said of a run whose tab was killed',
    open: interrupted,
  },
  {
    name: 'record-interrupted',
    group: 'Records',
    shows: 'the record of a run that was interrupted',
    open: async (stage) => {
      await interrupted(stage);
      await stage.page.getByRole('button', { name: say.interruptedRun.review }).click();
      await expect(records(stage).getByRole('listitem')).not.toHaveCount(0);
    },
  },
  {
    name: 'records',
    group: 'Records',
    shows: 'the list of records',
    open: async (stage) => {
      await interrupted(stage);
      await stage.page.getByRole('button', { name: say.recordList.title, exact: true }).click();
      await expect(records(stage).getByRole('listitem')).toHaveCount(1);
    },
  },
  {
    name: 'record-awkward',
    group: 'Records',
    shows: 'the record of a run on tokens with long names, and names from right to left',
    serve: { tokens: 0 },
    open: async (stage) => {
      await interruptedAwkward(stage);
      await stage.page.getByRole('button', { name: say.interruptedRun.review }).click();
      await expect(records(stage).getByRole('listitem')).not.toHaveCount(0);
    },
  },
  {
    name: 'records-none',
    group: 'Records',
    shows: 'no records',
    open: async (stage) => {
      await interrupted(stage);
      await stage.page.getByRole('button', { name: say.interruptedRun.drop }).click();
      await records(stage).getByRole('button', { name: say.record.drop }).last().click();
      await expect(records(stage)).toContainText(say.recordList.empty);
    },
  },
  // Systems -----------------------------------------------------------------------------------------------------------
  {
    name: 'all-systems',
    group: 'Systems',
    shows: 'all systems, signed in to each',
    open: async ({ page, server }) => {
      const it = new Inventory(page, server.url);
      await it.start();
      await it.signInToAll();
    },
  },
  {
    name: 'all-systems-closed',
    group: 'Systems',
    shows: 'all systems, signed in to none',
    open: async ({ page, server }) => {
      const it = new Inventory(page, server.url);
      await it.start();
      for (const [name] of ACCOUNTS) await expect(it.place(name)).toBeVisible();
      await settled(it);
    },
  },
  {
    name: 'all-systems-failing',
    group: 'Systems',
    shows: 'all systems, of which one fails',
    open: async ({ page, server }) => {
      await server.fail({ ...LIST, status: 503, body: '' });
      const it = new Inventory(page, server.url);
      await it.start();
      await it.signInTo('PT Sandbox', PT_DEMO);
      await expect(it.place('Scoped tokens').getByRole('button', { name: 'Retry' })).toBeVisible();
    },
  },
  {
    name: 'pt-sandbox',
    group: 'Systems',
    shows: 'PT Sandbox',
    open: async ({ page, server }) => {
      const it = new PtDesk(page, server.url);
      await it.enter('?connection=PT+Sandbox');
      await settled(it);
    },
  },
  {
    name: 'air',
    group: 'Systems',
    shows: 'NVIDIA Air',
    open: async ({ page, server }) => {
      const it = new AirDesk(page, server.url);
      await it.enter('?connection=NVIDIA+Air');
      await settled(it);
    },
  },
  {
    name: 'mist',
    group: 'Systems',
    shows: 'Juniper Mist, an organisation',
    open: async ({ page, server }) => {
      const it = new MistDesk(page, server.url);
      await it.enter('?connection=Juniper+Mist');
      await settled(it);
    },
  },
  // Rotations ---------------------------------------------------------------------------------------------------------
  {
    name: 'rotate',
    group: 'Rotations',
    shows: 'the form for the successor of a token',
    open: async (stage) => void (await openRotate(stage)),
  },
  {
    name: 'rotate-secret',
    group: 'Rotations',
    shows: 'the secret that is handed over, with the commands that take it',
    open: async (stage) => void (await openHandOver(stage)),
  },
  {
    name: 'rotation',
    group: 'Rotations',
    shows: 'a rotation whose old token is to be ended',
    open: async (stage) => void (await openRotation(stage)),
  },
  {
    name: 'rotation-day',
    group: 'Rotations',
    shows: 'the days on which the old token is disabled and deleted',
    open: async (stage) => {
      const { dialog } = await openRotation(stage);
      await dialog.getByRole('radio', { name: say.rotations.onDay }).check();
      await dialog.getByRole('checkbox', { name: say.rotations.thenDelete }).check();
    },
  },
  {
    name: 'rotations',
    group: 'Rotations',
    shows: 'the rotations that are not over',
    open: async (stage) => openRotations(stage, await openRotation(stage)),
  },
  {
    name: 'rotation-unhanded',
    group: 'Rotations',
    shows: 'a successor whose secret was never handed over',
    open: async (stage) => void (await openUnhanded(stage)),
  },
  {
    name: 'rotation-awkward',
    group: 'Rotations',
    shows: 'the same with a long name',
    open: async (stage) => void (await openUnhanded(stage, AWKWARD[0]?.name)),
  },
  {
    name: 'rotations-awkward',
    group: 'Rotations',
    shows: 'a rotation with a name from right to left in the list of those that are not over',
    open: async (stage) => openRotations(stage, await openUnhanded(stage, AWKWARD[1]?.name)),
  },
  {
    name: 'rotation-mark',
    group: 'Rotations',
    shows: 'the details of a token that is being rotated',
    open: async (stage) => {
      const rotating = await openUnhanded(stage);
      await stage.page.keyboard.press('Escape');
      await expect(rotating.mark).toBeVisible();
    },
  },
  {
    name: 'rotate-elsewhere',
    group: 'Rotations',
    shows: 'a token that another tab is rotating',
    open: async (stage) => {
      const other = await stage.page.context().newPage();
      await openRotate({ ...stage, page: other });
      const it = await opened(stage);
      await it.byName.fill('ledger-export');
      const rotating = new Rotating(stage.page);
      await rotating.begin(it, 'ledger-export');
      await expect(rotating.form).toContainText('Another tab');
    },
  },
  {
    name: 'rotations-left',
    group: 'Rotations',
    shows: 'what is said of open rotations to who signs out',
    serve: { secret: SECRET, config: only(BEARER) },
    open: async (stage) => {
      const { page, server } = stage;
      await server.add({ name: 'ledger-export' });
      const it = closedDesk(stage);
      await it.enter();
      const rotating = new Rotating(page);
      await it.byName.fill('ledger-export');
      await rotating.begin(it, 'ledger-export');
      await rotating.create.click();
      await rotating.secret.dismiss();
      await rotating.button(say.rotations.close).click();
      await rotating.leaveDetails();
      await it.signOut.click();
      await expect(page.locator('.findings')).toContainText('Not over at');
    },
  },
  // Details -----------------------------------------------------------------------------------------------------------
  {
    name: 'details',
    group: 'Details',
    shows: 'the details of a token',
    open: async (stage) => openDetails(stage, await opened(stage)),
  },
  {
    name: 'details-long',
    group: 'Details',
    shows: 'the details of a token with a long name and description',
    serve: { tokens: 0 },
    open: async (stage) => {
      const [{ name } = { name: '' }] = AWKWARD;
      await stage.server.add({ name, description: 'A sentence that goes on. '.repeat(40), valid_to: inDays(1.5) });
      await openDetails(stage, await opened(stage));
    },
  },
  {
    name: 'details-mist',
    group: 'Details',
    shows: 'the details of a token of Juniper Mist',
    open: async (stage) => {
      const it = new MistDesk(stage.page, stage.server.url);
      await it.enter('?connection=Juniper+Mist');
      await openDetails(stage, it);
    },
  },
  // Forms -------------------------------------------------------------------------------------------------------------
  {
    name: 'create',
    group: 'Forms',
    shows: 'the form for a new token',
    open: openCreate,
  },
  {
    name: 'create-filled',
    group: 'Forms',
    shows: 'the form, filled in, with scopes and an end',
    open: async (stage) => {
      const form = await (await opened(stage)).openCreate();
      const filled = { name: 'ledger-export', description: 'Used by the nightly export of the ledger.\nAsk operations before you change it.' };
      await form.fill({ ...filled, scopes: ['Builds: read', 'Logs: read'] });
      const presets = form.dialog.locator('.presets').getByRole('button');
      await presets.first().click();
    },
  },
  {
    name: 'create-errors',
    group: 'Forms',
    shows: 'the form with everything that it refuses',
    open: async (stage) => refuse(await opened(stage)),
  },
  {
    name: 'create-refused',
    group: 'Forms',
    shows: 'the form, refused by the server',
    open: async (stage) => {
      const it = await opened(stage);
      await stage.server.fail({ method: 'POST', path: '/api/v1/tokens', status: 503, body: '' });
      const form = await it.openCreate();
      await form.fill({ name: 'ledger-export', scopes: ['Builds: read'] });
      await form.save.click();
      await expect(form.dialog.getByRole('alert').first()).toBeVisible();
    },
  },
  {
    name: 'create-saving',
    group: 'Forms',
    shows: 'the form while it is saved',
    open: async (stage) => {
      const it = await opened(stage);
      await stage.server.fail({ method: 'POST', path: '/api/v1/tokens', delay_ms: 120_000 });
      const form = await it.openCreate();
      await form.fill({ name: 'ledger-export', scopes: ['Builds: read'] });
      await form.save.click();
      await expect(form.save).toHaveText('Saving…');
    },
  },
  {
    name: 'create-leave',
    group: 'Forms',
    shows: 'the form, left with something typed',
    open: async (stage) => {
      const form = await (await opened(stage)).openCreate();
      await form.name.fill('ledger-export');
      await form.cancel.click();
      await expect(form.dialog.getByRole('button', { name: 'Discard' })).toBeVisible();
    },
  },
  {
    name: 'create-where',
    group: 'Forms',
    shows: 'the choice of the system for a new token',
    open: async ({ page, server }) => {
      const it = new Inventory(page, server.url);
      await it.start();
      await it.signInTo('PT Sandbox', PT_DEMO);
      await it.createButton.click();
      await expect(page.getByRole('dialog').getByRole('button', { name: 'PT Sandbox' })).toBeVisible();
    },
  },
  {
    name: 'create-pt',
    group: 'Forms',
    shows: 'the form of PT Sandbox',
    open: async ({ page, server }) => {
      const it = new PtDesk(page, server.url);
      await it.enter('?connection=PT+Sandbox');
      const form = await it.openCreate();
      await expect(form.permissions.getByRole('checkbox').first()).toBeVisible();
    },
  },
  {
    name: 'create-mist',
    group: 'Forms',
    shows: 'the form of Juniper Mist with two privileges',
    open: async ({ page, server }) => {
      const it = new MistDesk(page, server.url);
      await it.enter('?connection=Juniper+Mist');
      const form = await it.openCreate();
      await form.grant('org', 'read');
      await form.addPrivilege.click();
    },
  },
  {
    name: 'edit',
    group: 'Forms',
    shows: 'the form for a token that is there',
    open: async (stage) => {
      await stage.server.add({ name: 'ledger-export', description: 'Used by the nightly export of the ledger.', scopes: ['logs-read'], valid_to: inDays(9) });
      const form = await (await opened(stage, '?name=ledger-export')).openEdit('ledger-export');
      await expect(form.scope('Logs: read')).toBeChecked();
    },
  },
  {
    name: 'edit-conflict',
    group: 'Forms',
    shows: 'a token that another user has changed meanwhile',
    open: async (stage) => {
      const token = await stage.server.add({ name: 'contested', description: 'as it was', scopes: ['logs-read'] });
      const form = await (await opened(stage, '?name=contested')).openEdit('contested');
      await form.description.fill('as I want it');
      await stage.server.change(token, { description: 'as somebody else wants it', name: 'contested too' });
      await form.save.click();
      await expect(form.dialog.getByRole('alert').first()).toBeVisible();
    },
  },
  {
    name: 'edit-more-rights',
    group: 'Forms',
    shows: 'what a save changes of the rights, and the question before more of them',
    open: async (stage) => {
      await stage.server.add({ name: 'ledger-export', scopes: ['logs-read'], valid_to: inDays(9) });
      const form = await (await opened(stage, '?name=ledger-export')).openEdit('ledger-export');
      await form.scope('Builds: write').check();
      await form.scope('Logs: read').uncheck();
      await form.dialog.getByRole('button', { name: 'No end' }).click();
      await form.save.click();
      await expect(form.growing).toBeVisible();
      await form.changes.scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'request',
    group: 'Forms',
    shows: 'what a save would send, as curl commands',
    open: async (stage) => {
      await stage.server.add({ name: 'ledger-export', scopes: ['logs-read'], valid_to: inDays(9) });
      const form = await (await opened(stage, '?name=ledger-export')).openEdit('ledger-export');
      await form.dialog.getByText(say.request.show, { exact: true }).click();
      const commands = form.dialog.getByRole('region', { name: say.request.script });
      await expect(commands).toContainText('curl');
      await commands.scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'clone',
    group: 'Forms',
    shows: 'the form for a token like one that was revoked',
    open: async (stage) => {
      const token = await stage.server.add({ name: 'ledger export', scopes: ['logs-read', 'builds-write'], valid_to: inDays(9) });
      await stage.server.revoke(token);
      await opened(stage, '?name=ledger');
      await stage.page.locator('.table-body .name').first().click();
      await detailsOf(stage.page).getByRole('button', { name: say.details.clone, exact: true }).click();
      await expect(new TokenForm(stage.page, 'Clone token').name).toBeVisible();
    },
  },
  {
    name: 'shortcuts',
    group: 'Forms',
    shows: 'the keys of the page',
    open: async (stage) => {
      await opened(stage, '');
      await stage.page.getByRole('button', { name: say.shortcutList.title }).click();
      await expect(stage.page.getByRole('dialog', { name: say.shortcutList.title })).toBeVisible();
    },
  },
  // Questions and secrets ---------------------------------------------------------------------------------------------
  {
    name: 'disable',
    group: 'Questions and secrets',
    shows: 'the question before a token is disabled',
    serve: { tokens: 0 },
    open: async (stage) => void (await ask(stage, 'Disable')),
  },
  {
    name: 'revoke',
    group: 'Questions and secrets',
    shows: 'the question before a token is revoked',
    serve: { tokens: 0 },
    open: async (stage) => void (await ask(stage, 'Revoke')),
  },
  {
    name: 'delete',
    group: 'Questions and secrets',
    shows: 'the question before a token is deleted',
    serve: { tokens: 0 },
    open: async (stage) => void (await ask(stage, 'Delete')),
  },
  {
    name: 'delete-failed',
    group: 'Questions and secrets',
    shows: 'a token that could not be deleted',
    serve: { tokens: 0 },
    open: async (stage) => {
      const question = await ask(stage, 'Delete');
      await stage.server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 500 });
      await question.getByRole('button', { name: 'Delete' }).click();
      await expect(question.getByRole('alert')).toBeVisible();
    },
  },
  {
    name: 'secret',
    group: 'Questions and secrets',
    shows: 'the secret of a new token',
    open: async (stage) => void (await openSecret(stage)),
  },
  {
    name: 'secret-guard',
    group: 'Questions and secrets',
    shows: 'the question before a secret is lost',
    open: async (stage) => {
      const { secret } = await openSecret(stage);
      await secret.close.click();
      await expect(secret.guard).toBeVisible();
    },
  },
  // Signing in --------------------------------------------------------------------------------------------------------
  {
    name: 'sign-in',
    group: 'Signing in',
    shows: 'the form for a bearer token',
    serve: { secret: SECRET },
    open: async (stage) => {
      const it = closedDesk(stage);
      await it.visit();
      await expect(it.asking).toBeVisible();
    },
  },
  {
    name: 'sign-in-refused',
    group: 'Signing in',
    shows: 'a bearer token that was refused',
    serve: { secret: SECRET },
    open: async (stage) => {
      const it = closedDesk(stage);
      await it.visit();
      await it.answer({ 'API token': 'wrong' });
      await expect(it.refusal).toBeVisible();
    },
  },
  {
    name: 'sign-in-cancelled',
    group: 'Signing in',
    shows: 'the page after the form was left',
    serve: { secret: SECRET },
    open: async (stage) => {
      const it = closedDesk(stage);
      await it.visit();
      await expect(it.asking).toBeVisible();
      await it.asking.getByRole('button', { name: 'Cancel' }).click();
      await expect(stage.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
    },
  },
  {
    name: 'sign-in-mist',
    group: 'Signing in',
    shows: 'two ways to sign in',
    open: async ({ page, server }) => {
      const it = new MistDesk(page, server.url);
      await it.visit('?connection=Juniper+Mist');
      await expect(it.asking).toBeVisible();
    },
  },
  {
    name: 'sign-in-code',
    group: 'Signing in',
    shows: 'an account with a second factor',
    open: async ({ page, server }) => {
      const it = new MistDesk(page, server.url);
      await it.visit('?connection=Juniper+Mist');
      await it.answer({ ...MIST_DEMO, 'E-mail': 'demo-2fa@example.com' });
      await expect(it.asking.getByLabel('Code')).toBeVisible();
    },
  },
  {
    name: 'signed-out',
    group: 'Signing in',
    shows: 'the page after signing out',
    open: async ({ page, server }) => {
      const it = new PtDesk(page, server.url);
      await it.enter('?connection=PT+Sandbox');
      await it.signOut.click();
      await it.expectSignedOut();
    },
  },
  // Connections -------------------------------------------------------------------------------------------------------
  {
    name: 'welcome',
    group: 'Connections',
    shows: 'a page without a connection',
    serve: { config: { connections: [] } },
    open: async ({ page, server }) => {
      await page.goto(server.url);
      await expect(page.getByRole('heading', { name: say.welcome.known })).toBeVisible();
    },
  },
  {
    name: 'connections',
    group: 'Connections',
    shows: 'all connections, one of them of this browser',
    serve: SOME,
    open: async (stage) => {
      const manager = await openManager(stage);
      await manager.add('Mine', 'api/v1');
    },
  },
  {
    name: 'connection-errors',
    group: 'Connections',
    shows: 'the form for a connection with mistakes',
    serve: SOME,
    open: async (stage) => {
      const form = await (await openManager(stage)).openForm();
      await form.name.fill('PT Sandbox');
      await form.base.fill('ftp://example.com');
      await form.base.blur();
    },
  },
  {
    name: 'connection-test',
    group: 'Connections',
    shows: 'what the test of a connection found',
    serve: SOME,
    open: async (stage) => {
      const form = await (await openManager(stage)).openForm();
      await form.name.fill('Mine');
      await form.base.fill('api/v1');
      await form.test.click();
      await expect(form.dialog.getByRole('table')).toBeVisible();
    },
  },
  {
    name: 'connection-import',
    group: 'Connections',
    shows: 'connections that come from a file',
    serve: SOME,
    open: async (stage) => {
      const manager = await openManager(stage);
      await manager.choose('config.json', only({ name: 'Staging', dialect: 'scoped', base: 'api/v1' }, ...FOUR.slice(0, 2)));
    },
  },
  // Notices -----------------------------------------------------------------------------------------------------------
  {
    name: 'notice-created',
    group: 'Notices',
    shows: 'what is said of a token that was made',
    open: async (stage) => {
      const it = await opened(stage);
      await it.create({ name: 'ledger-export' });
      await expect(stage.page.locator('.notice')).toBeVisible();
    },
  },
  {
    name: 'notice-copied',
    group: 'Notices',
    shows: 'what is said of a GUID that was copied',
    open: async (stage) => {
      const it = await opened(stage);
      await it.rows.first().getByRole('button').first().click();
      await stage.page.mouse.move(0, 0);
    },
  },
  {
    name: 'notice-finding',
    group: 'Notices',
    shows: 'a write that the system did otherwise',
    serve: SOME,
    open: async (stage) => {
      const it = await opened(stage);
      await stage.server.add({ name: 'ledger-export' });
      await it.refreshButton.click();
      await it.byName.fill('ledger-export');
      await stage.server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 202, body: '' });
      await it.action('Delete', 'ledger-export').click();
      await it.question('Delete token').getByRole('button', { name: 'Delete' }).click();
      await expect(stage.page.locator('.findings .panel').first()).toBeVisible();
    },
  },
  // Before the page and without it ------------------------------------------------------------------------------------
  {
    name: 'first-paint',
    group: 'Before the page and without it',
    shows: 'what is there before the page has started',
    isOnItsWay: true,
    open: async ({ page, server }) => {
      await server.fail({ path: '/config.json', delay_ms: 120_000 });
      await page.goto(server.url, { waitUntil: 'commit' });
      await expect(page.locator('.shell-control').first()).toBeVisible();
    },
  },
  {
    name: 'never-started',
    group: 'Before the page and without it',
    shows: 'what is there when the page does not start',
    open: async ({ page, server }) => {
      await server.fail({ path: '/start*.js', status: 404, body: '' });
      await page.goto(server.url);
      await expect(page.locator('.shell-control').first()).toBeVisible();
    },
  },
  {
    name: 'no-script',
    group: 'Before the page and without it',
    shows: 'a browser without JavaScript',
    isOnItsWay: true,
    use: { javaScriptEnabled: false },
    open: async ({ page, server }) => {
      await page.goto(server.url);
      await expect(page.locator('noscript p')).toBeVisible();
    },
  },
  {
    name: 'recovery',
    group: 'Before the page and without it',
    shows: 'a page of which a file is missing',
    open: async ({ page, server }) => {
      await server.fail({ path: '/*.wasm', status: 404, body: '' });
      await page.goto(server.url);
      await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
    },
  },
  {
    name: 'misconfigured',
    group: 'Before the page and without it',
    shows: 'a config.json with mistakes',
    serve: {
      config: {
        conections: [],
        connections: [
          { name: 'A', dialect: 'scoped', base: 'api/v1', timeout: 0 },
          { name: 'A', dialect: 'soap', base: 'ftp://host', auth: { type: 'bearer', token: 'x' } },
        ],
      },
    },
    open: async ({ page, server }) => {
      await page.goto(server.url);
      await expect(page.getByRole('alert').first()).toBeVisible();
    },
  },
];

/** The screens on which a preference is looked at. */
const LOOKED_AT = ['statuses', 'details', 'create-errors', 'delete'];

export const SCREENS: Screen[] = [
  ...PLAIN,
  ...again(['list', 'all-systems', 'details'], 'print', 'Print', { schemes: ['light'], isPrinted: true, widths: [720, 1040] }),
  ...again([...LOOKED_AT, 'filters-set', 'filters-more', 'sign-in-refused'], 'forced', 'Forced colours', {
    media: { forcedColors: 'active' },
    widths: [360, 1280],
  }),
  ...again(LOOKED_AT, 'contrast', 'More contrast', { media: { contrast: 'more' }, widths: [360, 1280] }),
  ...again(['list-loading', 'list'], 'still', 'Less motion', { media: { reducedMotion: 'reduce' }, widths: [1280] }),
  ...again([...LOOKED_AT, 'all-systems', 'filters-more', 'connections'], 'large', 'Text of 200 %', {
    schemes: ['light'],
    isLarge: true,
    widths: [360, 768, 1280],
  }),
  ...again([...LOOKED_AT, 'all-systems', 'filters-more', 'connections'], 'spaced', 'Spacing of text (WCAG 1.4.12)', {
    schemes: ['light'],
    prepare: wideSpacing,
    widths: [320, 768, 1280],
  }),
  // 1280 by 1024 pixels at 400 %.
  ...again([...LOOKED_AT, 'list', 'create', 'filters-more', 'sign-in', 'connections'], 'zoomed', 'Zoom of 400 %', {
    schemes: ['light'],
    widths: [320],
    height: 256,
    use: { deviceScaleFactor: 4 },
  }),
];
