import { DatasetError } from '../../errors.ts';
import type { FrameDecoder } from './frame.ts';

export type { FrameDecoder, FrameFormat, StoredValues } from './frame.ts';

/** How pixel data is stored; all but `native` are encapsulated (PS3.5 A.4), see `fragments.ts`. */
export type CodecFamily = 'native' | 'rle' | 'jpeg-dct' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

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
  '1.2.840.10008.1.2.4.50': { name: 'JPEG Baseline (8 bit)', family: 'jpeg-dct' },
  '1.2.840.10008.1.2.4.51': { name: 'JPEG Extended (12 bit)', family: 'jpeg-dct' },
  '1.2.840.10008.1.2.4.53': { name: 'JPEG Spectral Selection (retired)', family: 'jpeg-dct' },
  '1.2.840.10008.1.2.4.55': { name: 'JPEG Full Progression (retired)', family: 'jpeg-dct' },
  '1.2.840.10008.1.2.4.57': { name: 'JPEG Lossless', family: 'jpeg-lossless' },
  '1.2.840.10008.1.2.4.70': { name: 'JPEG Lossless, first-order prediction', family: 'jpeg-lossless' },
  '1.2.840.10008.1.2.4.80': { name: 'JPEG-LS Lossless', family: 'jpeg-ls' },
  '1.2.840.10008.1.2.4.81': { name: 'JPEG-LS Near-Lossless', family: 'jpeg-ls' },
  '1.2.840.10008.1.2.4.90': { name: 'JPEG 2000 Lossless', family: 'jpeg-2000' },
  '1.2.840.10008.1.2.4.91': { name: 'JPEG 2000', family: 'jpeg-2000' },
  '1.2.840.10008.1.2.4.201': { name: 'HTJ2K Lossless', family: 'htj2k' },
  '1.2.840.10008.1.2.4.202': { name: 'HTJ2K Lossless, RPCL', family: 'htj2k' },
  '1.2.840.10008.1.2.4.203': { name: 'HTJ2K', family: 'htj2k' },
};

const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/**
 * The frame decoder of a transfer syntax. Its codec is imported on first use; the decoder is synchronous, holds
 * one codec instance a thread, and is not to be called from within itself.
 * @throws UNSUPPORTED_TRANSFER_SYNTAX for a UID that is not in `TRANSFER_SYNTAXES`
 */
export async function loadDecoder(transferSyntaxUid: string): Promise<FrameDecoder> {
  switch (TRANSFER_SYNTAXES[transferSyntaxUid]?.family) {
    case 'native':
      return (await import('./native.ts')).nativeDecoder(transferSyntaxUid === BIG_ENDIAN);
    default:
      throw new DatasetError(
        'UNSUPPORTED_TRANSFER_SYNTAX',
        `pixel data of transfer syntax ${transferSyntaxUid}, which no decoder is known for; export the series as Explicit VR Little Endian`,
      );
  }
}
