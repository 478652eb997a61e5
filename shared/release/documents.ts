import { jsonText } from '../store/json.ts';
import { DICTIONARY, dataDictionary } from './data-dictionary.ts';
import type { DatasetInfo } from './dataset-info.ts';

/** What a release came to, for its documents. */
export interface ReleaseCounts {
  patients: number;
  series: number;
  lesions: number;
  targetMeasurements: number;
}

/** The documents inside the archive: name -> text. They depend on the content alone, never on the day. */
export function archiveDocuments(info: DatasetInfo, counts: ReleaseCounts): Record<string, string> {
  return {
    'README.md': readme(info, counts),
    'DATA_DICTIONARY.md': dataDictionary(),
    'CITATION.cff': citation(info),
    LICENSE: licenceNotice(info),
  };
}

function readme(info: DatasetInfo, { patients, series, lesions, targetMeasurements }: ReleaseCounts): string {
  return `# ${info.title}

${info.description}

| | |
| --- | --- |
| patients | ${patients} |
| CT series | ${series} |
| segmented lesions | ${lesions} |
| RECIST 1.1 target measurements | ${targetMeasurements} |
| version | ${info.version} |
| licence | [${info.licence.name}](${info.licence.url}) |${info.doi ? `\n| DOI | [${info.doi}](https://doi.org/${info.doi}) |` : ''}

## What is where

- \`images/<region>/<subset>/images/\` CT series, \`masks/\` their lesions, \`labels/\` what each lesion is
- \`metadata/\` series, patients, display windows
- \`recist_measurements.csv\` RECIST 1.1 measurements of the target lesions
- \`DATA_DICTIONARY.md\` every variable explained

Images and masks are NIfTI-1 (\`.nii.gz\`): 3D Slicer, ITK-SNAP, NiiVue, nibabel and SimpleITK open them.

## How to cite

${citationLine(info)}
`;
}

function citationLine({ authors, title, doi, published, version }: DatasetInfo): string {
  const names = authors.map(({ given, family }) => `${family}, ${given}`).join('; ');
  const year = published ? ` (${published.slice(0, 4)})` : '';
  const where = doi ? ` https://doi.org/${doi}` : '';
  return `${names}${year}${names || year ? '. ' : ''}${title}, version ${version} [data set].${where}`;
}

/** Citation File Format 1.2.0. */
function citation({ title, version, authors, doi, published, licence, keywords }: DatasetInfo): string {
  const text = (value: string) => JSON.stringify(value); // a JSON string is a YAML string
  const people = authors.length ? authors : [{ family: 'The authors of the dataset', given: '' }];
  const lines = [
    'cff-version: 1.2.0',
    'type: dataset',
    'message: If you use this dataset, please cite it as below.',
    `title: ${text(title)}`,
    `version: ${text(version)}`,
    `license: ${licence.spdx}`,
    ...(doi ? [`doi: ${text(doi)}`] : []),
    ...(published ? [`date-released: ${published}`] : []),
    'keywords:',
    ...keywords.map((keyword) => `  - ${text(keyword)}`),
    'authors:',
  ];
  for (const { given, family, affiliation, orcid } of people as DatasetInfo['authors']) {
    if (given) lines.push(`  - family-names: ${text(family)}`, `    given-names: ${text(given)}`);
    else lines.push(`  - name: ${text(family)}`);
    if (affiliation) lines.push(`    affiliation: ${text(affiliation)}`);
    if (orcid) lines.push(`    orcid: ${text(`https://orcid.org/${orcid}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

function licenceNotice({ title, licence }: DatasetInfo): string {
  return `${title}

SPDX-License-Identifier: ${licence.spdx}

This dataset is licensed under ${licence.name}.
The licence stands at ${licence.url}
`;
}

/** The archive as Croissant 1.0 (mlcommons.org/croissant/1.0) describes datasets, with its tables as record sets. */
export function croissant(
  info: DatasetInfo,
  archive: { bytes: number; sha256: string; md5: string },
): string {
  const types = { integer: 'sc:Integer', float: 'sc:Float', string: 'sc:Text' };
  const csv = DICTIONARY.filter(({ file }) => file.endsWith('.csv'));
  const id = (file: string) => file.replace(/^.*\//, '');
  return jsonText({
    '@context': {
      '@language': 'en',
      '@vocab': 'https://schema.org/',
      cr: 'http://mlcommons.org/croissant/',
      dct: 'http://purl.org/dc/terms/',
      sc: 'https://schema.org/',
      conformsTo: 'dct:conformsTo',
      citeAs: 'cr:citeAs',
      column: 'cr:column',
      containedIn: 'cr:containedIn',
      dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
      extract: 'cr:extract',
      field: 'cr:field',
      fileObject: 'cr:fileObject',
      fileSet: 'cr:fileSet',
      includes: 'cr:includes',
      md5: 'cr:md5',
      recordSet: 'cr:recordSet',
      source: 'cr:source',
    },
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: info.title,
    description: info.description,
    version: info.version,
    license: info.licence.url,
    keywords: info.keywords,
    ...(info.doi && { url: `https://doi.org/${info.doi}` }),
    ...(info.published && { datePublished: info.published }),
    citeAs: citationLine(info),
    creator: info.authors.map(({ given, family }) => ({ '@type': 'sc:Person', name: `${given} ${family}` })),
    distribution: [
      {
        '@type': 'cr:FileObject',
        '@id': 'archive',
        name: 'final-formatted.zip',
        contentUrl: 'final-formatted.zip',
        contentSize: `${archive.bytes} B`,
        encodingFormat: 'application/zip',
        sha256: archive.sha256,
        md5: archive.md5,
      },
      ...csv.map(({ file }) => ({
        '@type': 'cr:FileObject',
        '@id': id(file),
        name: id(file),
        containedIn: { '@id': 'archive' },
        contentUrl: `final-formatted/${file}`,
        encodingFormat: 'text/csv',
      })),
      ...['images', 'masks', 'labels'].map((kind) => ({
        '@type': 'cr:FileSet',
        '@id': kind,
        name: kind,
        containedIn: { '@id': 'archive' },
        encodingFormat: kind === 'labels' ? 'application/json' : 'application/gzip',
        includes: `final-formatted/images/*/*/${kind}/*`,
      })),
    ],
    recordSet: csv.map(({ file, variables }) => ({
      '@type': 'cr:RecordSet',
      '@id': `records of ${id(file)}`,
      name: id(file).replace('.csv', ''),
      field: variables.map(({ name, type, meaning }) => ({
        '@type': 'cr:Field',
        '@id': `${id(file)}/${name}`,
        name,
        description: meaning,
        dataType: types[type],
        source: { fileObject: { '@id': id(file) }, extract: { column: name } },
      })),
    })),
  });
}
