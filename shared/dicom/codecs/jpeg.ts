import { checkCodestream, checkFormat, corrupt, type FrameDecoder, keepBits } from './frame.ts';
import { decodeDctScan } from './jpeg-dct.ts';
import { inverseTransform } from './jpeg-idct.ts';
import { decodeLosslessScan } from './jpeg-lossless.ts';
import { readJpeg } from './jpeg-segments.ts';

let coefficients = new Int16Array(0);

/**
 * JPEG of one component and Huffman coding (ITU-T T.81): baseline, extended sequential and progressive DCT of 8 and
 * 12 bits, and lossless of 2 to 16 bits. The codestream says which; the transfer syntax does not matter.
 *
 * DCT samples equal libjpeg's accurate integer transform; T.81 lets decoders differ, and others differ by 1.
 */
export const decodeJpeg: FrameDecoder = (bytes, format, out) => {
  checkFormat(format, out);
  let scans = 0;
  const { frame, quantization } = readJpeg(bytes, (scan) => {
    checkCodestream(format, scan.frame);
    if (scan.frame.process === 'lossless') decodeLosslessScan(scan, out);
    else {
      if (scans === 0) clearCoefficients(64 * Math.ceil(format.columns / 8) * Math.ceil(format.rows / 8));
      decodeDctScan(scan, coefficients);
    }
    scans++;
  });
  if (scans === 0) throw corrupt('the JPEG codestream has no scan');
  const bits = Math.min(frame.precision, format.bitsStored);
  if (frame.process !== 'lossless') {
    const table = quantization[frame.quantization];
    if (!table) throw corrupt('the JPEG codestream lacks its quantization table');
    inverseTransform(frame, coefficients, table, (1 << bits) - 1, out);
  }
  keepBits(out, format, bits);
};

function clearCoefficients(count: number): void {
  if (coefficients.length < count) coefficients = new Int16Array(count);
  else coefficients.fill(0, 0, count);
}
