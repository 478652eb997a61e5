/** A UID stands alone in a key when no digit or dot continues it; `.nii.gz` and the like may follow. */
const UID_IN_KEY = /(?<![\d.])\d+(?:\.\d+)+(?![\d])/g;

/** File extensions of segmentations and labels, as they stand after the name and its suffix. */
const EXTENSIONS = /\.(seg\.nrrd|nrrd|nii\.gz|nii|dcm|dicom|seg|json)$/i;

/** The name of a file without folder and extension: `a/1.2.3_corrected.seg.nrrd` is `1.2.3_corrected`. */
export function stemOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(EXTENSIONS, '');
}

/**
 * Whether a file is the wanted variant: its name, without extension, ends with the suffix, as `scan_corrected.seg.nrrd`
 * does with `corrected`. An empty suffix takes every file.
 */
export function hasSuffix(key: string, suffix: string): boolean {
  return stemOf(key).endsWith(suffix);
}

/**
 * Which CT a segmentation belongs to: the series it references, else the one series UID (or name of a CT) that
 * stands in its file name, else in one of its folders, innermost first.
 * @param names the known CTs: Series Instance UIDs, or whatever their files are called
 * @returns undefined when none fits
 */
export function matchCt(
  key: string,
  referencedSeriesUid: string | undefined,
  names: Set<string>,
): string | undefined {
  if (referencedSeriesUid !== undefined && names.has(referencedSeriesUid)) return referencedSeriesUid;
  const parts = [...key.split('/').slice(0, -1), stemOf(key)].reverse();
  for (const part of parts) {
    if (names.has(part)) return part;
    const found = new Set((part.match(UID_IN_KEY) ?? []).filter((uid) => names.has(uid)));
    if (found.size === 1) return [...found][0];
    const longest = [...names]
      .filter((name) => startsWithName(part, name))
      .sort((a, b) => b.length - a.length);
    if (longest.length > 0) return longest[0];
  }
  return undefined;
}

/** `CT007_corrected` starts with the name `CT007`; `CT0071` does not. */
function startsWithName(part: string, name: string): boolean {
  return part.startsWith(name) && /^[^a-zA-Z0-9.]/.test(part.slice(name.length));
}
