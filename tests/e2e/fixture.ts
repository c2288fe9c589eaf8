//! What every test gets: a dev server of its own, the page as an object, and a watch that fails it on any error that it
//! did not expect.

import { test as base, type BrowserContext, type ConsoleMessage, type Page } from '@playwright/test';
import { Desk } from './desk.ts';
import { DevServer, type ServerOptions } from './server.ts';

export { expect } from '@playwright/test';

/** Listens to everything that a browser reports; what no test expected fails it. */
export class Watch {
  #seen: string[] = [];
  #expected: RegExp[] = [];
  #allowed: RegExp[] = [];

  /** Listens to the pages of a context. */
  async add(context: BrowserContext): Promise<void> {
    context.on('console', (message) => this.#heard(message));
    context.on('weberror', (error) => this.#seen.push(`page error: ${error.error().stack ?? error.error()}`));
    await context.exposeBinding('tokendeckTestViolation', (_, text: string) => this.#seen.push(text));
    await context.addInitScript(() => {
      const report = (globalThis as unknown as { tokendeckTestViolation(text: string): void }).tokendeckTestViolation;
      document.addEventListener('securitypolicyviolation', (event) => {
        report(`policy violation: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
  }

  #heard(message: ConsoleMessage): void {
    // Warnings are the browser's advice, such as that it does not use the integrity of a preload yet.
    if (message.type() !== 'error') return;
    this.#seen.push(`console error: ${message.text()} (${message.location().url})`);
  }

  /** Says that reports like these must come; a test to which they do not come fails too. */
  expects(...reports: RegExp[]): void {
    this.#expected.push(...reports);
  }

  /** Says that reports like these may come beside those that are expected. */
  allows(...reports: RegExp[]): void {
    this.#allowed.push(...reports);
  }

  /** Whether a report like this has come. */
  has(report: RegExp): boolean {
    return this.#seen.some((it) => report.test(it));
  }

  /** Fails on what was not expected, and on what was and did not come. */
  check(): void {
    const known = [...this.#expected, ...this.#allowed];
    const surprises = this.#seen.filter((it) => !known.some((report) => report.test(it)));
    const missing = this.#expected.filter((it) => !this.has(it)).map((it) => `expected, but not seen: ${it}`);
    const problems = [...surprises, ...missing];
    if (problems.length > 0) throw new Error(`The browser reported:\n${problems.join('\n')}`);
  }
}

/** A server that runs for a test. */
interface Ending {
  stop(): Promise<void>;
}

/** Ends a server with the test, once what the browser reports was looked at: requests that are under way fail then. */
export type Keep = <S extends Ending>(starting: S | Promise<S>) => Promise<S>;

interface Fixtures {
  /** How the test's server is started. */
  serve: ServerOptions;
  /** The server that the page comes from. */
  server: DevServer;
  keep: Keep;
  /** Starts another server, which is ended with the test. */
  launch: (options?: ServerOptions) => Promise<DevServer>;
  /** The page under test, not opened yet. */
  desk: Desk;
  /** What the browser reports. */
  watch: Watch;
}

export const test = base.extend<Fixtures>({
  serve: [{}, { option: true }],

  keep: async ({}, use) => {
    const running: Ending[] = [];
    await use(async (starting) => {
      const server = await starting;
      running.push(server);
      return server;
    });
    await Promise.all(running.map((it) => it.stop()));
  },

  launch: async ({ keep }, use) => use((options) => keep(DevServer.start(options))),

  server: async ({ launch, serve }, use) => use(await launch(serve)),

  watch: [
    // It rests on `keep`, so that it has looked before the servers end and what is under way fails.
    async ({ context, keep }, use) => {
      void keep;
      const watch = new Watch();
      await watch.add(context);
      await use(watch);
      watch.check();
    },
    { auto: true },
  ],

  desk: async ({ page, server }, use) => use(new Desk(page, server.url)),
});

/** Makes time run faster in the pages of a context: their clock and their timers alike, from the moment they open. */
export async function hurry(context: BrowserContext, factor: number): Promise<void> {
  await context.addInitScript((factor) => {
    const [now, later] = [Date.now.bind(Date), setTimeout.bind(globalThis)];
    const start = now();
    Date.now = () => start + Math.round((now() - start) * factor);
    globalThis.setTimeout = ((run: () => void, after = 0) => later(run, after / factor)) as typeof setTimeout;
  }, factor);
}

/** Keeps requests of a page back from now on, until they are let go: they are under way for as long as the test needs it. */
export async function held(page: Page, method: string, address: RegExp): Promise<() => void> {
  let letGo = () => {};
  const free = new Promise<void>((done) => (letGo = done));
  await page.route(address, async (route) => {
    if (route.request().method() === method) await free;
    await route.fallback();
  });
  return letGo;
}

/** Lets a test move the clock of a page; its timers go on as they are. Called before the page opens. */
export async function moveableClock(page: Page): Promise<{ forward(minutes: number): Promise<void> }> {
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    const moved = { minutes: 0 };
    Object.assign(globalThis, { tokendeckTestClock: moved });
    Date.now = () => now() + moved.minutes * 60_000;
  });
  const forward = (minutes: number) =>
    page.evaluate((minutes) => {
      const { tokendeckTestClock: moved } = globalThis as unknown as { tokendeckTestClock: { minutes: number } };
      moved.minutes += minutes;
    }, minutes);
  return { forward };
}

/** Lets a test move the time of a page by some seconds: it is waited until the page waits for a moment on that way, more than six
 * seconds ahead, and what waits for one that is over then comes at once. Called before the page opens. */
export async function moveableTime(page: Page): Promise<{ forward(seconds: number): Promise<void> }> {
  await page.addInitScript(() => {
    const now = Date.now.bind(Date);
    const later = setTimeout.bind(globalThis) as unknown as (run: () => void, after: number) => number;
    const never = clearTimeout.bind(globalThis) as unknown as (id: number) => void;
    const waiting = new Map<number, { due: number; run: () => void }>();
    let moved = 0;
    const set = (run: () => void, after = 0) => {
      const id = later(() => {
        waiting.delete(id);
        run();
      }, after);
      waiting.set(id, { due: Date.now() + after, run });
      return id;
    };
    const clear = (id: number) => {
      waiting.delete(id);
      never(id);
    };
    const forward = (millis: number) => {
      moved += millis;
      // One that runs may call off another.
      for (const [id, { run }] of [...waiting].filter(([, it]) => it.due <= Date.now())) {
        if (!waiting.delete(id)) continue;
        never(id);
        run();
      }
    };
    Date.now = () => now() + moved;
    const waits = (millis: number) => [...waiting.values()].some(({ due }) => due > Date.now() + 6_000 && due <= Date.now() + millis);
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear, tokendeckTestTime: { forward, waits } });
  });
  type Time = { tokendeckTestTime: { forward(millis: number): void; waits(millis: number): boolean } };
  const forward = async (seconds: number) => {
    const millis = seconds * 1000;
    await page.waitForFunction((millis) => (globalThis as unknown as Time).tokendeckTestTime.waits(millis), millis);
    await page.evaluate((millis) => (globalThis as unknown as Time).tokendeckTestTime.forward(millis), millis);
  };
  return { forward };
}
