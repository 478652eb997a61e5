import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assessCommand } from '../../cli/assess.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

describe('assess command', () => {
  let out: string;
  let printed: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'assess-'));
    printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(out, { recursive: true, force: true });
  });
  const run = (...args: string[]) => assessCommand().exitOverride().parseAsync(args, { from: 'user' });

  it('writes the report of a table of measurements', async () => {
    await run(fixture('course.csv'), out);
    const written = readdirSync(out).filter((name) => !name.startsWith('.'));
    expect(written.sort()).toEqual([
      'assessments.json',
      'baseline_checks.csv',
      'patients.csv',
      'time_points.csv',
      'timelines',
    ]);
    expect(printed).toMatch(/P-7 +5 +PR +PR +20210621 +0\n/);
  });

  it('holds CDISC tables against RS', async () => {
    await run(fixture('sdtm_tr.csv'), out, '--tu', fixture('sdtm_tu.csv'), '--rs', fixture('sdtm_rs.csv'));
    expect(printed).toContain('INDEPENDENT ASSESSOR / RADIOLOGIST 2: 7 of 8 agree');
    expect(readFileSync(join(out, 'response_agreement.csv'), 'utf8')).toContain('seen after CR');
  });

  it('takes the rules it is told', async () => {
    await run(
      fixture('course.csv'),
      out,
      '--confirmation-days',
      '60',
      '--min-sd-days',
      '200',
      '--compat',
      'pyrecist',
    );
    expect(readdirSync(out)).toContain('differences.csv');
    expect(printed).toMatch(/P-7 +5 +PR +PD /);
  });

  it.each([
    [/--tu/, ['sdtm_tr.csv']],
    [/TRTESTCD/, ['course.csv', '--rs', 'sdtm_rs.csv']],
  ])('says what is missing: %s', async (message, [table, option, value]) => {
    const args = option ? [option, fixture(value)] : [];
    await expect(run(fixture(table), out, ...args)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a table that is not there, or of another kind', async () => {
    await expect(run(fixture('absent.csv'), out)).rejects.toMatchObject({ code: 'STORE_MISSING' });
    await expect(run(fixture('sdtm_tu.csv'), out)).rejects.toMatchObject({ code: 'TABLE_UNREADABLE' });
  });
});
