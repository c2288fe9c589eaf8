//! The policy that the page runs under from the first day: what the server sends, and that nothing on the page breaks it.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import { DIST, type DevServer } from './server.ts';
import { say } from './texts.ts';

/** The directives of the page's policy. */
async function policy(server: DevServer, path = ''): Promise<Map<string, string>> {
  const sent = (await server.fetch(path)).headers.get('content-security-policy') ?? '';
  const directives = sent.split(';').map((it) => it.trim().split(/\s+/));
  return new Map(directives.map(([name = '', ...values]) => [name, values.join(' ')]));
}

async function built(extension: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(DIST)).filter((it) => it.endsWith(extension));
  expect(names.length).toBeGreaterThan(0);
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(DIST, name), 'utf8') })));
}

test('the page comes with the policy and the headers', async ({ server }) => {
  const found = await policy(server);
  expect(Object.fromEntries(found)).toMatchObject({
    'default-src': "'none'",
    'script-src': "'self' 'wasm-unsafe-eval'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'require-trusted-types-for': "'script'",
  });
  expect([...found.values()].join(' ')).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
  const names = (await readdir(DIST)).filter((it) => it !== 'index.html');
  for (const path of ['', 'index.html', 'config.json', 'nothing-here', ...names]) {
    const { headers } = await server.fetch(path);
    expect(headers.get('referrer-policy'), path).toBe('no-referrer');
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
  }
});

test('connect-src is made from the configuration that is served', async ({ launch }) => {
  const connection = (name: string, base: string) => ({ name, dialect: 'scoped', base });
  const connections = [connection('A', 'api/v1'), connection('B', 'https://tokens.example.com/api?x')];
  const server = await launch({ config: { connections } });
  expect((await policy(server)).get('connect-src')).toBe("'self' https://tokens.example.com");
  await server.configure({ connections: [...connections, connection('C', 'http://127.0.0.1:1/api')] });
  expect((await policy(server)).get('connect-src')).toBe("'self' http://127.0.0.1:1 https://tokens.example.com");
});

test('index.html holds no script and no style of its own', async ({ page, server }) => {
  const [index] = await built('index.html');
  expect(index?.text).not.toMatch(/<script(?![^>]*\ssrc=)/i);
  expect(index?.text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  // Everything that it loads lies beside it.
  await page.goto(server.url);
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map((it) => it.name));
  expect(loaded.filter((it) => !it.startsWith(server.url))).toEqual([]);
});

test('the built JavaScript holds no innerHTML', async () => {
  for (const { name, text } of await built('.js')) {
    expect(text, name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
  }
});

test('the policy is in force: what breaks it is refused and reported', async ({ desk, page, watch }) => {
  watch.expects(
    /policy violation: require-trusted-types-for/,
    /policy violation: style-src/,
    /policy violation: img-src/,
    /policy violation: connect-src/,
    /console error/,
    /page error/,
  );
  await desk.open();
  await page.evaluate(() => {
    setTimeout(() => {
      document.createElement('div').innerHTML = '<b>x</b>';
    });
    const style = document.createElement('style');
    style.append('h1 { display: none }');
    document.head.append(style);
    const image = new Image();
    image.src = 'http://127.0.0.1:9/pixel.png';
    void fetch('http://127.0.0.1:9/').catch(() => {});
    const script = document.createElement('script');
    try {
      script.append('globalThis.inlineRan = true');
      document.body.append(script);
    } catch {
      // Refused at once is refused as well.
    }
  });
  for (const directive of ['require-trusted-types-for', 'style-src', 'img-src', 'connect-src']) {
    await expect.poll(() => watch.has(new RegExp(`policy violation: ${directive}`))).toBe(true);
  }
  await expect(desk.heading).toBeVisible();
  expect(await page.evaluate(() => 'inlineRan' in globalThis)).toBe(false);
});

test('no page can put it into a frame', async ({ page, server }) => {
  await page.goto('about:blank');
  await page.evaluate((address) => {
    const frame = document.createElement('iframe');
    frame.src = address;
    document.body.append(frame);
  }, server.url);
  await expect.poll(() => page.frames().map((it) => it.url())).toEqual(['about:blank', 'chrome-error://chromewebdata/']);
});

test('a walk through everything breaks the policy nowhere, and markup stays text', async ({ desk, page, server, watch }) => {
  test.slow();
  watch.expects(/console error: Failed to load resource/);
  const markup = '<img src=x onerror="globalThis.ran = true"><b>bold</b>';
  await server.add({ name: markup, description: `${markup} described` });
  await server.add({ name: 'plain' });
  page.on('dialog', () => {
    throw new Error('a name ran as a script');
  });

  await test.step('the list and its filters', async () => {
    await desk.open();
    await expect(desk.row(markup)).toHaveCount(1);
    await desk.byName.fill(markup);
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(desk.setFilters).toContainText(markup);
    await page.setViewportSize({ width: 1400, height: 900 });
    await desk.byGuid.fill('-');
    await desk.scopeButton.click();
    await desk.scopeChoices.getByRole('checkbox').first().check();
    await page.keyboard.press('Escape');
    await desk.byStatus.selectOption(say.statusFilter.expired);
    await desk.clearFilters.click();
    await desk.sort('Name').click();
    await desk.action('Copy GUID of', markup).click();
    await expect(page.getByText(`“${markup}”`)).toBeVisible();
  });

  await test.step('the form', async () => {
    const form = await desk.openCreate();
    await form.fill({ name: `${markup} made`, scopes: ['Builds: read'], description: markup });
    await form.dialog.getByRole('button', { name: say.formField.regenerateGuid }).click();
    await form.dialog.getByRole('button', { name: say.formField.copyGuid }).click();
    await form.dialog.getByRole('button', { name: '30 days' }).click();
    await form.cancel.click();
    await form.dialog.getByRole('button', { name: say.dialogs.keepEditing }).click();
    await server.fail({ method: 'POST', path: '/api/v1/tokens', status: 422, times: 1, body: { detail: markup, errors: { name: [markup], [markup]: markup } } });
    await form.save.click();
    await expect(form.dialog.getByRole('alert')).toContainText(markup);
    await form.save.click();
    await expect(form.dialog).toBeHidden();
    await expect(page.getByText(`“${markup} made” was created.`)).toBeVisible();
  });

  await test.step('an edit and a conflict', async () => {
    const form = await desk.openEdit('plain');
    await server.change(await server.theOne('plain'), { name: `${markup} theirs` });
    await form.name.fill(`${markup} mine`);
    await form.save.click();
    await expect(form.dialog.getByRole('cell', { name: `${markup} theirs` })).toBeVisible();
    await form.dialog.getByRole('button', { name: say.conflict.keepMine }).click();
    await expect(form.dialog).toBeHidden();
  });

  await test.step('the questions', async () => {
    for (const verb of ['Revoke', 'Delete'] as const) {
      await desk.action(verb, markup).click();
      const question = desk.question(`${verb} token`);
      await expect(question).toContainText(markup);
      await question.getByRole('button', { name: verb }).click();
      await expect(question).toBeHidden();
    }
    await expect(page.getByText(`“${markup}” was deleted.`)).toBeVisible();
  });

  await test.step('a list that fails, and one that does not parse', async () => {
    await server.fail({ method: 'GET', path: '/api/v1/tokens', status: 500, times: 1, body: { detail: markup } });
    await desk.refreshButton.click();
    await expect(desk.alert).toContainText(markup);
    await server.fail({ method: 'GET', path: '/api/v1/tokens', inject_entries: [{ id: 'x', name: markup, valid_to: markup }] });
    await page.getByRole('button', { name: say.tokenForm.retry }).click();
    await expect(desk.table.getByText(`${markup} (cannot be read)`)).toBeVisible();
  });

  expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
  // Outside of form fields nothing was made of any markup.
  expect(await page.evaluate(() => document.querySelectorAll('img, b, script:not([src])').length)).toBe(0);
});
