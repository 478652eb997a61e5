import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type RandomAccess, readMember, zipEntries } from '../../shared/release/zip-reader.ts';
import { type ZipMember, zipArchive } from '../../shared/release/zip-writer.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';

function member(name: string, content: Uint8Array): ZipMember {
  return { name, bytes: content.length, crc32: crc32(content), open: () => [content] };
}

async function whole(members: ZipMember[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipArchive(members)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function access(bytes: Uint8Array): RandomAccess {
  return { bytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

const names = fc.string({
  unit: fc.constantFrom('a', 'b', 'ñ', '/', '.', '漢', ' '),
  minLength: 1,
  maxLength: 12,
});
const contents = fc.dictionary(names, fc.uint8Array({ maxLength: 200 }), { maxKeys: 8 });

test('what is written is read back, by us and by fflate', async () => {
  await fc.assert(
    fc.asyncProperty(contents, async (files) => {
      const zip = await whole(Object.entries(files).map(([name, content]) => member(name, content)));
      const read: Record<string, Uint8Array> = {};
      for (const entry of await zipEntries(access(zip)))
        read[entry.name] = await readMember(access(zip), entry);
      expect(Object.keys(read)).toEqual(Object.keys(files).sort());
      for (const [name, content] of Object.entries(files))
        expect(Buffer.from(read[name]).equals(content)).toBe(true);
      expect(Object.keys(unzipSync(zip)).sort()).toEqual(Object.keys(files).sort());
    }),
  );
});

test('the order in which members are given does not matter', async () => {
  const members = ['b', 'a/2', 'a', 'c'].map((name) => member(name, Buffer.from(name)));
  expect((await whole(members)).equals(await whole(members.toReversed()))).toBe(true);
});

test('what other programs deflate is read', async () => {
  const text = Buffer.from('lesion '.repeat(1000));
  const zip = zipSync({ 'a.txt': text }, { level: 9 });
  const [entry] = await zipEntries(access(zip));
  expect(entry.method).toBe(8);
  expect(Buffer.from(await readMember(access(zip), entry)).equals(text)).toBe(true);
});

test('a changed or lost byte never passes for content', async () => {
  const files = {
    'images/1.nii.gz': Buffer.from('some voxels'),
    'labels/1.json': Buffer.from('{"1": "m,liver"}'),
  };
  const zip = await whole(Object.entries(files).map(([name, content]) => member(name, content)));
  const contentOf = async (bytes: Uint8Array) => {
    const read: Record<string, string> = {};
    for (const entry of await zipEntries(access(bytes))) {
      read[entry.name] = Buffer.from(await readMember(access(bytes), entry)).toString();
    }
    return read;
  };
  const good = await contentOf(zip);
  for (let at = 0; at < zip.length; at++) {
    const damaged = Buffer.from(zip);
    damaged[at] ^= 0x55;
    const read = await contentOf(damaged).catch(() => good);
    for (const [name, content] of Object.entries(read))
      if (name in good) expect(content).toBe(good[name as keyof typeof good]);
    await expect(contentOf(zip.subarray(0, at))).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
  }
});

test('a member that changes while it is archived stops the archive', async () => {
  const changing = { ...member('a', Buffer.from('before')), open: () => [Buffer.from('after!')] };
  await expect(whole([changing])).rejects.toMatchObject({ code: 'STORE_CONFLICT', keys: ['a'] });
});

describe('zip64', () => {
  test('70,000 members', async () => {
    const members = Array.from({ length: 70_000 }, (_, i) =>
      member(`m${String(i).padStart(6, '0')}`, Buffer.from(`${i}`)),
    );
    const zip = await whole(members);
    const entries = await zipEntries(access(zip));
    expect(entries).toHaveLength(70_000);
    expect(Buffer.from(await readMember(access(zip), entries[69_999])).toString()).toBe('69999');
    const file = join(temporaryFolder(), 'many.zip');
    writeFileSync(file, zip);
    for (const { command, options } of readers(file)) execFileSync(command, options, { stdio: 'ignore' });
  });

  test('past 4 GiB, streamed with bounded memory', async () => {
    const block = Buffer.alloc(1 << 20, 'repeated data ');
    const blocks = 2200;
    let crc = 0;
    for (let i = 0; i < blocks; i++) crc = crc32(block, crc);
    const large = (name: string): ZipMember => ({
      name,
      bytes: blocks * block.length,
      crc32: crc,
      open: function* () {
        for (let i = 0; i < blocks; i++) yield block;
      },
    });
    const before = process.memoryUsage().rss;
    let bytes = 0;
    let tail: Buffer = Buffer.alloc(0);
    const digest = createHash('md5');
    for await (const chunk of zipArchive([large('a'), large('b'), member('c', Buffer.from('last'))])) {
      bytes += chunk.length;
      if (bytes < 10_000 || chunk.length < 10_000) digest.update(chunk);
      tail = Buffer.concat([tail, chunk]).subarray(-5000);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
    const start = bytes - tail.length;
    const read = async (offset: number, length: number) =>
      tail.subarray(offset - start, offset - start + length);
    const entries = await zipEntries({ bytes, read });
    expect(entries.map((entry) => [entry.name, entry.bytes])).toEqual([
      ['a', blocks * block.length],
      ['b', blocks * block.length],
      ['c', 4],
    ]);
    expect(entries[2].offset).toBeGreaterThan(2 ** 32);
    expect(Buffer.from(await readMember({ bytes, read }, entries[2])).toString()).toBe('last');
  });
});

test('Info-ZIP and Python read the archive', async () => {
  const file = join(temporaryFolder(), 'small.zip');
  writeFileSync(
    file,
    await whole([member('final-formatted/ñ.txt', Buffer.from('x')), member('empty', Buffer.alloc(0))]),
  );
  for (const { command, options } of readers(file)) execFileSync(command, options, { stdio: 'pipe' });
});

/** Independent programs that test an archive, those of them that are installed. */
function readers(file: string): { command: string; options: string[] }[] {
  const python = 'import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)';
  const all = [
    { command: 'unzip', options: ['-tq', file] },
    { command: 'python3', options: ['-c', python, file] },
  ];
  return all.filter(({ command }) => {
    try {
      execFileSync('which', [command], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}
