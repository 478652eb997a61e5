/**
 * Every failure a user can meet has a stable code. The table is the single source of the codes;
 * `docs/errors.md` is written from it, and a test holds the two together.
 */
export const ERROR_CODES = {
  // series: the series goes to quarantine, the others finish
  DICOM_MISSING: 'the series is listed in series.json but no DICOM file of it was found',
  DICOM_UNREADABLE: 'a file of the series is not readable as DICOM',
  TRUNCATED_PIXEL_DATA: 'a DICOM file ends before its pixel data does',
  CORRUPT_PIXEL_DATA: 'the compressed pixel data of a DICOM file cannot be decoded',
  UNSUPPORTED_TRANSFER_SYNTAX: 'no decoder for the transfer syntax of a DICOM file',
  UNSUPPORTED_PIXEL_FORMAT: 'a pixel format that a CT slice cannot have (colour, 32 bit, ...)',
  NOT_A_CT_VOLUME: 'a scout, a secondary capture, or another image that is not a CT slice',
  SINGLE_SLICE: 'fewer than two slices: not a volume',
  SLICES_INCONSISTENT: 'the slices of the series disagree in size, spacing, orientation or pixel format',
  MISSING_SLICES: 'the spacing between slices is uneven: slices are missing (--resample interpolates)',
  DUPLICATE_SLICES: 'two slices at one position with different pixels',
  RESCALE_INCONSISTENT: 'the slices of the series have different rescale slopes or intercepts',
  MASK_MISSING: 'a CT with no mask, or a labels file with no mask',
  LABELS_MISSING: 'a mask with no labels file',
  LABELS_UNREADABLE: 'a labels file is not a JSON object from voxel values to descriptions',
  LABEL_UNMAPPED: 'a lesion description that has no English translation',
  MASK_EMPTY: 'a mask with no voxel of a labelled lesion',
  GEOMETRY_MISMATCH: 'the mask and the CT differ in shape or in affine',
  SEGMENTATION_UNREADABLE:
    'a segmentation is not a usable .seg.nrrd, DICOM SEG, RTSTRUCT or label NIfTI file',
  SEGMENTATION_UNMATCHED: 'a segmentation whose CT cannot be told, or several segmentations of one CT',
  BURNED_IN_ANNOTATION: 'an image that says text is burned into its pixels, so it cannot be de-identified',
  NIFTI_UNREADABLE: 'a file is not a readable NIfTI-1 volume, or is shorter than its header says',
  WINDOW_MISSING: 'the CT has no entry in windows_mapping.json',
  WINDOW_UNKNOWN: 'windows_mapping.json names a window that does not exist',
  REGION_UNKNOWN: 'the series name starts with neither portal nor torax',
  PATIENT_UNKNOWN: 'the patient of the series is not in patients.csv, or has no valid subset',
  STORE_UNREADABLE: 'a file or object could not be read',
  INTERNAL: 'an unexpected error: please report it with the log',
  // run: nothing is written
  TABLE_UNREADABLE: 'a table is missing, is not UTF-8, or lacks a column',
  SERIES_UNKNOWN: 'a result is of a series that is not in series.json',
  PICTURE_UNREADABLE: "a picture of a slice or mask is not a readable 8-bit PNG, or not of its slice's shape",
  OVERRIDE_UNFIT: 'an override of `renderings` asks for a slice or a crop that its CT does not have',
  SERIES_REPEATED: 'two entries of series.json have the same series uuid',
  RECIST_LESION_UNKNOWN: 'recist_measurements.csv names a lesion that is not in the final labels',
  NOT_ALL_USABLE: 'with --strict: some series are in quarantine, so no release was made',
  NOTHING_USABLE: 'no series of the raw folder could be used',
  TOO_MANY_FAILED: 'in the cloud: more series crashed or timed out than the run tolerates',
  SHARE_DENIED: 'a share token that is unknown, expired, revoked, or not for this object',
  STORE_FULL: 'there is no room left to write to',
  STORE_DENIED: 'the store refused access',
  STORE_CONFLICT: 'a conditional write lost against another writer',
  STORE_MISSING: 'a file or object is not there',
  ARCHIVE_CORRUPT: 'a zip archive is damaged, or its members do not match its directory',
  ARCHIVE_UNSAFE: 'a zip archive with unsafe names, nesting or expansion',
  PACS_UNREACHABLE: 'the Orthanc server does not answer, or the connection was cut',
  PACS_DENIED: 'the Orthanc server refused the user name or password',
  PACS_MISSING: 'a patient, study, series or instance is no longer on the Orthanc server',
  PACS_FAILED: 'the Orthanc server answered with an error, or with something that is not an answer',
  USAGE: 'a command was called with wrong arguments',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A failure with a stable code, the keys it is about, and a message that says what is wrong and what to do. */
export class DatasetError extends Error {
  readonly code: ErrorCode;
  /** Store keys the failure is about, most telling first. */
  readonly keys: string[];

  constructor(code: ErrorCode, message: string, options: { keys?: string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'DatasetError';
    this.code = code;
    this.keys = options.keys ?? [];
  }
}

/** The given failure as a DatasetError; anything unexpected becomes INTERNAL with its cause kept. */
export function asDatasetError(error: unknown): DatasetError {
  if (error instanceof DatasetError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DatasetError('INTERNAL', message, { cause: error });
}
