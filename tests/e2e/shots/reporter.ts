//! Says how the pictures come along, which screens could not be reached, and writes the index of all pictures.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullResult, Reporter, TestCase, TestError, TestResult } from '@playwright/test/reporter';
import { FOLDER, IS_WHOLE_RUN } from './asked.ts';
import { SCREENS } from './screens.ts';

/** A line of progress comes after so many windows. */
const PROGRESS_EVERY = 50;

export default class ShotsReporter implements Reporter {
  readonly #begin = Date.now();
  readonly #unreached = new Map<string, string[]>();
  #done = 0;

  onBegin(): void {
    if (IS_WHOLE_RUN) rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
  }

  onError(error: TestError): void {
    console.error(error.message ?? error.value);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const [width = '', screen = ''] = test.titlePath().reverse();
    this.#done += 1;
    if (result.status !== 'passed') {
      this.#unreached.set(screen, [...(this.#unreached.get(screen) ?? []), width]);
      const why = (result.error?.message ?? result.status).replaceAll(/\u001b\[\d+m/g, '');
      console.error(`${screen} at ${width} could not be reached: ${why}`);
    }
    if (this.#done % PROGRESS_EVERY === 0) console.error(`  ${this.#done} windows so far, ${this.#seconds()}`);
  }

  onEnd(result: FullResult): void {
    const shown = SCREENS.map((screen) => ({ screen, pictures: pictures(screen.name) })).filter((it) => it.pictures.length > 0);
    const index = join(FOLDER, 'index.html');
    writeFileSync(index, sheet(shown));
    const count = shown.reduce((sum, it) => sum + it.pictures.length, 0);
    for (const [screen, widths] of this.#unreached) console.error(`not reached: ${screen} at ${widths.join(', ')}`);
    if (result.status === 'passed') {
      console.log(`${this.#done} windows in ${this.#seconds()}; ${count} pictures of ${shown.length} screens in ${index}`);
    }
  }

  printsToStdio(): boolean {
    return true;
  }

  #seconds(): string {
    const seconds = Math.round((Date.now() - this.#begin) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
  }
}

/** A screen with the names of its pictures. */
interface Shown {
  screen: (typeof SCREENS)[number];
  pictures: string[];
}

/** The pictures of a screen that are in the folder: light ones first, narrow ones first. */
function pictures(screen: string): string[] {
  const key = (name: string): [number, number] => [name.includes('dark') ? 1 : 0, Number.parseInt(name, 10)];
  try {
    return readdirSync(join(FOLDER, screen)).sort((one, other) => {
      const [[dark, width], [otherDark, otherWidth]] = [key(one), key(other)];
      return dark - otherDark || width - otherWidth;
    });
  } catch {
    return [];
  }
}

/** Contact sheets: a section a screen, a row a scheme; each picture leads to itself. */
function sheet(shown: Shown[]): string {
  const groups = [...new Set(shown.map((it) => it.screen.group))];
  const figure = (screen: string, file: string) =>
    `<a href="${screen}/${file}"><img loading="lazy" alt="" src="${screen}/${file}"><span>${file.replace('.png', '').replace('-', ' ')}</span></a>`;
  const row = (screen: string, files: string[]) =>
    files.length === 0 ? '' : `<div>${files.map((it) => figure(screen, it)).join('')}</div>`;
  const section = ({ screen, pictures }: Shown) =>
    `<section id="${screen.name}"><h3>${screen.name} <small>${escaped(screen.shows)}</small></h3>` +
    row(screen.name, pictures.filter((it) => it.includes('light'))) +
    row(screen.name, pictures.filter((it) => it.includes('dark'))) +
    '</section>';
  const inGroup = (group: string) => shown.filter((it) => it.screen.group === group);
  const links = (group: string) =>
    `<p><b>${group}</b> ${inGroup(group).map((it) => `<a href="#${it.screen.name}">${it.screen.name}</a>`).join(' ')}</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>tokendeck, every screen</title><style>
body { margin: 1rem; background: #777; color: #fff; font: 14px/1.4 system-ui, sans-serif; }
a { color: inherit; }
small { font-weight: 400; opacity: 0.85; }
section div { display: flex; gap: 12px; align-items: start; margin-bottom: 12px; overflow-x: auto; }
section a { flex: none; text-decoration: none; }
section img { display: block; max-width: 900px; height: 320px; object-fit: contain; object-position: top left; }
</style><h1>tokendeck, every screen</h1>${groups.map(links).join('')}
${groups.map((group) => `<h2>${group}</h2>${inGroup(group).map(section).join('\n')}`).join('\n')}</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
