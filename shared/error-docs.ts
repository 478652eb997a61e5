import { ERROR_CODES } from './errors.ts';

/** The page of all error codes, as docs/errors.md has it. */
export function errorDocs(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return `# Error codes

Every failure carries one of these codes, the keys it is about, and a message that says what to do. The codes are
stable: scripts may rely on them. In \`reports/quarantine.json\` each entry has \`uuid\`, \`step\`, \`code\`,
\`message\` and \`keys\`.

| code | meaning |
| --- | --- |
${rows.join('\n')}
`;
}
