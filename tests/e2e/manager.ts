//! The connections of the page as a test sees them: the dialog with all of them, and the form for one.

import { expect, type Locator, type Page } from '@playwright/test';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

/** The form for a connection. */
export class ConnectionForm {
  readonly dialog: Locator;
  readonly name: Locator;
  readonly system: Locator;
  readonly base: Locator;
  readonly save: Locator;
  readonly cancel: Locator;
  readonly test: Locator;
  readonly whyNot: Locator;
  readonly tested: Locator;
  readonly more: Locator;

  constructor(page: Page, title: 'Add connection' | 'Edit connection') {
    this.dialog = page.getByRole('dialog', { name: title });
    this.name = this.dialog.getByRole('textbox', { name: say.connectionForm.name, exact: true });
    this.system = this.dialog.getByRole('combobox', { name: say.connectionForm.system });
    this.base = this.dialog.getByRole('textbox', { name: say.connectionForm.base });
    this.save = this.dialog.getByRole('button', { name: say.connectionForm.save });
    this.cancel = this.dialog.getByRole('button', { name: say.connectionForm.cancel });
    this.test = this.dialog.getByRole('button', { name: say.connectionTest.test });
    this.whyNot = this.dialog.locator('.foot-text').first();
    this.tested = this.dialog.getByRole('status');
    this.more = this.dialog.getByText(say.connectionForm.more, { exact: true });
  }

  /** What the report says of a field of the first token. */
  found(field: string): Locator {
    const header = this.dialog.page().getByRole('rowheader', { name: field, exact: true });
    return this.dialog.getByRole('row').filter({ has: header }).getByRole('cell').nth(1);
  }
}

/** The dialog with all connections. */
export class Manager {
  readonly page: Page;
  readonly opener: Locator;
  readonly dialog: Locator;
  readonly close: Locator;
  readonly adding: ConnectionForm;
  readonly editing: ConnectionForm;
  readonly importing: Locator;
  readonly control: Switcher;

  constructor(page: Page) {
    this.page = page;
    this.opener = page.getByRole('button', { name: say.page.connections });
    this.dialog = page.getByRole('dialog', { name: say.manages.title, exact: true });
    this.close = this.dialog.getByRole('button', { name: say.manages.close });
    this.adding = new ConnectionForm(page, 'Add connection');
    this.editing = new ConnectionForm(page, 'Edit connection');
    this.importing = page.getByRole('dialog', { name: say.import.title });
    this.control = new Switcher(page);
  }

  async open(): Promise<void> {
    await this.opener.click();
    await expect(this.dialog).toBeVisible();
  }

  does(verb: string, name: string): Locator {
    return this.dialog.getByRole('button', { name: `${verb} ${name}`, exact: true });
  }

  /** Expects these in the list, in this order. */
  async expectListed(...names: string[]): Promise<void> {
    await expect(this.dialog.getByRole('listitem').locator('bdi')).toHaveText(names);
  }

  /** Expects these to choose from on the page. */
  async expectOffered(...names: string[]): Promise<void> {
    const all = names.length > 1 ? ['All systems'] : [];
    await expect(this.control.options).toHaveText([...all, ...names]);
  }

  /** Opens the empty form. */
  async openForm(): Promise<ConnectionForm> {
    await this.dialog.getByRole('button', { name: say.connectionForm.add }).click();
    return this.adding;
  }

  /** Opens the dialog and in it the empty form. */
  async openToAdd(): Promise<ConnectionForm> {
    await this.open();
    return this.openForm();
  }

  /** Opens the dialog and in it the form with a copy of this connection. */
  async openToCopy(name: string): Promise<ConnectionForm> {
    await this.open();
    await this.does('Duplicate', name).click();
    return this.adding;
  }

  /** Hands over a file with connections. */
  async choose(name: string, config: unknown): Promise<void> {
    const [chooser] = await Promise.all([
      this.page.waitForEvent('filechooser'),
      this.dialog.getByRole('button', { name: say.manages.import }).click(),
    ]);
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    await chooser.setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
    await expect(this.importing).toBeVisible();
  }

  async add(name: string, baseAddress: string, system = 'Scoped Token API'): Promise<void> {
    await this.openForm();
    await this.adding.name.fill(name);
    await this.adding.system.selectOption(system);
    await this.adding.base.fill(baseAddress);
    await this.adding.save.click();
    await expect(this.adding.dialog).toBeHidden();
  }
}
