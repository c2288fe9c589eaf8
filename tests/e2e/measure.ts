//! What of a page measures wrong: text that is cut, things that lie over each other or out of reach, targets too small to hit,
//! text too faint to read, rows out of place. Each is a line that says what and where, so that a failure is read without a
//! picture.

import type { Page } from '@playwright/test';

/** What is measured. */
export type Measure =
  /** Text that is cut, or out of the window; boxes that scroll sideways. */
  | 'cut'
  /** Texts and controls that intersect. */
  | 'over'
  /** Controls that something lies on, or that cannot be scrolled to. */
  | 'covered'
  /** Targets under 24 by 24 pixels that are not spaced (WCAG 2.5.8). */
  | 'small'
  /** Text under 4.5:1, large text and edges of fields under 3:1, text of what is disabled under 3:1. */
  | 'faint'
  /** Rows of the table that do not begin where the one before ends. */
  | 'rows';

const ALL: Measure[] = ['cut', 'over', 'covered', 'small', 'faint', 'rows'];

/** What measures wrong of the page, or of the topmost modal dialog, as it is shown now. */
export async function measured(page: Page, ...what: Measure[]): Promise<string[]> {
  await still(page);
  return alike(await page.evaluate(measure, what.length > 0 ? what : ALL));
}

/** Of lines that differ in what is quoted alone, such as those of rows, the first, and how many more there are. */
function alike(lines: string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const line of lines) groups.set(kindOf(line), [...(groups.get(kindOf(line)) ?? []), line]);
  return [...groups.values()].map(([first = '', ...more]) => (more.length > 0 ? `${first}, and ${more.length} like it` : first));
}

/** A line without what it quotes. */
export function kindOf(line: string): string {
  return line.replace(/“[^”]*”/g, '“”').replace(/, and \d+ like it$/, '');
}

/** Waits until nothing has moved for some frames. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const places = () =>
      [...document.querySelectorAll('dialog, aside, [role=row], [role=row] > *')]
        .map((it) => it.getBoundingClientRect())
        .map(({ x, y, width, height }) => [x, y, width, height].join())
        .concat(String(document.documentElement.scrollHeight))
        .join(' ');
    let [before, nSame] = ['', 0];
    for (let frame = 0; frame < 120 && nSame < 3; frame += 1) {
      await new Promise((drawn) => requestAnimationFrame(drawn));
      const now = places();
      nSame = now === before ? nSame + 1 : 0;
      before = now;
    }
  });
}

/** Spaces all text as widely as WCAG 1.4.12 has it, until what comes back is called. */
export async function spaceText(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }' +
        'p { margin-bottom: 2em !important; }',
    );
    document.adoptedStyleSheets.push(sheet);
  });
  return () => page.evaluate(() => void document.adoptedStyleSheets.pop());
}

/** Scrolls the list to its middle, or back to its beginning: the table's box, or the page where that scrolls. */
export async function scrollList(page: Page, share: 0 | 0.5): Promise<void> {
  await page.evaluate((share) => {
    const box = document.querySelector('[role=grid]')?.closest('[role=region]') ?? document.body;
    const scrolls = box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY);
    const scroller = scrolls ? box : document.scrollingElement;
    if (scroller) scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * share;
  }, share);
}

/** Runs in the page. */
function measure(what: Measure[]): string[] {
  interface Box {
    left: number;
    top: number;
    right: number;
    bottom: number;
  }
  interface Text {
    /** The element that it stands in. */
    at: Element;
    text: string;
    lines: Box[];
  }
  type Rgba = [number, number, number, number];

  const found = new Set<string>();
  const styles = new Map<Element, CSSStyleDeclaration>();
  const style = (it: Element): CSSStyleDeclaration => {
    const known = styles.get(it) ?? getComputedStyle(it);
    styles.set(it, known);
    return known;
  };
  /** An element and those around it, from the inside. */
  const around = (it: Element): Element[] => (it.parentElement ? [it, ...around(it.parentElement)] : [it]);
  const [width, height] = [document.documentElement.clientWidth, window.innerHeight];
  // What is not in the topmost modal dialog is out of reach on purpose.
  const root = [...document.querySelectorAll('dialog:modal')].at(-1) ?? document.body;

  // How things are called -------------------------------------------------------------------------------------------------
  const short = (text: string) => {
    const one = text.replace(/\s+/g, ' ').trim();
    return one.length > 50 ? `${one.slice(0, 49)}…` : one;
  };
  /** By the element around it that says where it is, and by its own. */
  const placed = (it: Element): string => {
    const one = (it: Element) => it.tagName.toLowerCase() + [...it.classList].map((name) => `.${name}`).join('');
    const context = it.parentElement?.closest('[role=row], li, fieldset, form, dialog, aside, header, main');
    return `${context ? `${one(context)} ` : ''}${one(it)}`;
  };
  const called = (it: Element): string => {
    const label = it instanceof HTMLInputElement || it instanceof HTMLSelectElement || it instanceof HTMLTextAreaElement ? it.labels?.[0] : it;
    return `${placed(it)} “${short(it.getAttribute('aria-label') ?? label?.textContent ?? '')}”`;
  };

  // What is seen ----------------------------------------------------------------------------------------------------------
  const heard = new Map<Element, boolean>();
  /** Whether an element is only there to be heard, or in one that is. */
  const isOnlyHeard = (it: Element): boolean => {
    const known = heard.get(it);
    if (known !== undefined) return known;
    const { clipPath, fontSize } = style(it);
    const is = clipPath.startsWith('inset(50%') || fontSize === '0px' || (it.parentElement !== null && isOnlyHeard(it.parentElement));
    heard.set(it, is);
    return is;
  };
  const isSeen = (it: Element) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !isOnlyHeard(it);
  const boxOf = (it: Element): Box => {
    const { left, top, right, bottom } = it.getBoundingClientRect();
    return { left, top, right, bottom };
  };
  /** The box inside an element's borders: where what it holds is clipped. */
  const inside = (it: Element): Box => {
    const { left, top } = it.getBoundingClientRect();
    const [x, y] = [left + it.clientLeft, top + it.clientTop];
    return { left: x, top: y, right: x + it.clientWidth, bottom: y + it.clientHeight };
  };
  const isEmpty = (it: Box) => it.right - it.left <= 0 || it.bottom - it.top <= 0;
  /** What of a box is left by these elements, which clip or scroll what they hold. */
  const shownOf = (box: Box, within: Element[]): Box => {
    let left = box;
    for (const it of within) {
      const { overflowX, overflowY } = style(it);
      if (it === document.body || it === document.documentElement) break;
      const clip = inside(it);
      if (overflowX !== 'visible') left = { ...left, left: Math.max(left.left, clip.left), right: Math.min(left.right, clip.right) };
      if (overflowY !== 'visible') left = { ...left, top: Math.max(left.top, clip.top), bottom: Math.min(left.bottom, clip.bottom) };
    }
    return left;
  };

  const texts: Text[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.parentElement;
    const text = node.textContent ?? '';
    if (!at || text.trim() === '' || at.closest('option, script, style, noscript, textarea') || !isSeen(at)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const lines = [...range.getClientRects()].filter((it) => it.width > 0.5 && it.height > 0);
    texts.push({ at, text, lines: lines.map(({ left, top, right, bottom }) => ({ left, top, right, bottom })) });
  }

  /** What is meant to lie over the rest: a list that is open, a notice, a head that stays. */
  const layer = (it: Element): Element | null =>
    around(it).find((it) => {
      const { position, zIndex, top, bottom } = style(it);
      const isHead = position === 'sticky' && (top !== 'auto' || bottom !== 'auto');
      return isHead || position === 'fixed' || (position === 'absolute' && Number(zIndex) > 0);
    }) ?? null;

  const CONTROLS = 'button, a[href], input:not([type=hidden], [type=file]), select, textarea, summary, [role=button]';
  const controls = [...root.querySelectorAll(CONTROLS)].filter((it) => isSeen(it) && !isEmpty(boxOf(it)));

  // Cut -------------------------------------------------------------------------------------------------------------------
  /** Facts of a row that are shown whole or not at all; of the others the details, which its name leads to, tell the rest. */
  const WHOLE = '.cell-date, .cell-used, .cell-status, .cell-actions, .cell-guid, [role=columnheader]';
  const isTold = (it: Element): boolean => {
    const whole = (it.textContent ?? '').trim();
    const titled = it.closest('[title]')?.getAttribute('title') ?? '';
    const row = it.closest('[role=row]');
    // A title has all of it, or what at its end is as long as it is.
    const isTitled = titled !== '' && (titled.includes(whole) || whole.endsWith(titled));
    // The button below shows the rest, as the details have it of long names and descriptions.
    const rest = it.closest('.clamp')?.querySelector('button[aria-expanded=false]');
    const isOffered = rest?.checkVisibility() === true;
    return isTitled || isOffered || (row?.querySelector('a[href]') != null && it.closest(WHOLE) === null);
  };
  const isShortened = (it: Element) => {
    const { textOverflow, webkitLineClamp } = style(it);
    return textOverflow === 'ellipsis' || webkitLineClamp !== 'none';
  };
  const cut = () => {
    for (const { at, text, lines } of texts) {
      for (const line of lines) {
        let box = line;
        // Letters may reach over their line, not over its neighbour.
        const rim = (line.bottom - line.top) / 4;
        for (const it of around(at)) {
          if (it === document.body || isEmpty(box)) break;
          const { overflowX, overflowY } = style(it);
          const clip = inside(it);
          const isIn = (axis: string, sticksOut: boolean) => (axis === 'hidden' || axis === 'clip') && sticksOut;
          const sideways = isIn(overflowX, box.left < clip.left - 1 || box.right > clip.right + 1);
          const upright = isIn(overflowY, box.top < clip.top - rim || box.bottom > clip.bottom + rim);
          if (sideways || upright) {
            if (!isShortened(it) || !isTold(it)) found.add(`cut ${sideways ? 'at the side' : 'above or below'}: ${called(at)} in ${placed(it)}`);
            box = { left: 0, right: 0, top: 0, bottom: 0 };
            break;
          }
          if (/auto|scroll/.test(overflowX)) box = { ...box, left: Math.max(box.left, clip.left), right: Math.min(box.right, clip.right) };
          if (/auto|scroll/.test(overflowY)) box = { ...box, top: Math.max(box.top, clip.top), bottom: Math.min(box.bottom, clip.bottom) };
        }
        if (!isEmpty(box) && (box.left < -1 || box.right > width + 1)) found.add(`cut by the window: ${placed(at)} “${short(text)}”`);
      }
    }
    // A line of letters that are larger or further apart than usual scrolls in its field, and a button beside it copies it.
    const isUsual = (it: Element) => style(it).letterSpacing === 'normal' && style(document.documentElement).fontSize === '16px';
    for (const it of controls) {
      if (it instanceof HTMLSelectElement) {
        const pen = document.createElement('canvas').getContext('2d');
        const said = it.selectedOptions[0]?.text ?? '';
        if (!pen || said === '') continue;
        const { fontWeight, fontSize, fontFamily, letterSpacing, paddingLeft, paddingRight } = style(it);
        // Not `font`, which is empty where the figures are tabular: the pen would have letters of its own.
        pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
        pen.letterSpacing = letterSpacing === 'normal' ? '0px' : letterSpacing;
        const room = it.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
        // The names of systems are as long as they are: the open list has them whole.
        const whole = it.closest('header') ? said.slice(0, 12) : said;
        if (pen.measureText(whole).width > room + 1) found.add(`cut in its field: ${placed(it)} “${short(said)}”`);
      } else if (it instanceof HTMLInputElement && it.readOnly && isUsual(it) && it.scrollWidth > it.clientWidth + 1) {
        found.add(`cut in its field: ${called(it)} “${short(it.value)}”`);
      }
    }
    if (document.documentElement.scrollWidth > width + 1) found.add('the page scrolls sideways');
    for (const it of root.querySelectorAll('*')) {
      if (it.matches('pre, input, textarea') || it.scrollWidth <= it.clientWidth + 1 || !isSeen(it)) continue;
      if (/auto|scroll/.test(style(it).overflowX)) found.add(`scrolls sideways: ${placed(it)}`);
    }
  };

  // Over each other ---------------------------------------------------------------------------------------------------------
  const over = () => {
    const items: { box: Box; at: Element; what: string }[] = [];
    const add = (box: Box, at: Element, within: Element[], what: string) => {
      const left = shownOf(box, within);
      if (!isEmpty(left)) items.push({ box: left, at, what });
    };
    for (const it of controls) add(boxOf(it), it, around(it).slice(1), called(it));
    for (const { at, text, lines } of texts) {
      for (const { top, bottom, ...sides } of lines) {
        const rim = (bottom - top) / 6;
        add({ ...sides, top: top + rim, bottom: bottom - rim }, at, around(at), `${placed(at)} “${short(text)}”`);
      }
    }
    items.sort((one, other) => one.box.top - other.box.top);
    for (const [idx, one] of items.entries()) {
      for (const other of items.slice(idx + 1)) {
        if (other.box.top >= one.box.bottom - 1) break;
        const shared = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        if (shared <= 1 || Math.min(one.box.bottom, other.box.bottom) - other.box.top <= 1) continue;
        if (one.at.contains(other.at) || other.at.contains(one.at) || layer(one.at) !== layer(other.at)) continue;
        found.add(`over each other: ${one.what} and ${other.what}`);
      }
    }
  };

  // Covered -----------------------------------------------------------------------------------------------------------------
  const covered = () => {
    const scrolled = [...document.querySelectorAll('*')].filter((it) => it.scrollTop > 0 || it.scrollLeft > 0).map((it) => [it, it.scrollLeft, it.scrollTop] as const);
    // While a list is open, the rest waits until it is closed.
    const open = [...root.querySelectorAll('.popup')].find(isSeen);
    const rows = [...root.querySelectorAll('[role=row]')].slice(0, 4);
    for (const it of controls) {
      const row = it.closest('[role=row]');
      if ((row && !rows.includes(row)) || (open && !open.contains(it))) continue;
      it.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
      // Its first line, where it is a text of several.
      const { left, top, right, bottom } = it.getClientRects()[0] ?? it.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      if (left < -1 || right > width + 1 || top < -1 || bottom > Math.max(height, bottom - top) + 1) {
        found.add(`out of reach: ${called(it)}`);
        continue;
      }
      const hit = document.elementFromPoint(x, y);
      const isIt = hit !== null && (it.contains(hit) || it.closest('label')?.contains(hit));
      // It goes by itself or is sent away, and makes way for what has the focus.
      const isPassing = hit?.closest('.notice') != null;
      if (!isIt && !isPassing) found.add(`covered: ${called(it)} by ${hit ? placed(hit.closest('aside, dialog, .notice, .row') ?? hit) : 'what is outside'}`);
    }
    for (const it of document.querySelectorAll('*')) if (it.scrollTop > 0 || it.scrollLeft > 0) it.scrollTo(0, 0);
    for (const [it, left, top] of scrolled) it.scrollTo(left, top);
  };

  // Small -------------------------------------------------------------------------------------------------------------------
  const small = () => {
    const isInText = (it: Element) => style(it).display === 'inline' && (it.parentElement?.textContent ?? '').trim() !== (it.textContent ?? '').trim();
    // A row that is scrolled out of the table's box cannot be aimed at: something else stands there.
    const isScrolledAway = ({ it, y }: { it: Element; y: number }) => {
      const box = it.closest('.table-box');
      if (!box || style(box).overflowY === 'visible') return false;
      const { top, bottom } = box.getBoundingClientRect();
      return y < top || y > bottom;
    };
    const targets = controls.map((it) => {
      const label = it.matches('[type=checkbox], [type=radio]') ? it.closest('label') : null;
      const { left, top, right, bottom } = boxOf(label ?? it);
      const isSmall = right - left < 23.5 || bottom - top < 23.5;
      return { it, left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2, isSmall };
    }).filter((one) => !isScrolledAway(one));
    for (const one of targets.filter((one) => one.isSmall && !isInText(one.it))) {
      const near = targets.find((other) => {
        // What lies below an open list is not aimed at.
        if (other.it === one.it || layer(other.it) !== layer(one.it)) return false;
        if (other.isSmall) return Math.hypot(other.x - one.x, other.y - one.y) < 24;
        const dx = Math.max(other.left - one.x, 0, one.x - other.right);
        const dy = Math.max(other.top - one.y, 0, one.y - other.bottom);
        return Math.hypot(dx, dy) < 12;
      });
      if (near) found.add(`small: ${called(one.it)}, ${Math.round(one.right - one.left)} by ${Math.round(one.bottom - one.top)}, near ${called(near.it)}`);
    }
  };

  // Faint -------------------------------------------------------------------------------------------------------------------
  const rgba = (text: string): Rgba => {
    const [r = 0, g = 0, b = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
    return text.startsWith('color(') ? [r * 255, g * 255, b * 255, alpha] : [r, g, b, alpha];
  };
  const onto = ([r, g, b, alpha]: Rgba, [R, G, B]: Rgba): Rgba => [
    r * alpha + R * (1 - alpha),
    g * alpha + G * (1 - alpha),
    b * alpha + B * (1 - alpha),
    1,
  ];
  const opacity = (it: Element): number => around(it).reduce((all, it) => all * Number(style(it).opacity), 1);
  const faded = (colour: string, by: number): Rgba => {
    const [r, g, b, alpha] = rgba(colour);
    return [r, g, b, alpha * by];
  };
  /** What lies behind what stands in an element. */
  const behind = (it: Element): Rgba =>
    around(it)
      .reverse()
      .reduce<Rgba>((ground, it) => onto(faded(style(it).backgroundColor, opacity(it)), ground), [255, 255, 255, 1]);
  const light = (colour: Rgba) => {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((it) => (it / 255 <= 0.04045 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one: Rgba, other: Rgba): number => {
    const [a, b] = [light(one), light(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const faint = () => {
    const check = (what: string, colour: Rgba, ground: Rgba, least: number) => {
      const is = contrast(onto(colour, ground), ground);
      if (is < least - 0.005) found.add(`faint: ${what}, ${is.toFixed(2)} of ${least}`);
    };
    const leastOf = (it: Element) => {
      const [size, weight] = [parseFloat(style(it).fontSize), Number(style(it).fontWeight)];
      if (it.closest(':disabled, [aria-disabled=true]')) return 3;
      return size >= 24 || (size >= 18.66 && weight >= 700) ? 3 : 4.5;
    };
    for (const { at, text } of texts) {
      check(`${placed(at)} “${short(text)}”`, faded(style(at).color, opacity(at)), behind(at), leastOf(at));
    }
    for (const it of controls.filter((it) => it.matches('input:not([type=checkbox], [type=radio]), select, textarea'))) {
      check(`what stands in ${called(it)}`, faded(style(it).color, opacity(it)), behind(it), leastOf(it));
      const ahead = getComputedStyle(it, '::placeholder');
      if (it.getAttribute('placeholder')) check(`the placeholder of ${called(it)}`, faded(ahead.color, opacity(it) * Number(ahead.opacity)), behind(it), leastOf(it));
      const ground = it.parentElement ? behind(it.parentElement) : behind(it);
      if (!it.matches(':disabled')) check(`the edge of ${called(it)}`, faded(style(it).borderTopColor, opacity(it)), ground, 3);
    }
  };

  // Rows --------------------------------------------------------------------------------------------------------------------
  const rows = () => {
    const all = [...document.querySelectorAll('[role=grid] [role=row]:has([role=gridcell])')]
      .map((it) => ({ idx: Number(it.getAttribute('aria-rowindex')), ...boxOf(it) }))
      .sort((one, other) => one.idx - other.idx);
    for (const [idx, one] of all.entries()) {
      const next = all[idx + 1];
      if (next?.idx === one.idx + 1 && Math.abs(next.top - one.bottom) > 1) {
        found.add(`rows: ${next.idx} begins ${Math.round(next.top - one.bottom)} pixels from the end of ${one.idx}`);
      }
    }
  };

  const measures = { cut, over, covered, small, faint, rows };
  for (const it of what) measures[it]();
  return [...found];
}
