// Writes docs/errors.md from the table of codes. Run with: node scripts/error-docs.ts
import { writeFileSync } from 'node:fs';
import { errorDocs } from '../shared/error-docs.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorDocs());
