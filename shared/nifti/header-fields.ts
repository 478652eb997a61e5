import type { NIFTI1 } from 'nifti-reader-js';

const XFORM_NAMES = [
  'NIFTI_XFORM_UNKNOWN',
  'NIFTI_XFORM_SCANNER_ANAT',
  'NIFTI_XFORM_ALIGNED_ANAT',
  'NIFTI_XFORM_TALAIRACH',
  'NIFTI_XFORM_MNI_152',
];

/** What ITK prints for a field of a type it cannot print. */
const NOT_PRINTABLE = '[UNKNOWN_PRINT_CHARACTERISTICS]\n';

/**
 * Every field of a NIfTI-1 header as a string, under the names and in the number format that ITK gives its
 * metadata dictionary (a C++ stream's six significant digits). pixdim[0] is 0 there: ITK keeps the
 * handedness elsewhere.
 */
export function headerFields(header: NIFTI1): Record<string, string> {
  const { dims, pixDims, affine } = header;
  const row = (r: number) => affine[r].map(sixDigits).join(' ');
  const fields: Record<string, string | number> = {
    aux_file: header.aux_file.replaceAll('\0', ''),
    bitpix: header.numBitsPerVoxel,
    cal_max: header.cal_max,
    cal_min: header.cal_min,
    datatype: header.datatypeCode,
    descrip: header.description.replaceAll('\0', ''),
    ...Object.fromEntries(dims.slice(0, 8).map((size, i) => [`dim[${i}]`, size])),
    dim_info: header.dim_info,
    intent_code: header.intent_code,
    intent_name: header.intent_name.replaceAll('\0', ''),
    intent_p1: 0,
    intent_p2: 0,
    intent_p3: 0,
    nifti_type: 1,
    ...Object.fromEntries(pixDims.slice(0, 8).map((size, i) => [`pixdim[${i}]`, i === 0 ? 0 : size])),
    qfac: NOT_PRINTABLE,
    qform_code: header.qform_code,
    qform_code_name: XFORM_NAMES[header.qform_code] ?? XFORM_NAMES[0],
    qoffset_x: header.qoffset_x,
    qoffset_y: header.qoffset_y,
    qoffset_z: header.qoffset_z,
    quatern_b: header.quatern_b,
    quatern_c: header.quatern_c,
    quatern_d: header.quatern_d,
    scl_inter: header.scl_inter,
    scl_slope: header.scl_slope,
    sform_code: header.sform_code,
    sform_code_name: XFORM_NAMES[header.sform_code] ?? XFORM_NAMES[0],
    slice_code: header.slice_code,
    slice_duration: header.slice_duration,
    slice_end: header.slice_end,
    slice_start: header.slice_start,
    srow_x: row(0),
    srow_y: row(1),
    srow_z: row(2),
    toffset: header.toffset,
    vox_offset: header.vox_offset,
    xyzt_units: header.xyzt_units,
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'number' ? sixDigits(value) : value,
    ]),
  );
}

/** A number as C's `%g` prints it: six significant digits, exact ties to even, and the sign of zero kept. */
export function sixDigits(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const rounded = roundedToSix(value);
  const exponent = Number(rounded.slice(rounded.indexOf('e') + 1));
  const trimmed = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent < -4 || exponent >= 6) {
    const sign = exponent < 0 ? '-' : '+';
    return `${trimmed(rounded.slice(0, rounded.indexOf('e')))}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return trimmed(Number(rounded).toFixed(Math.max(0, 5 - exponent)));
}

/** `d.ddddde±x` with ties to even: JavaScript rounds ties up, C to even; 100 digits show what is a tie. */
function roundedToSix(value: number): string {
  const exact = value.toExponential(100);
  const [digits, exponent] = exact.split('e');
  const point = digits.indexOf('.');
  const kept = digits.slice(0, point + 6);
  const isTie = /^50*$/.test(digits.slice(point + 6));
  return isTie && Number(kept.at(-1)) % 2 === 0 ? `${kept}e${exponent}` : value.toExponential(5);
}
