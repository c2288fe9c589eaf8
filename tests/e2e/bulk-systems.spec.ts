//! One run over the dev server's four systems: what is said of each before it, what happens to each, and faults at all of them
//! in the middle. What really happened the systems' database says, and how often it was asked for, the wire.

import { AT_ONCE, Bulk } from './bulk.ts';
import { expect, test as base } from './fixture.ts';
import { called, DELETED, DELETES, each, Four, NAMES, type Name } from './four.ts';
import { ACCOUNTS, FOUR, Inventory } from './inventory.ts';
import { expectAccessible, listen, times } from './look.ts';
import type { Fault } from './server.ts';
import { FAILED, only } from './systems.ts';
import { say } from './texts.ts';
import { Wire } from './wire.ts';

const test = base.extend<{ wire: Wire; four: Four; all: Inventory; bulk: Bulk }>({
  serve: { tokens: 0, config: only(...FOUR) },
  wire: async ({ keep, server }, use) => use(await keep(Wire.to(server))),
  four: async ({ server }, use) => use(new Four(server)),
  all: async ({ page, wire }, use) => use(new Inventory(page, wire.url)),
  bulk: async ({ all }, use) => use(new Bulk(all)),
});

/** Opens the page over all systems, with everything that they list. */
async function open(all: Inventory, n: number): Promise<void> {
  await all.start();
  await all.signInToAll();
  await expect(all.status).toHaveText(`${n} of ${n} tokens`);
}

const kept = (system: Name) => `kept-${system.split(' ').at(-1)}`;
const numbered = (system: Name, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, idx) => called(system, from + idx));

test.describe('what each system can', () => {
  test('is deleted at all of them at once, and what is left out or not shown stays', async ({ all, bulk, four, page, wire }) => {
    const heard = await listen(page);
    const ids = await four.fill(6);
    for (const system of NAMES) await four.add(system, kept(system));
    await four.remove('PT Sandbox', ids['PT Sandbox'][5] ?? '');
    await open(all, 28);
    await all.byName.fill('run-');
    await expect(all.status).toHaveText('24 of 28 tokens');
    await bulk.askAll('delete');
    await expect(bulk.groups('delete')).toHaveText([
      'Scoped tokens · delete: 6',
      'PT Sandbox · delete: 5 (kept in the list as deleted)',
      'PT Sandbox · skipped: 1',
      'NVIDIA Air · delete: 6',
      'Juniper Mist · delete: 6',
    ]);
    await expect(bulk.of('delete', called('PT Sandbox', 6))).toContainText('skipped: already deleted');
    await expectAccessible(page);
    await bulk.of('delete', called('NVIDIA Air', 3)).getByRole('checkbox').uncheck();
    // A whole system is left out at once.
    await bulk.groups('delete').filter({ hasText: 'Juniper Mist' }).getByRole('checkbox').uncheck();
    expect(wire.writes.filter((it) => it.what.startsWith('DELETE'))).toEqual([]);
    await bulk.begin('delete');
    await bulk.ends('Deleted 16 of 16 tokens');
    await expectAccessible(page);
    expect(await four.living()).toEqual({
      'Scoped tokens': [kept('Scoped tokens')],
      'PT Sandbox': [kept('PT Sandbox')],
      'NVIDIA Air': [kept('NVIDIA Air'), called('NVIDIA Air', 3)],
      'Juniper Mist': [kept('Juniper Mist'), ...numbered('Juniper Mist', 1, 6)],
    });
    const asked = (system: Name) => [...wire.sent(DELETES[system])].map(([what, n]) => [DELETES[system].exec(what)?.[1], n]).sort();
    const once = (gone: string[]) => gone.map((it) => [it, 1]).sort();
    expect(asked('Scoped tokens')).toEqual(once(ids['Scoped tokens']));
    expect(asked('PT Sandbox')).toEqual(once(ids['PT Sandbox'].slice(0, 5)));
    expect(asked('NVIDIA Air')).toEqual(once(ids['NVIDIA Air'].filter((_, idx) => idx !== 2)));
    expect(asked('Juniper Mist')).toEqual([]);
    await bulk.button(say.running.close).click();
    // The list is as the systems have it: one of them goes on listing what it has deleted, and says so.
    await all.clearFilters.click();
    await expect(all.status).toHaveText('17 of 17 tokens');
    // All rows have room.
    await page.setViewportSize({ width: 1400, height: 1600 });
    await expect(all.rows).toHaveCount(17);
    expect((await all.names()).sort()).toEqual(
      [...Object.values(await four.living()).flat(), ...numbered('PT Sandbox', 1, 6)].sort(),
    );
    for (const name of numbered('PT Sandbox', 1, 6)) await expect(all.cell(all.row(name), 'Is active')).toContainText(say.status.deleted);
    expect(times(await heard(), 'Deleted 16 of 16 tokens')).toBe(1);
  });

  for (const [aim, done] of [['revoke', 'Revoked'], ['disable', 'Disabled']] as const) {
    test(`is ${done.toLowerCase()} where a system has that, and deleted where the user agrees to it`, async ({ all, bulk, four, server }) => {
      await four.fill(4);
      await open(all, 16);
      await bulk.askAll(aim);
      await expect(bulk.groups(aim)).toHaveText([
        `Scoped tokens · ${aim}: 4`,
        ...NAMES.slice(1).map((it) => `${it} · cannot ${aim}: delete 4 instead${it === 'PT Sandbox' ? ' (kept in the list as deleted)' : ''}`),
      ]);
      await expect(bulk.of(aim, called('NVIDIA Air', 1))).toContainText(say.dryRun.instead(aim, 'delete'));
      // Nothing is done in another way unless it is agreed to.
      for (const system of NAMES.slice(1)) {
        await expect(bulk.groups(aim).filter({ hasText: system }).getByRole('checkbox')).not.toBeChecked();
      }
      const go = bulk.plan(aim).getByRole('button', { name: /^(Disable|Revoke)\b.* tokens?$/ });
      await expect(go).toHaveClass(aim === 'disable' ? /primary/ : /danger/);
      await bulk.groups(aim).filter({ hasText: 'PT Sandbox' }).getByRole('checkbox').check();
      await expect(go).toHaveClass(/danger/);
      await bulk.of(aim, called('Juniper Mist', 2)).getByRole('checkbox').check();
      // Five of nine end for good: that number is typed.
      await expect(bulk.plan(aim)).toContainText(say.dryRun.type(5));
      await bulk.begin(aim);
      await bulk.ends(/ of 9 tokens$/);
      const own = await server.tokens();
      expect(own.map((it) => (aim === 'revoke' ? it.revoked_at : it.disabled_at) !== null)).toEqual([true, true, true, true]);
      expect(await four.living()).toEqual({
        'Scoped tokens': numbered('Scoped tokens', 1, 4),
        'PT Sandbox': [],
        'NVIDIA Air': numbered('NVIDIA Air', 1, 4),
        'Juniper Mist': [1, 3, 4].map((it) => called('Juniper Mist', it)),
      });
      if (aim === 'disable') {
        // What can be taken back is, and what cannot is not promised.
        await bulk.button(say.running.undo).click();
        await bulk.ends('Enabled 4 of 4 tokens');
        expect((await server.tokens()).map((it) => it.is_active)).toEqual([true, true, true, true]);
      } else {
        await expect(bulk.button(say.running.undo)).toHaveCount(0);
      }
      await bulk.button(say.running.close).click();
      await expect(all.status).toHaveText('15 of 15 tokens');
    });
  }
});

interface Trouble {
  /** What the server does with the seventh. */
  fault?: Omit<Fault, 'path'>;
  /** Its answer is cut off. */
  cut?: 'before' | 'after';
  /** How often the seventh is sent. */
  sent: number;
}

const SEVENTH: Record<string, Trouble> = {
  'answers 500 and did nothing': { fault: { status: 500 }, sent: 2 },
  'answers 500 and did it': { fault: { status: 500, when: 'after' }, sent: 1 },
  'answers 429 with Retry-After': { fault: { status: 429, headers: { 'retry-after': '2' } }, sent: 2 },
  'gets no answer and did nothing': { cut: 'before', sent: 2 },
  'gets no answer and did it': { cut: 'after', sent: 1 },
};

test.describe('the seventh of twenty at each system', () => {
  for (const [what, { fault, cut, sent }] of Object.entries(SEVENTH)) {
    test(what, async ({ all, bulk, four, server, watch, wire }) => {
      watch.allows(FAILED);
      test.setTimeout(120_000);
      await four.fill(20);
      await open(all, 80);
      for (const system of NAMES) {
        if (fault) await server.fail({ ...fault, method: 'DELETE', path: DELETED[system], skip: 6, times: 1 });
        if (cut) wire.cut({ what: DELETES[system], skip: 6, when: cut });
      }
      await bulk.askAll('delete');
      await bulk.begin('delete');
      await bulk.ends('Deleted 80 of 80 tokens');
      expect([await server.faultsLeft(), wire.cutsLeft]).toEqual([[], []]);
      expect(await four.living()).toEqual(each(() => []));
      for (const system of NAMES) {
        // Each was asked for once, but for what is known not to have been done: that once more.
        const counts = [...wire.sent(DELETES[system]).values()].sort();
        expect(counts, system).toEqual([...Array<number>(19).fill(1), sent]);
        expect(wire.done(DELETES[system]).length, system).toBe(cut === 'after' || fault?.when !== 'after' ? 20 : 19);
      }
      await bulk.button(say.running.close).click();
      await expect(all.status).toHaveText('20 of 20 tokens');
      expect(new Set(await all.texts('System'))).toEqual(new Set(['PT Sandbox']));
    });
  }
});

test.describe('one in trouble', () => {
  test('that does not answer holds up no other, whichever it is', async ({ all, bulk, four, wire }) => {
    test.setTimeout(180_000);
    let n = 0;
    await four.fill(8);
    await open(all, 32);
    for (const silent of NAMES) {
      const letGo = wire.hold({ what: DELETES[silent], times: 2, when: 'before' });
      await all.byStatus.selectOption(say.statusFilter.active);
      await bulk.askAll('delete');
      await bulk.begin('delete');
      await expect.poll(async () => {
        const living = await four.living();
        return NAMES.filter((it) => it !== silent).map((it) => living[it]).flat();
      }, { timeout: 25_000 }).toEqual([]);
      // A third one would have been done.
      expect((await four.living())[silent], `${silent} was sent more than two`).toHaveLength(8);
      letGo();
      await bulk.ends('Deleted 32 of 32 tokens');
      expect(await four.living()).toEqual(each(() => []));
      await bulk.button(say.running.close).click();
      if (silent === NAMES.at(-1)) break;
      // The next one.
      n += 8;
      await four.fill(8);
      await all.refreshButton.click();
      await expect(all.status).toHaveText(`32 of ${32 + n} tokens`);
    }
  });

  for (const [system, typed] of ACCOUNTS) {
    test(`whose session ends in the middle asks to sign in, and the others go on: ${system}`, async ({ all, bulk, four, page, server, watch, wire }) => {
      const name = system as Name;
      watch.allows(FAILED);
      await four.fill(12);
      await open(all, 48);
      await bulk.askAll('delete');
      // Also with a session that the page renews by itself.
      await server.fail({ method: 'DELETE', path: DELETED[name], skip: 6, status: 401 });
      await bulk.begin('delete');
      await expect(all.signIn(system)).toBeVisible();
      await expectAccessible(page);
      await expect.poll(async () => {
        const living = await four.living();
        return NAMES.filter((it) => it !== name).map((it) => living[it]).flat();
      }).toEqual([]);
      await server.mend();
      for (const [label, value] of Object.entries(typed)) await all.signIn(system).getByLabel(label, { exact: true }).fill(value);
      await all.signIn(system).getByRole('button', { name: say.signInForm.signIn }).click();
      await bulk.ends('Deleted 48 of 48 tokens');
      expect(await four.living()).toEqual(each(() => []));
      for (const it of NAMES) expect(wire.done(DELETES[it]).length, it).toBe(12);
    });
  }
});

test('what others delete meanwhile is no trouble: it is gone, at each system', async ({ all, bulk, four, watch }) => {
  watch.allows(FAILED);
  const ids = await four.fill(8);
  await open(all, 32);
  await bulk.askAll('delete');
  for (const system of NAMES) await four.remove(system, ids[system][6] ?? '');
  await bulk.begin('delete');
  await bulk.ends('Deleted 32 of 32 tokens');
  expect(await four.living()).toEqual(each(() => []));
  await bulk.button(say.running.close).click();
  await expect(all.status).toHaveText('8 of 8 tokens');
});

test('a tab that is killed in the middle of all four: another one reads what is unknown, and nothing is asked for twice', async ({ all, bulk, context, four, server, watch, wire }) => {
  watch.allows(FAILED);
  await four.fill(8);
  await open(all, 32);
  for (const system of NAMES) await server.fail({ method: 'DELETE', path: DELETED[system], skip: 3, when: 'after', delay_ms: 60_000 });
  await bulk.askAll('delete');
  await bulk.begin('delete');
  // As many as may be are under way, and nothing more goes out.
  await expect.poll(async () => Object.values(await four.living()).flat().length).toBe(32 - 12 - AT_ONCE);
  await all.page.close({ runBeforeUnload: false });
  await server.mend();
  const before = await four.living();

  const page = await context.newPage();
  const second = new Inventory(page, wire.url);
  await second.start();
  await second.signInToAll();
  const findings = page.locator('.findings');
  await expect(findings).toContainText(say.interruptedRun.plain('12 of 32 done, 5 unknown, 15 open'));
  await expectAccessible(page);
  await findings.getByRole('button', { name: say.interruptedRun.review }).click();
  const record = page.getByRole('dialog', { name: say.recordList.title, exact: true });
  const n = wire.writes.filter((it) => it.what.startsWith('DELETE')).length;
  await record.getByRole('button', { name: say.record.readUnknown }).click();
  await expect(record.getByRole('status')).toHaveText(say.record.knownNow(5, 5));
  await expect(record).toContainText('17 of 32 done, 15 open');
  expect(await four.living()).toEqual(before);
  expect(wire.writes.filter((it) => it.what.startsWith('DELETE'))).toHaveLength(n);
  await record.getByRole('button', { name: say.record.goOn }).click();
  await expect(page.getByRole('dialog')).toContainText('Deleted 32 of 32 tokens', { timeout: 30_000 });
  expect(await four.living()).toEqual(each(() => []));
  for (const system of NAMES) expect([...wire.sent(DELETES[system]).values()], system).toEqual(Array(8).fill(1));
});
