//! What `cargo xtask shots` was asked for; it hands that on in the environment.

import { resolve } from 'node:path';

/** The colour schemes. */
export type Scheme = 'light' | 'dark';

function list(name: string): string[] {
  return (process.env[name] ?? '').split(',').filter((it) => it !== '');
}

/** Where the pictures go. */
export const FOLDER = resolve(process.env['TOKENDECK_SHOTS'] ?? '../../target/shots');

/** The screens that were asked for by name; all of them where there are none. */
export const ONLY = list('TOKENDECK_SHOTS_ONLY');

const asked = list('TOKENDECK_SHOTS_WIDTHS').map(Number);

/** The widths of all screens that have none of their own, in CSS pixels. */
const WIDTHS = [320, 360, 768, 1024, 1280, 1440, 1920, 3440];

/** The widths of a screen. One that has its own is made at others only where it was asked for by name. */
export function widthsOf(own?: number[]): number[] {
  if (asked.length === 0) return own ?? WIDTHS;
  return own === undefined || ONLY.length > 0 ? asked : own.filter((it) => asked.includes(it));
}

/** The schemes of a screen that has these by itself. */
export function schemesOf(own: Scheme[]): Scheme[] {
  const scheme = process.env['TOKENDECK_SHOTS_SCHEME'];
  return scheme ? own.filter((it) => it === scheme) : own;
}

/** Whether all pictures are made, so that none in the folder is an old one. */
export const IS_WHOLE_RUN = ONLY.length === 0 && asked.length === 0 && !process.env['TOKENDECK_SHOTS_SCHEME'];

/** The height of a window of a width, as such windows have it. */
export function heightOf(width: number): number {
  if (width < 340) return 640;
  if (width < 600) return 740;
  if (width < 900) return 1024;
  if (width < 1100) return 768;
  if (width < 1400) return 800;
  if (width < 1800) return 900;
  return width < 2400 ? 1080 : 1440;
}
