import { asDatasetError } from '../errors.ts';
import { readNifti } from '../nifti/read.ts';
import { SUBSETS } from '../pipeline/layout.ts';
import { geometryDifference } from '../volume/geometry.ts';
import type { VoxelArray } from '../volume/volume.ts';
import type { DatasetView } from './dataset-view.ts';
import type { Finding } from './finding.ts';

/** A series of the dataset: its CT, and the ids of its lesions as labels.json has them. */
export interface SeriesFiles {
  uuid: string;
  subset: string;
  lesionIds: Set<string>;
}

/**
 * Opens every CT, mask and labels file: each CT must have both others, the mask must lie on the CT's grid, and
 * the ids in the mask must be exactly those in the labels.
 */
export async function verifyVolumes(view: DatasetView, findings: Finding[]): Promise<SeriesFiles[]> {
  const series: SeriesFiles[] = [];
  for (const subset of SUBSETS) {
    const uuids = new Set<string>();
    for (const name of view.names) {
      const [, kind, uuid] =
        name.match(`^images/${subset}/(images|masks|labels)/(.+?)\\.(nii\\.gz|json)$`) ?? [];
      if (kind) uuids.add(uuid);
    }
    for (const uuid of [...uuids].sort()) series.push(await verifySeries(view, subset, uuid, findings));
  }
  return series;
}

async function verifySeries(
  view: DatasetView,
  subset: string,
  uuid: string,
  findings: Finding[],
): Promise<SeriesFiles> {
  const names = {
    image: `images/${subset}/images/${uuid}.nii.gz`,
    mask: `images/${subset}/masks/${uuid}.nii.gz`,
    labels: `images/${subset}/labels/${uuid}.json`,
  };
  const found = { uuid, subset, lesionIds: new Set<string>() };
  const missing = Object.values(names).filter((name) => !view.names.has(name));
  for (const name of missing) {
    findings.push({ kind: 'missing', key: view.place(name), message: `series ${uuid} has no such file` });
  }
  if (missing.length) return found;
  try {
    const labels: Record<string, string> = JSON.parse(Buffer.from(await view.read(names.labels)).toString());
    found.lesionIds = new Set(Object.keys(labels));
    const image = readNifti(await view.read(names.image), view.place(names.image));
    const mask = readNifti(await view.read(names.mask), view.place(names.mask));
    const difference = geometryDifference(image, mask);
    if (difference) {
      findings.push({ kind: 'geometry', key: view.place(names.mask), message: `mask and CT: ${difference}` });
    }
    const inMask = valuesOf(mask.voxels);
    const onlyMask = [...inMask].filter((id) => !found.lesionIds.has(id));
    const onlyLabels = [...found.lesionIds].filter((id) => !inMask.has(id));
    if (onlyMask.length || onlyLabels.length) {
      const message = `lesion ids only in the mask: ${onlyMask.join(', ') || 'none'}; only in the labels: ${onlyLabels.join(', ') || 'none'}`;
      findings.push({ kind: 'labels', key: view.place(names.labels), message });
    }
  } catch (error) {
    const { message, keys } = asDatasetError(error);
    findings.push({ kind: 'unreadable', key: keys[0] ?? view.place(names.labels), message });
  }
  return found;
}

function valuesOf(voxels: VoxelArray): Set<string> {
  const values = new Set<number>();
  let last = 0;
  for (let v = 0; v < voxels.length; v++) {
    if (voxels[v] === last) continue;
    last = voxels[v];
    values.add(last);
  }
  values.delete(0);
  return new Set([...values].map(String));
}
