import { writePhantom } from '../shared/phantom/phantom.ts';
import { outKeys, SUBSETS } from '../shared/pipeline/layout.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { getText } from '../shared/store/json.ts';
import { parseCsv } from '../shared/tables/csv.ts';
import { runBuild } from './run-build.ts';

/** Writes the phantom, builds it, and lists the lesions measured beside what their size was made to be. */
export async function runDemo(folder: string): Promise<number> {
  const [raw, out] = [`${folder}/raw`, `${folder}/out`];
  process.stdout.write(`writing a CT phantom with lesions of known size to ${raw}\n`);
  await writePhantom(new FolderStore(raw));
  process.stdout.write(`$ recist-dataset build ${raw} ${out}\n`);
  const exit = await runBuild(raw, out, { jobs: 2, strict: false, force: false, json: false });
  process.stdout.write(await measuredAgainstMade(new FolderStore(out)));
  return exit;
}

async function measuredAgainstMade(out: FolderStore): Promise<string> {
  const targets = parseCsv(await getText(out, outKeys.recist), outKeys.recist, []).rows;
  const lines = ['', 'target lesions, diameter as made and as measured:'];
  for (const subset of SUBSETS) {
    const features = parseCsv(
      await getText(out, outKeys.features(subset)),
      outKeys.features(subset),
      [],
    ).rows;
    for (const target of targets.filter((row) => row.subset === subset)) {
      const lesion = features.find(
        (row) => row.filename === target.filename && row.label_value === target.lesion_label_value,
      );
      if (!lesion) continue;
      const [made, measured] = [Number(target.recist_measurement_mm), Number(lesion.major_axis_mm)];
      const name = `patient ${target.patient_id} ${target.study_order} ${target.lesion_label_alias}`;
      lines.push(
        `  ${name.padEnd(26)} ${lesion.label_description.padEnd(14)} ${made.toFixed(1).padStart(5)} mm  ${measured.toFixed(1).padStart(5)} mm`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
