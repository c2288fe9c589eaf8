//! A guided rotation as a test goes through it.

import { expect, type Locator, type Page } from '@playwright/test';
import { detailsOf, type Desk } from './desk.ts';
import { SecretDialog } from './systems.ts';
import { say } from './texts.ts';

/** The dialogs of a rotation, over a page. */
export class Rotating {
  readonly page: Page;
  /** The form for a successor. */
  readonly form: Locator;
  readonly name: Locator;
  readonly create: Locator;
  /** How a rotation stands. */
  readonly dialog: Locator;
  /** The rotations that are not over. */
  readonly list: Locator;
  readonly secret: SecretDialog;
  /** The line of the page that leads to them. */
  readonly line: Locator;
  /** What the details of a token say of its rotation. */
  readonly mark: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('dialog', { name: 'Rotate token' });
    this.name = this.form.getByRole('textbox', { name: 'Name', exact: true });
    this.create = this.form.getByRole('button', { name: 'Create successor' });
    this.dialog = page.getByRole('dialog', { name: 'Rotation', exact: true });
    this.list = page.getByRole('dialog', { name: 'Rotations', exact: true });
    this.secret = new SecretDialog(page);
    this.line = page.locator('.rotations-line');
    this.mark = page.locator('.details').getByRole('region', { name: say.rotations.title });
  }

  /** Asks for the rotation of a token, from its details. */
  async begin<C extends string>(desk: Desk<C>, name: string, first?: Locator): Promise<void> {
    await (first ?? desk.table).getByRole('link', { name, exact: true }).first().click();
    await detailsOf(this.page, name).getByRole('button', { name: 'Rotate', exact: true }).click();
  }

  /** A button of the dialog. */
  button(name: string | RegExp): Locator {
    return this.dialog.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  }

  /** Answers the question that ends a token. */
  async confirm(what: 'Disable' | 'Revoke' | 'Delete'): Promise<void> {
    const question = this.page.getByRole('alertdialog', { name: new RegExp(`^${what} [^]*\\?$`) });
    await question.getByRole('button', { name: what, exact: true }).click();
    await expect(question).toBeHidden();
  }

  /** Unfolds the commands that take the secret. */
  async showCommands(): Promise<void> {
    await this.secret.dialog.getByRole('button', { name: say.secretDialog.commands }).press('Enter');
    await expect(this.secret.dialog.getByRole('textbox', { name: say.handOver.key })).toBeVisible();
  }

  /** Closes the details, which lie over the page where it is not wide. */
  async leaveDetails(): Promise<void> {
    const close = this.page.getByRole('button', { name: say.details.close });
    if (await close.isVisible()) await close.click();
    await expect(close).toBeHidden();
  }

  /** Opens the one rotation of the list. */
  async openOnly(): Promise<void> {
    await this.leaveDetails();
    await this.line.getByRole('button', { name: 'Rotations' }).click();
    await this.list.getByRole('button', { name: /^Open/ }).click();
    await expect(this.dialog).toBeVisible();
  }
}

/** All that the browser keeps for the page: of its databases too. */
export async function browserKeeps(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name } of await indexedDB.databases()) {
      const open = indexedDB.open(name ?? '');
      const database = await new Promise<IDBDatabase>((ready, failed) => {
        open.onsuccess = () => ready(open.result);
        open.onerror = () => failed(open.error);
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store).getAll();
        kept.push(await new Promise((ready) => (all.onsuccess = () => ready(all.result))));
      }
      database.close();
    }
    return JSON.stringify(kept);
  });
}
