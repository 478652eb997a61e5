import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FrameFormat, loadDecoder, TRANSFER_SYNTAXES } from '../../../shared/dicom/codecs/decode.ts';
import { frameCodestreams } from '../../../shared/dicom/codecs/fragments.ts';

interface PydicomFile extends Omit<FrameFormat, 'samplesPerPixel'> {
  file: string;
  transferSyntax: string;
  frames: number;
  pixelDataAt: number;
  deflatedFrom?: number;
  sha256: string[];
}

const SHARED = new URL('../../../../shared/', import.meta.url);
const { files } = JSON.parse(readFileSync(new URL('pydicom-frames.json', import.meta.url), 'utf8')) as {
  files: PydicomFile[];
};

function frameBytes(file: PydicomFile): Uint8Array[] {
  const raw = readFileSync(new URL(encodeURI(file.file), SHARED));
  const dataSet = file.deflatedFrom ? inflateRawSync(raw.subarray(file.deflatedFrom)) : raw;
  const pixelData = dataSet.subarray(file.pixelDataAt);
  if (TRANSFER_SYNTAXES[file.transferSyntax].family !== 'native') {
    return frameCodestreams(pixelData, file.frames);
  }
  const length = (file.rows * file.columns * file.bitsAllocated) / 8;
  return Array.from({ length: file.frames }, (_, frame) =>
    pixelData.subarray(frame * length, (frame + 1) * length),
  );
}

describe.skipIf(!existsSync(SHARED))('frames of real files', () => {
  it.each(files)('$file has the stored values that an independent decoder gives', async (file) => {
    const decode = await loadDecoder(file.transferSyntax);
    const hashes = frameBytes(file).map((bytes) => {
      const pixels = file.rows * file.columns;
      const out = file.pixelRepresentation === 1 ? new Int16Array(pixels) : new Uint16Array(pixels);
      decode(bytes, { ...file, samplesPerPixel: 1 }, out);
      return createHash('sha256').update(out).digest('hex');
    });
    expect(hashes).toEqual(file.sha256);
  });
});
