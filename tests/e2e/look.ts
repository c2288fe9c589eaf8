//! How a page is looked at: by axe, by its measures, by where the focus is.

import { expect, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';
import { still } from './measure.ts';
import { say } from './texts.ts';

/** The rules that axe does not ask for by itself: the size of targets, and that a name has in it what is read. */
const RULES = { 'target-size': { enabled: true }, 'label-content-name-mismatch': { enabled: true } };

/** The rules whose answer depends on colours. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe is asked. */
interface Asked {
  /** Selectors of what is looked at; all of the page where there are none. */
  within?: string[];
  /** Only what another colour scheme can change. */
  coloursOnly?: boolean;
}

/** What axe finds wrong, one line each. */
export async function violations(page: Page, { within, coloursOnly = false }: Asked = {}): Promise<string[]> {
  // Half a megabyte of script: once for each document.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  // Not all about what is in order: that took half of the time.
  const options: axe.RunOptions = { resultTypes: ['violations'], ...(coloursOnly ? { runOnly: OF_COLOURS } : { rules: RULES }) };
  const found = await page.evaluate(
    ([within, options]) => axe.run(within ? { include: within } : document, options),
    [within, options] as const,
  );
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} (${node.failureSummary})`));
}

/** Expects nothing of axe's to be wrong in the light, and nothing of the colours in the dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await violations(page), 'in the light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page, { coloursOnly: true }), 'in the dark').toEqual([]);
}

/** Expects nothing to stick out at the sides. Only a table of data may scroll sideways where it is told to (WCAG 1.4.10). */
export async function expectFits(page: Page, what: string, { dataTablesMayScroll = false } = {}): Promise<void> {
  // The table takes its measures from a new width only when the browser draws next.
  await still(page);
  const sizes = await page.evaluate(() => {
    const root = document.documentElement;
    const scrolls = (it: Element) =>
      it.scrollWidth > it.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(it).overflowX);
    const scrolling = [...document.querySelectorAll('*')].filter(scrolls);
    const named = (holdsTable: boolean) => {
      const those = scrolling.filter((it) => (it.querySelector('table') !== null) === holdsTable);
      return those.map((it) => `${it.tagName}.${it.className}`);
    };
    const wide = Math.max(root.scrollWidth, document.body.scrollWidth);
    return { wide, window: root.clientWidth, tables: named(true), others: named(false) };
  });
  expect(sizes.wide, what).toBeLessThanOrEqual(sizes.window);
  expect(sizes.others, what).toEqual([]);
  if (!dataTablesMayScroll) expect(sizes.tables, what).toEqual([]);
}

/** Whether the focus is inside an element. */
export function holdsFocus(it: Locator): Promise<boolean> {
  return it.evaluate((element) => element.contains(document.activeElement));
}

/** Presses Tab until an element has the focus. */
export async function tabTo(page: Page, wanted: Locator, limit = 60): Promise<void> {
  for (let times = 0; times < limit; times += 1) {
    if (await wanted.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${wanted}`);
}

/** Presses a key that scrolls a box, and waits for the end: Chromium swallows a key that comes within a scroll's last step. */
export async function scrollWith(page: Page, box: Locator, key: string): Promise<void> {
  const ended = await box.evaluateHandle((it) => ({
    scroll: new Promise((done) => it.addEventListener('scrollend', done, { once: true })),
  }));
  await box.focus();
  await page.keyboard.press(key);
  await ended.evaluate((it) => it.scroll.then(() => undefined));
}

/** Presses an arrow until a control of the table has the focus. */
export async function arrowTo(page: Page, key: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight', target: Locator): Promise<void> {
  for (let times = 0; times < 20; times += 1) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
}

const HEARD = 'tokendeckTestHeard';

/** Notes what a screen reader would read out: what comes into a live region that is not switched off, and is not inert. */
export async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript((key) => {
    const heard: string[] = [];
    Object.assign(globalThis, { [key]: heard });
    const region = (node: Node) => {
      const element = node instanceof Element ? node : node.parentElement;
      return element?.closest('[aria-live=polite], [aria-live=assertive], [role=alert], [role=status]:not([aria-live=off])');
    };
    const isReachable = (it: Element) => {
      const dialogs = [...document.querySelectorAll('dialog:modal')];
      return dialogs.length === 0 || dialogs.some((dialog) => dialog.contains(it));
    };
    new MutationObserver((changes) => {
      // What comes into a region at once is read out as one.
      const said = new Map<Element, string>();
      for (const { target, addedNodes } of changes) {
        for (const node of addedNodes) {
          const found = region(node) ?? region(target);
          if (found && isReachable(found)) said.set(found, (said.get(found) ?? '') + (node.textContent ?? ''));
        }
      }
      heard.push(...[...said.values()].map((it) => it.trim()).filter((it) => it !== ''));
    }).observe(document, { subtree: true, childList: true });
  }, HEARD);
  return () => page.evaluate((key) => [...(globalThis as unknown as Record<string, string[]>)[key]!], HEARD);
}

/** What the page's foot says of a module with this hash; what opens the list of the keys may stand before it. */
export const footOf = (hash?: string) => new RegExp(`^(${say.shortcutList.title})?tokendeck \\d+\\.\\d+\\.\\d+ · ${hash}$`);

/** How often something was heard. */
export const times = (heard: string[], text: string | RegExp) =>
  heard.filter((it) => (typeof text === 'string' ? it.includes(text) : text.test(it))).length;
