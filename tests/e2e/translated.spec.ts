//! A browser that translates the page: it replaces texts by `font` elements, again and again. What a row reads is
//! what its buttons act on, and what follows the state goes on.

import type { Page } from '@playwright/test';
import { detailsOf } from './desk.ts';
import { expect, test } from './fixture.ts';
import { say } from './texts.ts';

/** What a translator does to every text: `gone` takes the page's own node away, `moved` puts it into the new elements. */
type Way = 'gone' | 'moved';

/** Translates the page, and from now on everything that comes to stand on it. */
async function translate(page: Page, way: Way, respects = false): Promise<void> {
  await page.evaluate(
    ({ way, respects }) => {
      const wrapped = new WeakSet<Node>();
      const wrap = (text: Text) => {
        if (text.data.trim() === '' || wrapped.has(text) || !text.parentElement) return;
        if (text.parentElement.closest('script, style, textarea')) return;
        if (respects && text.parentElement.closest('[translate=no]')) return;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        text.replaceWith(outer);
        outer.append(inner);
        const shown = way === 'moved' ? text : document.createTextNode(respects ? `«${text.data}»` : text.data);
        wrapped.add(shown);
        inner.append(shown);
      };
      const all = (root: Node) => {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        const texts: Text[] = [];
        while (walker.nextNode()) texts.push(walker.currentNode as Text);
        texts.forEach(wrap);
      };
      all(document.body);
      new MutationObserver(() => all(document.body)).observe(document.body, { subtree: true, childList: true });
    },
    { way, respects },
  );
}

const NAMES = ['alpha', 'beta', 'gamma', 'delta'];

for (const way of ['gone', 'moved'] as const) {
  test(`rows, counts and questions say what they mean (${way})`, async ({ desk, page, server }) => {
    for (const name of NAMES) await server.add({ name });
    await desk.open();
    await translate(page, way);
    await expect(desk.status).toHaveText('4 of 4 tokens');

    // Sorted, filtered, sorted: the rows follow, and so do the counts.
    await desk.sort('Name').click();
    await desk.expectNames('alpha', 'beta', 'delta', 'gamma');
    await desk.sort('Name').click();
    await desk.expectNames('gamma', 'delta', 'beta', 'alpha');
    await desk.byName.fill('ta');
    await desk.expectNames('delta', 'beta');
    await expect(desk.status).toHaveText('2 of 4 tokens');

    // What is read is what is deleted.
    await desk.rows.nth(1).getByRole('button', { name: say.action.delete }).click();
    await expect(desk.question('Delete token')).toContainText('beta');
    await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
    await desk.expectNames('delta');
    await expect(desk.status).toHaveText('1 of 3 tokens');
    expect((await server.tokens()).map((it) => it.name).sort()).toEqual(['alpha', 'delta', 'gamma']);

    // A form opens, says what is missing, and makes a token.
    await desk.clearFilters.click();
    const form = await desk.openCreate();
    await expect(form.dialog).toContainText('Enter a name.');
    await form.fill({ name: 'epsilon', scopes: ['Builds: read'] });
    await expect(form.dialog).not.toContainText('Enter a name.');
    await expect(form.scopes).toContainText('1 chosen');
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(page.getByText('“epsilon” was created.')).toBeVisible();
    await expect(desk.status).toHaveText('4 of 4 tokens');

    // So it is after others have changed the list.
    await server.remove(await server.theOne('gamma'));
    await server.add({ name: 'zeta' });
    await desk.refreshButton.click();
    await desk.expectNames('zeta', 'epsilon', 'delta', 'alpha');
    for (const name of ['epsilon', 'alpha']) {
      await desk.row(name).getByRole('button', { name: say.action.delete }).click();
      await expect(desk.question('Delete token')).toContainText(name);
      await desk.question('Delete token').getByRole('button', { name: say.action.delete }).click();
      await expect(desk.row(name)).toHaveCount(0);
    }
    expect((await server.tokens()).map((it) => it.name).sort()).toEqual(['delta', 'zeta']);

    // Edited and revoked, and its details are its own.
    await desk.openEdit('zeta');
    await desk.editing.name.fill('eta');
    await desk.editing.save.click();
    await desk.expectNames('eta', 'delta');
    await desk.row('eta').getByRole('button', { name: say.action.revoke }).click();
    await desk.question('Revoke token').getByRole('button', { name: say.action.revoke }).click();
    await expect(desk.cell(desk.row('eta'), 'Is active')).toHaveText(say.status.revoked);
    expect((await server.theOne('eta')).revoked_at).not.toBeNull();
    await desk.row('delta').getByRole('link').click();
    await expect(detailsOf(page).getByRole('heading', { level: 2 })).toHaveText('delta');
  });
}

test('rows that scroll by show their own tokens', async ({ desk, launch, page }) => {
  const server = await launch({ tokens: 500 });
  await page.goto(server.url);
  await desk.loaded();
  await translate(page, 'gone');
  const all = (await server.tokens()).map((it) => it.name);
  const box = page.getByRole('region', { name: say.table.scrollable });
  for (const share of [0.5, 1, 0.2, 0]) {
    await box.evaluate((it, share) => it.scrollTo(0, it.scrollHeight * share), share);
    await expect
      .poll(async () => {
        const shown = await desk.rows.evaluateAll((rows) =>
          rows.map((row) => [Number(row.ariaRowIndex) - 2, row.querySelector('.name')?.textContent] as const),
        );
        return shown.every(([idx, name]) => name === all[idx] || all[idx] === '');
      })
      .toBe(true);
  }
});

test('names, ids, scopes and secrets stay as they are', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'read', description: 'to be translated' });
  await desk.open();
  await translate(page, 'gone', true);
  const row = desk.row('read');
  await expect(row).toContainText(token.guid);
  await expect(desk.cell(row, 'Scopes')).toHaveText('Builds: read');
  await expect(desk.heading).toHaveText('«API tokens»');
  await row.getByRole('button', { name: /Delete/ }).click();
  const question = page.getByRole('alertdialog');
  await expect(question.getByRole('heading').locator('bdi')).toHaveText('read');
  await expect(question.getByRole('button', { name: '«Cancel»' })).toBeVisible();
  await question.getByRole('button', { name: '«Cancel»' }).click();
  await row.getByRole('link').click();
  await expect(detailsOf(page).locator('pre')).toContainText(`"name": "read"`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '«Create token»' }).press('Enter');
  await expect(page.getByRole('dialog').getByRole('checkbox', { name: 'Builds: read', exact: true })).toBeVisible();
});

test('names and values in what is said of writes stay as they are, and the words around them are translated', async ({ desk, page, server }) => {
  const token = await server.add({ name: 'read', description: 'of old', scopes: ['builds-read'] });
  await server.fail({ method: 'PUT', path: '/api/v1/tokens/*', status: 200, body: { ...token, scopes: ['logs-read'] } });
  await server.fail({ method: 'POST', path: '/api/v1/tokens/*/revoke', status: 200, body: token });
  await server.fail({ method: 'DELETE', path: '/api/v1/tokens/*', status: 200, headers: { 'Content-Type': 'text/html' }, body: 'x' });
  await desk.open();
  const form = await desk.openEdit('read');
  await form.description.fill('of new');
  await form.save.click();
  const said = page.locator('.findings');
  await expect(said).toContainText('Builds: read → Logs: read');
  await translate(page, 'gone', true);
  const alert = said.getByRole('alert').first();
  const kept = await said.locator('[translate=no]').allTextContents();
  expect(kept).toEqual(['read', 'of old', 'Builds: read', 'Logs: read']);
  await expect(alert).toContainText('Description: still');
  // What is said while the page is translated is no other.
  await desk.row('read').getByRole('button', { name: /Revoke/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: '«Revoke»' }).click();
  await expect(said.getByRole('alert').nth(1).locator('[translate=no]')).toHaveText('read');
  await expect(said.getByRole('alert').nth(1)).toContainText('«” is still active.»');
});
