//! The choice of the system as a test sees it: tabs where they fit, else a list.

import { expect, type Locator, type Page } from '@playwright/test';
import { say } from './texts.ts';

/** What the page's head has to choose from. */
export class Switcher {
  readonly tabs: Locator;
  readonly list: Locator;
  /** The names to choose from, all systems first. */
  readonly options: Locator;
  /** The name that is chosen. */
  readonly chosen: Locator;

  constructor(page: Page) {
    this.tabs = page.getByRole('navigation', { name: say.choice.systems });
    this.list = page.getByRole('combobox', { name: say.choice.system, exact: true });
    // Both hold the same, and one of them is seen.
    this.options = page.locator('.switcher option');
    this.chosen = page.locator('.switcher option:checked');
  }

  /** The tab of a system. */
  tab(name: string): Locator {
    return this.tabs.getByRole('link').filter({ has: this.tabs.page().getByText(name, { exact: true }) });
  }

  /** Shows a system, or all of them. */
  async show(name: string): Promise<void> {
    const tab = this.tab(name);
    await expect(tab.or(this.list)).toBeVisible();
    if (await tab.isVisible()) await tab.click();
    else await this.list.selectOption(name);
  }
}
