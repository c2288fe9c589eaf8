//! All systems side by side as a test sees them.

import { expect, type Locator, type Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { AIR_DEMO, AIR_V2, MIST_DEMO, MIST_ORG, PT_DEMO, PT_SANDBOX, type Connection, type Typed } from './systems.ts';
import { say } from './texts.ts';

const ALL_COLUMNS = [
  'Name',
  'System',
  'Is active',
  'Expiration date',
  'Last used',
  'Scopes',
  'ID',
  'Created by',
  'Active from',
  'Actions',
] as const;

/** The Scoped Token API of the dev server. */
export const SCOPED: Connection = { name: 'Scoped tokens', dialect: 'scoped', base: 'api/v1' };

/** The systems that the dev server has. */
export const FOUR = [SCOPED, PT_SANDBOX, AIR_V2, MIST_ORG];

/** Who signs in to those that want it. */
export const ACCOUNTS: [string, Typed][] = [
  ['PT Sandbox', PT_DEMO],
  ['NVIDIA Air', AIR_DEMO],
  ['Juniper Mist', MIST_DEMO],
];

/** The page with all systems. */
export class Inventory extends Desk<(typeof ALL_COLUMNS)[number]> {
  constructor(page: Page, url: string) {
    super(page, url, ALL_COLUMNS);
  }

  /** The place of a system, with its state. */
  place(name: string): Locator {
    return this.page.getByRole('list', { name: say.system.list }).getByRole('listitem').filter({ has: this.page.getByRole('heading', { name, exact: true }) });
  }

  /** How many tokens there are altogether. */
  get counted(): Locator {
    return this.page.locator('.count');
  }

  async start(query = ''): Promise<void> {
    await this.page.goto(this.url + query);
    await expect(this.heading).toBeVisible();
  }

  async signInTo(name: string, typed: Typed): Promise<void> {
    await this.page.getByRole('button', { name: `Sign in to ${name}` }).click();
    for (const [label, value] of Object.entries(typed)) await this.signIn(name).getByLabel(label, { exact: true }).fill(value);
    await this.signIn(name).getByRole('button', { name: say.signInForm.signIn }).click();
    await expect(this.place(name)).toContainText(/\d tokens/);
  }

  async signInToAll(): Promise<void> {
    for (const [name, typed] of ACCOUNTS) await this.signInTo(name, typed);
  }

  /** The systems of the rows on the page. */
  async systems(): Promise<string[]> {
    return [...new Set(await this.texts('System'))].sort();
  }
}
