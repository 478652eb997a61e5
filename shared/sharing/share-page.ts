import type { Share } from './shares.ts';
import type { UploadForm } from './signed-urls.ts';

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}',
  'h1{font-size:1.5rem;margin:0}',
  'p,small{overflow-wrap:anywhere}',
  'table{width:100%;border-collapse:collapse;margin:1.5rem 0}',
  'td{padding:.5rem 0;border-top:1px solid #8884;overflow-wrap:anywhere;vertical-align:top}',
  'td+td{padding-left:1rem;text-align:right;white-space:nowrap}',
  'small{display:block;opacity:.7}',
  'form{display:flex;flex-wrap:wrap;gap:1rem;margin:1.5rem 0}',
  'input,button{font:inherit;max-width:100%}',
  'button{padding:.3rem 1.2rem}',
].join('');

/** What a file is, by how its key begins. */
const MEANINGS = [
  ['final-formatted.zip', 'Release archive'],
  ['manifest.json', 'Checksums'],
  ['report/', 'Report on the dataset'],
  ['release/README', 'Read me'],
  ['release/DATA_DICTIONARY', 'Data dictionary'],
  ['release/croissant', 'Description for machines (Croissant)'],
  ['release/CITATION', 'How to cite'],
  ['release/LICENSE', 'Licence'],
  ['final/images/train/images/', 'CT'],
  ['final/images/test/images/', 'CT'],
  ['final/images/train/masks/', 'Mask of the lesions'],
  ['final/images/test/masks/', 'Mask of the lesions'],
  ['final/images/train/labels/', 'What the lesions are'],
  ['final/images/test/labels/', 'What the lesions are'],
  ['stats/', 'CT in its display window'],
  ['reports/series/', 'Report on the series'],
];

/** A file of a page: its key below `out/`, and the link it is downloaded by. */
export interface LinkedObject {
  key: string;
  bytes: number;
  url: string;
}

/** What a page says of its share; the rest of a share is nobody's business. */
export type SharePage = Pick<Share, 'scope' | 'expiresAt'>;

/** The page a share's link opens: what there is to download, and how large it is. */
export function downloadPage({ scope, expiresAt }: SharePage, objects: LinkedObject[]): string {
  const rows = objects.map(
    ({ key, bytes, url }) =>
      `<tr><td><a href="${escaped(url)}">${meaningOf(key)}</a><small>${escaped(key)}</small></td><td>${sizeText(bytes)}</td></tr>`,
  );
  const list = rows.length ? `<table>${rows.join('\n')}</table>` : '<p>Nothing has been released yet.</p>';
  const [title, about] =
    scope.kind === 'series' ? ['CT series', `<p>${escaped(scope.uuid)}</p>`] : ['Dataset release', ''];
  return page(title, `${about}${list}<p>${lastsUntil(expiresAt)}</p>`);
}

function meaningOf(key: string): string {
  return MEANINGS.find(([beginning]) => key.startsWith(beginning))?.[1] ?? escaped(key);
}

/** The page of an upload share: a form that sends one zip archive straight to the bucket. */
export function uploadPage({ expiresAt }: Pick<Share, 'expiresAt'>, { url, fields }: UploadForm): string {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return page(
    'Upload a study',
    `<p>One zip archive of DICOM files, as a PACS exports it. Load this page again for each archive.</p>
<form method="post" enctype="multipart/form-data" action="${escaped(url)}">${hidden.join('')}
<input type="file" name="file" accept=".zip,application/zip" aria-label="Zip archive" required> <button>Upload</button></form>
<p>${lastsUntil(expiresAt)}</p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${body}</html>\n`;
}

function lastsUntil(expiresAt: string): string {
  return `This page works until ${escaped(minuteText(expiresAt))}.`;
}

/** A moment to the minute: links may last for hours only. */
export function minuteText(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
