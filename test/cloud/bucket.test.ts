import { expect, test } from 'vitest';
import { urlAround } from '../../shared/cloud/bucket.ts';

test.each([
  ['s3://b/out', 's3://b'],
  ['s3://b/out/', 's3://b'],
  ['s3://b/lab/out', 's3://b/lab'],
  ['s3://b//out//', 's3://b'],
  ['s3://b', undefined],
  ['s3://b/', undefined],
  ['out', undefined],
  ['/a/out', undefined],
])('around %s is %s', (out, around) => {
  expect(urlAround(out)).toBe(around);
});
