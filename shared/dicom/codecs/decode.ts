import { DatasetError } from '../../errors.ts';
import type { FrameDecoder } from './frame.ts';

export type { FrameDecoder, FrameFormat, StoredValues } from './frame.ts';

/** How pixel data is stored; all but `native` are encapsulated (PS3.5 A.4), see `fragments.ts`. */
export type CodecFamily = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

export interface TransferSyntax {
  name: string;
  family: CodecFamily;
}

/** The transfer syntaxes whose pixel data is decoded, by UID (PS3.6 table A-1, and PS3.5 section 10 and annex A). */
export const TRANSFER_SYNTAXES: Readonly<Record<string, TransferSyntax>> = {
  '1.2.840.10008.1.2': { name: 'Implicit VR Little Endian', family: 'native' },
  '1.2.840.10008.1.2.1': { name: 'Explicit VR Little Endian', family: 'native' },
  '1.2.840.10008.1.2.1.99': { name: 'Deflated Explicit VR Little Endian', family: 'native' },
  '1.2.840.10008.1.2.2': { name: 'Explicit VR Big Endian', family: 'native' },
  '1.2.840.10008.1.2.5': { name: 'RLE Lossless', family: 'rle' },
  '1.2.840.10008.1.2.4.50': { name: 'JPEG Baseline (8 bit)', family: 'jpeg' },
  '1.2.840.10008.1.2.4.51': { name: 'JPEG Extended (12 bit)', family: 'jpeg' },
  '1.2.840.10008.1.2.4.53': { name: 'JPEG Spectral Selection (retired)', family: 'jpeg' },
  '1.2.840.10008.1.2.4.55': { name: 'JPEG Full Progression (retired)', family: 'jpeg' },
  '1.2.840.10008.1.2.4.57': { name: 'JPEG Lossless', family: 'jpeg' },
  '1.2.840.10008.1.2.4.70': { name: 'JPEG Lossless, first-order prediction', family: 'jpeg' },
  '1.2.840.10008.1.2.4.80': { name: 'JPEG-LS Lossless', family: 'jpeg-ls' },
  '1.2.840.10008.1.2.4.81': { name: 'JPEG-LS Near-Lossless', family: 'jpeg-ls' },
  '1.2.840.10008.1.2.4.90': { name: 'JPEG 2000 Lossless', family: 'jpeg-2000' },
  '1.2.840.10008.1.2.4.91': { name: 'JPEG 2000', family: 'jpeg-2000' },
  '1.2.840.10008.1.2.4.201': { name: 'HTJ2K Lossless', family: 'htj2k' },
  '1.2.840.10008.1.2.4.202': { name: 'HTJ2K Lossless, RPCL', family: 'htj2k' },
  '1.2.840.10008.1.2.4.203': { name: 'HTJ2K', family: 'htj2k' },
};

const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** One codec a thread, however many files ask for it. */
const codecs = new Map<CodecFamily, Promise<FrameDecoder>>();

/**
 * The frame decoder of a transfer syntax. Its codec is imported on first use and kept; the decoder itself is
 * synchronous.
 * @throws UNSUPPORTED_TRANSFER_SYNTAX for a UID that is not in `TRANSFER_SYNTAXES`
 */
export async function loadDecoder(transferSyntaxUid: string): Promise<FrameDecoder> {
  const syntax = TRANSFER_SYNTAXES[transferSyntaxUid];
  if (!syntax) {
    throw new DatasetError(
      'UNSUPPORTED_TRANSFER_SYNTAX',
      `no decoder for transfer syntax ${transferSyntaxUid}; export the series as Explicit VR Little Endian`,
    );
  }
  const { family } = syntax;
  if (family === 'native') {
    const { nativeDecoder } = await import('./native.ts');
    return nativeDecoder(transferSyntaxUid === BIG_ENDIAN);
  }
  let codec = codecs.get(family);
  if (!codec) {
    codec = importCodec(family);
    codecs.set(family, codec);
  }
  return codec;
}

async function importCodec(family: Exclude<CodecFamily, 'native'>): Promise<FrameDecoder> {
  switch (family) {
    case 'rle':
      return (await import('./rle.ts')).decodeRle;
    case 'jpeg':
      return (await import('./jpeg.ts')).decodeJpeg;
    case 'jpeg-ls':
      return (await import('./jpeg-ls.ts')).createJpegLsDecoder();
    case 'jpeg-2000':
      return (await import('./jpeg-2000.ts')).createJpeg2000Decoder();
    case 'htj2k':
      return (await import('./htj2k.ts')).createHtj2kDecoder();
  }
}
