//! The page as a test sees it: by role and name, as assistive technology does.

import { expect, type Locator, type Page } from '@playwright/test';
import { say } from './texts.ts';

/** The columns, in their order. */
export const COLUMNS = [
  'Name',
  'Description',
  'GUID',
  'Scopes',
  'Active from',
  'Expiration date',
  'Last used',
  'Is active',
  'Actions',
] as const;

/** A column's header. */
export type Column = (typeof COLUMNS)[number];

/** What a test types into the form. */
export interface Typed {
  name?: string;
  scopes?: string[];
  description?: string;
  validFrom?: string;
  validTo?: string;
}

/** A name as a row shows it: letters that are not seen, or that turn others around, are told by their numbers. */
export function asShown(name: string): string {
  const number = (it: string) => `[U+${(it.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
  return name.replace(/[\u200b\u202a-\u202e\u2066-\u2069]/g, number);
}

/** A part of the page in which there is a form for a token. */
export class TokenForm {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly guid: Locator;
  readonly description: Locator;
  readonly scopes: Locator;
  readonly validFrom: Locator;
  readonly validTo: Locator;
  readonly save: Locator;
  readonly cancel: Locator;

  constructor(page: Page, title: 'Create token' | 'Edit token' | 'Clone token' | 'Rotate token') {
    this.dialog = page.getByRole('dialog', { name: title });
    this.name = this.dialog.getByRole('textbox', { name: say.table.name });
    this.guid = this.dialog.getByRole('textbox', { name: say.formField.guid });
    this.description = this.dialog.getByRole('textbox', { name: 'Description' });
    this.scopes = this.dialog.getByRole('group', { name: 'Scopes' });
    this.validFrom = this.dialog.getByLabel('Valid from', { exact: true });
    this.validTo = this.dialog.getByLabel('Valid to', { exact: true });
    this.save = this.dialog.getByRole('button', { name: /^(Save|Saving…)$/ });
    this.cancel = this.dialog.getByRole('button', { name: say.tokenForm.cancel });
  }

  /** A scope by its name. */
  scope(name: string): Locator {
    return this.scopes.getByRole('checkbox', { name, exact: true });
  }

  /** What the save changes of the rights. */
  get changes(): Locator {
    return this.dialog.getByRole('region', { name: say.rights.title });
  }

  /** The question before a save with more rights. */
  get growing(): Locator {
    return this.dialog.getByRole('group', { name: say.review.what });
  }

  /** Saves what lets the token do more: it is asked once more. */
  async saveMore(): Promise<void> {
    await this.save.click();
    await this.growing.getByRole('button', { name: say.review.save }).click();
  }

  /** Types what is given and leaves the rest alone. */
  async fill(typed: Typed): Promise<void> {
    if (typed.name !== undefined) await this.name.fill(typed.name);
    for (const scope of typed.scopes ?? []) await this.scope(scope).check();
    if (typed.description !== undefined) await this.description.fill(typed.description);
    if (typed.validFrom !== undefined) await this.validFrom.fill(typed.validFrom);
    if (typed.validTo !== undefined) await this.validTo.fill(typed.validTo);
  }
}

/** The dev server's own system. */
const OWN = 'Scoped tokens';

/** What an address says to lead to it. */
export const TO_OWN = '?connection=Scoped+tokens';

/** The page, over a system with these columns. */
export class Desk<C extends string = Column> {
  readonly page: Page;
  readonly url: string;
  readonly columns: readonly C[];
  readonly heading: Locator;
  readonly table: Locator;
  readonly box: Locator;
  readonly status: Locator;
  readonly createButton: Locator;
  readonly refreshButton: Locator;
  readonly byName: Locator;
  readonly byGuid: Locator;
  readonly scopeButton: Locator;
  readonly scopeChoices: Locator;
  readonly byStatus: Locator;
  readonly setFilters: Locator;
  readonly clearFilters: Locator;
  readonly filtersButton: Locator;
  readonly moreFilters: Locator;
  readonly counts: Locator;
  readonly alert: Locator;

  constructor(page: Page, url: string, columns?: readonly C[]) {
    this.page = page;
    this.url = url;
    this.columns = columns ?? (COLUMNS as readonly string[] as readonly C[]);
    this.heading = page.getByRole('heading', { name: say.toolbar.title, level: 1 });
    this.table = page.getByRole('grid', { name: say.toolbar.title });
    this.box = page.getByRole('region', { name: say.table.scrollable });
    this.status = page.getByRole('status').filter({ hasText: /token/ });
    this.createButton = page.getByRole('button', { name: say.toolbar.create });
    this.refreshButton = page.getByRole('button', { name: say.toolbar.refresh });
    this.byName = page.getByLabel(say.filters.searchByName);
    this.byGuid = page.getByLabel(/^Search by (GUID|ID)$/);
    this.scopeButton = page.getByRole('button', { name: /^(Scope|Permissions|Privileges) \S/ });
    this.scopeChoices = page.getByRole('group', { name: say.listName.scopes });
    this.byStatus = page.getByRole('combobox', { name: say.filters.status });
    this.setFilters = page.getByRole('list', { name: say.chip.list });
    this.clearFilters = page.getByRole('button', { name: say.filters.clear });
    this.filtersButton = page.getByRole('button', { name: /^Filters( \(\d+\))?$/ });
    this.moreFilters = page.getByRole('button', { name: /^More filters( \(\d+\))?$/ });
    this.counts = page.getByRole('group', { name: say.countsText.label });
    this.alert = page.getByRole('alert').filter({ hasText: /\S/ });
  }

  /** The system that it is about. */
  protected get system(): string {
    return OWN;
  }

  /** Opens the page and does not wait for tokens. Where the query names no system, it is the one that this is about. */
  async visit(query = ''): Promise<void> {
    const params = new URLSearchParams(query);
    if (!params.has('connection')) params.set('connection', this.system);
    await this.page.goto(`${this.url}?${params}`);
    await expect(this.heading).toBeVisible();
  }

  /** Opens the page and waits until the whole list is there. */
  async open(query = ''): Promise<void> {
    await this.visit(query);
    await this.loaded();
  }

  /** Waits until the whole list is there. */
  async loaded(): Promise<void> {
    await expect(this.refreshButton).toBeVisible({ timeout: 30_000 });
    await expect(this.status).toHaveText(/^[\d,]+ of [\d,]+ tokens$/);
  }

  /** Waits until the page rests: what acting on a token takes has come, too. */
  async rested(): Promise<void> {
    // The place of what is told comes with it. Its files are there some time before their code runs.
    await expect(this.page.locator('.notice[popover]')).toBeAttached({ timeout: 60_000 });
  }

  /** The rows of tokens that are on the page now. */
  get rows(): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByRole('rowheader') });
  }

  /** The row of a token. */
  row(name: string): Locator {
    const first = this.page.getByRole('rowheader', { name, exact: true });
    return this.table.getByRole('row').filter({ has: first });
  }

  /** A cell of a row, by its label: a column that has no room has no place either. */
  cell(row: Locator, column: C): Locator {
    return row.locator(`:scope > [data-label="${column}"]`);
  }

  /** The header of a column. */
  header(column: C): Locator {
    return this.table.getByRole('columnheader', { name: column, exact: true });
  }

  /** The headers of all columns; that of the boxes is no column's. */
  get headers(): Locator {
    return this.table.getByRole('columnheader').filter({ hasNot: this.page.getByRole('checkbox') });
  }

  /** The button that sorts by a column. */
  sort(column: C): Locator {
    return this.header(column).getByRole('button', { name: column });
  }

  /** The names in the rows on the page, from the first to the last. */
  async names(): Promise<string[]> {
    return this.texts('Name' as C);
  }

  /** What a column's cells say, from the first row on the page to the last. */
  async texts(column: C): Promise<string[]> {
    return this.rows.evaluateAll((rows, column) => {
      const sorted = [...rows].sort((one, other) => Number(one.ariaRowIndex) - Number(other.ariaRowIndex));
      return sorted.map((row) => row.querySelector(`:scope > [data-label="${column}"]`)?.textContent ?? '');
    }, column);
  }

  /** Expects these rows in this order. */
  async expectNames(...names: string[]): Promise<void> {
    await expect.poll(() => this.names()).toEqual(names.map(asShown));
  }

  /** The box that selects a token. */
  selects(name: string): Locator {
    return this.table.getByRole('checkbox', { name: `${say.selecting.select} ${name}`, exact: true });
  }

  /** The box in the table's head, which selects all that are shown. */
  get selectAll(): Locator {
    return this.table.getByRole('columnheader').getByRole('checkbox');
  }

  /** What is said of the tokens that are selected, at the table's foot. */
  get selection(): Locator {
    return this.page.getByRole('region', { name: say.selectionBar.label });
  }

  /** A button there; on a narrow page they are behind one. */
  async ofSelection(name: string | RegExp): Promise<Locator> {
    // Its code comes with the first token that is selected.
    await this.selection.waitFor();
    const opener = this.selection.getByRole('button', { name: say.selectionBar.actions, exact: true });
    if ((await opener.isVisible()) && (await opener.getAttribute('aria-expanded')) === 'false') await opener.click();
    return this.selection.getByRole('button', { name, exact: true });
  }

  /** A button of a row. */
  action(verb: 'Edit' | 'Disable' | 'Enable' | 'Revoke' | 'Delete' | 'Copy GUID of' | 'Copy ID of', name: string): Locator {
    return this.page.getByRole('button', { name: `${verb} ${name}`, exact: true });
  }

  /** A dialog that asks before something happens to a token; it is named after it, like `Delete ci-deploy?`. */
  question(what: 'Disable token' | 'Enable token' | 'Revoke token' | 'Delete token'): Locator {
    const [verb] = what.split(' ');
    return this.page.getByRole('alertdialog', { name: new RegExp(`^${verb} [^]*\\?$`) });
  }

  /** The dialog that asks who the user is. */
  signIn(connection = 'Scoped tokens'): Locator {
    return this.page.getByRole('dialog', { name: `Sign in to ${connection}` });
  }

  /** Signs in with an API token. */
  async signsIn(token: string, connection?: string): Promise<void> {
    const asked = this.signIn(connection);
    await asked.getByLabel('API token').fill(token);
    await asked.getByRole('button', { name: say.signInForm.signIn }).click();
  }

  /** The form for a new token. */
  get creating(): TokenForm {
    return new TokenForm(this.page, 'Create token');
  }

  /** The form for a token that is there. */
  get editing(): TokenForm {
    return new TokenForm(this.page, 'Edit token');
  }

  /** Opens the form for a new token. */
  async openCreate(): Promise<TokenForm> {
    await this.createButton.click();
    const form = this.creating;
    await expect(form.dialog).toBeVisible();
    return form;
  }

  /** Opens the form for a token that is there, and waits until it is filled in. */
  async openEdit(name: string): Promise<TokenForm> {
    await this.action('Edit', name).click();
    const form = this.editing;
    await expect(form.name).toBeVisible();
    return form;
  }

  /** Makes a token in the form. */
  async create(typed: Typed & { name: string }): Promise<void> {
    const form = await this.openCreate();
    await form.fill({ scopes: ['Builds: read'], ...typed });
    await form.save.click();
    await expect(form.dialog).toBeHidden();
  }

  /** A count over the list, by what it counts. */
  count(what: string): Locator {
    return this.counts.getByRole('button', { name: new RegExp(`^[\\d,]+\\+? ${what}$`) });
  }

  /** Expects these counts and no others, in their order. */
  async expectCounts(...counts: (string | RegExp)[]): Promise<void> {
    await expect(this.counts.getByRole('button')).toHaveText(counts);
  }

  /** Opens the button behind which all filters but the search by name are on a narrow page; they are in sight on a wide one. */
  async openFilters(): Promise<void> {
    if ((await this.filtersButton.isVisible()) && (await this.filtersButton.getAttribute('aria-expanded')) === 'false') {
      await this.filtersButton.click();
    }
  }

  /** Opens the list of scopes. */
  async openScopes(): Promise<void> {
    await this.openFilters();
    await this.scopeButton.click();
    await expect(this.scopeChoices).toBeVisible();
  }

  /** The parameters of the page's address; the dev server's own system goes without saying. */
  get params(): string[] {
    const all = [...new URL(this.page.url()).searchParams].map(([key, value]) => `${key}=${value}`);
    return all.filter((it) => it !== `connection=${OWN}`);
  }

  /** Expects these parameters in the address, in any order. */
  async expectParams(...params: string[]): Promise<void> {
    await expect.poll(() => this.params.sort()).toEqual(params.sort());
  }
}

/** A token's details: beside the table where the page is wide, else a dialog over it. */
export function detailsOf(page: Page, name?: string): Locator {
  const heading = page.getByRole('heading', { level: 2, ...(name === undefined ? {} : { name, exact: true }) });
  return page.locator('.details').filter({ has: heading });
}

/** Opens what is folded away in them: the system's own fields and its JSON. */
export async function openRaw(panel: Locator): Promise<void> {
  await panel.getByText(say.details.raw, { exact: true }).click();
}

/** What a page keeps, as one text: its elements, what stands in its inputs, its address, and what it has stored. */
export async function pageKeeps(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const values = [...document.querySelectorAll('input, textarea')].map((it) => (it as HTMLInputElement).value);
    return JSON.stringify({
      page: document.documentElement.outerHTML,
      values,
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      databases: await indexedDB.databases(),
      caches: 'caches' in globalThis ? await caches.keys() : [],
      history: history.state as unknown,
      address: location.href,
      name: window.name,
    });
  });
}
