//! Acting on many tokens as a test sees it: the dry run, the run, its outcome.

import { expect, type Locator, type Page } from '@playwright/test';
import { Desk } from './desk.ts';
import type { UnderWay } from './proxy.ts';
import type { DevServer, Token } from './server.ts';
import { say } from './texts.ts';
import type { Wire } from './wire.ts';

/** What can be done. */
export type Aim = keyof typeof say.aimName;

/** So many requests of a run are under way at once on the page's own origin. */
export const AT_ONCE = 5;

/** The dialogs. */
export class Bulk {
  readonly page: Page;
  readonly desk: Pick<Desk, 'rows' | 'selectAll' | 'ofSelection' | 'selection'>;

  constructor(desk: Pick<Desk, 'rows' | 'selectAll' | 'ofSelection' | 'selection' | 'page'>) {
    this.page = desk.page;
    this.desk = desk;
  }

  /** The dry run. */
  plan(aim: Aim): Locator {
    return this.page.getByRole('dialog', { name: say.aimTitle[aim], exact: true });
  }

  /** The run, under way or ended. */
  get run(): Locator {
    const [doing, done] = [Object.values(say.aimDoing).join('|'), Object.values(say.aimDone).join('|')];
    return this.page.getByRole('dialog', { name: new RegExp(`^((${doing}) ([a-z]+ )*[\\d,]+ tokens?$|(${done}) [\\d,]+ )`) });
  }

  /** Its name: what it does, and in the end what it did. */
  get heading(): Locator {
    return this.run.getByRole('heading');
  }

  /** The line on the page that leads to it. */
  get line(): Locator {
    return this.page.locator('.bulk-at-work');
  }

  /** The line of a token. */
  of(aim: Aim, name: string): Locator {
    const lines = this.plan(aim).getByRole('list', { name: say.dryRun.tokens }).getByRole('listitem');
    return lines.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** How many of which system come to what. */
  groups(aim: Aim): Locator {
    return this.plan(aim).getByRole('list', { name: say.dryRun.groups }).getByRole('listitem');
  }

  /** What did not go well. */
  get notGood(): Locator {
    return this.run.getByRole('list', { name: say.running.notGood }).getByRole('listitem');
  }

  /** Opens the dry run for what is selected. */
  async ask(aim: Aim): Promise<void> {
    await (await this.desk.ofSelection(say.aimName[aim])).click();
    await expect(this.plan(aim)).toBeVisible();
  }

  /** Opens it for all that are shown. */
  async askAll(aim: Aim): Promise<void> {
    if (await this.desk.selectAll.isVisible()) {
      await this.desk.selectAll.check();
    } else {
      // Cards have no head.
      await this.desk.rows.first().getByRole('checkbox').check();
      const all = await this.desk.ofSelection(/^Select (all )?[\d,]+ (shown|loaded)$/);
      if (await all.isVisible()) await all.click();
    }
    await this.ask(aim);
  }

  /** Agrees to the dry run. */
  async begin(aim: Aim): Promise<void> {
    const confirm = this.plan(aim).getByRole('textbox', { name: /^To confirm/ });
    if (await confirm.isVisible()) {
      const asked = (await this.plan(aim).locator('.bulk-confirm').textContent()) ?? '';
      await confirm.fill(/(\d[\d,]*)\s*$/.exec(asked)?.[1] ?? '');
    }
    await this.plan(aim).getByRole('button', { name: /^(Disable|Enable|Extend|Revoke|Delete)( and [a-z]+)* [\d,]+ tokens?$/ }).click();
    await expect(this.run).toBeVisible();
  }

  /** A button of the run. */
  button(name: string): Locator {
    return this.run.getByRole('button', { name, exact: true });
  }

  /** Waits for the end, and for what is said of it. */
  async ends(said: string | RegExp, timeout = 60_000): Promise<void> {
    await expect(this.button(say.running.close)).toBeVisible({ timeout });
    await expect(this.heading).toHaveText(said);
  }
}

/** Makes tokens past the page: `name 01`, `name 02`, … */
export async function many(server: DevServer, n: number, name = 'token'): Promise<Token[]> {
  const made: Token[] = [];
  for (let number = 1; number <= n; number += 1) {
    made.push(await server.add({ name: `${name} ${String(number).padStart(2, '0')}` }));
  }
  return made;
}

/** As what a path counts that revokes a token: the system's name stands first in it. */
export const revokesOf = (path: string): string | undefined => (path.endsWith('/revoke') ? path.split('/')[1] : undefined);

/** Two systems on one origin. */
interface Shared {
  /** It answers. */
  swift: DevServer;
  /** It swallows requests for a while. */
  silent: DevServer;
  /** What leads to that one. */
  wire: Wire;
  /** What is counted by [`revokesOf`]. */
  underWay: UnderWay;
  /** A path of the silent one that is read. */
  read: string;
}

/** Revokes all tokens of both: the silent one has two requests under way at most, and holds up neither the other nor what is
 * read. */
export async function holdsUpNoOther(page: Page, url: string, { swift, silent, wire, underWay, read }: Shared): Promise<void> {
  await many(swift, 20, 'swift');
  await many(silent, 10, 'silent');
  const revoked = async (server: DevServer) =>
    (await server.tokens()).filter((it) => !it.is_active && it.revoked_at !== null).length;
  const letGo = wire.hold({ what: /^POST .*\/revoke$/, times: 2, when: 'before' });
  await page.goto(url);
  const desk = new Desk(page, url);
  await expect(desk.status).toContainText('30 of 30 tokens');
  const bulk = new Bulk(desk);
  await bulk.askAll('revoke');
  await expect(bulk.groups('revoke')).toHaveText(['Swift · revoke: 20', 'Silent · revoke: 10']);
  await bulk.begin('revoke');
  await expect.poll(() => revoked(swift), { timeout: 25_000 }).toBe(20);
  // By then the other one has answered nothing.
  expect(await revoked(silent)).toBe(0);
  const { now, most } = underWay;
  expect([now['silent'], most['silent']]).toEqual([2, 2]);
  expect(most['all']).toBeLessThanOrEqual(5);
  // A read goes through at once.
  const before = Date.now();
  await page.evaluate(async (read) => (await fetch(read)).text(), read);
  expect(Date.now() - before).toBeLessThan(3_000);
  letGo();
  await bulk.ends('Revoked 30 of 30 tokens');
  expect([await revoked(swift), await revoked(silent)]).toEqual([20, 10]);
  await bulk.button(say.running.close).click();
}

/** Says how many bytes the browser keeps for the page; `undefined`: as many as it likes. */
export async function room(page: Page, bytes: number | undefined): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await browser.send('Storage.overrideQuotaForOrigin', bytes === undefined ? { origin } : { origin, quotaSize: bytes });
}

/** Collects what screen readers hear. Called before the page opens. */
export async function hearing(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { tokendeckTestHeard: heard });
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const added of change.addedNodes) {
          const place = added instanceof Element ? added : added.parentElement;
          const text = added.textContent?.trim() ?? '';
          if (text !== '' && place?.closest('[aria-live=polite],[aria-live=assertive],[role=status],[role=alert]')) heard.push(text);
        }
      }
    }).observe(document, { subtree: true, childList: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { tokendeckTestHeard: string[] }).tokendeckTestHeard);
}
