import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';

/** Numbers and strings of dcmjs: one value comes bare, several as an array, none as an empty one or not at all. */
export const text = z.pipe(
  z.union([z.string(), z.number(), z.array(z.unknown()), z.null()]),
  z.transform((value) => String(Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim()),
);
export const optionalText = z.optional(text);
export const number = z.pipe(text, z.coerce.number());
export const optionalNumber = z.optional(
  z.pipe(
    text,
    z.transform((value) => (value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value))),
  ),
);
export const numbers = z.pipe(
  z.union([z.number(), z.string(), z.array(z.union([z.number(), z.string()]))]),
  z.transform((value) => (Array.isArray(value) ? value : [value]).map(Number)),
);

/** A sequence: dcmjs gives an array of items; a missing or empty one is none. */
export function sequence<T extends z.ZodMiniType>(item: T) {
  return z.pipe(
    z.optional(z.nullable(z.unknown())),
    z.pipe(
      z.transform((value: unknown) =>
        Array.isArray(value) ? [...value] : value === undefined || value === null ? [] : [value],
      ),
      z.array(item),
    ),
  );
}

/**
 * The attributes of a DICOM file that `schema` names, by their keywords (PS3.6), nested sequences included.
 * @throws SEGMENTATION_UNREADABLE when the file is no DICOM or lacks an attribute
 */
export async function readNatural<S extends z.ZodMiniType>(
  file: Uint8Array,
  key: string,
  schema: S,
): Promise<z.output<S>> {
  const { default: dcmjs } = await import('dcmjs');
  dcmjs.log.setLevel('silent');
  let dataset: Record<string, unknown>;
  try {
    const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(file).buffer, { ignoreErrors: true });
    dataset = dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict);
  } catch (cause) {
    throw new DatasetError('SEGMENTATION_UNREADABLE', `${key} is not readable as DICOM; export it again`, {
      keys: [key],
      cause,
    });
  }
  const parsed = schema.safeParse(dataset);
  if (!parsed.success) {
    const message = `${key}: ${z.prettifyError(parsed.error)}`;
    throw new DatasetError('SEGMENTATION_UNREADABLE', message, { keys: [key] });
  }
  return parsed.data;
}
